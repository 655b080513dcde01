/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-status.h"

#include "gh-error.h"
#include "ghd-migrate.h"

#include <sysexits.h>

/**
 * ghd_store_status:
 * @error: of starting a #GhdCluster, #GhdPool or #GhdWriter, or of ghd_migrate()
 *
 * Returns: the exit status of sysexits.h for a program that cannot go on because of it
 */
int
ghd_store_status (const GError *error)
{
  static const struct
  {
    const char *reason;
    int status;
  } statuses[] = {
    { "cluster.data-dir", EX_CANTCREAT },  { "cluster.permission", EX_NOPERM },
    { "cluster.in-use", EX_TEMPFAIL },     { "writer.locked", EX_TEMPFAIL },
    { "database.migration", EX_SOFTWARE },
  };

  if (g_error_matches (error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_ENCODING))
    return EX_CONFIG;
  if (error->domain == GHD_MIGRATE_ERROR)
    return EX_UNAVAILABLE;
  for (gsize i = 0; i < G_N_ELEMENTS (statuses); i++)
    if (g_strcmp0 (gh_error_get_reason (error), statuses[i].reason) == 0)
      return statuses[i].status;
  if (g_error_matches (error, GH_ERROR, GH_ERROR_UNAVAILABLE))
    return EX_UNAVAILABLE;
  return EX_SOFTWARE;
}
