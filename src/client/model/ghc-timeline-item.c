/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-item.h"

struct _GhcTimelineItem
{
  GObject parent_instance;

  GhcMessage *message;
  GDateTime *date;
  GhcTimelineItemKind kind;
};

typedef enum
{
  PROP_KIND = 1,
  PROP_MESSAGE,
  PROP_DATE,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcTimelineItem, ghc_timeline_item, G_TYPE_OBJECT)

static void
ghc_timeline_item_finalize (GObject *object)
{
  GhcTimelineItem *self = GHC_TIMELINE_ITEM (object);

  g_clear_object (&self->message);
  g_clear_pointer (&self->date, g_date_time_unref);

  G_OBJECT_CLASS (ghc_timeline_item_parent_class)->finalize (object);
}

static void
ghc_timeline_item_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcTimelineItem *self = GHC_TIMELINE_ITEM (object);

  switch ((Property) prop_id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_MESSAGE:
      g_value_set_object (value, self->message);
      break;
    case PROP_DATE:
      g_value_set_boxed (value, self->date);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_timeline_item_class_init (GhcTimelineItemClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->finalize = ghc_timeline_item_finalize;
  object_class->get_property = ghc_timeline_item_get_property;

  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, GHC_TYPE_TIMELINE_ITEM_KIND,
                                             GHC_TIMELINE_MESSAGE, flags);
  properties[PROP_MESSAGE] = g_param_spec_object ("message", NULL, NULL, GHC_TYPE_MESSAGE, flags);
  properties[PROP_DATE] = g_param_spec_boxed ("date", NULL, NULL, G_TYPE_DATE_TIME, flags);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_timeline_item_init (GhcTimelineItem *self)
{
}

GhcTimelineItem *
ghc_timeline_item_new_message (GhcMessage *message)
{
  GhcTimelineItem *self;

  g_return_val_if_fail (GHC_IS_MESSAGE (message), NULL);

  self = g_object_new (GHC_TYPE_TIMELINE_ITEM, NULL);
  self->kind = GHC_TIMELINE_MESSAGE;
  self->message = g_object_ref (message);

  return self;
}

GhcTimelineItem *
ghc_timeline_item_new_day (GDateTime *date)
{
  GhcTimelineItem *self;

  g_return_val_if_fail (date != NULL, NULL);

  self = g_object_new (GHC_TYPE_TIMELINE_ITEM, NULL);
  self->kind = GHC_TIMELINE_DAY;
  self->date = g_date_time_ref (date);

  return self;
}

GhcTimelineItem *
ghc_timeline_item_new_new_line (void)
{
  GhcTimelineItem *self = g_object_new (GHC_TYPE_TIMELINE_ITEM, NULL);

  self->kind = GHC_TIMELINE_NEW_LINE;

  return self;
}

GhcTimelineItemKind
ghc_timeline_item_get_kind (GhcTimelineItem *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_ITEM (self), GHC_TIMELINE_MESSAGE);

  return self->kind;
}

GhcMessage *
ghc_timeline_item_get_message (GhcTimelineItem *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_ITEM (self), NULL);

  return self->message;
}

GDateTime *
ghc_timeline_item_get_date (GhcTimelineItem *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_ITEM (self), NULL);

  return self->date;
}
