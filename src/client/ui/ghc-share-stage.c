/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-stage.h"

#include <glib/gi18n.h>

#include "ghc-person-tile.h"
#include "ghc-share-list.h"
#include "ghc-share-view.h"
#include "ghc-share-window.h"
#include "ghc-video-grid.h"

/**
 * GhcShareStage:
 *
 * All that is shown in the call that one is in, and everybody whose camera is off: side by side, or one
 * picture large. Hidden while nothing is shown. Cameras are watched by themselves, as one sees who is in a
 * room; a screen when one asks for it, which makes it large.
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
    if (GHC_IS_SHARE_VIEW (child))
      g_object_set (child, "compact", focus != NULL && child != focus, NULL);
}

static void
set_focus (GhcShareStage *self, GtkWidget *view)
{
  ghc_video_grid_set_focus (self->grid, view);
  sync_focus (self);
}

static void
on_focus_asked (GhcShareStage *self, GtkWidget *view)
{
  gboolean is_focus = ghc_video_grid_get_focus (self->grid) == view;

  if (ghc_video_grid_get_n_children (self->grid) < 2)
    return;

  set_focus (self, is_focus ? NULL : view);
}

static void
on_watched (GhcShareStage *self, GParamSpec *pspec, GhcShare *share)
{
  GtkWidget *view = gtk_widget_get_first_child (GTK_WIDGET (self->grid));

  while (view != NULL
         && (!GHC_IS_SHARE_VIEW (view) || ghc_share_view_get_share (GHC_SHARE_VIEW (view)) != share))
    view = gtk_widget_get_next_sibling (view);
  if (view == NULL)
    return;

  if (ghc_share_get_watched (share))
    set_focus (self, view);
  else if (ghc_video_grid_get_focus (self->grid) == view)
    set_focus (self, NULL);
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

static GtkWidget *
create_view (GhcShareStage *self, GhcShare *share)
{
  GtkWidget *view = ghc_share_view_new (self->session, self->seat, share);

  g_signal_connect_object (view, "focus-asked", G_CALLBACK (on_focus_asked), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (view, "window-asked", G_CALLBACK (on_window_asked), self,
                           G_CONNECT_SWAPPED);
  meet (self, share);
  return view;
}

static void
add_item (GhcShareStage *self, guint position, gpointer item)
{
  GtkWidget *before = position > 0 ? find_view (self, position - 1) : NULL;
  GtkWidget *child = GHC_IS_SHARE (item) ? create_view (self, item)
                                         : ghc_person_tile_new (self->session, item);

  gtk_widget_insert_after (child, GTK_WIDGET (self->grid), before);
  if (!GHC_IS_SHARE (item) || ghc_share_get_kind (item) != GHC_SHARE_SCREEN
      || ghc_share_get_is_own (item))
    return;

  g_signal_handlers_disconnect_by_func (item, on_watched, self);
  g_signal_connect_object (item, "notify::watched", G_CALLBACK (on_watched), self,
                           G_CONNECT_SWAPPED);
  if (ghc_share_get_watched (item))
    on_watched (self, NULL, item);
}

static void
on_items_changed (GhcShareStage *self, guint position, guint removed, guint added,
                  GListModel *items)
{
  for (guint i = 0; i < removed; i++)
    ghc_video_grid_remove (self->grid, find_view (self, position));
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GObject) item = g_list_model_get_item (items, i);

      add_item (self, i, item);
    }

  if (ghc_video_grid_get_n_children (self->grid) < 2)
    ghc_video_grid_set_focus (self->grid, NULL);
  sync_focus (self);
  gtk_widget_set_visible (GTK_WIDGET (self), g_list_model_get_n_items (items) > 0);
}

void
ghc_share_stage_set_seat (GhcShareStage *self, GhcSession *session, GhcCallSeat *seat)
{
  GListModel *items;
  GtkWidget *view;

  g_return_if_fail (GHC_IS_SHARE_STAGE (self));

  if (self->seat == seat)
    return;

  if (self->shares != NULL)
    g_signal_handlers_disconnect_by_func (ghc_share_list_get_model (self->shares),
                                          on_items_changed, self);
  while ((view = find_view (self, 0)) != NULL)
    ghc_video_grid_remove (self->grid, view);
  g_clear_object (&self->shares);
  g_set_object (&self->session, session);
  g_set_object (&self->seat, seat);
  gtk_widget_set_visible (GTK_WIDGET (self), FALSE);
  if (seat == NULL || ghc_call_seat_get_call (seat) == NULL)
    return;

  self->shares = ghc_share_list_new (ghc_call_seat_get_call (seat));
  items = ghc_share_list_get_model (self->shares);
  g_signal_connect_object (items, "items-changed", G_CALLBACK (on_items_changed), self,
                           G_CONNECT_SWAPPED);
  on_items_changed (self, 0, 0, g_list_model_get_n_items (items), items);
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
