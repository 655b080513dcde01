/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-fling.h"

#include <math.h>

/* As in gtkscrolledwindow.c, so that a fling feels the same here as in any other list: how fast it
 * slows down (1/s), and how far fingers on a touchpad move what they scroll. */
#define FRICTION 4.0
#define TOUCHPAD_FACTOR 2.5

/* Less than this is left at its end, in pixels. */
#define LEAST_WAY 1.0

/* It ends after so many frames in which it could not move. */
#define PATIENCE_FRAMES 60

struct _GhcTimelineFling
{
  GObject parent_instance;
  GtkScrolledWindow *scroller; /* (unowned): it outlives us, or tells */
  double way;                  /* still to go, in pixels, down when positive */
  gint64 last_us;
  guint n_stuck; /* frames in a row */
  guint tick;
};

G_DEFINE_FINAL_TYPE (GhcTimelineFling, ghc_timeline_fling, G_TYPE_OBJECT)

static gboolean
on_tick (GtkWidget *scroller, GdkFrameClock *clock, gpointer data)
{
  GhcTimelineFling *self = data;
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  gint64 now_us = gdk_frame_clock_get_frame_time (clock);
  double seconds = (double) (now_us - self->last_us) / G_USEC_PER_SEC;
  double before = gtk_adjustment_get_value (adjustment);
  double moved;

  self->last_us = now_us;
  gtk_adjustment_set_value (adjustment, before + self->way * (1 - exp (-FRICTION * seconds)));
  moved = gtk_adjustment_get_value (adjustment) - before;
  self->way -= moved;
  self->n_stuck = fabs (moved) > 0 || seconds <= 0 ? 0 : self->n_stuck + 1;
  if (fabs (self->way) >= LEAST_WAY && self->n_stuck < PATIENCE_FRAMES)
    return G_SOURCE_CONTINUE;

  self->tick = 0;
  return G_SOURCE_REMOVE;
}

/* In pixels a second. */
static void
start (GhcTimelineFling *self, double velocity)
{
  GdkFrameClock *clock = gtk_widget_get_frame_clock (GTK_WIDGET (self->scroller));

  /* The platform's own ends before it began. */
  gtk_scrolled_window_set_kinetic_scrolling (self->scroller, FALSE);
  gtk_scrolled_window_set_kinetic_scrolling (self->scroller, TRUE);
  if (clock == NULL)
    return;

  self->way = velocity / FRICTION;
  self->n_stuck = 0;
  self->last_us = gdk_frame_clock_get_frame_time (clock);
  if (self->tick == 0)
    self->tick = gtk_widget_add_tick_callback (GTK_WIDGET (self->scroller), on_tick, self, NULL);
}

static void
on_decelerate (GhcTimelineFling *self, double x, double y, GtkEventControllerScroll *controller)
{
  GtkAdjustment *adjustment = gtk_scrolled_window_get_vadjustment (self->scroller);
  double factor = TOUCHPAD_FACTOR;

  if (gtk_event_controller_scroll_get_unit (controller) == GDK_SCROLL_UNIT_WHEEL)
    factor = pow (gtk_adjustment_get_page_size (adjustment), 2.0 / 3.0);
  start (self, y * factor);
}

static void
on_swipe (GhcTimelineFling *self, double x, double y)
{
  start (self, -y);
}

/* Of the scrolled window's own controllers some know when a fling begins, and all when somebody lays
 * a finger on it. */
static void
listen (GhcTimelineFling *self)
{
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (GTK_WIDGET (self->scroller));

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        {
          g_signal_connect_object (controller, "scroll-begin", G_CALLBACK (ghc_timeline_fling_stop),
                                   self, G_CONNECT_SWAPPED);
          g_signal_connect_object (controller, "decelerate", G_CALLBACK (on_decelerate), self,
                                   G_CONNECT_SWAPPED | G_CONNECT_AFTER);
        }
      else if (GTK_IS_GESTURE (controller))
        {
          g_signal_connect_object (controller, "begin", G_CALLBACK (ghc_timeline_fling_stop), self,
                                   G_CONNECT_SWAPPED);
          if (GTK_IS_GESTURE_SWIPE (controller))
            g_signal_connect_object (controller, "swipe", G_CALLBACK (on_swipe), self,
                                     G_CONNECT_SWAPPED | G_CONNECT_AFTER);
        }
    }
}

static void
ghc_timeline_fling_dispose (GObject *object)
{
  GhcTimelineFling *self = GHC_TIMELINE_FLING (object);

  ghc_timeline_fling_stop (self);
  g_clear_weak_pointer (&self->scroller);

  G_OBJECT_CLASS (ghc_timeline_fling_parent_class)->dispose (object);
}

static void
ghc_timeline_fling_class_init (GhcTimelineFlingClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_timeline_fling_dispose;
}

static void
ghc_timeline_fling_init (GhcTimelineFling *self)
{
}

GhcTimelineFling *
ghc_timeline_fling_new (GtkScrolledWindow *scroller)
{
  GhcTimelineFling *self;

  g_return_val_if_fail (GTK_IS_SCROLLED_WINDOW (scroller), NULL);

  self = g_object_new (GHC_TYPE_TIMELINE_FLING, NULL);
  g_set_weak_pointer (&self->scroller, scroller);
  listen (self);
  return self;
}

/**
 * ghc_timeline_fling_stop:
 *
 * Ends the fling, if there is one, where it is.
 */
void
ghc_timeline_fling_stop (GhcTimelineFling *self)
{
  g_return_if_fail (GHC_IS_TIMELINE_FLING (self));

  if (self->tick != 0 && self->scroller != NULL)
    gtk_widget_remove_tick_callback (GTK_WIDGET (self->scroller), self->tick);
  self->tick = 0;
}
