/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-pool.h"

#include "gh-random.h"
#include "ghd-connection.h"
#include "ghd-log.h"

/* What somebody waits for: it goes to the first connection that is free. */
typedef struct
{
  GArray *statements; /* (element-type GhdStatement) */
  DexPromise *promise;
  gboolean wants_one; /* result, not the array of them */
  GhdTraceSpan *span; /* (nullable) */
} Request;

struct _GhdPool
{
  GObject parent_instance;

  char *conninfo;
  guint size;
  guint statement_timeout_ms;
  guint max_waiting;

  GQueue waiting; /* (element-type Request) */
  GQueue idle; /* (element-type DexPromise): each belongs to a connection that has nothing to do */
  guint n_connected;
  gboolean is_closed;
  DexPromise *closed;
  DexPromise *started;
  DexPromise *finished; /* the last connection has ended */
  guint n_fibers;
  char *last_failure;
  GhdSeries *up;
  GhdTracer *tracer; /* (nullable) */
};

typedef enum
{
  PROP_AVAILABLE = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhdPool, ghd_pool, G_TYPE_OBJECT)

#define DEFAULT_MAX_WAITING 4096
#define BUSY_RETRY_AFTER_MS 500

static void
clear_statement (gpointer data)
{
  GhdStatement *statement = data;

  g_clear_pointer (&statement->params, ghd_params_unref);
}

static Request *
request_new (GhdStatement *statements, gsize n_statements, gboolean wants_one)
{
  Request *request = g_new0 (Request, 1);

  request->statements = g_array_sized_new (FALSE, FALSE, sizeof (GhdStatement), n_statements);
  g_array_set_clear_func (request->statements, clear_statement);
  g_array_append_vals (request->statements, statements, n_statements);
  request->promise = dex_promise_new ();
  request->wants_one = wants_one;
  return request;
}

static void
request_free (gpointer data)
{
  Request *request = data;

  g_array_unref (request->statements);
  dex_unref (request->promise);
  g_free (request);
}

/* The statements have no values in them. */
static void
begin_span (GhdPool *self, Request *request)
{
  request->span = ghd_tracer_begin_below (self->tracer, "database", GHD_TRACE_CLIENT);
  ghd_trace_span_set_string (request->span, "db.system.name", "postgresql");
  ghd_trace_span_set_string (request->span, "db.query.text",
                             g_array_index (request->statements, GhdStatement, 0).sql);
  if (request->statements->len > 1)
    ghd_trace_span_set_int (request->span, "db.operation.batch.size", request->statements->len);
}

static void
end_span (GhdPool *self, Request *request, const GError *error)
{
  if (error != NULL)
    ghd_trace_span_set_error (request->span, error);
  ghd_tracer_end (self->tracer, g_steal_pointer (&request->span));
}

static void
reject_waiting (GhdPool *self)
{
  g_autoptr (GError) error = ghd_sql_error_new_away ();
  Request *request;

  while ((request = g_queue_pop_head (&self->waiting)) != NULL)
    {
      end_span (self, request, error);
      dex_promise_reject (request->promise, ghd_sql_error_new_away ());
      request_free (request);
    }
}

static void
ghd_pool_finalize (GObject *object)
{
  GhdPool *self = GHD_POOL (object);

  reject_waiting (self);
  g_queue_clear_full (&self->idle, dex_unref);
  g_free (self->conninfo);
  dex_unref (self->closed);
  g_clear_pointer (&self->started, dex_unref);
  dex_unref (self->finished);
  g_free (self->last_failure);
  g_clear_object (&self->tracer);

  G_OBJECT_CLASS (ghd_pool_parent_class)->finalize (object);
}

static void
ghd_pool_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, ghd_pool_is_available (GHD_POOL (object)));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghd_pool_class_init (GhdPoolClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ghd_pool_finalize;
  object_class->get_property = ghd_pool_get_property;

  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghd_pool_init (GhdPool *self)
{
  g_queue_init (&self->waiting);
  g_queue_init (&self->idle);
  self->closed = dex_promise_new ();
  self->finished = dex_promise_new ();
}

static void
set_n_connected (GhdPool *self, guint n_connected)
{
  gboolean was_available = self->n_connected > 0;
  gboolean is_available = n_connected > 0;

  self->n_connected = n_connected;
  if (was_available == is_available)
    return;

  if (self->up != NULL)
    ghd_series_set (self->up, is_available);
  g_clear_pointer (&self->last_failure, g_free);
  if (is_available)
    ghd_log_info ("Connected to the database");
  else
    {
      if (!self->is_closed)
        ghd_log_warning (
          "The database is away; requests that need it are refused until it is back");
      reject_waiting (self);
    }
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

/* Says once why the database cannot be reached, not at every attempt of every connection. */
static void
note_failure (GhdPool *self, const GError *error)
{
  if (self->n_connected == 0 && g_set_str (&self->last_failure, error->message))
    ghd_log_warning ("Cannot connect to the database; trying again",
                     GHD_LOG_STRING ("database_message", error->message));
}

static void
run_request (GhdPool *self, GhdConnection *connection, Request *request)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray)
    results = dex_await_boxed (ghd_connection_run (connection,
                                                   (const GhdStatement *) request->statements->data,
                                                   request->statements->len),
                               &error);

  end_span (self, request, error);
  if (results == NULL)
    dex_promise_reject (request->promise, g_steal_pointer (&error));
  else if (request->wants_one)
    dex_promise_resolve_object (request->promise, g_object_ref (g_ptr_array_index (results, 0)));
  else
    dex_promise_resolve_boxed (request->promise, G_TYPE_PTR_ARRAY, g_steal_pointer (&results));
  request_free (request);
}

/* Answers requests until the connection is lost or the pool closed. */
static void
serve (GhdPool *self, GhdConnection *connection)
{
  while (!self->is_closed && !ghd_connection_is_lost (connection))
    {
      Request *request = g_queue_pop_head (&self->waiting);

      if (request != NULL)
        {
          run_request (self, connection, request);
          continue;
        }

      {
        DexPromise *idle = dex_promise_new ();

        g_queue_push_tail (&self->idle, dex_ref (idle));
        dex_await (dex_future_first (dex_ref (DEX_FUTURE (idle)),
                                     ghd_connection_wait_lost (connection),
                                     dex_ref (DEX_FUTURE (self->closed)), NULL),
                   NULL);
        if (g_queue_remove (&self->idle, idle))
          dex_unref (idle);
        dex_unref (idle);
      }
    }
}

/* Keeps one connection up. */
static DexFuture *
connection_fiber (gpointer data)
{
  GhdPool *self = data;
  GhBackoff backoff = GH_BACKOFF_INIT (100, 3000);

  while (!self->is_closed)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhdConnection) connection = dex_await_object (
        ghd_connection_open (self->conninfo, "guildhalld", self->statement_timeout_ms), &error);

      if (connection == NULL)
        {
          note_failure (self, error);
          if (dex_future_is_pending (DEX_FUTURE (self->started)))
            dex_promise_reject (self->started, g_steal_pointer (&error));
          dex_await (dex_future_first (dex_timeout_new_msec (gh_backoff_next_ms (&backoff)),
                                       dex_ref (DEX_FUTURE (self->closed)), NULL),
                     NULL);
          continue;
        }

      gh_backoff_reset (&backoff);
      set_n_connected (self, self->n_connected + 1);
      if (dex_future_is_pending (DEX_FUTURE (self->started)))
        dex_promise_resolve_boolean (self->started, TRUE);
      serve (self, connection);
      ghd_connection_close (connection);
      set_n_connected (self, self->n_connected - 1);
    }
  if (--self->n_fibers == 0)
    dex_promise_resolve_boolean (self->finished, TRUE);
  return dex_future_new_true ();
}

static DexFuture *
submit (GhdPool *self, Request *request)
{
  DexFuture *future;
  DexPromise *idle;
  g_autoptr (GError) error = NULL;

  if (self->is_closed || self->n_connected == 0)
    error = ghd_sql_error_new_away ();
  else if (g_queue_get_length (&self->waiting) >= self->max_waiting)
    error = gh_error_new_literal (GH_ERROR_UNAVAILABLE, "database.busy", NULL, BUSY_RETRY_AFTER_MS,
                                  "The server is busy. Try again in a moment.");
  if (error != NULL)
    {
      request_free (request);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  begin_span (self, request);
  future = dex_ref (DEX_FUTURE (request->promise));
  g_queue_push_tail (&self->waiting, request);
  idle = g_queue_pop_head (&self->idle);
  if (idle != NULL)
    {
      dex_promise_resolve_boolean (idle, TRUE);
      dex_unref (idle);
    }
  return future;
}

/* --- public --- */

/**
 * ghd_pool_new:
 * @options: copied
 * @metrics: (nullable): where guildhall_database_up is kept
 *
 * Returns: (transfer full): a pool that does nothing before ghd_pool_start()
 */
GhdPool *
ghd_pool_new (const GhdPoolOptions *options, GhdMetrics *metrics)
{
  GhdPool *self;

  g_return_val_if_fail (options != NULL && options->conninfo != NULL, NULL);

  self = g_object_new (GHD_TYPE_POOL, NULL);
  self->conninfo = g_strdup (options->conninfo);
  self->size = MAX (options->size, 1);
  self->statement_timeout_ms = options->statement_timeout_ms;
  self->max_waiting = options->max_waiting > 0 ? options->max_waiting : DEFAULT_MAX_WAITING;
  g_set_object (&self->tracer, options->tracer);
  if (metrics != NULL)
    self->up = ghd_metric_get_series (ghd_metrics_add_gauge (metrics, "guildhall_database_up",
                                                             "Whether the database can be reached",
                                                             NULL),
                                      NULL);
  return self;
}

/**
 * ghd_pool_start:
 *
 * Begins to connect, and goes on doing so until ghd_pool_close().
 *
 * Returns: (transfer full): resolves to %TRUE with the first connection; rejects with
 *   %GH_ERROR_UNAVAILABLE when the first attempt fails, with libpq's own words
 */
DexFuture *
ghd_pool_start (GhdPool *self)
{
  dex_return_error_if_fail (GHD_IS_POOL (self));
  dex_return_error_if_fail (self->started == NULL);

  self->started = dex_promise_new ();
  self->n_fibers = self->size;
  for (guint i = 0; i < self->size; i++)
    dex_future_disown (
      dex_scheduler_spawn (NULL, 0, connection_fiber, g_object_ref (self), g_object_unref));
  return dex_ref (DEX_FUTURE (self->started));
}

/**
 * ghd_pool_query:
 * @sql: one statement; text that lives as long as the program
 * @params: (nullable) (transfer full)
 *
 * Returns: (transfer full): resolves to a #GhdResult; rejects with %GH_ERROR_UNAVAILABLE,
 *   %GH_ERROR_CONFLICT for a violated constraint, or what the statement raises
 */
DexFuture *
ghd_pool_query (GhdPool *self, const char *sql, GhdParams *params)
{
  GhdStatement statement = { sql, params };

  dex_return_error_if_fail (GHD_IS_POOL (self));
  dex_return_error_if_fail (sql != NULL);

  return submit (self, request_new (&statement, 1, TRUE));
}

/**
 * ghd_pool_transaction:
 * @statements: (array length=n_statements): their params are taken
 *
 * Returns: (transfer full): resolves to a #GPtrArray with one #GhdResult for each statement when
 *   all of them took effect; rejects as ghd_pool_query() when none did
 */
DexFuture *
ghd_pool_transaction (GhdPool *self, GhdStatement *statements, gsize n_statements)
{
  dex_return_error_if_fail (GHD_IS_POOL (self));
  dex_return_error_if_fail (n_statements > 0);

  return submit (self, request_new (statements, n_statements, FALSE));
}

/**
 * ghd_pool_close:
 *
 * Lets what runs come to its end, refuses what waits, and closes all connections.
 *
 * Returns: (transfer full): resolves to %TRUE when all are closed
 */
DexFuture *
ghd_pool_close (GhdPool *self)
{
  dex_return_error_if_fail (GHD_IS_POOL (self));

  if (!self->is_closed)
    {
      self->is_closed = TRUE;
      reject_waiting (self);
      dex_promise_resolve_boolean (self->closed, TRUE);
    }
  return self->n_fibers > 0 ? dex_ref (DEX_FUTURE (self->finished)) : dex_future_new_true ();
}

gboolean
ghd_pool_is_available (GhdPool *self)
{
  g_return_val_if_fail (GHD_IS_POOL (self), FALSE);

  return self->n_connected > 0;
}

const char *
ghd_pool_get_conninfo (GhdPool *self)
{
  g_return_val_if_fail (GHD_IS_POOL (self), NULL);

  return self->conninfo;
}

/**
 * ghd_pool_get_n_waiting:
 *
 * Returns: statements that wait for a connection
 */
guint
ghd_pool_get_n_waiting (GhdPool *self)
{
  g_return_val_if_fail (GHD_IS_POOL (self), 0);

  return g_queue_get_length (&self->waiting);
}
