/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-camera.h"

struct _GhcCamera
{
  GObject parent_instance;
  char *id;
  char *name;
  guint32 node_id; /* of PipeWire */
  char *serial;
};

typedef enum
{
  PROP_ID = 1,
  PROP_NAME,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcCamera, ghc_camera, G_TYPE_OBJECT)

static void
ghc_camera_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhcCamera *self = GHC_CAMERA (object);

  switch ((Property) id)
    {
    case PROP_ID:
      g_value_set_string (value, self->id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_camera_finalize (GObject *object)
{
  GhcCamera *self = GHC_CAMERA (object);

  g_free (self->id);
  g_free (self->name);
  g_free (self->serial);
  G_OBJECT_CLASS (ghc_camera_parent_class)->finalize (object);
}

static void
ghc_camera_class_init (GhcCameraClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS;

  object_class->get_property = ghc_camera_get_property;
  object_class->finalize = ghc_camera_finalize;
  properties[PROP_ID] = g_param_spec_string ("id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_camera_init (GhcCamera *self)
{
}

/**
 * ghc_camera_new:
 * @id: what settings remember it by
 * @name: what people call it
 * @node_id: PipeWire's number for it now
 * @serial: the number that nothing else ever gets
 *
 * Returns: (transfer full): a camera
 */
GhcCamera *
ghc_camera_new (const char *id, const char *name, guint32 node_id, const char *serial)
{
  GhcCamera *self;

  g_return_val_if_fail (id != NULL && name != NULL, NULL);

  self = g_object_new (GHC_TYPE_CAMERA, NULL);
  self->id = g_strdup (id);
  self->name = g_strdup (name);
  self->node_id = node_id;
  self->serial = g_strdup (serial);
  return self;
}

/**
 * ghc_camera_get_id:
 * @self: a camera
 *
 * Returns: (transfer none): what settings remember it by
 */
const char *
ghc_camera_get_id (GhcCamera *self)
{
  g_return_val_if_fail (GHC_IS_CAMERA (self), NULL);

  return self->id;
}

/**
 * ghc_camera_get_name:
 * @self: a camera
 *
 * Returns: (transfer none): what people call it
 */
const char *
ghc_camera_get_name (GhcCamera *self)
{
  g_return_val_if_fail (GHC_IS_CAMERA (self), NULL);

  return self->name;
}

/**
 * ghc_camera_get_node_id:
 * @self: a camera
 *
 * Returns: PipeWire's number for it
 */
guint32
ghc_camera_get_node_id (GhcCamera *self)
{
  g_return_val_if_fail (GHC_IS_CAMERA (self), 0);

  return self->node_id;
}

/**
 * ghc_camera_get_serial:
 * @self: a camera
 *
 * Returns: (transfer none) (nullable): PipeWire's number that nothing else ever gets
 */
const char *
ghc_camera_get_serial (GhcCamera *self)
{
  g_return_val_if_fail (GHC_IS_CAMERA (self), NULL);

  return self->serial;
}
