/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

/* How many writes are built before the first batch leaves, when there is none in flight. */
#define FIRST_CHUNK 16

/* The thread that builds is given no more at once than it is likely to get done while a batch is in
 * flight: what it leaves over must be put back, and is looked at again, a thousand writes each time. */
#define MIN_CHUNK 32

/* A batch costs half a millisecond however few are in it. While enough waits to make it as large as
 * this, a smaller one does not leave: to build so many takes less than 10 ms. When less waits, it is not
 * worth anybody's time: on a busy machine more would come while it is built, again and again. */
#define WORTHWHILE 256

/* How often the heads are asked for before the writes that need them are refused. */
#define MAX_ATTEMPTS 3

static guint
count_open (GhdWriter *self)
{
  return self->open != NULL ? self->open->pendings->len : 0;
}

/* How many may be built during the batch in flight: somewhat more than during the one before. */
static guint
guess_chunk (GhdWriter *self)
{
  guint before = self->in_flight != NULL ? self->in_flight->pendings->len : 0;

  return before + before / 4 + MIN_CHUNK;
}

static GPtrArray *
take_chunk (GhdWriter *self, guint max)
{
  GPtrArray *chunk = g_ptr_array_new ();
  GhdPending *next;

  max = MIN (max, self->max_batch - count_open (self));
  while (chunk->len < max && (next = g_queue_peek_head (&self->waiting)) != NULL
         && ghd_writer_knows_heads (self, next->write))
    {
      g_queue_unlink (&self->waiting, &next->link);
      g_ptr_array_add (chunk, next);
    }
  return chunk;
}

/* The batch after the one in flight: it counts on that one's success. */
static GhdBatch *
new_batch (GhdWriter *self)
{
  const GhdBatch *before = self->in_flight;

  if (before != NULL)
    return ghd_writer_make_batch (self, before->number + 1, before->position);
  return ghd_writer_make_batch (self, self->batch + 1, self->position);
}

/* Begins to add some of what waits to the open batch. FALSE when there is nothing that could be. */
static gboolean
begin_build (GhdWriter *self, guint max)
{
  g_autoptr (GPtrArray) chunk = take_chunk (self, max);

  if (chunk->len == 0)
    return FALSE;
  if (self->open == NULL)
    self->open = new_batch (self);
  self->n_open += chunk->len;
  self->build = ghd_build_begin (self, self->open, chunk);
  return TRUE;
}

static void
end_build (GhdWriter *self, gboolean at_once)
{
  if (self->build == NULL)
    return;
  ghd_build_end (g_steal_pointer (&self->build), self, at_once);
  self->n_open = count_open (self);
  ghd_writer_update_queue_metric (self);
}

/* With nothing in flight: goes on with the open batch when it is small and much waits. */
static gboolean
begin_enlarge (GhdWriter *self)
{
  guint worthwhile = MIN (WORTHWHILE, self->max_batch);
  guint n = count_open (self);

  return n < worthwhile && g_queue_get_length (&self->waiting) >= worthwhile - n
         && begin_build (self, worthwhile - n);
}

/* Sleeps until there is something new to write, @until is settled, the connection is lost or the
 * writer closes. */
static void
wait_for_work (GhdWriter *self, DexFuture *until)
{
  self->wake = dex_promise_new ();
  if (until != NULL)
    dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->wake)), dex_ref (until), NULL), NULL);
  else
    dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->wake)),
                                 ghd_connection_wait_lost (self->connection),
                                 dex_ref (DEX_FUTURE (self->closed)), NULL),
               NULL);
  g_clear_pointer (&self->wake, dex_unref);
}

static void
drop_open (GhdWriter *self)
{
  g_autoptr (GhdBatch) open = NULL;

  end_build (self, TRUE);
  open = g_steal_pointer (&self->open);
  self->n_open = 0;
  if (open != NULL)
    ghd_writer_requeue (self, open->pendings);
  g_hash_table_remove_all (self->heads);
}

/* --- with nothing in flight --- */

/* Heads of the rooms that the next batch concerns. */
static gboolean
load_heads (GhdWriter *self)
{
  g_autoptr (GPtrArray) next = g_ptr_array_new ();
  g_autoptr (GError) error = NULL;

  for (GList *at = self->waiting.head; at != NULL && next->len < self->max_batch; at = at->next)
    g_ptr_array_add (next, at->data);
  for (guint n = 1;; n++)
    {
      g_clear_error (&error);
      if (ghd_writer_load_heads (self, next, &error))
        return TRUE;
      if (ghd_connection_is_lost (self->connection))
        return FALSE;
      if (n == MAX_ATTEMPTS)
        break;
    }
  for (guint i = 0; i < next->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (next, i);

      g_queue_unlink (&self->waiting, &pending->link);
    }
  ghd_writer_reject (self, next, error);
  return TRUE;
}

/* Waits until there is a batch to send. FALSE when there will be none on this connection. */
static gboolean
prepare (GhdWriter *self)
{
  while (!ghd_connection_is_lost (self->connection))
    {
      end_build (self, FALSE);
      if (count_open (self) > 0)
        {
          if (begin_enlarge (self))
            continue;
          return TRUE;
        }
      g_clear_pointer (&self->open, ghd_batch_free);
      if (!g_queue_is_empty (&self->waiting))
        {
          if (load_heads (self))
            begin_build (self, FIRST_CHUNK);
        }
      else if (self->is_closing)
        return FALSE;
      else
        wait_for_work (self, NULL);
    }
  return FALSE;
}

/* --- with a batch in flight --- */

/* The open batch leaves. NULL when it could not be signed, and then its writes have been refused. Where
 * much waits, the batch after it is begun first: sealing takes a third of a microsecond for each event, in
 * which the thread that builds need not wait. */
static DexFuture *
send_open (GhdWriter *self)
{
  g_autoptr (GError) error = NULL;

  self->in_flight = g_steal_pointer (&self->open);
  self->n_open = 0;
  if (g_queue_get_length (&self->waiting) >= MIN_CHUNK)
    begin_build (self, guess_chunk (self));
  if (!ghd_batch_seal (self->in_flight, &self->signer, &error))
    {
      g_autoptr (GhdBatch) batch = g_steal_pointer (&self->in_flight);

      drop_open (self);
      ghd_writer_reject (self, batch->pendings, error);
      return NULL;
    }
  ghd_writer_note_sent (self);
  ghd_writer_update_queue_metric (self);
  return ghd_connection_run (self->connection,
                             (const GhdStatement *) self->in_flight->statements->data,
                             self->in_flight->statements->len);
}

/* The batch in flight is durable. The next one leaves, and the one after it is begun, before anybody
 * is told, so that neither the database nor the thread that signs waits for this one. */
static DexFuture *
go_on (GhdWriter *self)
{
  g_autoptr (GhdBatch) durable = g_steal_pointer (&self->in_flight);
  DexFuture *run = NULL;

  self->batch = durable->number;
  self->position = durable->position;
  if (count_open (self) > 0 && !begin_enlarge (self))
    run = send_open (self);
  if (run != NULL)
    {
      if (self->build == NULL)
        begin_build (self, guess_chunk (self));
      dex_await (ghd_connection_wait_sent (self->connection), NULL);
    }
  ghd_writer_tell (self, durable);
  return run;
}

/* While the batch in flight is under way, the next one grows. */
static void
build_during (GhdWriter *self, DexFuture *run)
{
  while (dex_future_is_pending (run))
    {
      if (self->build == NULL && !begin_build (self, guess_chunk (self)))
        {
          wait_for_work (self, run);
          continue;
        }
      dex_await (dex_future_first (ghd_build_when_done (self->build), dex_ref (run), NULL), NULL);
      end_build (self, !dex_future_is_pending (run));
    }
  end_build (self, TRUE);
}

/* The batch in flight failed, and what was built upon it is void. */
static void
start_over (GhdWriter *self, DexFuture *run)
{
  g_autoptr (GError) error = NULL;
  GhdOutcome outcome = ghd_writer_judge_failure (self);
  g_autoptr (GPtrArray) pendings = NULL;

  dex_future_get_value (run, &error);
  drop_open (self);
  if (outcome == GHD_OUTCOME_LOST)
    return;
  pendings = g_ptr_array_copy (self->in_flight->pendings, NULL, NULL);
  g_clear_pointer (&self->in_flight, ghd_batch_free);
  ghd_writer_recover (self, pendings, outcome, error);
  ghd_writer_requeue (self, pendings);
}

/**
 * ghd_writer_stream:
 *
 * Writes what waits, batch after batch, until the connection is lost or the writer is closed and has
 * nothing left. While a batch is in flight the next one is built on its heads and positions; when the
 * one in flight fails, that work is thrown away.
 */
void
ghd_writer_stream (GhdWriter *self)
{
  while (prepare (self))
    {
      DexFuture *run = send_open (self);

      while (run != NULL)
        {
          DexFuture *next = NULL;

          build_during (self, run);
          if (dex_future_is_resolved (run))
            next = go_on (self);
          else
            start_over (self, run);
          dex_unref (run);
          run = next;
        }
    }
  drop_open (self);
}
