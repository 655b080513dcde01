/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-window.h"

#include "ghc-timeline-cell.h"

#include <adwaita.h>

/* Nothing here takes a second on an idle machine. */
#define PATIENCE_S 120

/**
 * ui_window_load_style:
 *
 * The application's style sheet, which an AdwApplication loads by itself.
 */
void
ui_window_load_style (void)
{
  g_autoptr (GtkCssProvider) provider = gtk_css_provider_new ();

  gtk_css_provider_load_from_resource (provider, "/org/guildhall/Guildhall/style.css");
  gtk_style_context_add_provider_for_display (gdk_display_get_default (), GTK_STYLE_PROVIDER (provider),
                                              GTK_STYLE_PROVIDER_PRIORITY_APPLICATION);
}

/**
 * ui_window_new:
 *
 * Opens it, and returns when it has been drawn.
 */
UiWindow *
ui_window_new (void)
{
  UiWindow *self = g_new0 (UiWindow, 1);
  GtkWidget *box = gtk_box_new (GTK_ORIENTATION_VERTICAL, 0);

  self->window = adw_window_new ();
  self->view = GHC_TIMELINE_VIEW (ghc_timeline_view_new ());
  self->foot = gtk_label_new ("foot");
  gtk_widget_set_vexpand (GTK_WIDGET (self->view), TRUE);
  gtk_box_append (GTK_BOX (box), GTK_WIDGET (self->view));
  gtk_box_append (GTK_BOX (box), self->foot);
  adw_window_set_content (ADW_WINDOW (self->window), box);
  gtk_window_set_default_size (GTK_WINDOW (self->window), 640, 560);
  gtk_window_present (GTK_WINDOW (self->window));
  ui_window_wait_frames (self, 3);
  return self;
}

void
ui_window_free (UiWindow *self)
{
  gtk_window_destroy (GTK_WINDOW (self->window));
  test_settle ();
  g_free (self);
}

G_NORETURN static void
on_late (gpointer what)
{
  g_error ("waited %d s for %s", PATIENCE_S, (const char *) what);
}

static void
on_after_paint (guint *n_frames)
{
  (*n_frames)++;
}

/**
 * ui_window_wait_frames:
 *
 * Runs the main loop until the window has been drawn @n_frames times more.
 */
void
ui_window_wait_frames (UiWindow *self,
                       guint     n_frames)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (self->window);
  guint n_seen = 0;
  guint late = g_timeout_add_seconds_once (PATIENCE_S, on_late, (gpointer) "frames");
  gulong handler = g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (on_after_paint), &n_seen);

  while (n_seen < n_frames)
    {
      gdk_frame_clock_request_phase (clock, GDK_FRAME_CLOCK_PHASE_PAINT);
      g_main_context_iteration (NULL, TRUE);
    }

  g_signal_handler_disconnect (clock, handler);
  g_source_remove (late);
}

/**
 * ui_window_wait:
 *
 * Runs the main loop, drawing, until @condition holds.
 */
void
ui_window_wait (UiWindow   *self,
                UiCondition condition,
                gpointer    data,
                const char *what)
{
  guint late = g_timeout_add_seconds_once (PATIENCE_S, on_late, (gpointer) what);

  while (!condition (data))
    ui_window_wait_frames (self, 1);
  g_source_remove (late);
}

/**
 * ui_window_settle:
 *
 * Runs the main loop, drawing, until all rows have come to the list and nothing moves any more.
 */
void
ui_window_settle (UiWindow *self)
{
  GtkAdjustment *adjustment = ui_window_adjustment (self);
  guint n_still = 0;
  double value = -1, upper = -1;

  while (n_still < 2)
    {
      gboolean is_still;

      ui_window_wait_frames (self, 1);
      is_still = ghc_timeline_view_is_settled (self->view) && value == gtk_adjustment_get_value (adjustment)
                 && upper == gtk_adjustment_get_upper (adjustment);
      n_still = is_still ? n_still + 1 : 0;
      value = gtk_adjustment_get_value (adjustment);
      upper = gtk_adjustment_get_upper (adjustment);
    }
}

static gboolean
is_loaded (gpointer timeline)
{
  return ghc_timeline_get_loaded (timeline);
}

static gboolean
has_list (gpointer data)
{
  UiWindow *self = data;

  self->list = ui_window_find (GTK_WIDGET (self->view), GTK_TYPE_LIST_VIEW, NULL);
  return self->list != NULL;
}

/**
 * ui_window_find_list:
 *
 * Waits until the conversation is to be seen.
 */
void
ui_window_find_list (UiWindow *self)
{
  ui_window_wait (self, has_list, self, "the list");
}

/**
 * ui_window_show:
 *
 * Shows @timeline and loads its newest page; returns when that has been drawn.
 */
void
ui_window_show (UiWindow    *self,
                GhcTimeline *timeline)
{
  g_object_set (self->view, "timeline", timeline, NULL);
  dex_future_disown (ghc_timeline_jump_to_latest (timeline));
  ui_window_wait (self, is_loaded, timeline, "the first page");
  ui_window_find_list (self);
  ui_window_settle (self);
}

GtkAdjustment *
ui_window_adjustment (UiWindow *self)
{
  return gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (self->list));
}

gboolean
ui_window_is_at_end (gpointer data)
{
  UiWindow *self = data;
  GtkAdjustment *adjustment = ui_window_adjustment (self);

  return gtk_adjustment_get_value (adjustment) + gtk_adjustment_get_page_size (adjustment)
         >= gtk_adjustment_get_upper (adjustment) - 1;
}

/**
 * ui_window_find:
 * @text: (nullable): what a label or button says
 *
 * Returns: (transfer none) (nullable): the first widget of @type that is to be seen
 */
GtkWidget *
ui_window_find (GtkWidget  *from,
                GType       type,
                const char *text)
{
  if (!gtk_widget_get_mapped (from))
    return NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (from, type))
    {
      g_autofree char *label = NULL;

      if (text != NULL)
        g_object_get (from, "label", &label, NULL);
      if (text == NULL || g_strcmp0 (label, text) == 0)
        return from;
    }

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL; child = gtk_widget_get_next_sibling (child))
    {
      GtkWidget *found = ui_window_find (child, type, text);

      if (found != NULL)
        return found;
    }

  return NULL;
}

/**
 * ui_window_count_cells:
 *
 * Returns: how many rows the list has made, in sight or not
 */
guint
ui_window_count_cells (UiWindow *self)
{
  guint n_cells = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    if (GHC_IS_TIMELINE_CELL (gtk_widget_get_first_child (row)))
      n_cells++;

  return n_cells;
}

static void
sight_free (gpointer data)
{
  UiSight *sight = data;

  g_object_unref (sight->message);
  g_free (sight);
}

static int
compare_sights (gconstpointer a,
                gconstpointer b)
{
  const UiSight *one = *(const UiSight **) a, *other = *(const UiSight **) b;

  return one->y < other->y ? -1 : one->y > other->y;
}

/**
 * ui_window_look:
 *
 * Returns: (transfer full) (element-type UiSight): the messages in sight, from above
 */
GPtrArray *
ui_window_look (UiWindow *self)
{
  GPtrArray *sights = g_ptr_array_new_with_free_func (sight_free);

  for (GtkWidget *row = gtk_widget_get_first_child (self->list); row != NULL; row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *cell = gtk_widget_get_first_child (row);
      GhcMessage *message;
      graphene_rect_t bounds;
      UiSight *sight;

      if (!GHC_IS_TIMELINE_CELL (cell) || !gtk_widget_get_mapped (cell)
          || !gtk_widget_compute_bounds (cell, self->list, &bounds))
        continue;
      if (bounds.origin.y + bounds.size.height <= 0 || bounds.origin.y >= gtk_widget_get_height (self->list))
        continue;
      message = ghc_timeline_cell_get_message (GHC_TIMELINE_CELL (cell));
      if (message == NULL)
        continue;

      sight = g_new0 (UiSight, 1);
      sight->message = g_object_ref (message);
      sight->y = bounds.origin.y;
      sight->height = bounds.size.height;
      g_ptr_array_add (sights, sight);
    }

  g_ptr_array_sort (sights, compare_sights);
  return sights;
}
