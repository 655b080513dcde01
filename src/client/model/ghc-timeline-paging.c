/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-private.h"

#include "gh-error.h"

#include <glib/gi18n.h>

/* A server whose pages hold no messages must not keep us asking for ever. */
#define MAX_PAGES_IN_A_ROW 20

typedef enum
{
  TOWARDS_START,
  TOWARDS_END,
} Direction;

static gint64
event_position (GPtrArray *events, guint index)
{
  return gh_event_get_position (g_ptr_array_index (events, index));
}

/* What is on its way while this is counted is held, see hold() in ghc-timeline-fold.c. */
static void
begin_loading (GhcTimeline *self)
{
  self->n_loading++;
}

static void
end_loading (GhcTimeline *self)
{
  g_assert (self->n_loading > 0);

  if (--self->n_loading == 0)
    {
      g_ptr_array_set_size (self->held, 0);
      self->held_overflowed = FALSE;
    }
}

static DexFuture *
ask (GhcTimeline *self, gint64 before, gint64 after, gint64 around_ts)
{
  g_autoptr (GhcTimelineLoader) loader = g_weak_ref_get (&self->loader);

  if (loader == NULL)
    return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_UNAVAILABLE, "timeline.closed",
                                                           NULL, 0,
                                                           _ ("This channel is no longer open.")));

  return ghc_timeline_loader_load (loader, self->channel_id, before, after, around_ts,
                                   GHC_TIMELINE_PAGE);
}

/* The page must continue the window without a gap: its events lie in [low, high] and nothing
   else does. */
static gboolean
touches (GhcTimeline *self, gint64 low, gint64 high)
{
  const GhcTimelineWindow *window = &self->window;

  return self->loaded && (window->at_end || low <= window->newest + 1)
         && (window->at_start || high >= window->oldest - 1);
}

/* What the page knows of the server's word for its messages. */
static void
take_receipt (GhcTimeline *self, GhcPage *page, const char *event_id)
{
  GhcReceipt *receipt = ghc_page_get_receipt (page, event_id);
  GhcTimelineRow *row = receipt != NULL ? ghc_timeline_window_lookup_event (&self->window, event_id)
                                        : NULL;

  if (row != NULL)
    ghc_message_set_receipt (row->message, receipt);
}

/* Takes @page, which holds all events in [low, high], into a window that it touches. */
static gboolean
merge (GhcTimeline *self, GhcPage *page, gint64 low, gint64 high)
{
  GhcTimelineWindow *window = &self->window;
  GPtrArray *events = ghc_page_get_events (page);
  guint n_before = window->sent->len;

  if (!window->at_start && low <= window->oldest)
    {
      window->oldest = low;
      window->at_start = ghc_page_get_at_start (page);
    }
  if (!window->at_end && high >= window->newest)
    {
      window->newest = high;
      window->at_end = ghc_page_get_at_end (page) && !self->held_overflowed;
    }

  for (guint i = 0; i < events->len; i++)
    {
      self->last_seen = MAX (self->last_seen, event_position (events, i));
      ghc_timeline_take_event (self, g_ptr_array_index (events, i));
      take_receipt (self, page, gh_event_get_id (g_ptr_array_index (events, i)));
    }
  if (window->at_end)
    {
      self->n_unseen = 0;
      ghc_timeline_take_held (self);
    }

  ghc_timeline_layout (self);

  return window->sent->len > n_before;
}

/* The window becomes @page. */
static void
replace (GhcTimeline *self, GhcPage *page)
{
  GhcTimelineWindow *window = &self->window;
  GPtrArray *events = ghc_page_get_events (page);

  ghc_timeline_window_drop_sent (window);
  self->loaded = TRUE;
  window->oldest = events->len > 0 ? event_position (events, 0) : 0;
  window->newest = events->len > 0 ? event_position (events, events->len - 1) : 0;
  window->at_start = ghc_page_get_at_start (page) || events->len == 0;

  merge (self, page, window->oldest, window->newest);
}

static gboolean
load_first_page (GhcTimeline *self, GError **error)
{
  g_autoptr (GhcPage) page = dex_await_object (ask (self, 0, 0, 0), error);

  if (page == NULL)
    return FALSE;

  /* Something else may have loaded it meanwhile. */
  if (!self->loaded)
    replace (self, page);

  return TRUE;
}

/* One page further in @direction, or several where pages hold no messages. */
static gboolean
load_next_pages (GhcTimeline *self, Direction direction, GError **error)
{
  GhcTimelineWindow *window = &self->window;

  for (guint i = 0; i < MAX_PAGES_IN_A_ROW; i++)
    {
      g_autoptr (GhcPage) page = NULL;
      GPtrArray *events;
      gint64 edge;
      gint64 low;
      gint64 high;

      if (direction == TOWARDS_START ? window->at_start : window->at_end)
        return TRUE;

      edge = direction == TOWARDS_START ? window->oldest : window->newest;
      page = dex_await_object (direction == TOWARDS_START ? ask (self, edge, 0, 0)
                                                          : ask (self, 0, edge, 0),
                               error);
      if (page == NULL)
        return FALSE;

      events = ghc_page_get_events (page);
      if (direction == TOWARDS_END && edge == 0)
        {
          /* There was nothing to go on from: this is the latest page, with more above it maybe. */
          if (self->loaded && window->newest == 0)
            replace (self, page);
          if (window->sent->len > 0 || events->len == 0)
            return TRUE;
          continue;
        }
      if (direction == TOWARDS_START)
        {
          high = edge - 1;
          low = events->len > 0 ? event_position (events, 0) : edge;
        }
      else
        {
          low = edge + 1;
          high = events->len > 0 ? event_position (events, events->len - 1) : edge;
        }

      /* A jump or a reset meanwhile: the page belongs to what is no longer there. */
      if (!touches (self, low, high))
        return TRUE;

      if (merge (self, page, low, high) || events->len == 0)
        return TRUE;
    }

  return TRUE;
}

static DexFuture *
load_fiber (GhcTimeline *self, Direction direction)
{
  g_autoptr (GError) error = NULL;
  gboolean loaded;

  begin_loading (self);
  loaded = self->loaded ? load_next_pages (self, direction, &error)
                        : load_first_page (self, &error);
  end_loading (self);

  if (loaded && direction == TOWARDS_START)
    ghc_timeline_trim_end (self, GHC_TIMELINE_WINDOW);
  else if (loaded)
    ghc_timeline_trim_start (self, GHC_TIMELINE_WINDOW);

  dex_clear (direction == TOWARDS_START ? &self->older : &self->newer);
  ghc_timeline_set_load_error (self, loaded ? NULL : error->message);
  ghc_timeline_notify_changes (self);

  return loaded ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

static DexFuture *
load_older_fiber (gpointer data)
{
  return load_fiber (data, TOWARDS_START);
}

static DexFuture *
load_newer_fiber (gpointer data)
{
  return load_fiber (data, TOWARDS_END);
}

static DexFuture *
load (GhcTimeline *self, DexFuture **shared, gboolean at_edge, DexFiberFunc fiber)
{
  if (*shared != NULL)
    return dex_ref (*shared);
  if (self->loaded && at_edge)
    return dex_future_new_true ();

  *shared = dex_scheduler_spawn (NULL, 0, fiber, g_object_ref (self), g_object_unref);
  /* Several may wait for it: none of them leaving stops it. */
  dex_future_disown (dex_ref (*shared));
  ghc_timeline_notify_changes (self);

  return dex_ref (*shared);
}

DexFuture *
ghc_timeline_load_older (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  return load (self, &self->older, self->window.at_start, load_older_fiber);
}

DexFuture *
ghc_timeline_load_newer (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  return load (self, &self->newer, self->window.at_end, load_newer_fiber);
}

typedef struct
{
  GhcTimeline *self;
  gint64 timestamp; /* 0 for the latest */
} Jump;

static void
jump_free (Jump *jump)
{
  g_object_unref (jump->self);
  g_free (jump);
}

static guint
last_index (GhcTimeline *self)
{
  return self->items->len > 0 ? self->items->len - 1 : 0;
}

/* The first message at or after @timestamp, or the last one. */
static guint
index_at (GhcTimeline *self, gint64 timestamp)
{
  for (guint i = 0; i < self->items->len; i++)
    {
      GhcMessage *message = ghc_timeline_item_get_message (g_ptr_array_index (self->items, i));

      if (message != NULL && ghc_message_get_timestamp (message) >= timestamp)
        return i;
    }

  return last_index (self);
}

static gboolean
holds_time (GhcTimeline *self, gint64 timestamp)
{
  const GhcTimelineWindow *window = &self->window;
  GhcTimelineRow *first;
  GhcTimelineRow *last;

  if (!self->loaded || window->sent->len == 0)
    return self->loaded && window->at_start && window->at_end;

  first = g_ptr_array_index (window->sent, 0);
  last = g_ptr_array_index (window->sent, window->sent->len - 1);

  return (window->at_start || ghc_message_get_timestamp (first->message) < timestamp)
         && (window->at_end || ghc_message_get_timestamp (last->message) >= timestamp);
}

static DexFuture *
arrive (GhcTimeline *self, gint64 timestamp)
{
  guint index = timestamp > 0 ? index_at (self, timestamp) : last_index (self);

  ghc_timeline_notify_changes (self);
  ghc_timeline_emit_jumped (self, index);

  return dex_future_new_for_uint (index);
}

static DexFuture *
jump_fiber (gpointer data)
{
  Jump *jump = data;
  GhcTimeline *self = jump->self;
  guint serial = ++self->jump_serial;
  g_autoptr (GhcPage) page = NULL;
  g_autoptr (GError) error = NULL;
  GPtrArray *events;

  begin_loading (self);
  page = dex_await_object (ask (self, 0, 0, jump->timestamp), &error);

  if (page == NULL || serial != self->jump_serial)
    {
      end_loading (self);
      if (error == NULL)
        error = g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                     "Another jump took its place");
      else
        ghc_timeline_set_load_error (self, error->message);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  events = ghc_page_get_events (page);
  ghc_timeline_set_load_error (self, NULL);
  if (events->len > 0
      && touches (self, event_position (events, 0), event_position (events, events->len - 1)))
    merge (self, page, event_position (events, 0), event_position (events, events->len - 1));
  else
    replace (self, page);
  end_loading (self);

  if (jump->timestamp == 0)
    ghc_timeline_trim_start (self, GHC_TIMELINE_WINDOW);

  return arrive (self, jump->timestamp);
}

static DexFuture *
jump_to (GhcTimeline *self, gint64 timestamp)
{
  Jump *jump;

  jump = g_new0 (Jump, 1);
  jump->self = g_object_ref (self);
  jump->timestamp = timestamp;

  return dex_scheduler_spawn (NULL, 0, jump_fiber, jump, (GDestroyNotify) jump_free);
}

DexFuture *
ghc_timeline_jump_to_latest (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  if (self->loaded && self->window.at_end)
    return arrive (self, 0);

  return jump_to (self, 0);
}

DexFuture *
ghc_timeline_jump_to_date (GhcTimeline *self, gint64 timestamp)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  timestamp = MAX (timestamp, 1);
  if (holds_time (self, timestamp))
    return arrive (self, timestamp);

  return jump_to (self, timestamp);
}

void
ghc_timeline_fold_page (GhcTimeline *self, GhcPage *page)
{
  GPtrArray *events;

  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (GHC_IS_PAGE (page));

  events = ghc_page_get_events (page);
  if (!self->loaded)
    replace (self, page);
  else if (events->len > 0
           && touches (self, event_position (events, 0), event_position (events, events->len - 1)))
    merge (self, page, event_position (events, 0), event_position (events, events->len - 1));

  ghc_timeline_notify_changes (self);
}

void
ghc_timeline_mark_stale (GhcTimeline *self, gint64 upto, gint64 last_position)
{
  GhcTimelineWindow *window;

  g_return_if_fail (GHC_IS_TIMELINE (self));

  if (last_position <= upto)
    return;

  /* A page on its way may have been read before what we will never be told of. */
  if (self->n_loading > 0)
    {
      g_ptr_array_set_size (self->held, 0);
      self->held_overflowed = TRUE;
    }

  window = &self->window;
  if (!self->loaded || (!window->at_end && window->newest <= upto))
    return;

  if (!window->at_start && window->oldest > upto)
    {
      ghc_timeline_unload (self);
      return;
    }

  ghc_timeline_window_drop_above (window, upto);
  ghc_timeline_layout (self);
  ghc_timeline_notify_changes (self);
}

void
ghc_timeline_unload (GhcTimeline *self)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));

  ghc_timeline_window_drop_sent (&self->window);
  self->loaded = FALSE;
  self->n_unseen = 0;
  self->jump_serial++;
  g_clear_object (&self->first_visible);
  g_clear_object (&self->last_visible);
  ghc_timeline_layout (self);
  ghc_timeline_notify_changes (self);
}

void
ghc_timeline_forget_history (GhcTimeline *self)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));

  self->last_seen = 0;
  self->read_marker = 0;
  if (self->n_loading > 0)
    {
      g_ptr_array_set_size (self->held, 0);
      self->held_overflowed = TRUE;
    }
  ghc_timeline_unload (self);
}
