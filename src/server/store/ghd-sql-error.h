/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-error.h"

G_BEGIN_DECLS

/**
 * GhdSqlFault:
 * @GHD_SQL_FAULT_LOST: the connection is gone; whether the statements took effect is not known
 * @GHD_SQL_FAULT_PASSING: nothing took effect; the same may work later (disk full, time-out)
 * @GHD_SQL_FAULT_REFUSED: nothing took effect, and the same would fail again
 */
typedef enum
{
  GHD_SQL_FAULT_LOST,
  GHD_SQL_FAULT_PASSING,
  GHD_SQL_FAULT_REFUSED,
} GhdSqlFault;

/**
 * GhdSqlFailure:
 * @state: (nullable): SQLSTATE
 * @constraint: (nullable): the name of the violated constraint
 * @detail: (nullable)
 * @message: the first line of the database's message
 *
 * What the database said of the last statement that failed. The strings live as long as whatever
 * holds this.
 */
typedef struct
{
  GhdSqlFault fault;
  char *state;
  char *constraint;
  char *detail;
  char *message;
} GhdSqlFailure;

void ghd_sql_failure_clear (GhdSqlFailure *self);
void ghd_sql_failure_set_lost (GhdSqlFailure *self, const char *message);
void ghd_sql_failure_set (GhdSqlFailure *self, const char *state, const char *constraint,
                          const char *detail, const char *message);
gboolean ghd_sql_failure_violates (const GhdSqlFailure *self, const char *constraint);
GError *ghd_sql_failure_to_error (const GhdSqlFailure *self);

GError *ghd_sql_error_new_away (void);
gboolean ghd_sql_error_is_constraint (const GError *error, const char *constraint);

/* How long a caller should wait while the database is away. */
#define GHD_SQL_RETRY_AFTER_MS 1000

G_END_DECLS
