/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-connection-private.h"

#include "ghd-log.h"
#include "ghd-worker.h"

#define CONNECT_TIMEOUT_S "5"

/* A network that swallows everything is noticed after these, whether something was under way or the
 * connection was idle. A database that works at length still acknowledges what it was sent. */
#define KEEPALIVES_IDLE_S "2"
#define KEEPALIVES_INTERVAL_S "1"
#define KEEPALIVES_COUNT "3"
#define TCP_USER_TIMEOUT_MS "4000"

typedef struct
{
  char *conninfo;
  char *application_name;
  guint statement_timeout_ms;
  GMainContext *context;
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_free (opening->conninfo);
  g_free (opening->application_name);
  g_main_context_unref (opening->context);
  g_free (opening);
}

static void
on_notice (void *user_data, const char *message)
{
  ghd_log_debug ("The database notes", GHD_LOG_STRING ("database_message", message));
}

/* Our server settings for the session, behind those that the connection string may name. */
static char *
build_options (const Opening *opening)
{
  PQconninfoOption *parsed = PQconninfoParse (opening->conninfo, NULL);
  GString *options = g_string_new (NULL);

  for (PQconninfoOption *option = parsed; option != NULL && option->keyword != NULL; option++)
    if (g_str_equal (option->keyword, "options") && option->val != NULL)
      g_string_append_printf (options, "%s ", option->val);
  PQconninfoFree (parsed);

  g_string_append_printf (options, "-c statement_timeout=%u -c TimeZone=UTC",
                          opening->statement_timeout_ms);
  return g_string_free (options, FALSE);
}

/* On a thread of its own: looking up names and connecting block. */
static DexFuture *
connect_on_thread (gpointer data)
{
  const Opening *opening = data;
  g_autoptr (GhdConnection) self = g_object_new (GHD_TYPE_CONNECTION, NULL);
  g_autofree char *options = build_options (opening);
  const char *keywords[] = { "dbname",
                             "application_name",
                             "options",
                             "client_encoding",
                             "connect_timeout",
                             "keepalives_idle",
                             "keepalives_interval",
                             "keepalives_count",
                             "tcp_user_timeout",
                             NULL };
  const char *values[] = { opening->conninfo,
                           opening->application_name,
                           options,
                           "UTF8",
                           CONNECT_TIMEOUT_S,
                           KEEPALIVES_IDLE_S,
                           KEEPALIVES_INTERVAL_S,
                           KEEPALIVES_COUNT,
                           TCP_USER_TIMEOUT_MS,
                           NULL };

  self->pg = PQconnectdbParams (keywords, values, TRUE);
  if (PQstatus (self->pg) != CONNECTION_OK)
    {
      g_autofree char *message = g_strchomp (g_strdup (PQerrorMessage (self->pg)));

      g_strdelimit (message, "\n\t", ' ');
      return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_UNAVAILABLE, "database.away",
                                                             NULL, GHD_SQL_RETRY_AFTER_MS,
                                                             message));
    }
  PQsetNoticeProcessor (self->pg, on_notice, NULL);
  if (opening->statement_timeout_ms > 0)
    self->stall_us = (gint64) (2 * opening->statement_timeout_ms + 5000) * 1000;
  return dex_future_new_take_object (g_steal_pointer (&self));
}

static DexFuture *
open_fiber (gpointer data)
{
  Opening *opening = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdConnection) self = NULL;
  Opening *copy = g_memdup2 (opening, sizeof *opening);

  copy->conninfo = g_strdup (opening->conninfo);
  copy->application_name = g_strdup (opening->application_name);
  g_main_context_ref (copy->context);
  self = dex_await_object (ghd_worker_spawn ("database-connect", connect_on_thread, copy,
                                             opening_free),
                           &error);
  if (self == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  if (PQsetnonblocking (self->pg, TRUE) != 0 || !PQenterPipelineMode (self->pg))
    return dex_future_new_for_error (ghd_sql_error_new_away ());

  ghd_connection_listen (self, opening->context);
  return dex_future_new_take_object (g_steal_pointer (&self));
}

/**
 * ghd_connection_open:
 * @conninfo: libpq connection string or URI
 * @application_name: as pg_stat_activity shows it
 * @statement_timeout_ms: 0 = never
 *
 * Returns: (transfer full): resolves to a #GhdConnection; rejects with %GH_ERROR_UNAVAILABLE and
 *   libpq's own words, which are for the log and not for clients
 */
DexFuture *
ghd_connection_open (const char *conninfo, const char *application_name, guint statement_timeout_ms)
{
  Opening *opening;

  dex_return_error_if_fail (conninfo != NULL);

  opening = g_new0 (Opening, 1);
  opening->conninfo = g_strdup (conninfo);
  opening->application_name = g_strdup (application_name);
  opening->statement_timeout_ms = statement_timeout_ms;
  opening->context = g_main_context_ref_thread_default ();
  return dex_scheduler_spawn (NULL, 0, open_fiber, opening, opening_free);
}
