/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-stage.h"

#include <glib/gi18n.h>

#include "ghc-share-list.h"
#include "ghc-share-view.h"
#include "ghc-share-window.h"
#include "ghc-video-grid.h"

/**
 * GhcShareStage:
 *
 * All that is shown in the call that one is in: side by side, or one of it large. Hidden while there is
 * nothing. Cameras are watched by themselves, as one sees who is in a room; a screen when one asks for it.
 */
struct _GhcShareStage
{
  AdwBin parent_instance;

  GhcVideoGrid *grid;

  GhcSession *session;
  GhcCallSeat *seat;
  GhcShareList *shares;
  GHashTable *met; /* GhcShare: cameras whose watching was begun here */
};

G_DEFINE_FINAL_TYPE (GhcShareStage, ghc_share_stage, ADW_TYPE_BIN)

static GtkWidget *
find_view (GhcShareStage *self, guint position)
{
  GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->grid));

  while (child != NULL && position-- > 0)
    child = gtk_widget_get_next_sibling (child);
  return child;
}

static void
sync_focus (GhcShareStage *self)
{
  GtkWidget *focus = ghc_video_grid_get_focus (self->grid);

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self->grid)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    g_object_set (child, "compact", focus != NULL && child != focus, NULL);
}

static void
on_focus_asked (GhcShareStage *self, GtkWidget *view)
{
  gboolean is_focus = ghc_video_grid_get_focus (self->grid) == view;

  if (ghc_video_grid_get_n_children (self->grid) < 2)
    return;

  ghc_video_grid_set_focus (self->grid, is_focus ? NULL : view);
  sync_focus (self);
}

static void
on_window_asked (GhcShareStage *self, gboolean full_screen, GhcShareView *view)
{
  GtkWidget *window = ghc_share_window_new (view, full_screen);
  GtkRoot *root = gtk_widget_get_root (GTK_WIDGET (self));

  if (GTK_IS_WINDOW (root))
    gtk_window_set_application (GTK_WINDOW (window),
                                gtk_window_get_application (GTK_WINDOW (root)));
  gtk_window_present (GTK_WINDOW (window));
}

static void
forget_share (gpointer data, GObject *share)
{
  g_hash_table_remove (data, share);
  g_hash_table_unref (data);
}

/* Once for each: who does not want to see one is not asked again. */
static void
meet (GhcShareStage *self, GhcShare *share)
{
  if (ghc_share_get_is_own (share) || ghc_share_get_kind (share) != GHC_SHARE_CAMERA
      || !g_hash_table_add (self->met, share))
    return;

  g_object_weak_ref (G_OBJECT (share), forget_share, g_hash_table_ref (self->met));
  dex_future_disown (ghc_call_seat_watch (self->seat, share, TRUE));
}

static void
add_view (GhcShareStage *self, guint position, GhcShare *share)
{
  GtkWidget *view = ghc_share_view_new (self->session, self->seat, share);
  GtkWidget *before = position > 0 ? find_view (self, position - 1) : NULL;

  g_signal_connect_object (view, "focus-asked", G_CALLBACK (on_focus_asked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "window-asked", G_CALLBACK (on_window_asked), self,
                           G_CONNECT_SWAPPED);
  gtk_widget_insert_after (view, GTK_WIDGET (self->grid), before);
  meet (self, share);
}

static void
on_shares_changed (GhcShareStage *self, guint position, guint removed, guint added,
                   GListModel *shares)
{
  for (guint i = 0; i < removed; i++)
    ghc_video_grid_remove (self->grid, find_view (self, position));
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GhcShare) share = g_list_model_get_item (shares, i);

      add_view (self, i, share);
    }

  if (ghc_video_grid_get_n_children (self->grid) < 2)
    ghc_video_grid_set_focus (self->grid, NULL);
  sync_focus (self);
  gtk_widget_set_visible (GTK_WIDGET (self), g_list_model_get_n_items (shares) > 0);
}

void
ghc_share_stage_set_seat (GhcShareStage *self, GhcSession *session, GhcCallSeat *seat)
{
  GListModel *shares;
  GtkWidget *view;

  g_return_if_fail (GHC_IS_SHARE_STAGE (self));

  if (self->seat == seat)
    return;

  if (self->shares != NULL)
    g_signal_handlers_disconnect_by_func (ghc_share_list_get_model (self->shares),
                                          on_shares_changed, self);
  while ((view = find_view (self, 0)) != NULL)
    ghc_video_grid_remove (self->grid, view);
  g_clear_object (&self->shares);
  g_set_object (&self->session, session);
  g_set_object (&self->seat, seat);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (seat == NULL || ghc_call_seat_get_call (seat) == NULL)
    return;

  self->shares = ghc_share_list_new (ghc_call_seat_get_call (seat));
  shares = ghc_share_list_get_model (self->shares);
  g_signal_connect_object (shares, "items-changed", G_CALLBACK (on_shares_changed), self,
                           G_CONNECT_SWAPPED);
  on_shares_changed (self, 0, 0, g_list_model_get_n_items (shares), shares);
}

static void
ghc_share_stage_dispose (GObject *object)
{
  GhcShareStage *self = GHC_SHARE_STAGE (object);

  if (self->grid != NULL)
    ghc_share_stage_set_seat (self, NULL, NULL);
  self->grid = NULL;
  g_clear_pointer (&self->met, g_hash_table_unref);

  G_OBJECT_CLASS (ghc_share_stage_parent_class)->dispose (object);
}

static void
ghc_share_stage_class_init (GhcShareStageClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_share_stage_dispose;
}

static void
ghc_share_stage_init (GhcShareStage *self)
{
  self->met = g_hash_table_new (NULL, NULL);
  self->grid = GHC_VIDEO_GRID (ghc_video_grid_new ());
  gtk_accessible_update_property (GTK_ACCESSIBLE (self->grid), GTK_ACCESSIBLE_PROPERTY_LABEL,
                                  _ ("Screens and cameras"), -1);
  adw_bin_set_child (ADW_BIN (self), GTK_WIDGET (self->grid));
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
}
