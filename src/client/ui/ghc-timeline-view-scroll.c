/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What is in sight: keeping it in its place whatever comes above and below, bringing in what comes
 * a slice a frame, and asking for the next page in time. */
#include "ghc-timeline-view-private.h"

#include "ghc-timeline-cell.h"

/* Nearer to an end than this, the next page is asked for: so many pages of the view, or so many
 * pixels where the view is low. Both ends together are less than what the timeline holds at once. */
#define PAGES_AHEAD 2
#define PIXELS_AHEAD 3500

/* So high is a row at least, in pixels, that has not come to the list yet. */
#define ROW_HEIGHT 24

void
ghc_timeline_view_load_what_is_near (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = ghc_timeline_view_get_adjustment (self);
  double page = gtk_adjustment_get_page_size (adjustment);
  double value = gtk_adjustment_get_value (adjustment);
  double below = gtk_adjustment_get_upper (adjustment) - page - value;
  double ahead = MAX (PAGES_AHEAD * page, PIXELS_AHEAD);

  if (self->timeline == NULL || page <= 0 || !ghc_timeline_get_loaded (self->timeline)
      || ghc_timeline_get_load_error (self->timeline) != NULL)
    return;

  /* What has come already is on its way into the list. */
  value += ROW_HEIGHT * ghc_timeline_slices_get_first (self->slices);
  below += ROW_HEIGHT * ghc_timeline_slices_count_below (self->slices);
  if (value < ahead && !ghc_timeline_get_at_start (self->timeline)
      && !ghc_timeline_get_loading_older (self->timeline))
    dex_future_disown (ghc_timeline_load_older (self->timeline));
  if (below < ahead && !ghc_timeline_get_at_end (self->timeline)
      && !ghc_timeline_get_loading_newer (self->timeline))
    dex_future_disown (ghc_timeline_load_newer (self->timeline));
}

static guint
get_position_at (GhcTimelineView *self, double y)
{
  GtkWidget *list = GTK_WIDGET (self->list_view);
  GtkWidget *at = gtk_widget_pick (list, gtk_widget_get_width (list) / 2.0, y,
                                   GTK_PICK_INSENSITIVE | GTK_PICK_NON_TARGETABLE);
  GtkWidget *row = at != NULL ? gtk_widget_get_ancestor (at, GHC_TYPE_TIMELINE_CELL) : NULL;

  return row != NULL ? ghc_timeline_cell_get_position (GHC_TIMELINE_CELL (row))
                     : GTK_INVALID_LIST_POSITION;
}

/* Between two rows there may be a margin that belongs to neither: a few pixels further in there is
 * a row. */
static guint
find_position (GhcTimelineView *self, double y, double step)
{
  for (guint i = 0; i < 4; i++)
    {
      guint position = get_position_at (self, y + i * step);

      if (position != GTK_INVALID_LIST_POSITION)
        return position;
    }

  return GTK_INVALID_LIST_POSITION;
}

static void
tell_visible_range (GhcTimelineView *self)
{
  int height = gtk_widget_get_height (GTK_WIDGET (self->list_view));
  guint before = ghc_timeline_slices_get_first (self->slices);
  guint first, last;

  if (self->timeline == NULL || height <= 0)
    return;

  first = find_position (self, 1, 6);
  last = find_position (self, height - 1, -6);
  if (first == GTK_INVALID_LIST_POSITION || last == GTK_INVALID_LIST_POSITION || first > last)
    return;

  ghc_timeline_set_visible_range (self->timeline, before + first, before + last);
}

static void
on_value_changed (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = ghc_timeline_view_get_adjustment (self);
  double value = gtk_adjustment_get_value (adjustment);

  /* Somebody scrolls on while a page comes in: their place moves with them. */
  if (!self->is_laying_out)
    self->place.y -= value - self->last_value;
  self->last_value = value;

  /* Whoever follows the end does so until they scroll away themselves: a list that has just got
   * its size, or new rows, may be anywhere for a moment. */
  if (self->timeline == NULL || (self->is_following && self->is_laying_out))
    return;
  ghc_timeline_view_set_following (self, ghc_timeline_view_holds_end (self)
                                           && ghc_timeline_view_is_near_end (self));
  ghc_timeline_view_load_what_is_near (self);
}

static void
on_bounds_changed (GhcTimelineView *self)
{
  ghc_timeline_view_keep_end (self);
}

void
ghc_timeline_view_forget_place (GhcTimelineView *self)
{
  ghc_timeline_place_clear (&self->place);
}

/* Comes after the window has laid out its widgets; what is moved now is laid out again before
 * anything is drawn. */
static void
on_layout (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = ghc_timeline_view_get_adjustment (self);

  if (self->is_following)
    ghc_timeline_view_forget_place (self);
  ghc_timeline_place_restore (&self->place, self->list_view);

  self->laid_value = self->last_value = gtk_adjustment_get_value (adjustment);
  tell_visible_range (self);
  ghc_timeline_view_load_what_is_near (self);
}

/* Comes before the list knows of the change. */
static void
on_items_changing (GhcTimelineView *self)
{
  double scrolled;

  if (self->is_following || !gtk_widget_get_mapped (GTK_WIDGET (self->list_view)))
    return;

  /* What was scrolled since the rows were laid out has not moved them yet. */
  scrolled = gtk_adjustment_get_value (ghc_timeline_view_get_adjustment (self)) - self->laid_value;
  ghc_timeline_place_remember (&self->place, self->list_view, scrolled);
}

static void
on_items_changed (GhcTimelineView *self, guint position, guint n_removed, guint n_added)
{
  if (self->is_following && n_added > 0
      && position + n_added == g_list_model_get_n_items (G_LIST_MODEL (self->slices)))
    ghc_timeline_view_scroll_to_end (self);
}

static gboolean
on_tick (GtkWidget *widget, GdkFrameClock *clock, gpointer data)
{
  GhcTimelineView *self = GHC_TIMELINE_VIEW (widget);
  guint n_below = ghc_timeline_slices_count_below (self->slices);
  guint n_items = ghc_timeline_view_count_items (self);

  /* Many came at once: the end is gone to, rather than run after. */
  if (n_items > 0 && self->is_following && n_below > GHC_TIMELINE_SLICE)
    ghc_timeline_slices_reveal (self->slices, n_items - 1);
  else if (n_items > 0 && g_list_model_get_n_items (G_LIST_MODEL (self->slices)) == 0)
    ghc_timeline_slices_reveal (self->slices, 0);
  else
    ghc_timeline_slices_advance (self->slices);

  if (!ghc_timeline_slices_is_whole (self->slices))
    return G_SOURCE_CONTINUE;
  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/**
 * ghc_timeline_view_fill:
 *
 * Brings what the timeline holds into the list, from the next frame on.
 */
void
ghc_timeline_view_fill (GhcTimelineView *self)
{
  if (self->tick == 0 && !ghc_timeline_slices_is_whole (self->slices))
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self), on_tick, NULL, NULL);
}

/* A frame is: what people do and animations (update), layout, paint. What moves the list from after
 * the update on is the list itself. */
static void
on_before_paint (GhcTimelineView *self)
{
  self->is_laying_out = FALSE;
  gdk_frame_clock_request_phase (self->clock, GDK_FRAME_CLOCK_PHASE_UPDATE);
}

static void
on_updated (GhcTimelineView *self)
{
  self->is_laying_out = TRUE;
}

static void
on_after_paint (GhcTimelineView *self)
{
  self->is_laying_out = FALSE;
}

/* The view has come into sight; it gets its size now. */
void
ghc_timeline_view_begin_frames (GhcTimelineView *self)
{
  ghc_timeline_view_end_frames (self);
  self->clock = g_object_ref (gtk_widget_get_frame_clock (GTK_WIDGET (self)));
  self->is_laying_out = TRUE;
  g_signal_connect_object (self->clock, "before-paint", G_CALLBACK (on_before_paint), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clock, "update", G_CALLBACK (on_updated), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (self->clock, "after-paint", G_CALLBACK (on_after_paint), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->clock, "layout", G_CALLBACK (on_layout), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
}

void
ghc_timeline_view_end_frames (GhcTimelineView *self)
{
  ghc_timeline_view_forget_place (self);
  if (self->clock == NULL)
    return;

  /* Each by name: GTK has handlers of its own there with the view as their data, for its ticks. */
  g_signal_handlers_disconnect_by_func (self->clock, on_before_paint, self);
  g_signal_handlers_disconnect_by_func (self->clock, on_updated, self);
  g_signal_handlers_disconnect_by_func (self->clock, on_after_paint, self);
  g_signal_handlers_disconnect_by_func (self->clock, on_layout, self);
  g_clear_object (&self->clock);
}

void
ghc_timeline_view_init_scroll (GhcTimelineView *self)
{
  GtkAdjustment *adjustment = ghc_timeline_view_get_adjustment (self);

  self->fling = ghc_timeline_fling_new (GTK_SCROLLED_WINDOW (self->scroller));
  self->slices = ghc_timeline_slices_new ();
  g_signal_connect_object (self->slices, "items-changed", G_CALLBACK (on_items_changing), self,
                           G_CONNECT_SWAPPED);
  gtk_no_selection_set_model (self->selection, G_LIST_MODEL (self->slices));
  g_signal_connect_object (self->slices, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED | G_CONNECT_AFTER);
  g_signal_connect_object (adjustment, "value-changed", G_CALLBACK (on_value_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (adjustment, "changed", G_CALLBACK (on_bounds_changed), self,
                           G_CONNECT_SWAPPED);
}
