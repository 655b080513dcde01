/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-request-id.h"

#include "gh-random.h"

/**
 * ghd_request_id_new:
 *
 * A name for one request, for the log and for whoever reports a fault. Unique over restarts, and no
 * secret.
 */
char *
ghd_request_id_new (void)
{
  static const char *run;
  static gint64 last;
  gint64 number = __atomic_add_fetch (&last, 1, __ATOMIC_RELAXED);

  if (g_once_init_enter_pointer (&run))
    g_once_init_leave_pointer (&run, gh_random_base58 (6));

  return g_strdup_printf ("%s-%" G_GINT64_FORMAT, run, number);
}
