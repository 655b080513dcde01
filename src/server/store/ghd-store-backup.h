/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdDatabaseState:
 * @GHD_DATABASE_BARE: no tables at all
 * @GHD_DATABASE_EMPTY: our tables, and nobody and nothing in them
 * @GHD_DATABASE_IN_USE: accounts, events, or tables of somebody else
 */
typedef enum
{
  GHD_DATABASE_BARE,
  GHD_DATABASE_EMPTY,
  GHD_DATABASE_IN_USE,
} GhdDatabaseState;

DexFuture *ghd_store_backup_get_state (GhdPool *pool);
DexFuture *ghd_store_backup_get_version (GhdPool *pool);
DexFuture *ghd_store_backup_clear (GhdPool *pool);
DexFuture *ghd_store_backup_take_lock (const char *conninfo);

char **ghd_store_backup_environment (const char *conninfo);

G_END_DECLS
