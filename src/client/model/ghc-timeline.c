/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline.h"

#include "ghc-timeline-private.h"

typedef enum
{
  PROP_CHANNEL_ID = 1,
  PROP_AT_START,
  PROP_AT_END,
  PROP_LOADED,
  PROP_LOADING_OLDER,
  PROP_LOADING_NEWER,
  PROP_LOAD_ERROR,
  PROP_N_UNSEEN,
  PROP_EMPTY,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

enum
{
  SIGNAL_JUMPED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

static void list_model_iface_init (GListModelInterface *iface);

G_DEFINE_FINAL_TYPE_WITH_CODE (GhcTimeline, ghc_timeline, G_TYPE_OBJECT,
                               G_IMPLEMENT_INTERFACE (G_TYPE_LIST_MODEL, list_model_iface_init))

static GType
ghc_timeline_get_item_type (GListModel *model)
{
  return GHC_TYPE_TIMELINE_ITEM;
}

static guint
ghc_timeline_get_n_items (GListModel *model)
{
  return GHC_TIMELINE (model)->items->len;
}

static gpointer
ghc_timeline_get_item (GListModel *model, guint position)
{
  GhcTimeline *self = GHC_TIMELINE (model);

  return position < self->items->len ? g_object_ref (g_ptr_array_index (self->items, position))
                                     : NULL;
}

static void
list_model_iface_init (GListModelInterface *iface)
{
  iface->get_item_type = ghc_timeline_get_item_type;
  iface->get_n_items = ghc_timeline_get_n_items;
  iface->get_item = ghc_timeline_get_item;
}

static void
ghc_timeline_dispose (GObject *object)
{
  GhcTimeline *self = GHC_TIMELINE (object);

  dex_clear (&self->older);
  dex_clear (&self->newer);
  g_clear_object (&self->first_visible);
  g_clear_object (&self->last_visible);
  g_weak_ref_set (&self->directory, NULL);
  g_weak_ref_set (&self->loader, NULL);

  G_OBJECT_CLASS (ghc_timeline_parent_class)->dispose (object);
}

static void
ghc_timeline_finalize (GObject *object)
{
  GhcTimeline *self = GHC_TIMELINE (object);

  ghc_timeline_window_clear (&self->window);
  g_clear_pointer (&self->items, g_ptr_array_unref);
  g_clear_pointer (&self->days, g_hash_table_unref);
  g_clear_pointer (&self->held, g_ptr_array_unref);
  g_clear_object (&self->new_line);
  g_clear_pointer (&self->time_zone, g_time_zone_unref);
  g_free (self->channel_id);
  g_free (self->load_error);
  g_weak_ref_clear (&self->directory);
  g_weak_ref_clear (&self->loader);

  G_OBJECT_CLASS (ghc_timeline_parent_class)->finalize (object);
}

static void
ghc_timeline_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcTimeline *self = GHC_TIMELINE (object);

  switch ((Property) prop_id)
    {
    case PROP_CHANNEL_ID:
      g_value_set_string (value, self->channel_id);
      break;
    case PROP_AT_START:
      g_value_set_boolean (value, ghc_timeline_get_at_start (self));
      break;
    case PROP_AT_END:
      g_value_set_boolean (value, ghc_timeline_get_at_end (self));
      break;
    case PROP_LOADED:
      g_value_set_boolean (value, self->loaded);
      break;
    case PROP_LOADING_OLDER:
      g_value_set_boolean (value, ghc_timeline_get_loading_older (self));
      break;
    case PROP_LOADING_NEWER:
      g_value_set_boolean (value, ghc_timeline_get_loading_newer (self));
      break;
    case PROP_LOAD_ERROR:
      g_value_set_string (value, self->load_error);
      break;
    case PROP_N_UNSEEN:
      g_value_set_uint (value, self->n_unseen);
      break;
    case PROP_EMPTY:
      g_value_set_boolean (value, ghc_timeline_get_empty (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_timeline_class_init (GhcTimelineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->dispose = ghc_timeline_dispose;
  object_class->finalize = ghc_timeline_finalize;
  object_class->get_property = ghc_timeline_get_property;

  properties[PROP_CHANNEL_ID] = g_param_spec_string ("channel-id", NULL, NULL, NULL, flags);
  properties[PROP_AT_START] = g_param_spec_boolean ("at-start", NULL, NULL, FALSE, flags);
  properties[PROP_AT_END] = g_param_spec_boolean ("at-end", NULL, NULL, FALSE, flags);
  properties[PROP_LOADED] = g_param_spec_boolean ("loaded", NULL, NULL, FALSE, flags);
  properties[PROP_LOADING_OLDER] = g_param_spec_boolean ("loading-older", NULL, NULL, FALSE, flags);
  properties[PROP_LOADING_NEWER] = g_param_spec_boolean ("loading-newer", NULL, NULL, FALSE, flags);
  properties[PROP_LOAD_ERROR] = g_param_spec_string ("load-error", NULL, NULL, NULL, flags);
  properties[PROP_N_UNSEEN] = g_param_spec_uint ("n-unseen", NULL, NULL, 0, G_MAXUINT, 0, flags);
  properties[PROP_EMPTY] = g_param_spec_boolean ("empty", NULL, NULL, FALSE, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[SIGNAL_JUMPED] = g_signal_new ("jumped", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_UINT);
}

static void
ghc_timeline_init (GhcTimeline *self)
{
  ghc_timeline_window_init (&self->window);
  self->items = g_ptr_array_new_with_free_func (g_object_unref);
  self->days = g_hash_table_new_full (NULL, NULL, NULL, g_object_unref);
  self->held = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  g_weak_ref_init (&self->directory, NULL);
  g_weak_ref_init (&self->loader, NULL);
}

/**
 * ghc_timeline_new:
 * @channel_id: the room whose messages it shows
 * @time_zone: (nullable): where days begin; NULL for the computer's
 */
GhcTimeline *
ghc_timeline_new (const char *channel_id, GTimeZone *time_zone)
{
  GhcTimeline *self;

  g_return_val_if_fail (channel_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_TIMELINE, NULL);
  self->channel_id = g_strdup (channel_id);
  self->time_zone = time_zone != NULL ? g_time_zone_ref (time_zone) : g_time_zone_new_local ();

  return self;
}

#define TELL(field, value, property)                                                               \
  G_STMT_START                                                                                     \
  {                                                                                                \
    if (self->told.field != (value))                                                               \
      {                                                                                            \
        self->told.field = (value);                                                                \
        g_object_notify_by_pspec (G_OBJECT (self), properties[property]);                          \
      }                                                                                            \
  }                                                                                                \
  G_STMT_END

/* Notifies the properties that follow from the window, those that changed since last time. */
void
ghc_timeline_notify_changes (GhcTimeline *self)
{
  g_object_freeze_notify (G_OBJECT (self));
  TELL (loaded, self->loaded, PROP_LOADED);
  TELL (at_start, ghc_timeline_get_at_start (self), PROP_AT_START);
  TELL (at_end, ghc_timeline_get_at_end (self), PROP_AT_END);
  TELL (empty, ghc_timeline_get_empty (self), PROP_EMPTY);
  TELL (loading_older, ghc_timeline_get_loading_older (self), PROP_LOADING_OLDER);
  TELL (loading_newer, ghc_timeline_get_loading_newer (self), PROP_LOADING_NEWER);
  TELL (n_unseen, self->n_unseen, PROP_N_UNSEEN);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_timeline_set_load_error (GhcTimeline *self, const char *sentence)
{
  if (g_set_str (&self->load_error, sentence))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_LOAD_ERROR]);
}

void
ghc_timeline_emit_jumped (GhcTimeline *self, guint index)
{
  g_signal_emit (self, signals[SIGNAL_JUMPED], 0, index);
}

const char *
ghc_timeline_get_channel_id (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  return self->channel_id;
}

gboolean
ghc_timeline_get_at_start (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);

  return self->loaded && self->window.at_start;
}

gboolean
ghc_timeline_get_at_end (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);

  return self->loaded && self->window.at_end;
}

gboolean
ghc_timeline_get_loaded (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);

  return self->loaded;
}

gboolean
ghc_timeline_get_loading_older (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);

  return self->older != NULL;
}

gboolean
ghc_timeline_get_loading_newer (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);

  return self->newer != NULL;
}

const char *
ghc_timeline_get_load_error (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  return self->load_error;
}

guint
ghc_timeline_get_n_unseen (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), 0);

  return self->n_unseen;
}

gboolean
ghc_timeline_get_empty (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), FALSE);

  return self->loaded && self->items->len == 0 && self->window.at_start && self->window.at_end;
}

void
ghc_timeline_set_visible_range (GhcTimeline *self, guint first, guint last)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));

  g_set_object (&self->first_visible,
                (first < self->items->len ? self->items->pdata[first] : NULL));
  g_set_object (&self->last_visible, (last < self->items->len ? self->items->pdata[last] : NULL));
}

void
ghc_timeline_clear_new_line (GhcTimeline *self)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));

  ghc_timeline_set_read_marker (self, 0);
}

void
ghc_timeline_set_read_marker (GhcTimeline *self, gint64 position)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));

  if (self->read_marker == position)
    return;

  /* Taken away first: a line that moves is one removal and one insertion. */
  self->read_marker = 0;
  ghc_timeline_layout (self);
  self->read_marker = position;
  ghc_timeline_layout (self);
}

guint
ghc_timeline_find (GhcTimeline *self, const char *event_id)
{
  GhcTimelineRow *row;
  guint index;

  g_return_val_if_fail (GHC_IS_TIMELINE (self), G_MAXUINT);
  g_return_val_if_fail (event_id != NULL, G_MAXUINT);

  row = ghc_timeline_window_lookup_event (&self->window, event_id);
  if (row == NULL)
    row = ghc_timeline_window_lookup_txn (&self->window, event_id);

  return row != NULL && g_ptr_array_find (self->items, row->item, &index) ? index : G_MAXUINT;
}

GhcMessage *
ghc_timeline_get_last_message (GhcTimeline *self, gboolean mine)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), NULL);

  for (guint i = self->window.sent->len; i > 0; i--)
    {
      GhcTimelineRow *row = g_ptr_array_index (self->window.sent, i - 1);

      if (!mine || ghc_message_get_mine (row->message))
        return row->message;
    }

  return NULL;
}

void
ghc_timeline_set_users (GhcTimeline *self, GhcUserLookup lookup, GObject *directory)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (lookup != NULL || directory == NULL);

  self->lookup = lookup;
  g_weak_ref_set (&self->directory, directory);
}

void
ghc_timeline_set_loader (GhcTimeline *self, GhcTimelineLoader *loader)
{
  g_return_if_fail (GHC_IS_TIMELINE (self));
  g_return_if_fail (loader == NULL || GHC_IS_TIMELINE_LOADER (loader));

  g_weak_ref_set (&self->loader, loader);
}

gint64
ghc_timeline_get_newest_position (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), 0);

  return self->window.newest;
}

gint64
ghc_timeline_get_oldest_position (GhcTimeline *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE (self), 0);

  return self->window.oldest;
}
