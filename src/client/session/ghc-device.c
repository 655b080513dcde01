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

G_DEFINE_FINAL_TYPE (GhcDevice, ghc_device, G_TYPE_OBJECT)

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
  G_OBJECT_CLASS (klass)->finalize = ghc_device_finalize;
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
  GhcDevice *self;

  if (!gh_json_get_id (json, "device_id", GH_ID_DEVICE, &device_id, error)
      || !gh_json_get_string (json, "name", 0, GH_LIMIT_FRAME, &name, error)
      || !gh_json_get_int (json, "created_ts", 0, G_MAXINT64, &created_ts, error)
      || !gh_json_get_optional_int (json, "last_seen_ts", 0, G_MAXINT64, 0, &last_seen_ts, error)
      || !gh_json_get_optional_bool (json, "current", FALSE, &current, error))
    return NULL;

  self = g_object_new (GHC_TYPE_DEVICE, NULL);
  self->device_id = g_strdup (device_id);
  self->name = g_strdup (name);
  self->created_ts = created_ts;
  self->last_seen_ts = last_seen_ts;
  self->current = current;

  return self;
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
