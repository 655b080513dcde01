/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-pool.h"
#include "ghd-sql-error.h"

G_BEGIN_DECLS

/**
 * GhdConnection:
 *
 * One connection to PostgreSQL in pipeline mode on the main context of the thread that opened it.
 * It runs one list of statements at a time, as one transaction.
 */
#define GHD_TYPE_CONNECTION (ghd_connection_get_type ())
G_DECLARE_FINAL_TYPE (GhdConnection, ghd_connection, GHD, CONNECTION, GObject)

DexFuture *ghd_connection_open (const char *conninfo, const char *application_name,
                                guint statement_timeout_ms);
DexFuture *ghd_connection_run (GhdConnection *self, const GhdStatement *statements,
                               gsize n_statements);
DexFuture *ghd_connection_query (GhdConnection *self, const char *sql, GhdParams *params);
DexFuture *ghd_connection_wait_sent (GhdConnection *self);
DexFuture *ghd_connection_wait_lost (GhdConnection *self);
void ghd_connection_close (GhdConnection *self);
gboolean ghd_connection_is_lost (GhdConnection *self);
const GhdSqlFailure *ghd_connection_get_failure (GhdConnection *self);

G_END_DECLS
