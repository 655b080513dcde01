/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "gh-random.h"
#include "ghd-batch-rows.h"
#include "ghd-log.h"
#include "ghd-signing.h"

typedef enum
{
  PROP_AVAILABLE = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhdWriter, ghd_writer, G_TYPE_OBJECT)

#define DEFAULT_MAX_WAITING 20000
#define DEFAULT_MAX_BATCH 1000

/* How long writes wait for a lost database before they are refused: longer than it takes to restart
 * one. */
#define PATIENCE_MS 3000
#define BUSY_RETRY_AFTER_MS 500

/* The first that waits, which waits no more; NULL when none does. */
static GhdPending *
pop_waiting (GhdWriter *self)
{
  GList *link = g_queue_pop_head_link (&self->waiting);

  return link != NULL ? link->data : NULL;
}

static void
ghd_writer_finalize (GObject *object)
{
  GhdWriter *self = GHD_WRITER (object);
  GhdPending *pending;

  while ((pending = pop_waiting (self)) != NULL)
    ghd_pending_free (pending);
  g_clear_pointer (&self->open, ghd_batch_free);
  g_clear_pointer (&self->in_flight, ghd_batch_free);
  g_clear_pointer (&self->spare_rows, ghd_batch_rows_free);
  g_clear_object (&self->builder);
  if (self->helpers != NULL)
    g_thread_pool_free (self->helpers, FALSE, TRUE);
  g_hash_table_unref (self->by_txn);
  g_hash_table_unref (self->heads);
  g_clear_object (&self->connection);
  g_clear_handle_id (&self->patience_source, g_source_remove);
  g_clear_pointer (&self->finished, dex_unref);
  g_clear_pointer (&self->started, dex_unref);
  g_clear_pointer (&self->wake, dex_unref);
  dex_unref (self->closed);
  g_free (self->conninfo);
  g_free (self->application_name);
  g_clear_object (&self->tracer);

  G_OBJECT_CLASS (ghd_writer_parent_class)->finalize (object);
}

static void
ghd_writer_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) id)
    {
    case PROP_AVAILABLE:
      g_value_set_boolean (value, ghd_writer_is_available (GHD_WRITER (object)));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghd_writer_class_init (GhdWriterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ghd_writer_finalize;
  object_class->get_property = ghd_writer_get_property;

  properties[PROP_AVAILABLE] = g_param_spec_boolean ("available", NULL, NULL, FALSE,
                                                     G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static guint
hash_txn (gconstpointer key)
{
  GhdWrite *write = (gpointer) key;

  return g_str_hash (ghd_write_get_txn_id (write)) * 31
         + g_str_hash (ghd_write_get_user_id (write));
}

static gboolean
equal_txn (gconstpointer a, gconstpointer b)
{
  GhdWrite *left = (gpointer) a, *right = (gpointer) b;

  return g_str_equal (ghd_write_get_txn_id (left), ghd_write_get_txn_id (right))
         && g_str_equal (ghd_write_get_user_id (left), ghd_write_get_user_id (right));
}

static void
ghd_writer_init (GhdWriter *self)
{
  g_queue_init (&self->waiting);
  self->by_txn = g_hash_table_new (hash_txn, equal_txn);
  self->heads = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) g_strfreev);
  self->builder = ghd_worker_new (1, 1);
  self->helpers = ghd_signing_make_helpers ();
  self->closed = dex_promise_new ();
}

/**
 * ghd_writer_update_queue_metric:
 */
void
ghd_writer_update_queue_metric (GhdWriter *self)
{
  if (self->queue_series != NULL)
    ghd_series_set (self->queue_series, ghd_writer_get_n_waiting (self));
}

/**
 * ghd_writer_forget:
 *
 * Lets go of a write that is settled.
 */
void
ghd_writer_forget (GhdWriter *self, GhdPending *pending)
{
  if (ghd_write_get_txn_id (pending->write) != NULL
      && g_hash_table_lookup (self->by_txn, pending->write) == pending)
    g_hash_table_remove (self->by_txn, pending->write);
  ghd_tracer_end (self->tracer, g_steal_pointer (&pending->span));
  ghd_pending_free (pending);
}

/**
 * ghd_writer_requeue:
 * @pendings: (element-type GhdPending)
 *
 * Puts writes back at the front, in their order. Whoever was told meanwhile that it failed will not
 * be surprised by a late success: those are dropped.
 */
void
ghd_writer_requeue (GhdWriter *self, GPtrArray *pendings)
{
  for (guint i = pendings->len; i-- > 0;)
    {
      GhdPending *pending = g_ptr_array_index (pendings, i);

      if (pending->is_answered)
        ghd_writer_forget (self, pending);
      else
        g_queue_push_head_link (&self->waiting, &pending->link);
    }
  ghd_writer_update_queue_metric (self);
}

/**
 * ghd_writer_abandon_in_flight:
 *
 * The batch in flight was not committed: its writes wait again, before all others.
 */
void
ghd_writer_abandon_in_flight (GhdWriter *self)
{
  g_autoptr (GhdBatch) batch = g_steal_pointer (&self->in_flight);

  ghd_writer_requeue (self, batch->pendings);
}

static void
reject_all (GhdWriter *self)
{
  g_autoptr (GError) error = ghd_sql_error_new_away ();
  GhdPending *pending;

  while ((pending = pop_waiting (self)) != NULL)
    {
      ghd_pending_reject (pending, error);
      ghd_writer_forget (self, pending);
    }
  for (guint i = 0; self->in_flight != NULL && i < self->in_flight->pendings->len; i++)
    ghd_pending_reject (g_ptr_array_index (self->in_flight->pendings, i), error);
  ghd_writer_update_queue_metric (self);
}

static gboolean
on_patience_ended (gpointer user_data)
{
  GhdWriter *self = user_data;

  self->patience_source = 0;
  self->is_refusing = TRUE;
  if (!self->is_closing)
    ghd_log_warning ("Nothing can be written to the database still; writes are refused until it is possible",
                     GHD_LOG_INT ("refused", g_queue_get_length (&self->waiting)));
  reject_all (self);
  return G_SOURCE_REMOVE;
}

static void
set_available (GhdWriter *self, gboolean is_available)
{
  g_clear_handle_id (&self->patience_source, g_source_remove);
  if (is_available)
    self->is_refusing = FALSE;
  else
    self->patience_source = g_timeout_add (PATIENCE_MS, on_patience_ended, self);

  if (self->is_available == is_available)
    return;
  self->is_available = is_available;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_AVAILABLE]);
}

static void
pause_before_retry (GhdWriter *self, GhBackoff *backoff)
{
  dex_await (dex_future_first (dex_timeout_new_msec (gh_backoff_next_ms (backoff)),
                               dex_ref (DEX_FUTURE (self->closed)), NULL),
             NULL);
}

static DexFuture *
writer_fiber (gpointer data)
{
  GhdWriter *self = data;
  GhBackoff backoff = GH_BACKOFF_INIT (50, 2000);

  set_available (self, FALSE);
  while (!self->is_closing)
    {
      g_autoptr (GError) error = NULL;

      if (!ghd_writer_connect (self, &error))
        {
          if (dex_future_is_pending (DEX_FUTURE (self->started)))
            dex_promise_reject (self->started, g_steal_pointer (&error));
          pause_before_retry (self, &backoff);
          continue;
        }

      gh_backoff_reset (&backoff);
      set_available (self, TRUE);
      if (dex_future_is_pending (DEX_FUTURE (self->started)))
        dex_promise_resolve_boolean (self->started, TRUE);
      ghd_writer_stream (self);
      if (!self->is_closing)
        ghd_log_warning ("The writer has lost the database and connects again",
                         GHD_LOG_STRING ("database_message",
                                         ghd_connection_get_failure (self->connection)->message));
      ghd_connection_close (self->connection);
      set_available (self, FALSE);
    }

  reject_all (self);
  g_clear_handle_id (&self->patience_source, g_source_remove);
  dex_promise_resolve_boolean (self->finished, TRUE);
  return dex_future_new_true ();
}

/**
 * ghd_writer_sign_receipt:
 * @events: (element-type GhEvent): of an earlier write, as the database has it
 *
 * Returns: (transfer full) (nullable): a receipt for the last of them
 */
GhReceiptBatch *
ghd_writer_sign_receipt (GhdWriter *self, GPtrArray *events)
{
  g_autoptr (GhReceiptBatch) receipts = gh_receipt_batch_new (1);
  g_autoptr (GError) error = NULL;
  GhEvent *last;

  if (events->len == 0)
    return NULL;
  last = g_ptr_array_index (events, events->len - 1);
  gh_receipt_batch_add (receipts, gh_event_get_id (last), gh_event_get_position (last));
  if (gh_receipt_batch_sign (receipts, &self->signer, &error))
    return g_steal_pointer (&receipts);
  ghd_log_error ("A receipt could not be signed", GHD_LOG_STRING ("error", error->message));
  return NULL;
}

/* A second append of what waits already shares its fate. */
static DexFuture *
follow (GhdPending *first)
{
  DexPromise *promise = dex_promise_new ();

  if (first->followers == NULL)
    first->followers = g_ptr_array_new_with_free_func (dex_unref);
  g_ptr_array_add (first->followers, dex_ref (promise));
  return DEX_FUTURE (promise);
}

/* --- public --- */

/**
 * ghd_writer_new:
 * @options: copied
 * @metrics: (nullable)
 *
 * Returns: (transfer full): a writer that does nothing before ghd_writer_start()
 */
GhdWriter *
ghd_writer_new (const GhdWriterOptions *options, GhdMetrics *metrics)
{
  static const double sizes[] = { 1, 2, 5, 10, 20, 50, 100, 200, 500 };
  GhdWriter *self;

  g_return_val_if_fail (options != NULL && options->conninfo != NULL, NULL);

  self = g_object_new (GHD_TYPE_WRITER, NULL);
  self->conninfo = g_strdup (options->conninfo);
  self->signer = options->signer;
  self->max_waiting = options->max_waiting > 0 ? options->max_waiting : DEFAULT_MAX_WAITING;
  self->max_batch = options->max_batch > 0 ? options->max_batch : DEFAULT_MAX_BATCH;
  self->statement_timeout_ms = options->statement_timeout_ms;
  g_set_object (&self->tracer, options->tracer);
  if (metrics == NULL)
    return self;

  self->batch_series =
    ghd_metric_get_series (ghd_metrics_add_histogram (metrics, "guildhall_writer_batch_size",
                                                      "Events in one transaction", sizes,
                                                      G_N_ELEMENTS (sizes), NULL),
                           NULL);
  self->queue_series =
    ghd_metric_get_series (ghd_metrics_add_gauge (metrics, "guildhall_writer_queue",
                                                  "Writes that wait for the database", NULL),
                           NULL);
  self->latency_series = ghd_metric_get_series (
    ghd_metrics_add_histogram (metrics, "guildhall_event_seconds",
                               "From an event's acceptance to its publication after commit",
                               ghd_metrics_seconds, GHD_METRICS_N_SECONDS, NULL),
    NULL);
  return self;
}

/**
 * ghd_writer_set_committed:
 *
 * Who is told of committed events. To be set before ghd_writer_start().
 */
void
ghd_writer_set_committed (GhdWriter *self, GhdWriterCommitted committed, gpointer user_data)
{
  g_return_if_fail (GHD_IS_WRITER (self));

  self->committed = committed;
  self->committed_data = user_data;
}

/**
 * ghd_writer_start:
 *
 * Connects, takes the lock, and goes on trying until ghd_writer_close().
 *
 * Returns: (transfer full): resolves to %TRUE when the writer is ready; rejects with
 *   %GH_ERROR_UNAVAILABLE when the first attempt fails: reason "database.away", or "writer.locked"
 *   when another guildhalld writes to this database
 */
DexFuture *
ghd_writer_start (GhdWriter *self)
{
  dex_return_error_if_fail (GHD_IS_WRITER (self));
  dex_return_error_if_fail (self->started == NULL);

  self->started = dex_promise_new ();
  self->finished = dex_promise_new ();
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, writer_fiber, g_object_ref (self), g_object_unref));
  return dex_ref (DEX_FUTURE (self->started));
}

/**
 * ghd_writer_append:
 * @write: not to be changed any more
 *
 * Returns: (transfer full): resolves to a #GhdCommit once everything in @write is durable and was
 *   given to #GhdWriterCommitted; rejects with %GH_ERROR_UNAVAILABLE (try again with the same
 *   txn_id), %GH_ERROR_CONFLICT, or what its statements raise. After %GH_ERROR_UNAVAILABLE it may
 *   still turn out to be written; the same txn_id then resolves to the first one's events.
 */
DexFuture *
ghd_writer_append (GhdWriter *self, GhdWrite *write)
{
  GhdPending *pending;

  dex_return_error_if_fail (GHD_IS_WRITER (self));
  dex_return_error_if_fail (GHD_IS_WRITE (write));

  if (ghd_write_get_txn_id (write) != NULL)
    {
      pending = g_hash_table_lookup (self->by_txn, write);
      if (pending != NULL && !pending->is_answered)
        return follow (pending);
    }

  if (self->is_closing || self->is_refusing)
    return dex_future_new_for_error (ghd_sql_error_new_away ());
  if (ghd_writer_get_n_waiting (self) >= self->max_waiting)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_UNAVAILABLE, "writer.busy", NULL, BUSY_RETRY_AFTER_MS,
                            "The server has more to store than it can. Try again in a moment."));

  pending = ghd_pending_new (write);
  pending->span = ghd_tracer_begin_below (self->tracer, "writer.wait", GHD_TRACE_INTERNAL);
  if (ghd_write_get_txn_id (write) != NULL)
    g_hash_table_replace (self->by_txn, pending->write, pending);
  g_queue_push_tail_link (&self->waiting, &pending->link);
  ghd_writer_update_queue_metric (self);
  if (self->wake != NULL && dex_future_is_pending (DEX_FUTURE (self->wake)))
    dex_promise_resolve_boolean (self->wake, TRUE);
  return dex_ref (DEX_FUTURE (pending->promise));
}

/**
 * ghd_writer_attest:
 * @found: (transfer full): what an earlier request of the same name has written, from the database
 *
 * Returns: (transfer full): the same with a fresh receipt for its last event
 */
GhdCommit *
ghd_writer_attest (GhdWriter *self, GhdCommit *found)
{
  g_autoptr (GhdCommit) owned = found;
  g_autoptr (GPtrArray) events = NULL;
  g_autoptr (GhReceiptBatch) receipts = NULL;

  g_return_val_if_fail (GHD_IS_WRITER (self), NULL);
  g_return_val_if_fail (found != NULL, NULL);

  events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  for (guint i = 0; i < ghd_commit_get_n_events (found); i++)
    g_ptr_array_add (events, gh_event_ref (ghd_commit_get_event (found, i)));
  receipts = ghd_writer_sign_receipt (self, events);
  return ghd_commit_new (events, ghd_commit_get_position (found), TRUE, receipts);
}

/**
 * ghd_writer_close:
 *
 * Takes no more writes, lets those that wait be written while the database is there, and gives up
 * the lock.
 *
 * Returns: (transfer full): resolves to %TRUE when it is done
 */
DexFuture *
ghd_writer_close (GhdWriter *self)
{
  dex_return_error_if_fail (GHD_IS_WRITER (self));

  if (!self->is_closing)
    {
      self->is_closing = TRUE;
      dex_promise_resolve_boolean (self->closed, TRUE);
    }
  return self->finished != NULL ? dex_ref (DEX_FUTURE (self->finished)) : dex_future_new_true ();
}

/**
 * ghd_writer_get_position:
 *
 * Returns: the position of the last event that was given to the function that takes what is committed: what
 *   it makes of them is how things are at this position. The database may be further.
 */
gint64
ghd_writer_get_position (GhdWriter *self)
{
  g_return_val_if_fail (GHD_IS_WRITER (self), 0);

  return self->told;
}

gboolean
ghd_writer_is_available (GhdWriter *self)
{
  g_return_val_if_fail (GHD_IS_WRITER (self), FALSE);

  return self->is_available;
}

/**
 * ghd_writer_get_n_waiting:
 *
 * Returns: writes that are not in flight yet, in the queue or built already
 */
guint
ghd_writer_get_n_waiting (GhdWriter *self)
{
  g_return_val_if_fail (GHD_IS_WRITER (self), 0);

  return g_queue_get_length (&self->waiting) + self->n_open;
}
