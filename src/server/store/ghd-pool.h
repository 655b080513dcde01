/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-metrics.h"
#include "ghd-params.h"
#include "ghd-result.h"
#include "ghd-tracer.h"

G_BEGIN_DECLS

/**
 * GhdPoolOptions:
 * @conninfo: libpq connection string or URI
 * @size: connections, at least 1
 * @statement_timeout_ms: the server ends a statement after this time; 0 = never
 * @max_waiting: statements that wait for a connection before %GH_ERROR_UNAVAILABLE; 0 = 4096
 * @tracer: (nullable): has a span for what is asked on behalf of a request
 */
typedef struct
{
  const char *conninfo;
  guint size;
  guint statement_timeout_ms;
  guint max_waiting;
  GhdTracer *tracer;
} GhdPoolOptions;

/**
 * GhdPool:
 *
 * Connections to PostgreSQL on the main context of the thread that makes it, and used on that
 * thread. Everything but events goes through it. While the database is away every call is
 * refused at once with %GH_ERROR_UNAVAILABLE and a retry time; the pool keeps trying to connect,
 * with growing pauses, until ghd_pool_close().
 *
 * Property "available" (boolean, notifies): at least one connection is up.
 */
#define GHD_TYPE_POOL (ghd_pool_get_type ())
G_DECLARE_FINAL_TYPE (GhdPool, ghd_pool, GHD, POOL, GObject)

/**
 * GhdStatement:
 * @sql: one statement with $1, $2 …; text that lives as long as the program, for it names a
 *   prepared statement
 * @params: (nullable) (transfer full): its values
 */
typedef struct
{
  const char *sql;
  GhdParams *params;
} GhdStatement;

GhdPool *ghd_pool_new (const GhdPoolOptions *options, GhdMetrics *metrics);
DexFuture *ghd_pool_start (GhdPool *self);
DexFuture *ghd_pool_query (GhdPool *self, const char *sql, GhdParams *params);
DexFuture *ghd_pool_transaction (GhdPool *self, GhdStatement *statements, gsize n_statements);
DexFuture *ghd_pool_close (GhdPool *self);
gboolean ghd_pool_is_available (GhdPool *self);
const char *ghd_pool_get_conninfo (GhdPool *self);
guint ghd_pool_get_n_waiting (GhdPool *self);

G_END_DECLS
