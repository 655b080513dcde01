/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-connection.h"

#include "ghd-log.h"
#include "ghd-params-private.h"
#include "ghd-result-private.h"
#include "ghd-worker.h"

#include <glib-unix.h>
#include <libpq-fe.h>
#include <string.h>

/* A statement known to the server by name. */
typedef struct
{
  char name[16];
  gboolean is_prepared;
} Prepared;

/* One thing the server will answer, in order. */
typedef struct
{
  Prepared *prepared; /* being prepared; NULL: being executed */
} Expected;

struct _GhdConnection
{
  GObject parent_instance;

  PGconn *pg;
  GMainContext *context;
  GSource *source;
  gpointer source_tag;
  GSource *stall_source;
  gint64 stall_us; /* 0: wait for ever */

  GHashTable *prepared; /* SQL → Prepared */
  DexPromise *lost;

  /* What runs now. */
  DexPromise *run;
  DexPromise *sent; /* NULL: all of it is on its way to the server */
  GArray *expected; /* (element-type Expected) */
  guint n_answered;
  GPtrArray *results; /* (element-type GhdResult) */
  gint64 run_began_us;
  gboolean has_failed;
  GhdSqlFailure failure;
};

G_DEFINE_FINAL_TYPE (GhdConnection, ghd_connection, G_TYPE_OBJECT)

#define CONNECT_TIMEOUT_S "5"

/* A network that swallows everything is noticed after these, whether something was under way or the
 * connection was idle. A database that works at length still acknowledges what it was sent. */
#define KEEPALIVES_IDLE_S "2"
#define KEEPALIVES_INTERVAL_S "1"
#define KEEPALIVES_COUNT "3"
#define TCP_USER_TIMEOUT_MS "4000"

typedef struct
{
  GSource source;
  GhdConnection *connection; /* not owned: it destroys the source before it goes */
} ConnectionSource;

static void on_ready (GhdConnection *self, GIOCondition condition);

static gboolean
connection_source_dispatch (GSource *source, GSourceFunc callback, gpointer user_data)
{
  g_autoptr (GhdConnection) self = g_object_ref (((ConnectionSource *) source)->connection);

  on_ready (self, g_source_query_unix_fd (source, self->source_tag));
  return G_SOURCE_CONTINUE;
}

static GSourceFuncs connection_source_funcs = { .dispatch = connection_source_dispatch };

static void
note_sent (GhdConnection *self)
{
  g_autoptr (DexPromise) sent = g_steal_pointer (&self->sent);

  if (sent != NULL)
    dex_promise_resolve_boolean (sent, TRUE);
}

static void
clear_run (GhdConnection *self)
{
  g_clear_pointer (&self->run, dex_unref);
  note_sent (self);
  g_clear_pointer (&self->results, g_ptr_array_unref);
  g_array_set_size (self->expected, 0);
  self->n_answered = 0;
  self->has_failed = FALSE;
}

static void
drop_sources (GhdConnection *self)
{
  if (self->source != NULL)
    g_source_destroy (self->source);
  g_clear_pointer (&self->source, g_source_unref);
  if (self->stall_source != NULL)
    g_source_destroy (self->stall_source);
  g_clear_pointer (&self->stall_source, g_source_unref);
}

/* Ends the connection: what runs is rejected, for nobody knows its outcome. */
static void
lose (GhdConnection *self, const char *why)
{
  g_autoptr (DexPromise) run = g_steal_pointer (&self->run);

  if (self->pg == NULL)
    return;

  ghd_sql_failure_set_lost (&self->failure, why);
  drop_sources (self);
  g_clear_pointer (&self->pg, PQfinish);
  clear_run (self);
  if (run != NULL)
    dex_promise_reject (run, ghd_sql_error_new_away ());
  dex_promise_resolve_boolean (self->lost, TRUE);
}

static void
ghd_connection_finalize (GObject *object)
{
  GhdConnection *self = GHD_CONNECTION (object);

  lose (self, "closed");
  clear_run (self);
  ghd_sql_failure_clear (&self->failure);
  g_clear_pointer (&self->context, g_main_context_unref);
  g_hash_table_unref (self->prepared);
  g_array_unref (self->expected);
  dex_unref (self->lost);

  G_OBJECT_CLASS (ghd_connection_parent_class)->finalize (object);
}

static void
ghd_connection_class_init (GhdConnectionClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_connection_finalize;
}

static void
ghd_connection_init (GhdConnection *self)
{
  self->prepared = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, g_free);
  self->expected = g_array_new (FALSE, FALSE, sizeof (Expected));
  self->lost = dex_promise_new ();
}

/* --- opening --- */

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
  ConnectionSource *source;

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

  self->context = g_main_context_ref (opening->context);
  self->source = g_source_new (&connection_source_funcs, sizeof (ConnectionSource));
  source = (ConnectionSource *) self->source;
  source->connection = self;
  g_source_set_static_name (self->source, "database");
  self->source_tag = g_source_add_unix_fd (self->source, PQsocket (self->pg), G_IO_IN);
  g_source_attach (self->source, self->context);
  return dex_future_new_take_object (g_steal_pointer (&self));
}

/* --- running --- */

static void
flush (GhdConnection *self)
{
  int pending = PQflush (self->pg);

  if (pending < 0)
    {
      lose (self, PQerrorMessage (self->pg));
      return;
    }
  g_source_modify_unix_fd (self->source, self->source_tag,
                           pending > 0 ? G_IO_IN | G_IO_OUT : G_IO_IN);
  if (pending == 0)
    note_sent (self);
  else if (self->sent == NULL && self->run != NULL)
    self->sent = dex_promise_new ();
}

static gboolean
on_stall (gpointer user_data)
{
  g_autoptr (GhdConnection) self = g_object_ref (GHD_CONNECTION (user_data));

  if (self->run == NULL)
    {
      g_clear_pointer (&self->stall_source, g_source_unref);
      return G_SOURCE_REMOVE;
    }
  if (g_get_monotonic_time () - self->run_began_us < self->stall_us)
    return G_SOURCE_CONTINUE;

  ghd_log_warning ("The database does not answer; giving up the connection");
  lose (self, "no answer");
  return G_SOURCE_REMOVE;
}

/* One timer while anything runs, not one for each run. */
static void
watch_for_stall (GhdConnection *self)
{
  self->run_began_us = g_get_monotonic_time ();
  if (self->stall_us == 0 || self->stall_source != NULL)
    return;
  self->stall_source = g_timeout_source_new_seconds (1);
  g_source_set_static_name (self->stall_source, "database-stall");
  g_source_set_callback (self->stall_source, on_stall, self, NULL);
  g_source_attach (self->stall_source, self->context);
}

static Prepared *
get_prepared (GhdConnection *self, const char *sql)
{
  Prepared *prepared = g_hash_table_lookup (self->prepared, sql);

  if (prepared == NULL)
    {
      prepared = g_new0 (Prepared, 1);
      g_snprintf (prepared->name, sizeof prepared->name, "s%u", g_hash_table_size (self->prepared));
      g_hash_table_insert (self->prepared, (gpointer) sql, prepared);
    }
  return prepared;
}

/* A list may hold the same statement twice before it is known whether the first could be
 * prepared. */
static gboolean
is_being_prepared (GhdConnection *self, Prepared *prepared)
{
  for (guint i = 0; i < self->expected->len; i++)
    if (g_array_index (self->expected, Expected, i).prepared == prepared)
      return TRUE;
  return FALSE;
}

static gboolean
send_statement (GhdConnection *self, const GhdStatement *statement)
{
  Prepared *prepared = get_prepared (self, statement->sql);
  GhdParamsView view = { 0 };
  Expected expected = { NULL };

  if (statement->params != NULL)
    ghd_params_view (statement->params, &view);

  if (!prepared->is_prepared && !is_being_prepared (self, prepared))
    {
      Expected preparing = { prepared };

      if (!PQsendPrepare (self->pg, prepared->name, statement->sql, view.n, view.types))
        return FALSE;
      g_array_append_val (self->expected, preparing);
    }
  g_array_append_val (self->expected, expected);
  return PQsendQueryPrepared (self->pg, prepared->name, view.n, view.values, view.lengths,
                              view.formats, 1)
         == 1;
}

static void
finish_run (GhdConnection *self)
{
  g_autoptr (DexPromise) run = g_steal_pointer (&self->run);
  g_autoptr (GPtrArray) results = g_steal_pointer (&self->results);
  gboolean has_failed = self->has_failed;

  clear_run (self);
  if (has_failed)
    dex_promise_reject (run, ghd_sql_failure_to_error (&self->failure));
  else
    dex_promise_resolve_boxed (run, G_TYPE_PTR_ARRAY, g_steal_pointer (&results));
}

static void
note_failure (GhdConnection *self, const PGresult *result)
{
  /* The first failure is the cause; what follows was skipped. */
  if (self->has_failed)
    return;
  self->has_failed = TRUE;
  ghd_sql_failure_set (&self->failure, PQresultErrorField (result, PG_DIAG_SQLSTATE),
                       PQresultErrorField (result, PG_DIAG_CONSTRAINT_NAME),
                       PQresultErrorField (result, PG_DIAG_MESSAGE_DETAIL),
                       PQresultErrorField (result, PG_DIAG_MESSAGE_PRIMARY));
}

/* Takes @result. */
static void
take_result (GhdConnection *self, PGresult *result)
{
  Prepared *preparing = NULL;

  if (self->n_answered < self->expected->len)
    preparing = g_array_index (self->expected, Expected, self->n_answered).prepared;

  switch (PQresultStatus (result))
    {
    case PGRES_PIPELINE_SYNC:
      PQclear (result);
      finish_run (self);
      return;
    case PGRES_COMMAND_OK:
    case PGRES_TUPLES_OK:
      if (preparing != NULL)
        preparing->is_prepared = TRUE;
      else
        g_ptr_array_add (self->results, ghd_result_new_take (g_steal_pointer (&result)));
      break;
    case PGRES_PIPELINE_ABORTED:
      break;
    default:
      note_failure (self, result);
    }
  PQclear (result);
}

static void
read_results (GhdConnection *self)
{
  gboolean ended = FALSE;

  while (self->run != NULL && !PQisBusy (self->pg))
    {
      PGresult *result = PQgetResult (self->pg);

      if (result != NULL)
        {
          ended = FALSE;
          take_result (self, result);
          continue;
        }
      /* NULL ends the answer to one command; twice in a row, nothing more has come. */
      if (ended)
        break;
      ended = TRUE;
      self->n_answered++;
    }
}

static void
on_ready (GhdConnection *self, GIOCondition condition)
{
  if (condition & (G_IO_IN | G_IO_HUP | G_IO_ERR))
    {
      gboolean is_open = PQconsumeInput (self->pg);

      read_results (self);
      if (!is_open || PQstatus (self->pg) != CONNECTION_OK)
        {
          lose (self, PQerrorMessage (self->pg));
          return;
        }
    }
  flush (self);
}

/* --- public --- */

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

/**
 * ghd_connection_run:
 * @statements: (array length=n_statements): nothing of it is kept
 *
 * Runs the statements as one transaction. Nothing else may run at the same time.
 *
 * Returns: (transfer full): resolves to a #GPtrArray of one #GhdResult for each statement once the
 *   transaction is committed; rejects with an error of GH_ERROR, and ghd_connection_get_failure()
 *   then tells more
 */
DexFuture *
ghd_connection_run (GhdConnection *self, const GhdStatement *statements, gsize n_statements)
{
  g_autoptr (DexPromise) run = NULL;

  dex_return_error_if_fail (GHD_IS_CONNECTION (self));
  dex_return_error_if_fail (n_statements > 0);
  dex_return_error_if_fail (self->run == NULL);

  if (self->pg == NULL)
    return dex_future_new_for_error (ghd_sql_error_new_away ());

  ghd_sql_failure_clear (&self->failure);
  self->run = dex_promise_new ();
  self->results = g_ptr_array_new_with_free_func (g_object_unref);
  run = dex_ref (self->run);
  watch_for_stall (self);

  for (gsize i = 0; i < n_statements; i++)
    if (!send_statement (self, &statements[i]))
      {
        lose (self, PQerrorMessage (self->pg));
        return DEX_FUTURE (g_steal_pointer (&run));
      }
  if (!PQpipelineSync (self->pg))
    lose (self, PQerrorMessage (self->pg));
  else
    flush (self);
  return DEX_FUTURE (g_steal_pointer (&run));
}

static DexFuture *
on_only_result (DexFuture *future, gpointer user_data)
{
  GPtrArray *results = g_value_get_boxed (dex_future_get_value (future, NULL));

  return dex_future_new_for_object (g_ptr_array_index (results, 0));
}

/**
 * ghd_connection_wait_sent:
 *
 * Returns: (transfer full): resolves to %TRUE when the server has been given all of what runs, which
 *   takes a few turns where that is much; also when it has ended
 */
DexFuture *
ghd_connection_wait_sent (GhdConnection *self)
{
  dex_return_error_if_fail (GHD_IS_CONNECTION (self));

  return self->sent != NULL ? dex_ref (DEX_FUTURE (self->sent)) : dex_future_new_true ();
}

/**
 * ghd_connection_query:
 * @params: (nullable) (transfer full)
 *
 * Returns: (transfer full): as ghd_connection_run(), but resolves to the one #GhdResult
 */
DexFuture *
ghd_connection_query (GhdConnection *self, const char *sql, GhdParams *params)
{
  GhdStatement statement = { sql, params };
  DexFuture *future = ghd_connection_run (self, &statement, 1);

  g_clear_pointer (&params, ghd_params_unref);
  return dex_future_then (future, on_only_result, NULL, NULL);
}

/**
 * ghd_connection_wait_lost:
 *
 * Returns: (transfer full): resolves to %TRUE when the connection has ended
 */
DexFuture *
ghd_connection_wait_lost (GhdConnection *self)
{
  dex_return_error_if_fail (GHD_IS_CONNECTION (self));

  return dex_ref (DEX_FUTURE (self->lost));
}

/**
 * ghd_connection_close:
 *
 * Ends the connection; what runs is rejected.
 */
void
ghd_connection_close (GhdConnection *self)
{
  g_return_if_fail (GHD_IS_CONNECTION (self));

  lose (self, "closed");
}

gboolean
ghd_connection_is_lost (GhdConnection *self)
{
  g_return_val_if_fail (GHD_IS_CONNECTION (self), TRUE);

  return self->pg == NULL;
}

/**
 * ghd_connection_get_failure:
 *
 * Returns: (transfer none): why the last ghd_connection_run() rejected; valid until the next one
 */
const GhdSqlFailure *
ghd_connection_get_failure (GhdConnection *self)
{
  g_return_val_if_fail (GHD_IS_CONNECTION (self), NULL);

  return &self->failure;
}
