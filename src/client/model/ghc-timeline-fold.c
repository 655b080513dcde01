/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-private.h"

/* Above this an insertion at the end lets go of the start. */
#define WINDOW_SLACK GHC_TIMELINE_PAGE

static GhcUser *
lookup_user (GhcTimeline *self, const char *user_id)
{
  g_autoptr (GObject) directory = g_weak_ref_get (&self->directory);

  if (directory != NULL)
    return g_object_ref (self->lookup (directory, user_id));

  return ghc_user_new (user_id);
}

/* The text of a message, or NULL for an event that is none or whose content was erased. */
static const char *
event_body (GhEvent *event)
{
  GhJson *content = gh_event_get_content (event);

  if (!gh_event_is (event, GH_EVENT_ROOM_MESSAGE) || content == NULL)
    return NULL;

  return gh_json_peek_string (content, "body");
}

static void
place_row (GhcTimeline *self, GhcTimelineRow *row)
{
  if (self->loaded
      && ghc_timeline_window_covers (&self->window, ghc_message_get_position (row->message)))
    ghc_timeline_window_insert (&self->window, row);
  else
    ghc_timeline_row_free (row);
}

/* A pending row becomes a sent one: without moving where it can, else in two steps, so that rows
 * between are left alone. */
static void
settle_row (GhcTimeline *self, GhcTimelineRow *row, const char *event_id, gint64 position,
            gint64 timestamp)
{
  gboolean moves = !ghc_timeline_window_is_next (&self->window, row, position);
  g_autoptr (GhcMessage) message = g_object_ref (row->message);

  ghc_timeline_window_steal (&self->window, ghc_message_get_txn_id (message));
  if (moves)
    ghc_timeline_layout (self);

  ghc_message_settle (message, event_id, position, timestamp);
  row->day = ghc_timeline_day_of (self, timestamp);

  /* The event may have come first, without saying which request it answers. */
  if (ghc_timeline_window_lookup_event (&self->window, event_id) != NULL)
    ghc_timeline_row_free (row);
  else
    place_row (self, row);
}

/**
 * ghc_timeline_take_event:
 *
 * Takes an event into the window where it belongs there. The caller lays out afterwards.
 *
 * Returns: TRUE when the window changed
 */
gboolean
ghc_timeline_take_event (GhcTimeline *self, GhEvent *event)
{
  GhcTimelineWindow *window = &self->window;
  gint64 position = gh_event_get_position (event);
  const char *txn_id = gh_event_get_txn_id (event);
  const char *body = event_body (event);
  g_autoptr (GhcUser) sender = NULL;
  GhcTimelineRow *row;

  if (body == NULL)
    {
      if (self->loaded && window->at_end)
        window->newest = MAX (window->newest, position);
      return FALSE;
    }

  sender = lookup_user (self, gh_event_get_sender (event));
  row = txn_id != NULL && ghc_user_get_is_self (sender)
          ? ghc_timeline_window_lookup_txn (window, txn_id)
          : NULL;
  if (row != NULL && ghc_message_get_state (row->message) != GHC_MESSAGE_SENT)
    {
      settle_row (self, row, gh_event_get_id (event), position, gh_event_get_origin_ts (event));
      return TRUE;
    }

  if (!self->loaded || !ghc_timeline_window_covers (window, position)
      || ghc_timeline_window_lookup_event (window, gh_event_get_id (event)) != NULL)
    return FALSE;

  ghc_timeline_window_insert (
    window, ghc_timeline_row_new (ghc_message_new_sent (self->channel_id, gh_event_get_id (event),
                                                        txn_id, sender, body,
                                                        gh_event_get_origin_ts (event), position),
                                  ghc_timeline_day_of (self, gh_event_get_origin_ts (event))));

  return TRUE;
}

/**
 * ghc_timeline_take_held:
 *
 * The window has come to reach the end as it was when the server answered: what arrived meanwhile
 * belongs below. They stay held for the other pages on their way, which may have been read before
 * them too. The caller lays out afterwards.
 */
void
ghc_timeline_take_held (GhcTimeline *self)
{
  for (guint i = 0; i < self->held->len; i++)
    ghc_timeline_take_event (self, g_ptr_array_index (self->held, i));
}

static void
hold (GhcTimeline *self, GhEvent *event)
{
  if (self->held->len >= GHC_TIMELINE_WINDOW)
    {
      g_ptr_array_set_size (self->held, 0);
      self->held_overflowed = TRUE;
    }
  if (!self->held_overflowed)
    g_ptr_array_add (self->held, gh_event_ref (event));
}

static guint
row_index_of (GhcTimeline *self, GhcTimelineItem *item, gboolean first)
{
  guint index;
  guint row = 0;

  if (item == NULL || !g_ptr_array_find (self->items, item, &index))
    return first ? G_MAXUINT : 0;

  for (guint i = 0; i < index; i++)
    {
      if (ghc_timeline_item_get_kind (g_ptr_array_index (self->items, i)) == GHC_TIMELINE_MESSAGE)
        row++;
    }

  return row;
}

/**
 * ghc_timeline_trim_start:
 * @keep: how many messages may stay
 *
 * Lets go of the oldest messages that are not on screen.
 */
void
ghc_timeline_trim_start (GhcTimeline *self, guint keep)
{
  GhcTimelineWindow *window = &self->window;
  guint n_rows;

  if (window->sent->len <= keep)
    return;

  n_rows = MIN (window->sent->len - keep, row_index_of (self, self->first_visible, TRUE));
  if (n_rows == 0 || n_rows >= window->sent->len)
    return;

  ghc_timeline_window_trim_start (window, n_rows);
  ghc_timeline_layout (self);
}

/**
 * ghc_timeline_trim_end:
 * @keep: how many messages may stay
 *
 * Lets go of the newest messages that are not on screen.
 */
void
ghc_timeline_trim_end (GhcTimeline *self, guint keep)
{
  GhcTimelineWindow *window = &self->window;
  guint last;

  if (window->sent->len <= keep)
    return;

  last = row_index_of (self, self->last_visible, FALSE);
  if (last + 1 >= window->sent->len)
    return;

  ghc_timeline_window_trim_end (window,
                                MIN (window->sent->len - keep, window->sent->len - 1 - last));
  ghc_timeline_layout (self);
}

gboolean
ghc_timeline_fold (GhcTimeline *self, GhEvent *event)
{
  gint64 position;
  gboolean is_new;
  gboolean changed;

  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);
  g_return_val_if_fail (event != NULL, FALSE);

  position = gh_event_get_position (event);
  is_new = position > self->last_seen;
  self->last_seen = MAX (self->last_seen, position);

  /* Also where the window takes it: it may be let go of again before the page is there. */
  if (self->n_loading > 0)
    hold (self, event);

  changed = ghc_timeline_take_event (self, event);
  if (changed)
    {
      ghc_timeline_layout (self);

      if (self->window.sent->len > GHC_TIMELINE_WINDOW + WINDOW_SLACK)
        ghc_timeline_trim_start (self, GHC_TIMELINE_WINDOW);
      /* Somebody reads far up while much arrives: better to let go of the end than to grow. */
      if (self->window.sent->len > 2 * GHC_TIMELINE_WINDOW)
        ghc_timeline_trim_end (self, GHC_TIMELINE_WINDOW);
    }
  else if (is_new && self->loaded && !self->window.at_end && event_body (event) != NULL)
    self->n_unseen++;

  ghc_timeline_notify_changes (self);

  return changed || is_new;
}

GhcMessage *
ghc_timeline_add_pending (GhcTimeline *self, const char *txn_id, GhcUser *sender, const char *body,
                          gint64 timestamp)
{
  GhcTimelineRow *row;

  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);
  g_return_val_if_fail (txn_id != NULL, NULL);
  g_return_val_if_fail (GHC_IS_USER (sender), NULL);
  g_return_val_if_fail (body != NULL, NULL);

  row = ghc_timeline_window_lookup_txn (&self->window, txn_id);
  if (row == NULL)
    {
      row = ghc_timeline_row_new (ghc_message_new_pending (self->channel_id, txn_id, sender, body,
                                                           timestamp),
                                  ghc_timeline_day_of (self, timestamp));
      ghc_timeline_window_append (&self->window, row);
      ghc_timeline_layout (self);
      ghc_timeline_notify_changes (self);
    }

  return row->message;
}

static GhcTimelineRow *
lookup_waiting (GhcTimeline *self, const char *txn_id)
{
  GhcTimelineRow *row = ghc_timeline_window_lookup_txn (&self->window, txn_id);

  return row != NULL && ghc_message_get_state (row->message) != GHC_MESSAGE_SENT ? row : NULL;
}

void
ghc_timeline_settle (GhcTimeline *self, const char *txn_id, const char *event_id, gint64 position,
                     gint64 timestamp)
{
  GhcTimelineRow *row;

  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (txn_id != NULL);
  g_return_if_fail (event_id != NULL);

  row = lookup_waiting (self, txn_id);
  if (row == NULL)
    return;

  settle_row (self, row, event_id, position, timestamp);
  ghc_timeline_layout (self);
  ghc_timeline_notify_changes (self);
}

void
ghc_timeline_fail (GhcTimeline *self, const char *txn_id, const char *sentence)
{
  GhcTimelineRow *row;

  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (txn_id != NULL);

  row = lookup_waiting (self, txn_id);
  if (row != NULL)
    ghc_message_fail (row->message, sentence);
}

void
ghc_timeline_retry (GhcTimeline *self, const char *txn_id)
{
  GhcTimelineRow *row;

  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (txn_id != NULL);

  row = lookup_waiting (self, txn_id);
  if (row != NULL)
    ghc_message_retry (row->message);
}

void
ghc_timeline_discard (GhcTimeline *self, const char *txn_id)
{
  GhcTimelineRow *row;

  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (txn_id != NULL);

  row = ghc_timeline_window_steal (&self->window, txn_id);
  if (row == NULL)
    return;

  ghc_timeline_layout (self);
  ghc_timeline_row_free (row);
  ghc_timeline_notify_changes (self);
}
