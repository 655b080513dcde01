/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share.h"

#include "ghc-list-sync.h"

#include <math.h>

struct _GhcShare
{
  GObject parent_instance;

  GhcCallMember *member; /* weak: it owns this */
  GhcShareKind kind;
  gboolean has_sound;
  GListStore *viewers;
  GPtrArray *told; /* of the viewers, whom the server names */

  gboolean watched;
  double volume;

  GhcShareState state;
  guint width;
  guint height;
  double frame_rate;
  guint bitrate;
  char *codec_element;
  guint64 frozen_ms;
  GObject *paintable;
};

typedef enum
{
  PROP_MEMBER = 1,
  PROP_KIND,
  PROP_HAS_SOUND,
  PROP_VIEWERS,
  PROP_N_VIEWERS,
  PROP_IS_OWN,
  PROP_WATCHED,
  PROP_VOLUME,
  PROP_STATE,
  PROP_WIDTH,
  PROP_HEIGHT,
  PROP_FRAME_RATE,
  PROP_BITRATE,
  PROP_CODEC_ELEMENT,
  PROP_FROZEN_MS,
  PROP_PAINTABLE,
  N_PROPS,
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcShare, ghc_share, G_TYPE_OBJECT)

static void
ghc_share_dispose (GObject *object)
{
  GhcShare *self = GHC_SHARE (object);

  g_clear_weak_pointer (&self->member);
  g_clear_object (&self->paintable);
  g_list_store_remove_all (self->viewers);
  g_clear_pointer (&self->told, g_ptr_array_unref);

  G_OBJECT_CLASS (ghc_share_parent_class)->dispose (object);
}

static void
ghc_share_finalize (GObject *object)
{
  GhcShare *self = GHC_SHARE (object);

  g_object_unref (self->viewers);
  g_free (self->codec_element);

  G_OBJECT_CLASS (ghc_share_parent_class)->finalize (object);
}

static void
ghc_share_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcShare *self = GHC_SHARE (object);

  switch ((Property) prop_id)
    {
    case PROP_MEMBER:
      g_value_set_object (value, self->member);
      break;
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_HAS_SOUND:
      g_value_set_boolean (value, self->has_sound);
      break;
    case PROP_VIEWERS:
      g_value_set_object (value, self->viewers);
      break;
    case PROP_N_VIEWERS:
      g_value_set_uint (value, ghc_share_get_n_viewers (self));
      break;
    case PROP_IS_OWN:
      g_value_set_boolean (value, ghc_share_get_is_own (self));
      break;
    case PROP_WATCHED:
      g_value_set_boolean (value, self->watched);
      break;
    case PROP_VOLUME:
      g_value_set_double (value, self->volume);
      break;
    case PROP_STATE:
      g_value_set_enum (value, self->state);
      break;
    case PROP_WIDTH:
      g_value_set_uint (value, self->width);
      break;
    case PROP_HEIGHT:
      g_value_set_uint (value, self->height);
      break;
    case PROP_FRAME_RATE:
      g_value_set_double (value, self->frame_rate);
      break;
    case PROP_BITRATE:
      g_value_set_uint (value, self->bitrate);
      break;
    case PROP_CODEC_ELEMENT:
      g_value_set_string (value, self->codec_element);
      break;
    case PROP_FROZEN_MS:
      g_value_set_uint64 (value, self->frozen_ms);
      break;
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_share_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcShare *self = GHC_SHARE (object);

  switch (prop_id)
    {
    case PROP_WATCHED:
      ghc_share_set_watched (self, g_value_get_boolean (value));
      break;
    case PROP_VOLUME:
      ghc_share_set_volume (self, g_value_get_double (value));
      break;
    case PROP_STATE:
      ghc_share_set_state (self, g_value_get_enum (value));
      break;
    case PROP_FRAME_RATE:
      ghc_share_set_frame_rate (self, g_value_get_double (value));
      break;
    case PROP_BITRATE:
      ghc_share_set_bitrate (self, g_value_get_uint (value));
      break;
    case PROP_CODEC_ELEMENT:
      ghc_share_set_codec_element (self, g_value_get_string (value));
      break;
    case PROP_FROZEN_MS:
      ghc_share_set_frozen_ms (self, g_value_get_uint64 (value));
      break;
    case PROP_PAINTABLE:
      ghc_share_set_paintable (self, g_value_get_object (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
install_boolean (Property property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_boolean (name, NULL, NULL, FALSE, flags);
}

static void
install_uint (Property property, const char *name, GParamFlags flags)
{
  properties[property] = g_param_spec_uint (name, NULL, NULL, 0, G_MAXUINT, 0, flags);
}

static void
ghc_share_class_init (GhcShareClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = flags | G_PARAM_WRITABLE;

  object_class->dispose = ghc_share_dispose;
  object_class->finalize = ghc_share_finalize;
  object_class->get_property = ghc_share_get_property;
  object_class->set_property = ghc_share_set_property;

  properties[PROP_MEMBER] = g_param_spec_object ("member", NULL, NULL, GHC_TYPE_CALL_MEMBER, flags);
  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, GHC_TYPE_SHARE_KIND,
                                             GHC_SHARE_SCREEN, flags);
  install_boolean (PROP_HAS_SOUND, "has-sound", flags);
  properties[PROP_VIEWERS] = g_param_spec_object ("viewers", NULL, NULL, G_TYPE_LIST_MODEL, flags);
  install_uint (PROP_N_VIEWERS, "n-viewers", flags);
  install_boolean (PROP_IS_OWN, "is-own", flags);
  install_boolean (PROP_WATCHED, "watched", writable);
  properties[PROP_VOLUME] = g_param_spec_double ("volume", NULL, NULL, 0, 2, 1, writable);
  properties[PROP_STATE] = g_param_spec_enum ("state", NULL, NULL, GHC_TYPE_SHARE_STATE,
                                              GHC_SHARE_IDLE, writable);
  install_uint (PROP_WIDTH, "width", flags);
  install_uint (PROP_HEIGHT, "height", flags);
  properties[PROP_FRAME_RATE] = g_param_spec_double ("frame-rate", NULL, NULL, 0, 1000, 0,
                                                     writable);
  install_uint (PROP_BITRATE, "bitrate", writable);
  properties[PROP_CODEC_ELEMENT] = g_param_spec_string ("codec-element", NULL, NULL, NULL, writable);
  properties[PROP_FROZEN_MS] = g_param_spec_uint64 ("frozen-ms", NULL, NULL, 0, G_MAXUINT64, 0,
                                                    writable);
  properties[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, G_TYPE_OBJECT,
                                                    writable);

  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_share_init (GhcShare *self)
{
  self->viewers = g_list_store_new (GHC_TYPE_CALL_MEMBER);
  self->volume = 1;
}

GhcShare *
ghc_share_new (GhcCallMember *member, GhcShareKind kind)
{
  GhcShare *self;

  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_SHARE, NULL);
  g_set_weak_pointer (&self->member, member);
  self->kind = kind;

  return self;
}

static void
set_boolean (GhcShare *self, gboolean *field, gboolean value, Property property)
{
  value = !!value;
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_uint (GhcShare *self, guint *field, guint value, Property property)
{
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* What is not a number, or out of range, comes from a measurement that went wrong. */
static void
set_double (GhcShare *self, double *field, double value, Property property)
{
  const GParamSpecDouble *range = G_PARAM_SPEC_DOUBLE (properties[property]);

  value = isnan (value) ? range->default_value : CLAMP (value, range->minimum, range->maximum);
  if (*field == value)
    return;

  *field = value;
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

static void
set_viewers (GhcShare *self, GPtrArray *viewers)
{
  guint n_before = ghc_share_get_n_viewers (self);

  ghc_list_sync (self->viewers, viewers);
  if (ghc_share_get_n_viewers (self) != n_before)
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_N_VIEWERS]);
}

void
ghc_share_fold (GhcShare *self, gboolean has_sound, GPtrArray *viewers, GPtrArray *told)
{
  g_return_if_fail (GHC_IS_SHARE (self));
  g_return_if_fail (viewers != NULL);
  g_return_if_fail (told != NULL);

  g_object_freeze_notify (G_OBJECT (self));
  g_ptr_array_ref (told);
  g_clear_pointer (&self->told, g_ptr_array_unref);
  self->told = told;
  set_boolean (self, &self->has_sound, has_sound, PROP_HAS_SOUND);
  set_viewers (self, viewers);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_share_release (GhcShare *self)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  if (self->told != NULL)
    set_viewers (self, self->told);
}

gboolean
ghc_share_has_viewer (GhcShare *self, GhcCallMember *member)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), FALSE);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), FALSE);

  return g_list_store_find (self->viewers, member, NULL);
}

gboolean
ghc_share_is_told (GhcShare *self, GhcCallMember *member)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), FALSE);

  return self->told != NULL && g_ptr_array_find (self->told, member, NULL);
}

guint
ghc_share_get_n_viewers (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 0);

  return g_list_model_get_n_items (G_LIST_MODEL (self->viewers));
}

gboolean
ghc_share_get_is_own (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), FALSE);

  return self->member != NULL && ghc_call_member_get_is_self (self->member);
}

void
ghc_share_set_size (GhcShare *self, guint width, guint height)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  g_object_freeze_notify (G_OBJECT (self));
  set_uint (self, &self->width, width, PROP_WIDTH);
  set_uint (self, &self->height, height, PROP_HEIGHT);
  g_object_thaw_notify (G_OBJECT (self));
}

void
ghc_share_set_state (GhcShare *self, GhcShareState state)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  if (self->state == state)
    return;

  self->state = state;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_STATE]);
}

void
ghc_share_set_codec_element (GhcShare *self, const char *codec_element)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  if (g_set_str (&self->codec_element, codec_element))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_CODEC_ELEMENT]);
}

void
ghc_share_set_frozen_ms (GhcShare *self, guint64 frozen_ms)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  if (self->frozen_ms == frozen_ms)
    return;

  self->frozen_ms = frozen_ms;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_FROZEN_MS]);
}

void
ghc_share_set_paintable (GhcShare *self, GObject *paintable)
{
  g_return_if_fail (GHC_IS_SHARE (self));
  g_return_if_fail (paintable == NULL || G_IS_OBJECT (paintable));

  if (g_set_object (&self->paintable, paintable))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTABLE]);
}

void
ghc_share_set_watched (GhcShare *self, gboolean watched)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  set_boolean (self, &self->watched, watched, PROP_WATCHED);
}

void
ghc_share_set_volume (GhcShare *self, double volume)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  set_double (self, &self->volume, volume, PROP_VOLUME);
}

void
ghc_share_set_frame_rate (GhcShare *self, double frame_rate)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  set_double (self, &self->frame_rate, frame_rate, PROP_FRAME_RATE);
}

void
ghc_share_set_bitrate (GhcShare *self, guint bitrate)
{
  g_return_if_fail (GHC_IS_SHARE (self));

  set_uint (self, &self->bitrate, bitrate, PROP_BITRATE);
}

GhcCallMember *
ghc_share_get_member (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), NULL);

  return self->member;
}

GhcShareKind
ghc_share_get_kind (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), GHC_SHARE_SCREEN);

  return self->kind;
}

gboolean
ghc_share_get_has_sound (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), FALSE);

  return self->has_sound;
}

GListModel *
ghc_share_get_viewers (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), NULL);

  return G_LIST_MODEL (self->viewers);
}

gboolean
ghc_share_get_watched (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), FALSE);

  return self->watched;
}

double
ghc_share_get_volume (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 1);

  return self->volume;
}

GhcShareState
ghc_share_get_state (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), GHC_SHARE_IDLE);

  return self->state;
}

guint
ghc_share_get_width (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 0);

  return self->width;
}

guint
ghc_share_get_height (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 0);

  return self->height;
}

double
ghc_share_get_frame_rate (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 0);

  return self->frame_rate;
}

guint
ghc_share_get_bitrate (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 0);

  return self->bitrate;
}

const char *
ghc_share_get_codec_element (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), NULL);

  return self->codec_element;
}

guint64
ghc_share_get_frozen_ms (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), 0);

  return self->frozen_ms;
}

GObject *
ghc_share_get_paintable (GhcShare *self)
{
  g_return_val_if_fail (GHC_IS_SHARE (self), NULL);

  return self->paintable;
}
