/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-dialog.h"

/* AdwDialog chooses between window and sheet after its first frame and opens after its second. */
#define SETTLED_AFTER_FRAMES 3

typedef struct
{
  guint tick; /* 0 when it has begun */
  guint n_frames;
  GtkWidget *wanted; /* (nullable) */
} Start;

static void
start_free (gpointer data)
{
  Start *start = data;

  g_clear_weak_pointer (&start->wanted);
  g_free (start);
}

/* To its focus widget, or else to the first thing in it that takes the focus. */
static void
focus_start (AdwDialog *dialog, GtkWidget *wanted)
{
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (dialog));

  if (wanted != NULL && gtk_widget_is_ancestor (wanted, GTK_WIDGET (dialog))
      && gtk_widget_grab_focus (wanted))
    return;
  if (root != NULL && adw_dialog_get_child (dialog) != NULL)
    {
      gtk_root_set_focus (root, NULL);
      gtk_widget_child_focus (adw_dialog_get_child (dialog), GTK_DIR_TAB_FORWARD);
    }
}

static gboolean
on_frame (GtkWidget *dialog, GdkFrameClock *clock, gpointer data)
{
  Start *start = data;

  if (++start->n_frames < SETTLED_AFTER_FRAMES)
    return G_SOURCE_CONTINUE;

  start->tick = 0;
  focus_start (ADW_DIALOG (dialog), start->wanted);
  return G_SOURCE_REMOVE;
}

static void
on_map (GtkWidget *dialog, Start *start)
{
  start->n_frames = 0;
  if (start->tick == 0)
    start->tick = gtk_widget_add_tick_callback (dialog, on_frame, start, NULL);
}

/* Where frames take their time somebody may write already, or be on the way: they stay where they are. */
static gboolean
on_event (GtkEventController *controller, GdkEvent *event, Start *start)
{
  switch (gdk_event_get_event_type (event))
    {
    case GDK_KEY_PRESS:
    case GDK_BUTTON_PRESS:
    case GDK_TOUCH_BEGIN:
      if (start->tick != 0)
        gtk_widget_remove_tick_callback (gtk_event_controller_get_widget (controller), start->tick);
      start->tick = 0;
      break;
    default:
      break;
    }
  return GDK_EVENT_PROPAGATE;
}

/**
 * ghc_dialog_keep_focus:
 * @dialog: not yet shown; its focus widget is set already, where it has one
 *
 * In a narrow window a dialog is a sheet at the bottom, and libadwaita 1.7 forgets the focus widget
 * on the way there, and moves the focus on by a few controls. This puts it where it begins, unless
 * a key or the pointer was faster.
 */
void
ghc_dialog_keep_focus (AdwDialog *dialog)
{
  GtkEventController *events;
  Start *start;

  g_return_if_fail (ADW_IS_DIALOG (dialog));

  /* Asked later, libadwaita tells what it has moved the focus to. */
  start = g_new0 (Start, 1);
  g_set_weak_pointer (&start->wanted, adw_dialog_get_focus (dialog));
  g_object_set_data_full (G_OBJECT (dialog), "ghc-dialog-start", start, start_free);
  g_signal_connect (dialog, "map", G_CALLBACK (on_map), start);

  events = gtk_event_controller_legacy_new ();
  gtk_event_controller_set_propagation_phase (events, GTK_PHASE_CAPTURE);
  g_signal_connect (events, "event", G_CALLBACK (on_event), start);
  gtk_widget_add_controller (GTK_WIDGET (dialog), events);
}
