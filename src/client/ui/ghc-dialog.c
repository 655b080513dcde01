/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-dialog.h"

/* AdwDialog chooses between window and sheet after its first frame and opens after its second. */
#define SETTLED_AFTER_FRAMES 3

typedef struct
{
  GtkWidget *wanted;
  guint frames;
} Focus;

static void
focus_free (gpointer data)
{
  Focus *focus = data;

  g_clear_weak_pointer (&focus->wanted);
  g_free (focus);
}

static gboolean
on_frame (GtkWidget *dialog, GdkFrameClock *clock, gpointer data)
{
  Focus *focus = data;

  if (++focus->frames < SETTLED_AFTER_FRAMES)
    return G_SOURCE_CONTINUE;

  if (focus->wanted != NULL && gtk_widget_is_ancestor (focus->wanted, dialog))
    gtk_widget_grab_focus (focus->wanted);
  return G_SOURCE_REMOVE;
}

static void
on_map (GtkWidget *dialog, GtkWidget *wanted)
{
  Focus *focus = g_new0 (Focus, 1);

  g_set_weak_pointer (&focus->wanted, wanted);
  gtk_widget_add_tick_callback (dialog, on_frame, focus, focus_free);
}

/**
 * ghc_dialog_keep_focus:
 * @dialog: has a focus widget
 *
 * In a narrow window a dialog is a sheet at the bottom, and libadwaita 1.7 forgets the focus widget
 * on the way there, so that the focus would be on the first button. This gives it back.
 */
void
ghc_dialog_keep_focus (AdwDialog *dialog)
{
  GtkWidget *wanted;

  g_return_if_fail (ADW_IS_DIALOG (dialog));

  wanted = adw_dialog_get_focus (dialog);
  g_return_if_fail (wanted != NULL);
  g_signal_connect_object (dialog, "map", G_CALLBACK (on_map), wanted, 0);
}
