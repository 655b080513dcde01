/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-window.h"

void
ghc_timeline_window_init (GhcTimelineWindow *self)
{
  self->sent = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_timeline_row_free);
  self->pending = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_timeline_row_free);
  self->by_event = g_hash_table_new (g_str_hash, g_str_equal);
  self->by_txn = g_hash_table_new (g_str_hash, g_str_equal);
}

void
ghc_timeline_window_clear (GhcTimelineWindow *self)
{
  g_clear_pointer (&self->by_event, g_hash_table_unref);
  g_clear_pointer (&self->by_txn, g_hash_table_unref);
  g_clear_pointer (&self->sent, g_ptr_array_unref);
  g_clear_pointer (&self->pending, g_ptr_array_unref);
}

/**
 * ghc_timeline_row_new:
 * @message: (transfer full)
 */
GhcTimelineRow *
ghc_timeline_row_new (GhcMessage *message, int day)
{
  GhcTimelineRow *row = g_new0 (GhcTimelineRow, 1);

  row->message = message;
  row->item = ghc_timeline_item_new_message (message);
  row->day = day;

  return row;
}

void
ghc_timeline_row_free (GhcTimelineRow *row)
{
  g_object_unref (row->item);
  g_object_unref (row->message);
  g_free (row);
}

/* The tables borrow their keys from the messages, which outlive the entries. */
static void
index_row (GhcTimelineWindow *self, GhcTimelineRow *row)
{
  const char *event_id = ghc_message_get_event_id (row->message);
  const char *txn_id = ghc_message_get_txn_id (row->message);

  if (event_id != NULL)
    g_hash_table_replace (self->by_event, (gpointer) event_id, row);
  if (txn_id != NULL && ghc_message_get_mine (row->message))
    g_hash_table_replace (self->by_txn, (gpointer) txn_id, row);
}

static void
forget_row (GhcTimelineWindow *self, GhcTimelineRow *row)
{
  const char *event_id = ghc_message_get_event_id (row->message);
  const char *txn_id = ghc_message_get_txn_id (row->message);

  if (event_id != NULL && g_hash_table_lookup (self->by_event, event_id) == row)
    g_hash_table_remove (self->by_event, event_id);
  if (txn_id != NULL && g_hash_table_lookup (self->by_txn, txn_id) == row)
    g_hash_table_remove (self->by_txn, txn_id);
}

/**
 * ghc_timeline_window_covers:
 *
 * Returns: TRUE when a message at @position belongs into the window
 */
gboolean
ghc_timeline_window_covers (GhcTimelineWindow *self, gint64 position)
{
  return (self->at_start || position >= self->oldest) && (self->at_end || position <= self->newest);
}

GhcTimelineRow *
ghc_timeline_window_lookup_event (GhcTimelineWindow *self, const char *event_id)
{
  return g_hash_table_lookup (self->by_event, event_id);
}

/**
 * ghc_timeline_window_lookup_txn:
 *
 * Returns: (nullable): one's own message with @txn_id, sent or pending
 */
GhcTimelineRow *
ghc_timeline_window_lookup_txn (GhcTimelineWindow *self, const char *txn_id)
{
  return g_hash_table_lookup (self->by_txn, txn_id);
}

static gint64
position_at (GhcTimelineWindow *self, guint index)
{
  GhcTimelineRow *row = g_ptr_array_index (self->sent, index);

  return ghc_message_get_position (row->message);
}

/**
 * ghc_timeline_window_insert:
 * @row: (transfer full): of a sent message that the window covers and does not hold
 */
void
ghc_timeline_window_insert (GhcTimelineWindow *self, GhcTimelineRow *row)
{
  gint64 position = ghc_message_get_position (row->message);
  guint low = 0;
  guint high = self->sent->len;

  if (high > 0 && position_at (self, high - 1) <= position)
    low = high;

  while (low < high)
    {
      guint middle = low + (high - low) / 2;

      if (position_at (self, middle) <= position)
        low = middle + 1;
      else
        high = middle;
    }

  g_ptr_array_insert (self->sent, low, row);
  index_row (self, row);
  self->newest = MAX (self->newest, position);
}

/**
 * ghc_timeline_window_append:
 * @row: (transfer full): of a pending message
 */
void
ghc_timeline_window_append (GhcTimelineWindow *self, GhcTimelineRow *row)
{
  g_ptr_array_add (self->pending, row);
  index_row (self, row);
}

/**
 * ghc_timeline_window_steal:
 *
 * Returns: (transfer full) (nullable): the row of the pending message with @txn_id, taken out
 */
GhcTimelineRow *
ghc_timeline_window_steal (GhcTimelineWindow *self, const char *txn_id)
{
  for (guint i = 0; i < self->pending->len; i++)
    {
      GhcTimelineRow *row = g_ptr_array_index (self->pending, i);

      if (g_str_equal (ghc_message_get_txn_id (row->message), txn_id))
        {
          forget_row (self, row);
          return g_ptr_array_steal_index (self->pending, i);
        }
    }

  return NULL;
}

/**
 * ghc_timeline_window_is_next:
 * @row: a pending row
 *
 * Returns: TRUE when @row would keep its place on being sent at @position
 */
gboolean
ghc_timeline_window_is_next (GhcTimelineWindow *self, GhcTimelineRow *row, gint64 position)
{
  return self->pending->len > 0 && g_ptr_array_index (self->pending, 0) == row
         && (self->sent->len == 0 || position_at (self, self->sent->len - 1) < position);
}

void
ghc_timeline_window_trim_start (GhcTimelineWindow *self, guint n_rows)
{
  g_assert (n_rows < self->sent->len);

  if (n_rows == 0)
    return;

  for (guint i = 0; i < n_rows; i++)
    forget_row (self, g_ptr_array_index (self->sent, i));
  g_ptr_array_remove_range (self->sent, 0, n_rows);
  self->oldest = position_at (self, 0);
  self->at_start = FALSE;
}

void
ghc_timeline_window_trim_end (GhcTimelineWindow *self, guint n_rows)
{
  guint first;

  g_assert (n_rows < self->sent->len);

  if (n_rows == 0)
    return;

  first = self->sent->len - n_rows;
  for (guint i = first; i < self->sent->len; i++)
    forget_row (self, g_ptr_array_index (self->sent, i));
  g_ptr_array_remove_range (self->sent, first, n_rows);
  self->newest = position_at (self, first - 1);
  self->at_end = FALSE;
}

/* Lets go of the sent messages above @position; the window then ends there. */
void
ghc_timeline_window_drop_above (GhcTimelineWindow *self, gint64 position)
{
  guint n_rows = 0;

  while (n_rows < self->sent->len && position_at (self, self->sent->len - 1 - n_rows) > position)
    {
      forget_row (self, g_ptr_array_index (self->sent, self->sent->len - 1 - n_rows));
      n_rows++;
    }
  if (n_rows > 0)
    g_ptr_array_remove_range (self->sent, self->sent->len - n_rows, n_rows);

  self->newest = position;
  self->at_end = FALSE;
}

/* Lets go of all sent messages; the window then covers nothing. */
void
ghc_timeline_window_drop_sent (GhcTimelineWindow *self)
{
  for (guint i = 0; i < self->sent->len; i++)
    forget_row (self, g_ptr_array_index (self->sent, i));
  g_ptr_array_set_size (self->sent, 0);
  self->oldest = 0;
  self->newest = 0;
  self->at_start = FALSE;
  self->at_end = FALSE;
}
