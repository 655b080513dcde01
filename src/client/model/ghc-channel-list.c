/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-list.h"

#include "ghc-channel-list-private.h"
#include "ghc-list-sync.h"

struct _GhcChannelList
{
  GObject parent_instance;

  GHashTable *by_id;
  GListStore *all;
  GListStore *shown;
  guint n_freezes;
};

typedef enum
{
  PROP_ALL = 1,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcChannelList, ghc_channel_list, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static int
compare_channels (gconstpointer a, gconstpointer b)
{
  GhcChannel *first = *(GhcChannel **) a;
  GhcChannel *second = *(GhcChannel **) b;
  int order;

  if (ghc_channel_get_order (first) != ghc_channel_get_order (second))
    return ghc_channel_get_order (first) < ghc_channel_get_order (second) ? -1 : 1;

  order = g_utf8_collate (ghc_channel_get_name (first), ghc_channel_get_name (second));

  return order != 0
           ? order
           : strcmp (ghc_channel_get_channel_id (first), ghc_channel_get_channel_id (second));
}

/* The category that @channel stands in, if that is one of ours. */
static GhcChannel *
category_of (GhcChannelList *self, GhcChannel *channel)
{
  const char *parent = ghc_channel_get_parent (channel);
  GhcChannel *category = parent != NULL ? g_hash_table_lookup (self->by_id, parent) : NULL;

  return category != NULL && ghc_channel_get_kind (category) == GHC_CHANNEL_CATEGORY ? category
                                                                                     : NULL;
}

static void
add_channels (GhcChannelList *self, GPtrArray *sorted, GhcChannel *category, GPtrArray *all,
              GPtrArray *shown)
{
  for (guint i = 0; i < sorted->len; i++)
    {
      GhcChannel *channel = g_ptr_array_index (sorted, i);

      if (ghc_channel_get_kind (channel) == GHC_CHANNEL_CATEGORY
          || category_of (self, channel) != category)
        continue;

      g_ptr_array_add (all, channel);
      if (category == NULL || !ghc_channel_get_collapsed (category)
          || ghc_channel_get_unread (channel))
        g_ptr_array_add (shown, channel);
    }
}

static void
arrange (GhcChannelList *self)
{
  g_autoptr (GPtrArray) sorted = g_hash_table_get_values_as_ptr_array (self->by_id);
  g_autoptr (GPtrArray) all = g_ptr_array_new ();
  g_autoptr (GPtrArray) shown = g_ptr_array_new ();

  if (self->n_freezes > 0)
    return;

  g_ptr_array_sort (sorted, compare_channels);
  add_channels (self, sorted, NULL, all, shown);
  for (guint i = 0; i < sorted->len; i++)
    {
      GhcChannel *category = g_ptr_array_index (sorted, i);

      if (ghc_channel_get_kind (category) != GHC_CHANNEL_CATEGORY)
        continue;

      g_ptr_array_add (all, category);
      g_ptr_array_add (shown, category);
      add_channels (self, sorted, category, all, shown);
    }

  ghc_list_sync (self->all, all);
  ghc_list_sync (self->shown, shown);
}

static void
on_unread_changed (GhcChannelList *self, GParamSpec *pspec, GhcChannel *channel)
{
  GhcChannel *category = category_of (self, channel);

  if (category != NULL && ghc_channel_get_collapsed (category))
    arrange (self);
}

static GType
ghc_channel_list_get_item_type (GListModel *model)
{
  return GHC_TYPE_CHANNEL;
}

static guint
ghc_channel_list_get_n_items (GListModel *model)
{
  return g_list_model_get_n_items (G_LIST_MODEL (GHC_CHANNEL_LIST (model)->shown));
}

static gpointer
ghc_channel_list_get_item (GListModel *model, guint position)
{
  return g_list_model_get_item (G_LIST_MODEL (GHC_CHANNEL_LIST (model)->shown), position);
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ghc_channel_list_get_item_type;
  iface->get_n_items = ghc_channel_list_get_n_items;
  iface->get_item = ghc_channel_list_get_item;
}

static void
ghc_channel_list_finalize (GObject *object)
{
  GhcChannelList *self = GHC_CHANNEL_LIST (object);

  g_clear_object (&self->shown);
  g_clear_object (&self->all);
  g_clear_pointer (&self->by_id, g_hash_table_unref);

  G_OBJECT_CLASS (ghc_channel_list_parent_class)->finalize (object);
}

static void
ghc_channel_list_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcChannelList *self = GHC_CHANNEL_LIST (object);

  switch ((Property) prop_id)
    {
    case PROP_ALL:
      g_value_set_object (value, self->all);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_channel_list_class_init (GhcChannelListClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ghc_channel_list_finalize;
  object_class->get_property = ghc_channel_list_get_property;

  properties[PROP_ALL] = g_param_spec_object ("all", NULL, NULL, G_TYPE_LIST_MODEL,
                                              G_PARAM_READABLE | G_PARAM_STATIC_STRINGS
                                                | G_PARAM_EXPLICIT_NOTIFY);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_channel_list_init (GhcChannelList *self)
{
  self->by_id = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->all = g_list_store_new (GHC_TYPE_CHANNEL);
  self->shown = g_list_store_new (GHC_TYPE_CHANNEL);
  g_signal_connect_object (self->shown, "items-changed", G_CALLBACK (g_list_model_items_changed),
                           self, G_CONNECT_SWAPPED);
}

GhcChannelList *
ghc_channel_list_new (void)
{
  return g_object_new (GHC_TYPE_CHANNEL_LIST, NULL);
}

void
ghc_channel_list_freeze (GhcChannelList *self)
{
  self->n_freezes++;
}

void
ghc_channel_list_thaw (GhcChannelList *self)
{
  g_assert (self->n_freezes > 0);

  if (--self->n_freezes == 0)
    arrange (self);
}

GListModel *
ghc_channel_list_get_all (GhcChannelList *self)
{
  g_return_val_if_fail (GHC_IS_CHANNEL_LIST (self), NULL);

  return G_LIST_MODEL (self->all);
}

/**
 * ghc_channel_list_lookup:
 *
 * Returns: (transfer none) (nullable): the channel or category with @channel_id
 */
GhcChannel *
ghc_channel_list_lookup (GhcChannelList *self, const char *channel_id)
{
  g_return_val_if_fail (GHC_IS_CHANNEL_LIST (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);

  return g_hash_table_lookup (self->by_id, channel_id);
}

static gboolean
is_stop (GhcChannel *channel, gboolean only_unread)
{
  return ghc_channel_get_kind (channel) == GHC_CHANNEL_TEXT && ghc_channel_get_joined (channel)
         && (!only_unread || ghc_channel_get_unread (channel));
}

GhcChannel *
ghc_channel_list_next (GhcChannelList *self, GhcChannel *from, int step, gboolean only_unread)
{
  guint n_channels;
  guint position;

  g_return_val_if_fail (GHC_IS_CHANNEL_LIST (self), NULL);
  g_return_val_if_fail (from == NULL || GHC_IS_CHANNEL (from), NULL);
  g_return_val_if_fail (step == 1 || step == -1, NULL);

  n_channels = g_list_model_get_n_items (G_LIST_MODEL (self->all));
  if (from == NULL || !g_list_store_find (self->all, from, &position))
    position = step > 0 ? n_channels - 1 : 0;

  for (guint i = 0; i < n_channels; i++)
    {
      g_autoptr (GhcChannel) channel = NULL;

      position = step > 0 ? (position + 1) % n_channels : (position + n_channels - 1) % n_channels;
      channel = g_list_model_get_item (G_LIST_MODEL (self->all), position);
      if (channel != from && is_stop (channel, only_unread))
        return channel;
    }

  return NULL;
}

void
ghc_channel_list_add (GhcChannelList *self, GhcChannel *channel)
{
  static const char *const sorting[] = {
    "notify::order",
    "notify::name",
    "notify::parent",
    "notify::collapsed",
  };

  g_return_if_fail (GHC_IS_CHANNEL_LIST (self));
  g_return_if_fail (GHC_IS_CHANNEL (channel));

  if (g_hash_table_contains (self->by_id, ghc_channel_get_channel_id (channel)))
    return;

  g_hash_table_insert (self->by_id, g_strdup (ghc_channel_get_channel_id (channel)),
                       g_object_ref (channel));
  for (guint i = 0; i < G_N_ELEMENTS (sorting); i++)
    g_signal_connect_object (channel, sorting[i], G_CALLBACK (arrange), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (channel, "notify::unread", G_CALLBACK (on_unread_changed), self,
                           G_CONNECT_SWAPPED);

  arrange (self);
}

gboolean
ghc_channel_list_remove (GhcChannelList *self, const char *channel_id)
{
  g_autoptr (GhcChannel) channel = NULL;

  g_return_val_if_fail (GHC_IS_CHANNEL_LIST (self), FALSE);
  g_return_val_if_fail (channel_id != NULL, FALSE);

  g_set_object (&channel, g_hash_table_lookup (self->by_id, channel_id));
  if (channel == NULL)
    return FALSE;

  g_signal_handlers_disconnect_by_data (channel, self);
  g_hash_table_remove (self->by_id, channel_id);
  arrange (self);

  return TRUE;
}
