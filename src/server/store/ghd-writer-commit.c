/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "ghd-log.h"

/* How often a whole batch is tried again after a failure that passes (a deadlock). */
#define MAX_ATTEMPTS 3

/**
 * ghd_writer_make_batch:
 * @number: one more than of the batch before it
 * @position: of the log before it
 *
 * Returns: (transfer full): a batch without writes, in memory of one that was written if there is any
 */
GhdBatch *
ghd_writer_make_batch (GhdWriter *self, gint64 number, gint64 position)
{
  guint n_likely = MIN (g_queue_get_length (&self->waiting) + 1, self->max_batch);

  return ghd_batch_new (self->application_name, number, position,
                        g_steal_pointer (&self->spare_rows), n_likely);
}

/* --- outcomes --- */

/**
 * ghd_writer_reject:
 * @pendings: (inout) (element-type GhdPending): empty afterwards
 */
void
ghd_writer_reject (GhdWriter *self, GPtrArray *pendings, const GError *error)
{
  for (guint i = 0; i < pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (pendings, i);

      ghd_pending_reject (pending, error);
      ghd_writer_forget (self, pending);
    }
  g_ptr_array_set_size (pendings, 0);
}

/**
 * ghd_writer_note_sent:
 *
 * The batch in flight has just left: what it holds waits no more.
 */
void
ghd_writer_note_sent (GhdWriter *self)
{
  if (self->tracer == NULL)
    return;

  for (guint i = 0; i < self->in_flight->pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (self->in_flight->pendings, i);

      pending->span = ghd_tracer_replace (self->tracer, g_steal_pointer (&pending->span),
                                          "writer.commit", GHD_TRACE_CLIENT);
      ghd_trace_span_set_int (pending->span, "batch_events", self->in_flight->events->len);
    }
}

/**
 * ghd_writer_tell:
 * @batch: durable
 *
 * Its events are published, then everybody who waited is told.
 */
void
ghd_writer_tell (GhdWriter *self, GhdBatch *batch)
{
  gint64 now_us;

  if (self->committed != NULL && batch->events->len > 0)
    self->committed (batch->events, self->committed_data);
  self->told = batch->position;

  now_us = g_get_monotonic_time ();
  for (guint i = 0; i < batch->pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (batch->pendings, i);

      if (self->latency_series != NULL && pending->events->len > 0)
        ghd_series_observe (self->latency_series, (now_us - pending->queued_us) / 1e6);
      ghd_pending_resolve (pending, pending->events, pending->position, FALSE, batch->receipts);
      ghd_writer_forget (self, pending);
    }
  if (self->batch_series != NULL && batch->events->len > 0)
    ghd_series_observe (self->batch_series, batch->events->len);

  if (self->spare_rows == NULL)
    self->spare_rows = ghd_batch_take_rows (batch);
}

/**
 * ghd_writer_finish_in_flight:
 *
 * The batch in flight turned out to be durable.
 */
void
ghd_writer_finish_in_flight (GhdWriter *self)
{
  g_autoptr (GhdBatch) batch = g_steal_pointer (&self->in_flight);

  self->batch = batch->number;
  self->position = batch->position;
  ghd_writer_tell (self, batch);
}

/**
 * ghd_writer_judge_failure:
 *
 * Returns: what became of the batch in flight, which has failed
 */
GhdOutcome
ghd_writer_judge_failure (GhdWriter *self)
{
  const GhdSqlFailure *failure = ghd_connection_get_failure (self->connection);

  if (ghd_connection_is_lost (self->connection))
    return GHD_OUTCOME_LOST;
  if (ghd_sql_failure_violates (failure, "txn_once"))
    return GHD_OUTCOME_DUPLICATE;
  if (ghd_sql_failure_violates (failure, "event_position"))
    {
      /* Somebody else wrote: we do not hold the lock that we thought we held. */
      ghd_log_error ("Another writer was at work on this database; connecting again");
      ghd_connection_close (self->connection);
      return GHD_OUTCOME_LOST;
    }
  return failure->fault == GHD_SQL_FAULT_PASSING ? GHD_OUTCOME_PASSING : GHD_OUTCOME_REFUSED;
}

/* --- one batch, by itself --- */

/* Builds the batch; writes that cannot be built are rejected and left out. */
static GhdBatch *
build (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GhdBatch) batch = NULL;

  if (!ghd_writer_load_heads (self, pendings, error))
    return NULL;
  batch = ghd_writer_make_batch (self, self->batch + 1, self->position);
  ghd_build_end (ghd_build_begin (self, batch, pendings), self, FALSE);
  g_ptr_array_set_size (pendings, 0);
  for (guint i = 0; i < batch->pendings->len; i++)
    g_ptr_array_add (pendings, g_ptr_array_index (batch->pendings, i));
  if (pendings->len == 0 || !ghd_batch_seal (batch, &self->signer, error))
    return NULL;
  return g_steal_pointer (&batch);
}

/* One attempt. On GHD_OUTCOME_COMMITTED everybody has been told. */
static GhdOutcome
attempt (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GhdBatch) batch = build (self, pendings, error);
  g_autoptr (GPtrArray) results = NULL;
  GhdOutcome outcome;

  if (batch == NULL)
    {
      g_hash_table_remove_all (self->heads);
      return pendings->len == 0                          ? GHD_OUTCOME_COMMITTED
             : ghd_connection_is_lost (self->connection) ? GHD_OUTCOME_LOST
                                                         : GHD_OUTCOME_PASSING;
    }

  /* From here on a lost connection leaves us in doubt. */
  self->in_flight = g_steal_pointer (&batch);
  ghd_writer_note_sent (self);
  results =
    dex_await_boxed (ghd_connection_run (self->connection,
                                         (const GhdStatement *) self->in_flight->statements->data,
                                         self->in_flight->statements->len),
                     error);
  if (results != NULL)
    {
      ghd_writer_finish_in_flight (self);
      return GHD_OUTCOME_COMMITTED;
    }

  outcome = ghd_writer_judge_failure (self);
  g_hash_table_remove_all (self->heads);
  if (outcome != GHD_OUTCOME_LOST)
    g_clear_pointer (&self->in_flight, ghd_batch_free);
  return outcome;
}

static void
commit (GhdWriter *self, GPtrArray *pendings)
{
  g_autoptr (GError) error = NULL;
  GhdOutcome outcome;

  if (pendings->len == 0 || ghd_connection_is_lost (self->connection))
    return;
  outcome = attempt (self, pendings, &error);
  ghd_writer_recover (self, pendings, outcome, error);
}

static GPtrArray *
slice (GPtrArray *pendings, guint from, guint to)
{
  GPtrArray *part = g_ptr_array_sized_new (to - from);

  for (guint i = from; i < to; i++)
    g_ptr_array_add (part, g_ptr_array_index (pendings, i));
  return part;
}

static void
append_all (GPtrArray *pendings, GPtrArray *part)
{
  for (guint i = 0; i < part->len; i++)
    g_ptr_array_add (pendings, g_ptr_array_index (part, i));
}

/* The culprit is in one of the halves. The second waits for the first, to keep the order. */
static void
bisect (GhdWriter *self, GPtrArray *pendings)
{
  g_autoptr (GPtrArray) first = slice (pendings, 0, pendings->len / 2);
  g_autoptr (GPtrArray) second = slice (pendings, pendings->len / 2, pendings->len);

  commit (self, first);
  commit (self, second);
  g_ptr_array_set_size (pendings, 0);
  append_all (pendings, first);
  append_all (pendings, second);
}

/* Nothing was written, for some writes had been written before. */
static void
answer_repeats (GhdWriter *self, GPtrArray *pendings)
{
  g_autoptr (GError) error = NULL;

  if (!ghd_writer_answer_repeats (self, pendings, &error)
      && !ghd_connection_is_lost (self->connection))
    ghd_writer_reject (self, pendings, error);
}

/**
 * ghd_writer_recover:
 * @pendings: (inout) (element-type GhdPending): of a batch that was tried; what is left in it
 *   afterwards must be tried again, on another connection
 * @outcome: of that first attempt
 * @error: (nullable): why it failed
 *
 * Writes all of them, or as many as the database accepts. When the connection is lost in the
 * middle, what was sent stays in flight and what was not sent is left.
 */
void
ghd_writer_recover (GhdWriter *self, GPtrArray *pendings, GhdOutcome outcome, const GError *error)
{
  g_autoptr (GError) latest = error != NULL ? g_error_copy (error) : NULL;

  for (guint n = 1;; n++)
    {
      switch (outcome)
        {
        case GHD_OUTCOME_COMMITTED:
          g_ptr_array_set_size (pendings, 0);
          return;
        case GHD_OUTCOME_LOST:
          if (self->in_flight != NULL)
            g_ptr_array_set_size (pendings, 0);
          return;
        case GHD_OUTCOME_DUPLICATE:
          answer_repeats (self, pendings);
          break;
        case GHD_OUTCOME_PASSING:
          if (n < MAX_ATTEMPTS)
            break;
          if (latest == NULL)
            latest = ghd_sql_error_new_away ();
          ghd_writer_reject (self, pendings, latest);
          return;
        case GHD_OUTCOME_REFUSED:
        default:
          if (pendings->len > 1)
            bisect (self, pendings);
          else
            ghd_writer_reject (self, pendings, latest);
          return;
        }
      if (pendings->len == 0 || ghd_connection_is_lost (self->connection))
        return;
      g_clear_error (&latest);
      outcome = attempt (self, pendings, &latest);
    }
}
