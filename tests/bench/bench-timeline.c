/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Scrolls through a conversation of 100,000 messages from its end to its start, and through as many plain labels: how long a
 * frame takes, from the clock's first phase to the end of painting, and how many rows there are. timeline.py gives it a
 * desktop. */
#include "ui-window.h"

#include "ghc-timeline-cell.h"

#include <adwaita.h>
#include <stdio.h>

#define N_MESSAGES 100000

/* A fast hand: a quarter of the view each frame. */
#define STEP 0.25

/* So many frames are measured at each of so many stops between the end and the start. */
#define STOPS 8
#define FRAMES 25

typedef struct
{
  GArray *frames; /* of gint64, µs */
  gint64  began;
  guint   n_rows;
} Measure;

static void
on_before_paint (Measure *self)
{
  self->began = g_get_monotonic_time ();
}

static void
on_after_paint (Measure *self)
{
  gint64 took = g_get_monotonic_time () - self->began;

  g_array_append_val (self->frames, took);
}

static guint
count_rows (GtkWidget *list)
{
  guint n_rows = 0;

  for (GtkWidget *row = gtk_widget_get_first_child (list); row != NULL; row = gtk_widget_get_next_sibling (row))
    n_rows++;
  return n_rows;
}

/* FRAMES frames upwards. */
static void
scroll (Measure   *self,
        UiWindow  *window,
        GtkWidget *list)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (list);
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  gulong before = g_signal_connect_swapped (clock, "before-paint", G_CALLBACK (on_before_paint), self);
  gulong after = g_signal_connect_swapped (clock, "after-paint", G_CALLBACK (on_after_paint), self);

  for (guint i = 0; i < FRAMES; i++)
    {
      gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment)
                                              - STEP * gtk_adjustment_get_page_size (adjustment));
      ui_window_wait_frames (window, 1);
      self->n_rows = MAX (self->n_rows, count_rows (list));
    }

  g_signal_handler_disconnect (clock, before);
  g_signal_handler_disconnect (clock, after);
}

static void
measure_timeline (Measure *self)
{
  g_autoptr (UiWorld) world = ui_world_new (N_MESSAGES);
  g_autoptr (UiWindow) window = ui_window_new ();

  ui_window_show (window, ghc_channel_get_timeline (world->general));
  for (guint i = 0; i < STOPS; i++)
    {
      g_autoptr (GhEvent) event = ui_history_make (world->history, N_MESSAGES - 1 - i * (N_MESSAGES / STOPS));

      ghc_timeline_view_jump_to_date (window->view, gh_event_get_origin_ts (event));
      ui_window_wait_frames (window, 10);
      scroll (self, window, window->list);
    }
}

static void
on_setup (GtkSignalListItemFactory *factory,
          GtkListItem              *list_item,
          gpointer                  data)
{
  GtkWidget *label = gtk_label_new (NULL);

  gtk_label_set_wrap (GTK_LABEL (label), TRUE);
  gtk_label_set_xalign (GTK_LABEL (label), 0);
  gtk_list_item_set_child (list_item, label);
}

static void
on_bind (GtkSignalListItemFactory *factory,
         GtkListItem              *list_item,
         gpointer                  data)
{
  gtk_label_set_label (GTK_LABEL (gtk_list_item_get_child (list_item)),
                       gtk_string_object_get_string (gtk_list_item_get_item (list_item)));
}

/* The same words in a list that holds them all. */
static void
measure_labels (Measure *self)
{
  g_autoptr (UiWorld) world = ui_world_new (N_MESSAGES);
  g_autoptr (UiWindow) window = ui_window_new ();
  GtkStringList *strings = gtk_string_list_new (NULL);
  GtkListItemFactory *factory = gtk_signal_list_item_factory_new ();
  GtkWidget *scroller = gtk_scrolled_window_new ();
  GtkWidget *list;

  for (guint i = 0; i < N_MESSAGES; i++)
    {
      g_autoptr (GhEvent) event = ui_history_make (world->history, i);

      gtk_string_list_append (strings, gh_json_peek_string (gh_event_get_content (event), "body"));
    }
  g_signal_connect (factory, "setup", G_CALLBACK (on_setup), NULL);
  g_signal_connect (factory, "bind", G_CALLBACK (on_bind), NULL);
  list = gtk_list_view_new (GTK_SELECTION_MODEL (gtk_no_selection_new (G_LIST_MODEL (strings))), factory);
  gtk_scrolled_window_set_child (GTK_SCROLLED_WINDOW (scroller), list);
  adw_window_set_content (ADW_WINDOW (window->window), scroller);
  ui_window_wait_frames (window, 5);

  for (guint i = 0; i < STOPS; i++)
    {
      gtk_list_view_scroll_to (GTK_LIST_VIEW (list), N_MESSAGES - 1 - i * (N_MESSAGES / STOPS), GTK_LIST_SCROLL_NONE, NULL);
      ui_window_wait_frames (window, 10);
      scroll (self, window, list);
    }
}

static int
compare_times (gconstpointer a,
               gconstpointer b)
{
  gint64 one = *(const gint64 *) a, other = *(const gint64 *) b;

  return one < other ? -1 : one > other;
}

static double
percentile_ms (Measure *self,
               guint    percent)
{
  return (double) g_array_index (self->frames, gint64, (self->frames->len - 1) * percent / 100) / 1000.0;
}

static void
print_figure (const char *measured,
              double      figure,
              const char *unit,
              double      reference)
{
  printf ("{\"bench\":\"timeline\",\"case\":\"messages=%u %s\",\"figure\":%.2f,\"unit\":\"%s\",\"reference\":%.2f,"
          "\"ratio\":%.2f}\n",
          N_MESSAGES, measured, figure, unit, reference, figure / reference);
}

int
main (int    argc,
      char **argv)
{
  Measure timeline = { .frames = g_array_new (FALSE, FALSE, sizeof (gint64)) };
  Measure labels = { .frames = g_array_new (FALSE, FALSE, sizeof (gint64)) };

  dex_init ();
  adw_init ();
  ui_window_load_style ();
  measure_timeline (&timeline);
  measure_labels (&labels);
  g_array_sort (timeline.frames, compare_times);
  g_array_sort (labels.frames, compare_times);

  print_figure ("frame p50", percentile_ms (&timeline, 50), "ms", percentile_ms (&labels, 50));
  print_figure ("frame p99", percentile_ms (&timeline, 99), "ms", percentile_ms (&labels, 99));
  print_figure ("rows widgets", timeline.n_rows, "widgets", labels.n_rows);
  g_array_unref (timeline.frames);
  g_array_unref (labels.frames);
  return 0;
}
