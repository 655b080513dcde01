/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdMigrateError:
 * @GHD_MIGRATE_ERROR_NEWER: the schema was made by a newer guildhalld; exit with 69
 * @GHD_MIGRATE_ERROR_CHANGED: an applied migration is not the one this guildhalld knows; exit with
 *   69
 * @GHD_MIGRATE_ERROR_ENCODING: the database does not keep UTF-8; exit with 78
 *
 * Other failures are of the domain GH_ERROR: %GH_ERROR_UNAVAILABLE when the database is away.
 */
typedef enum
{
  GHD_MIGRATE_ERROR_NEWER,
  GHD_MIGRATE_ERROR_CHANGED,
  GHD_MIGRATE_ERROR_ENCODING,
} GhdMigrateError;

#define GHD_MIGRATE_ERROR (ghd_migrate_error_quark ())
GQuark ghd_migrate_error_quark (void);

DexFuture *ghd_migrate (const char *conninfo);
int ghd_migrate_get_newest (void);

G_END_DECLS
