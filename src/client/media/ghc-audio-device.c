/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-audio-device.h"

struct _GhcAudioDevice
{
  GObject parent_instance;
  char *id;
  char *name;
  gboolean is_default;
};

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  PROP_IS_DEFAULT,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcAudioDevice, ghc_audio_device, G_TYPE_OBJECT)

static void
ghc_audio_device_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhcAudioDevice *self = GHC_AUDIO_DEVICE (object);

  switch ((Property) id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_IS_DEFAULT:
      g_value_set_boolean (value, self->is_default);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_audio_device_finalize (GObject *object)
{
  GhcAudioDevice *self = GHC_AUDIO_DEVICE (object);

  g_free (self->id);
  g_free (self->name);
  G_OBJECT_CLASS (ghc_audio_device_parent_class)->finalize (object);
}

static void
ghc_audio_device_class_init (GhcAudioDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ghc_audio_device_get_property;
  object_class->finalize = ghc_audio_device_finalize;

  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL,
                                             G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL,
                                               G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  properties[PROP_IS_DEFAULT] = g_param_spec_boolean ("is-default", NULL, NULL, FALSE,
                                                      G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_audio_device_init (GhcAudioDevice *self)
{
}

/**
 * ghc_audio_device_new:
 * @id: what settings remember it by
 * @name: what people call it
 * @is_default: whether it is the system's choice
 *
 * Returns: (transfer full): a device
 */
GhcAudioDevice *
ghc_audio_device_new (const char *id, const char *name, gboolean is_default)
{
  GhcAudioDevice *self;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);

  self = g_object_new (GHC_TYPE_AUDIO_DEVICE, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->is_default = is_default;
  return self;
}

/**
 * ghc_audio_device_get_id:
 * @self: a device
 *
 * Returns: (transfer none): what settings remember it by
 */
const char *
ghc_audio_device_get_id (GhcAudioDevice *self)
{
  g_return_val_if_fail (GHC_IS_AUDIO_DEVICE (self), NULL);

  return self->id;
}

/**
 * ghc_audio_device_get_name:
 * @self: a device
 *
 * Returns: (transfer none): what people call it
 */
const char *
ghc_audio_device_get_name (GhcAudioDevice *self)
{
  g_return_val_if_fail (GHC_IS_AUDIO_DEVICE (self), NULL);

  return self->name;
}

/**
 * ghc_audio_device_is_default:
 * @self: a device
 *
 * Returns: whether it is the system's choice
 */
gboolean
ghc_audio_device_is_default (GhcAudioDevice *self)
{
  g_return_val_if_fail (GHC_IS_AUDIO_DEVICE (self), FALSE);

  return self->is_default;
}

/**
 * ghc_audio_device_set_default:
 * @self: a device
 * @is_default: whether it is the system's choice now
 */
void
ghc_audio_device_set_default (GhcAudioDevice *self, gboolean is_default)
{
  g_return_if_fail (GHC_IS_AUDIO_DEVICE (self));

  if (self->is_default == is_default)
    return;
  self->is_default = is_default;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_IS_DEFAULT]);
}
