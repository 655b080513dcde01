/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-dialog.h"

/* AdwDialog chooses between window and sheet after its first frame and opens after its second. */
#define SETTLED_AFTER_FRAMES 3

typedef struct
{
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

  if (wanted != NULL && gtk_widget_is_ancestor (wanted, GTK_WIDGET (dialog)))
    gtk_widget_grab_focus (wanted);
  else if (root != NULL && adw_dialog_get_child (dialog) != NULL)
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

  focus_start (ADW_DIALOG (dialog), start->wanted);
  return G_SOURCE_REMOVE;
}

/* What has the focus after the first frames may have been put there by libadwaita. */
static void
on_map (GtkWidget *dialog)
{
  Start *start = g_new0 (Start, 1);

  g_set_weak_pointer (&start->wanted, adw_dialog_get_focus (ADW_DIALOG (dialog)));
  gtk_widget_add_tick_callback (dialog, on_frame, start, start_free);
}

/**
 * ghc_dialog_keep_focus:
 * @dialog: not yet shown
 *
 * In a narrow window a dialog is a sheet at the bottom, and libadwaita 1.7 forgets the focus widget
 * on the way there, and moves the focus on by a few controls. This puts it where it begins.
 */
void
ghc_dialog_keep_focus (AdwDialog *dialog)
{
  g_return_if_fail (ADW_IS_DIALOG (dialog));

  g_signal_connect (dialog, "map", G_CALLBACK (on_map), NULL);
}
