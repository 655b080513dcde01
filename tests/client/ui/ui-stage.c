/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ui-stage.h"

#include "ghc-share-stage.h"
#include "ui-names.h"

void
ui_stage_settle (void)
{
  for (guint i = 0; i < 1000 && g_main_context_iteration (NULL, FALSE); i++)
    ;
}

void
ui_stage_set_up (UiStage *self, gconstpointer data)
{
  self->world = ui_world_new (0);
  self->lounge = self->world->lounge;
  ui_call_tell (self->world, self->lounge, "@ada:localhost @me:localhost");
  self->seat = ui_seat_new (ghc_channel_get_call (self->lounge));
  self->stage = g_object_new (GHC_TYPE_SHARE_STAGE, NULL);
  self->window = adw_window_new ();
  gtk_window_set_default_size (GTK_WINDOW (self->window), 640, 480);
  adw_window_set_content (ADW_WINDOW (self->window), self->stage);
  gtk_window_present (GTK_WINDOW (self->window));
  ghc_share_stage_set_seat (GHC_SHARE_STAGE (self->stage), NULL, self->seat);
  ui_stage_settle ();
}

void
ui_stage_assert_named (GtkWidget *widget)
{
  g_autofree char *missing = ui_names_find_missing (widget);

  g_assert_cmpstr (missing, ==, "");
}

void
ui_stage_tear_down (UiStage *self, gconstpointer data)
{
  if (self->window != NULL)
    {
      ui_stage_assert_named (self->window);
      gtk_window_destroy (GTK_WINDOW (self->window));
    }
  ui_stage_settle ();
  g_assert_finalize_object (self->seat);
  ui_world_free (self->world);
}

GtkWidget *
ui_stage_find (GtkWidget *from, GType type, const char *label)
{
  GtkWidget *found = NULL;

  if (G_TYPE_CHECK_INSTANCE_TYPE (from, type)
      && (label == NULL || g_strcmp0 (gtk_button_get_label (GTK_BUTTON (from)), label) == 0))
    return from;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = ui_stage_find (child, type, label);
  return found;
}

GtkWidget *
ui_stage_find_tip (GtkWidget *from, const char *tip)
{
  GtkWidget *found = g_strcmp0 (gtk_widget_get_tooltip_text (from), tip) == 0 ? from : NULL;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = ui_stage_find_tip (child, tip);
  return found;
}

gboolean
ui_stage_shows (GtkWidget *from, const char *words)
{
  gboolean found = GTK_IS_LABEL (from)
                   && g_strcmp0 (gtk_label_get_label (GTK_LABEL (from)), words) == 0;

  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && !found;
       child = gtk_widget_get_next_sibling (child))
    found = ui_stage_shows (child, words);
  return found;
}

GhcShare *
ui_stage_find_share (UiStage *self, const char *user_id, GhcShareKind kind)
{
  return ghc_call_member_get_share (ui_call_find (self->lounge, user_id), kind);
}

GtkWidget *
ui_stage_get_view (UiStage *self, guint position)
{
  GtkWidget *grid = adw_bin_get_child (ADW_BIN (self->stage));
  GtkWidget *view = gtk_widget_get_first_child (grid);

  while (view != NULL && position-- > 0)
    view = gtk_widget_get_next_sibling (view);
  return view;
}

/* The window is as large as the desktop wants it. */
void
ui_stage_put_in_width (UiStage *self, GtkWidget *widget, int width)
{
  g_autoptr (GtkWidget) held = g_object_ref_sink (widget);
  GtkWidget *clamp = adw_clamp_new ();

  adw_clamp_set_maximum_size (ADW_CLAMP (clamp), width);
  adw_clamp_set_tightening_threshold (ADW_CLAMP (clamp), width);
  adw_window_set_content (ADW_WINDOW (self->window), NULL);
  adw_clamp_set_child (ADW_CLAMP (clamp), widget);
  gtk_widget_set_valign (clamp, GTK_ALIGN_START);
  adw_window_set_content (ADW_WINDOW (self->window), clamp);
}
