/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-admin-private.h"

#include "gh-random.h"
#include "gh-time.h"
#include "ghd-store-invites.h"

#define CODE_BYTES 9
#define DEFAULT_USES 1
#define DEFAULT_EXPIRES_S (7 * 24 * 3600)
#define MAX_EXPIRES_S (G_GINT64_CONSTANT (100) * 365 * 24 * 3600)

/* invite create [--uses N] [--expires SECONDS]: an invite to the server, which permits
 * registrations */
gboolean
ghd_admin_invite_create (GhdAdmin *self, GError **error)
{
  g_autofree char *code = gh_random_base58 (CODE_BYTES);
  GhdInviteRow invite = { .code = code, .created_ts = gh_time_wall_ms () };
  gint64 expires_s;

  if (!ghd_admin_take_int (self, "--uses", DEFAULT_USES, G_MAXINT32, &invite.max_uses, error)
      || !ghd_admin_take_int (self, "--expires", DEFAULT_EXPIRES_S, MAX_EXPIRES_S, &expires_s,
                              error)
      || !ghd_admin_take_words (self, NULL, NULL, error)
      || !ghd_admin_open_database (self, TRUE, error))
    return FALSE;

  if (expires_s > 0)
    invite.expires_ts = invite.created_ts + expires_s * 1000;
  if (!dex_await (ghd_store_invites_create (self->pool, &invite, G_MAXUINT), error))
    return FALSE;
  g_print ("%s\n", code);
  return TRUE;
}
