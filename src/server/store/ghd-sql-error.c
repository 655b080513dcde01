/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-sql-error.h"

#include "ghd-log.h"

#include <string.h>

/* Classes of SQLSTATE whose failures pass: PostgreSQL's manual, appendix A. */
static const char *const passing_classes[] = {
  "08", /* connection */
  "40", /* transaction rollback: serialization, deadlock */
  "53", /* insufficient resources: disk full, out of memory, too many connections */
  "55", /* not in prerequisite state: lock not available */
  "57", /* operator intervention: query cancelled by the time-out, shutting down */
  "58", /* system error */
};

#define CONSTRAINT_PREFIX "constraint."

void
ghd_sql_failure_clear (GhdSqlFailure *self)
{
  g_clear_pointer (&self->state, g_free);
  g_clear_pointer (&self->constraint, g_free);
  g_clear_pointer (&self->detail, g_free);
  g_clear_pointer (&self->message, g_free);
}

static char *
dup_first_line (const char *text)
{
  return text != NULL ? g_strchomp (g_strndup (text, strcspn (text, "\n"))) : g_strdup ("");
}

/**
 * ghd_sql_failure_set_lost:
 * @message: (nullable): what libpq said
 */
void
ghd_sql_failure_set_lost (GhdSqlFailure *self, const char *message)
{
  ghd_sql_failure_clear (self);
  self->fault = GHD_SQL_FAULT_LOST;
  self->message = dup_first_line (message);
}

void
ghd_sql_failure_set (GhdSqlFailure *self, const char *state, const char *constraint,
                     const char *detail, const char *message)
{
  ghd_sql_failure_clear (self);
  self->fault = GHD_SQL_FAULT_REFUSED;
  self->state = g_strdup (state);
  self->constraint = g_strdup (constraint);
  self->detail = g_strdup (detail);
  self->message = dup_first_line (message);

  for (gsize i = 0; state != NULL && i < G_N_ELEMENTS (passing_classes); i++)
    if (g_str_has_prefix (state, passing_classes[i]))
      self->fault = GHD_SQL_FAULT_PASSING;
}

/**
 * ghd_sql_failure_violates:
 *
 * Whether it is a unique constraint of this name that was violated.
 */
gboolean
ghd_sql_failure_violates (const GhdSqlFailure *self, const char *constraint)
{
  return g_strcmp0 (self->state, "23505") == 0 && g_strcmp0 (self->constraint, constraint) == 0;
}

/* The codes that gh_require() of migration 0001 raises. */
static gboolean
find_required_code (const char *state, GhError *code)
{
  static const struct
  {
    const char *state;
    GhError code;
  } codes[] = {
    { "GH400", GH_ERROR_INVALID },
    { "GH403", GH_ERROR_DENIED },
    { "GH404", GH_ERROR_NOT_FOUND },
    { "GH409", GH_ERROR_CONFLICT },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (codes); i++)
    if (g_strcmp0 (state, codes[i].state) == 0)
      {
        *code = codes[i].code;
        return TRUE;
      }
  return FALSE;
}

/**
 * ghd_sql_failure_to_error:
 *
 * Returns: (transfer full): an error of GH_ERROR that a caller may be told. What only an
 *   administrator should read goes to the log.
 */
GError *
ghd_sql_failure_to_error (const GhdSqlFailure *self)
{
  GhError code;

  if (self->fault == GHD_SQL_FAULT_LOST)
    return ghd_sql_error_new_away ();

  if (find_required_code (self->state, &code))
    return gh_error_new_literal (code, self->detail, NULL, 0, self->message);

  if (self->state != NULL && g_str_has_prefix (self->state, "23") && self->constraint != NULL)
    {
      g_autofree char *reason = g_strconcat (CONSTRAINT_PREFIX, self->constraint, NULL);

      return gh_error_new_literal (GH_ERROR_CONFLICT, reason, NULL, 0,
                                   "Somebody else was first. Look again and retry.");
    }

  ghd_log_warning ("The database refused a statement", GHD_LOG_STRING ("sqlstate", self->state),
                   GHD_LOG_STRING ("database_message", self->message));
  if (self->fault == GHD_SQL_FAULT_PASSING)
    return gh_error_new_literal (GH_ERROR_UNAVAILABLE,
                                 g_strcmp0 (self->state, "53100") == 0 ? "database.full"
                                                                       : "database.busy",
                                 NULL, GHD_SQL_RETRY_AFTER_MS,
                                 "The server couldn’t store this now. Try again in a moment.");
  return gh_error_new_literal (GH_ERROR_INTERNAL, "database.error", NULL, 0,
                               "Something went wrong on the server. Its log says more.");
}

/**
 * ghd_sql_error_new_away:
 *
 * Returns: (transfer full): %GH_ERROR_UNAVAILABLE, reason "database.away", with a retry time
 */
GError *
ghd_sql_error_new_away (void)
{
  return gh_error_new_literal (
    GH_ERROR_UNAVAILABLE, "database.away", NULL, GHD_SQL_RETRY_AFTER_MS,
    "The server can’t reach its database. It is trying again by itself.");
}

/**
 * ghd_sql_error_is_constraint:
 * @error: of a future of the pool
 */
gboolean
ghd_sql_error_is_constraint (const GError *error, const char *constraint)
{
  const char *reason;

  if (!g_error_matches (error, GH_ERROR, GH_ERROR_CONFLICT))
    return FALSE;
  reason = gh_error_get_reason (error);
  return reason != NULL && g_str_has_prefix (reason, CONSTRAINT_PREFIX)
         && g_str_equal (reason + strlen (CONSTRAINT_PREFIX), constraint);
}
