/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-device.h"

#include "gh-limits.h"

struct _GhcDevice
{
  GObject parent_instance;
  char *device_id;
  char *name;
  gint64 created_ts;
  gint64 last_seen_ts;
  gboolean current;
};

typedef enum { PROP_DEVICE_ID = 1, PROP_NAME, PROP_CREATED_TS, PROP_LAST_SEEN_TS, PROP_CURRENT, N_PROPS } Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcDevice, ghc_device, G_TYPE_OBJECT)

static void
ghc_device_set_property (GObject *object, guint prop_id, const GValue *value, GParamSpec *pspec)
{
  GhcDevice *self = GHC_DEVICE (object);

  switch ((Property) prop_id)
    {
    case PROP_DEVICE_ID:
      self->device_id = g_value_dup_string (value);
      break;
    case PROP_NAME:
      self->name = g_value_dup_string (value);
      break;
    case PROP_CREATED_TS:
      self->created_ts = g_value_get_int64 (value);
      break;
    case PROP_LAST_SEEN_TS:
      self->last_seen_ts = g_value_get_int64 (value);
      break;
    case PROP_CURRENT:
      self->current = g_value_get_boolean (value);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_device_get_property (GObject *object, guint prop_id, GValue *value, GParamSpec *pspec)
{
  GhcDevice *self = GHC_DEVICE (object);

  switch ((Property) prop_id)
    {
    case PROP_DEVICE_ID:
      g_value_set_string (value, self->device_id);
      break;
    case PROP_NAME:
      g_value_set_string (value, self->name);
      break;
    case PROP_CREATED_TS:
      g_value_set_int64 (value, self->created_ts);
      break;
    case PROP_LAST_SEEN_TS:
      g_value_set_int64 (value, self->last_seen_ts);
      break;
    case PROP_CURRENT:
      g_value_set_boolean (value, self->current);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, prop_id, pspec);
    }
}

static void
ghc_device_finalize (GObject *object)
{
  GhcDevice *self = GHC_DEVICE (object);

  g_clear_pointer (&self->device_id, g_free);
  g_clear_pointer (&self->name, g_free);

  G_OBJECT_CLASS (ghc_device_parent_class)->finalize (object);
}

static void
ghc_device_class_init (GhcDeviceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READWRITE | G_PARAM_CONSTRUCT_ONLY | G_PARAM_STATIC_STRINGS;

  object_class->set_property = ghc_device_set_property;
  object_class->get_property = ghc_device_get_property;
  object_class->finalize = ghc_device_finalize;

  properties[PROP_DEVICE_ID] = g_param_spec_string ("device-id", NULL, NULL, NULL, flags);
  properties[PROP_NAME] = g_param_spec_string ("name", NULL, NULL, NULL, flags);
  properties[PROP_CREATED_TS] = g_param_spec_int64 ("created-ts", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_LAST_SEEN_TS] = g_param_spec_int64 ("last-seen-ts", NULL, NULL, G_MININT64, G_MAXINT64, 0, flags);
  properties[PROP_CURRENT] = g_param_spec_boolean ("current", NULL, NULL, FALSE, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_device_init (GhcDevice *self)
{
}

/**
 * ghc_device_new_from_json:
 * @json: an element of the result of session.list; hostile input, checked here
 *
 * Returns: (transfer full) (nullable): %NULL with %GH_ERROR_INVALID
 */
GhcDevice *
ghc_device_new_from_json (GhJson *json, GError **error)
{
  const char *device_id, *name;
  gint64 created_ts, last_seen_ts;
  gboolean current;

  if (!gh_json_get_id (json, "device_id", GH_ID_DEVICE, &device_id, error)
      || !gh_json_get_string (json, "name", 0, GH_LIMIT_FRAME, &name, error)
      || !gh_json_get_int (json, "created_ts", 0, G_MAXINT64, &created_ts, error)
      || !gh_json_get_optional_int (json, "last_seen_ts", 0, G_MAXINT64, 0, &last_seen_ts, error)
      || !gh_json_get_optional_bool (json, "current", FALSE, &current, error))
    return NULL;

  return g_object_new (GHC_TYPE_DEVICE, "device-id", device_id, "name", name, "created-ts", created_ts,
                       "last-seen-ts", last_seen_ts, "current", current, NULL);
}

const char *
ghc_device_get_device_id (GhcDevice *self)
{
  g_return_val_if_fail (GHC_IS_DEVICE (self), NULL);

  return self->device_id;
}

const char *
ghc_device_get_name (GhcDevice *self)
{
  g_return_val_if_fail (GHC_IS_DEVICE (self), NULL);

  return self->name;
}

gint64
ghc_device_get_created_ts (GhcDevice *self)
{
  g_return_val_if_fail (GHC_IS_DEVICE (self), 0);

  return self->created_ts;
}

gint64
ghc_device_get_last_seen_ts (GhcDevice *self)
{
  g_return_val_if_fail (GHC_IS_DEVICE (self), 0);

  return self->last_seen_ts;
}

gboolean
ghc_device_get_current (GhcDevice *self)
{
  g_return_val_if_fail (GHC_IS_DEVICE (self), FALSE);

  return self->current;
}
