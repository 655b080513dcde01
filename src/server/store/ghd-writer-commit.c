/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "ghd-event-rows.h"
#include "ghd-log.h"

/* Rooms whose heads are remembered; beyond that all are forgotten and read again as needed. */
#define MAX_HEADS 100000

#define LOAD_HEADS "SELECT room_id, unnest (heads) FROM room_head WHERE room_id = ANY ($1)"

#define FIND_TXNS                                                                                  \
  "SELECT t.user_id, t.txn_id, t.position + greatest (t.n_events - 1, 0), " GHD_EVENT_COLUMNS      \
  " FROM unnest ($1::text[], $2::text[]) AS w (user_id, txn_id)"                                   \
  " JOIN txn t USING (user_id, txn_id)"                                                            \
  " LEFT JOIN event e ON e.position >= t.position AND e.position < t.position + t.n_events"        \
  " ORDER BY t.position, t.user_id, t.txn_id, e.position"
#define FIND_TXNS_EVENT 3

/* How often a whole batch is tried again after a failure that passes (a deadlock). */
#define MAX_ATTEMPTS 3

static GPtrArray *
slice (GPtrArray *pendings, guint from, guint to)
{
  GPtrArray *part = g_ptr_array_sized_new (to - from);

  for (guint i = from; i < to; i++)
    g_ptr_array_add (part, g_ptr_array_index (pendings, i));
  return part;
}

static void
reject (GhdWriter *self, GPtrArray *pendings, const GError *error)
{
  for (guint i = 0; i < pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (pendings, i);

      ghd_pending_reject (pending, error);
      ghd_writer_forget (self, pending);
    }
  g_ptr_array_set_size (pendings, 0);
}

/* --- heads --- */

static void
note_head (GhdWriter *self, const char *room_id, const char *head)
{
  GStrv known = g_hash_table_lookup (self->heads, room_id);
  guint n = g_strv_length (known);
  GStrv heads = g_new0 (char *, n + 2);

  for (guint i = 0; i < n; i++)
    heads[i] = g_strdup (known[i]);
  heads[n] = g_strdup (head);
  g_hash_table_replace (self->heads, g_strdup (room_id), heads);
}

static GPtrArray *
find_unknown_rooms (GhdWriter *self, GPtrArray *pendings)
{
  GPtrArray *rooms = g_ptr_array_new ();

  if (g_hash_table_size (self->heads) > MAX_HEADS)
    g_hash_table_remove_all (self->heads);
  for (guint i = 0; i < pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (pendings, i);

      for (guint j = 0; j < ghd_write_get_n_events (pending->write); j++)
        {
          const char *room_id = gh_event_draft_get_room_id (
            ghd_write_get_draft (pending->write, j));

          if (g_hash_table_contains (self->heads, room_id))
            continue;
          g_hash_table_insert (self->heads, g_strdup (room_id), g_new0 (char *, 1));
          g_ptr_array_add (rooms, (gpointer) room_id);
        }
    }
  return rooms;
}

/* After this every room that the writes concern is in the table; a new one has no heads. */
static gboolean
load_heads (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GPtrArray) rooms = find_unknown_rooms (self, pendings);
  g_autoptr (GhdResult) result = NULL;

  if (rooms->len == 0)
    return TRUE;
  result = dex_await_object (
    ghd_connection_query (self->connection, LOAD_HEADS,
                          ghd_params_add_text_array (ghd_params_new (),
                                                     (const char *const *) rooms->pdata,
                                                     rooms->len)),
    error);
  if (result == NULL)
    {
      g_hash_table_remove_all (self->heads);
      return FALSE;
    }
  for (guint row = 0; row < ghd_result_get_n_rows (result); row++)
    {
      g_autofree char *head = ghd_event_rows_dup_id (result, row, 1);

      note_head (self, ghd_result_get_text (result, row, 0), head);
    }
  return TRUE;
}

/* --- outcomes --- */

/**
 * ghd_writer_finish_in_flight:
 *
 * The batch in flight is durable: its events are published, then everybody who waited is told.
 */
void
ghd_writer_finish_in_flight (GhdWriter *self)
{
  g_autoptr (GhdBatch) batch = g_steal_pointer (&self->in_flight);
  gint64 now_us;

  self->batch = batch->number;
  self->position = batch->position;
  if (self->committed != NULL && batch->events->len > 0)
    self->committed (batch->events, self->committed_data);

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
}

static GhdPending *
find_pending (GPtrArray *pendings, const char *user_id, const char *txn_id, guint *index)
{
  for (guint i = 0; i < pendings->len; i++)
    {
      GhdPending *pending = g_ptr_array_index (pendings, i);

      if (g_strcmp0 (ghd_write_get_txn_id (pending->write), txn_id) == 0
          && g_strcmp0 (ghd_write_get_user_id (pending->write), user_id) == 0)
        {
          *index = i;
          return pending;
        }
    }
  return NULL;
}

/* Resolves the write of the rows from @row on that are of one txn, and takes it out of
 * @pendings. */
static guint
resolve_duplicate (GhdWriter *self, GPtrArray *pendings, GhdResult *result, guint row,
                   GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  const char *user_id = ghd_result_get_text (result, row, 0);
  const char *txn_id = ghd_result_get_text (result, row, 1);
  gint64 position = ghd_result_get_int64 (result, row, 2);
  GhdPending *pending;
  guint index;

  for (; row < ghd_result_get_n_rows (result)
         && g_str_equal (ghd_result_get_text (result, row, 0), user_id)
         && g_str_equal (ghd_result_get_text (result, row, 1), txn_id);
       row++)
    {
      GhEvent *event;

      if (ghd_result_is_null (result, row, FIND_TXNS_EVENT))
        continue;
      event = ghd_event_rows_get (result, row, FIND_TXNS_EVENT, error);
      if (event == NULL)
        return 0;
      g_ptr_array_add (events, event);
    }

  pending = find_pending (pendings, user_id, txn_id, &index);
  if (pending != NULL)
    {
      g_autoptr (GhReceiptBatch) receipts = ghd_writer_sign_receipt (self, events);

      g_ptr_array_remove_index (pendings, index);
      ghd_pending_resolve (pending, events, position, TRUE, receipts);
      ghd_writer_forget (self, pending);
    }
  return row;
}

/* Some of @pendings were written before. Those are answered with what they became then. */
static gboolean
resolve_duplicates (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GPtrArray) users = g_ptr_array_new ();
  g_autoptr (GPtrArray) txns = g_ptr_array_new ();
  g_autoptr (GhdResult) result = NULL;
  GhdParams *params = ghd_params_new ();
  guint row = 0, n_before = pendings->len;

  for (guint i = 0; i < pendings->len; i++)
    {
      const GhdPending *pending = g_ptr_array_index (pendings, i);

      if (ghd_write_get_txn_id (pending->write) == NULL)
        continue;
      g_ptr_array_add (users, (gpointer) ghd_write_get_user_id (pending->write));
      g_ptr_array_add (txns, (gpointer) ghd_write_get_txn_id (pending->write));
    }
  ghd_params_add_text_array (params, (const char *const *) users->pdata, users->len);
  ghd_params_add_text_array (params, (const char *const *) txns->pdata, txns->len);
  result = dex_await_object (ghd_connection_query (self->connection, FIND_TXNS, params), error);
  if (result == NULL)
    return FALSE;

  while (row < ghd_result_get_n_rows (result))
    {
      row = resolve_duplicate (self, pendings, result, row, error);
      if (row == 0)
        return FALSE;
    }
  if (pendings->len < n_before)
    return TRUE;
  gh_set_error (error, GH_ERROR_INTERNAL, "database.error", NULL,
                "Something went wrong on the server. Its log says more.");
  return FALSE;
}

/* --- committing --- */

typedef enum
{
  OUTCOME_COMMITTED,
  OUTCOME_LOST,      /* the connection is gone; in_flight holds what was sent */
  OUTCOME_DUPLICATE, /* nothing was written: some writes had been written before */
  OUTCOME_PASSING,   /* nothing was written: it may work later */
  OUTCOME_REFUSED,   /* nothing was written: at least one write is at fault */
} Outcome;

/* Builds the batch; writes that cannot be built are rejected and left out. */
static GhdBatch *
build (GhdWriter *self, GPtrArray *pendings)
{
  while (pendings->len > 0)
    {
      g_autoptr (GError) error = NULL;
      GhdPending *culprit = NULL;
      GhdBatch *batch;

      if (!load_heads (self, pendings, &error))
        return NULL;
      batch = ghd_batch_build (pendings, self->application_name, self->batch + 1, self->position,
                               self->heads, &self->signer, &culprit, &error);
      if (batch != NULL)
        return batch;

      g_hash_table_remove_all (self->heads);
      g_ptr_array_remove (pendings, culprit);
      ghd_pending_reject (culprit, error);
      ghd_writer_forget (self, culprit);
    }
  return NULL;
}

static Outcome
judge_failure (GhdWriter *self)
{
  const GhdSqlFailure *failure = ghd_connection_get_failure (self->connection);

  if (ghd_connection_is_lost (self->connection))
    return OUTCOME_LOST;
  if (ghd_sql_failure_violates (failure, "txn_once"))
    return OUTCOME_DUPLICATE;
  if (ghd_sql_failure_violates (failure, "event_position"))
    {
      /* Somebody else wrote: we do not hold the lock that we thought we held. */
      ghd_log_error ("Another writer was at work on this database; connecting again");
      ghd_connection_close (self->connection);
      return OUTCOME_LOST;
    }
  return failure->fault == GHD_SQL_FAULT_PASSING ? OUTCOME_PASSING : OUTCOME_REFUSED;
}

/* One attempt. On OUTCOME_COMMITTED everybody has been told. */
static Outcome
attempt (GhdWriter *self, GPtrArray *pendings, GError **error)
{
  g_autoptr (GhdBatch) batch = build (self, pendings);
  g_autoptr (GPtrArray) results = NULL;
  Outcome outcome;

  if (batch == NULL)
    return pendings->len == 0                          ? OUTCOME_COMMITTED
           : ghd_connection_is_lost (self->connection) ? OUTCOME_LOST
                                                       : OUTCOME_PASSING;

  /* From here on a lost connection leaves us in doubt. */
  self->in_flight = g_steal_pointer (&batch);
  results =
    dex_await_boxed (ghd_connection_run (self->connection,
                                         (const GhdStatement *) self->in_flight->statements->data,
                                         self->in_flight->statements->len),
                     error);
  if (results != NULL)
    {
      ghd_writer_finish_in_flight (self);
      return OUTCOME_COMMITTED;
    }

  outcome = judge_failure (self);
  g_hash_table_remove_all (self->heads);
  if (outcome != OUTCOME_LOST)
    g_clear_pointer (&self->in_flight, ghd_batch_free);
  return outcome;
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

  ghd_writer_commit (self, first);
  ghd_writer_commit (self, second);
  g_ptr_array_set_size (pendings, 0);
  append_all (pendings, first);
  append_all (pendings, second);
}

/**
 * ghd_writer_commit:
 * @pendings: (inout) (element-type GhdPending): what is left in it afterwards must be tried again,
 *   on another connection
 *
 * Writes all of them, or as many as the database accepts. When the connection is lost in the
 * middle, what was sent stays in flight and what was not sent is left.
 */
void
ghd_writer_commit (GhdWriter *self, GPtrArray *pendings)
{
  for (guint n = 1; pendings->len > 0 && !ghd_connection_is_lost (self->connection); n++)
    {
      g_autoptr (GError) error = NULL;

      switch (attempt (self, pendings, &error))
        {
        case OUTCOME_COMMITTED:
          g_ptr_array_set_size (pendings, 0);
          return;
        case OUTCOME_LOST:
          if (self->in_flight != NULL)
            g_ptr_array_set_size (pendings, 0);
          return;
        case OUTCOME_DUPLICATE:
          if (!resolve_duplicates (self, pendings, &error)
              && !ghd_connection_is_lost (self->connection))
            reject (self, pendings, error);
          break;
        case OUTCOME_PASSING:
          if (n < MAX_ATTEMPTS)
            break;
          if (error == NULL)
            error = ghd_sql_error_new_away ();
          reject (self, pendings, error);
          return;
        case OUTCOME_REFUSED:
        default:
          if (pendings->len > 1)
            bisect (self, pendings);
          else
            reject (self, pendings, error);
          return;
        }
    }
}
