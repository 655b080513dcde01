/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-caller.h"

struct _GhdCaller
{
  GObject parent_instance;
  char *address;
  char *user_id;
  char *device_id;
  gint64 expires_ts;
};

G_DEFINE_FINAL_TYPE (GhdCaller, ghd_caller, G_TYPE_OBJECT)

static void
ghd_caller_finalize (GObject *object)
{
  GhdCaller *self = GHD_CALLER (object);

  g_free (self->address);
  g_free (self->user_id);
  g_free (self->device_id);

  G_OBJECT_CLASS (ghd_caller_parent_class)->finalize (object);
}

static void
ghd_caller_class_init (GhdCallerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_caller_finalize;
}

static void
ghd_caller_init (GhdCaller *self)
{
}

/**
 * ghd_caller_new:
 * @address: the peer's address without port, or what a trusted proxy says it is
 * @user_id: (nullable): NULL for somebody who is not signed in
 * @device_id: (nullable): NULL exactly when @user_id is
 * @expires_ts: when the access token ends, in ms since the epoch
 */
GhdCaller *
ghd_caller_new (const char *address, const char *user_id, const char *device_id, gint64 expires_ts)
{
  GhdCaller *self;

  g_return_val_if_fail (address != NULL, NULL);
  g_return_val_if_fail ((user_id == NULL) == (device_id == NULL), NULL);

  self = g_object_new (GHD_TYPE_CALLER, NULL);
  self->address = g_strdup (address);
  self->user_id = g_strdup (user_id);
  self->device_id = g_strdup (device_id);
  self->expires_ts = expires_ts;

  return self;
}

const char *
ghd_caller_get_address (GhdCaller *self)
{
  g_return_val_if_fail (GHD_IS_CALLER (self), NULL);

  return self->address;
}

const char *
ghd_caller_get_user_id (GhdCaller *self)
{
  g_return_val_if_fail (GHD_IS_CALLER (self), NULL);

  return self->user_id;
}

const char *
ghd_caller_get_device_id (GhdCaller *self)
{
  g_return_val_if_fail (GHD_IS_CALLER (self), NULL);

  return self->device_id;
}

gint64
ghd_caller_get_expires_ts (GhdCaller *self)
{
  g_return_val_if_fail (GHD_IS_CALLER (self), 0);

  return self->expires_ts;
}

gboolean
ghd_caller_is_signed_in (GhdCaller *self)
{
  g_return_val_if_fail (GHD_IS_CALLER (self), FALSE);

  return self->user_id != NULL;
}
