/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "people-util.h"

#include "gh-error.h"
#include "ghd-store-accounts.h"

gboolean
store_test_person (GhdPool *pool, const char *name, const char *invite, GError **error)
{
  g_autofree char *user_id = g_strdup_printf ("@%s:localhost", name);
  g_autofree char *skeleton = g_strdup (name);
  GhdNewAccount account = { .user_id = user_id,
                            .username = name,
                            .skeleton = skeleton,
                            .display_name = name,
                            .password_hash = "hash",
                            .server_invite = invite,
                            .now_ts = 1000 };

  g_strdelimit (skeleton, "1", 'l');
  return dex_await (ghd_store_accounts_create (pool, &account), error);
}

void
store_test_assert_not_found (DexFuture *future, const char *reason)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (future, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  g_assert_cmpstr (gh_error_get_reason (error), ==, reason);
}
