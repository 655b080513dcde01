/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-hub-private.h"

/* Ends connections from within: a device was revoked, the server stops. */

/* Closes the connections in @doomed: detached first, so that the hub never sends to one again. */
static guint
close_connections (GhdHub *self, GPtrArray *doomed, guint code, const char *reason)
{
  for (guint i = 0; i < doomed->len; i++)
    {
      GhdSubscriber *subscriber = g_ptr_array_index (doomed, i);
      HubConnection *connection = g_hash_table_lookup (self->connections, subscriber);
      g_autofree char *user_id = NULL;
      g_autofree char *device_id = NULL;

      /* What the last one's end led to may have ended this one. */
      if (connection == NULL)
        continue;
      user_id = g_strdup (connection->user->user_id);
      device_id = g_strdup (connection->device_id);
      ghd_hub_detach (self, subscriber);
      ghd_subscriber_close (subscriber, code, reason);
      ghd_hub_emit_ended (self, user_id, device_id, code);
    }

  if (doomed->len > 0)
    self->dirty = TRUE;
  ghd_hub_flush (self);

  return doomed->len;
}

/* Closes those connections of @user for which @device_id fits, or which are not @keep_device_id. */
static void
add_doomed (HubUser *user, const char *device_id, const char *keep_device_id, GPtrArray *doomed)
{
  for (guint i = 0; i < user->connections->len; i++)
    {
      HubConnection *connection = g_ptr_array_index (user->connections, i);

      if ((device_id == NULL || g_str_equal (connection->device_id, device_id))
          && g_strcmp0 (connection->device_id, keep_device_id) != 0)
        g_ptr_array_add (doomed, g_object_ref (connection->subscriber));
    }
}

/**
 * ghd_hub_close_device:
 * @user_id: (nullable): whose device it is; NULL when that is not known
 * @device_id: (nullable): NULL means all devices of @user_id
 *
 * Returns: how many connections were closed
 */
guint
ghd_hub_close_device (GhdHub *self, const char *user_id, const char *device_id, guint code,
                      const char *reason)
{
  g_autoptr (GPtrArray) doomed = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  HubUser *user;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);
  g_return_val_if_fail (user_id != NULL || device_id != NULL, 0);

  if (user_id != NULL)
    {
      user = g_hash_table_lookup (self->users, user_id);
      if (user != NULL)
        add_doomed (user, device_id, NULL, doomed);
    }
  else
    {
      g_hash_table_iter_init (&iter, self->users);
      while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &user))
        add_doomed (user, device_id, NULL, doomed);
    }

  return close_connections (self, doomed, code, reason);
}

guint
ghd_hub_close_user (GhdHub *self, const char *user_id, guint code, const char *reason)
{
  return ghd_hub_close_device (self, user_id, NULL, code, reason);
}

/**
 * ghd_hub_close_others:
 *
 * Closes all connections of @user_id but those of one device.
 */
guint
ghd_hub_close_others (GhdHub *self, const char *user_id, const char *keep_device_id, guint code,
                      const char *reason)
{
  g_autoptr (GPtrArray) doomed = g_ptr_array_new_with_free_func (g_object_unref);
  HubUser *user;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  user = g_hash_table_lookup (self->users, user_id);
  if (user != NULL)
    add_doomed (user, NULL, keep_device_id, doomed);

  return close_connections (self, doomed, code, reason);
}

guint
ghd_hub_close_all (GhdHub *self, guint code, const char *reason)
{
  g_autoptr (GPtrArray) doomed = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  GhdSubscriber *subscriber;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, (gpointer *) &subscriber, NULL))
    g_ptr_array_add (doomed, g_object_ref (subscriber));

  return close_connections (self, doomed, code, reason);
}
