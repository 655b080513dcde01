/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-list.h"

#include "ghc-list-sync.h"

struct _GhcShareList
{
  GObject parent_instance;

  GhcCall *call;
  GPtrArray *members; /* as listened to */
  GListStore *items;
};

G_DEFINE_FINAL_TYPE (GhcShareList, ghc_share_list, G_TYPE_OBJECT)

static void
add_shares (GhcShareList *self, GhcShareKind kind, GPtrArray *wanted)
{
  for (guint i = 0; i < self->members->len; i++)
    {
      GhcShare *share = ghc_call_member_get_share (g_ptr_array_index (self->members, i), kind);

      if (share != NULL)
        g_ptr_array_add (wanted, share);
    }
}

static void
update (GhcShareList *self)
{
  g_autoptr (GPtrArray) wanted = g_ptr_array_new ();

  add_shares (self, GHC_SHARE_SCREEN, wanted);
  add_shares (self, GHC_SHARE_CAMERA, wanted);
  for (guint i = 0; wanted->len > 0 && i < self->members->len; i++)
    if (ghc_call_member_get_camera (g_ptr_array_index (self->members, i)) == NULL)
      g_ptr_array_add (wanted, g_ptr_array_index (self->members, i));
  ghc_list_sync (self->items, wanted);
}

static void
on_members_changed (GhcShareList *self)
{
  GListModel *members = ghc_call_get_members (self->call);

  for (guint i = 0; i < self->members->len; i++)
    g_signal_handlers_disconnect_by_func (g_ptr_array_index (self->members, i), update, self);
  g_ptr_array_set_size (self->members, 0);
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      GhcCallMember *member = g_list_model_get_item (members, i);

      g_ptr_array_add (self->members, member);
      g_signal_connect_object (member, "notify::screen", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (member, "notify::camera", G_CALLBACK (update), self,
                               G_CONNECT_SWAPPED);
    }
  update (self);
}

static void
ghc_share_list_finalize (GObject *object)
{
  GhcShareList *self = GHC_SHARE_LIST (object);

  g_ptr_array_unref (self->members);
  g_object_unref (self->items);
  g_object_unref (self->call);

  G_OBJECT_CLASS (ghc_share_list_parent_class)->finalize (object);
}

static void
ghc_share_list_class_init (GhcShareListClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_share_list_finalize;
}

static void
ghc_share_list_init (GhcShareList *self)
{
  self->members = g_ptr_array_new_with_free_func (g_object_unref);
  self->items = g_list_store_new (G_TYPE_OBJECT);
}

GhcShareList *
ghc_share_list_new (GhcCall *call)
{
  GhcShareList *self = g_object_new (GHC_TYPE_SHARE_LIST, NULL);

  self->call = g_object_ref (call);
  g_signal_connect_object (ghc_call_get_members (call), "items-changed",
                           G_CALLBACK (on_members_changed), self, G_CONNECT_SWAPPED);
  on_members_changed (self);

  return self;
}

GListModel *
ghc_share_list_get_model (GhcShareList *self)
{
  g_return_val_if_fail (GHC_IS_SHARE_LIST (self), NULL);

  return G_LIST_MODEL (self->items);
}
