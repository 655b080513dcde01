/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-hub-private.h"

/* Subscribers are spread over memory: while one is given the frame, the one so many places behind is
 * fetched. */
#define AHEAD 4

static guint
deliver_to_user (GhdHub *self, HubUser *user, GBytes *frame)
{
  const HubListener *listeners = (const HubListener *) user->listeners->data;
  guint n = user->listeners->len;

  for (guint i = 0; i < n; i++)
    {
      if (i + AHEAD < n)
        __builtin_prefetch (listeners[i + AHEAD].subscriber);
      listeners[i].deliver (listeners[i].subscriber, frame);
    }

  if (n > 0)
    self->dirty = TRUE;

  return n;
}

/**
 * ghd_hub_set_flush:
 * @flush: (nullable): called once after each publication that reached somebody
 */
void
ghd_hub_set_flush (GhdHub *self, GhdHubFlush flush, gpointer user_data)
{
  g_return_if_fail (GHD_IS_HUB (self));

  self->flush = flush;
  self->flush_data = user_data;
}

/**
 * ghd_hub_send_room:
 * @except_user_id: (nullable): a person in the room who is not to hear it
 *
 * Returns: to how many connections the frame was given
 */
guint
ghd_hub_send_room (GhdHub *self, const char *room_id, GBytes *frame, const char *except_user_id)
{
  GPtrArray *users;
  guint n = 0;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  users = g_hash_table_lookup (self->rooms, room_id);
  if (users == NULL)
    return 0;

  for (guint i = 0; i < users->len; i++)
    {
      HubUser *user = g_ptr_array_index (users, i);

      if (i + AHEAD < users->len)
        __builtin_prefetch (g_ptr_array_index (users, i + AHEAD));
      if (except_user_id == NULL || !g_str_equal (user->user_id, except_user_id))
        n += deliver_to_user (self, user, frame);
    }

  return n;
}

/**
 * ghd_hub_send_rooms:
 * @room_ids: (element-type utf8): rooms that may have people in common: each hears it once
 * @except_user_id: (nullable):
 */
guint
ghd_hub_send_rooms (GhdHub *self, GPtrArray *room_ids, GBytes *frame, const char *except_user_id)
{
  guint n = 0;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  self->round++;
  for (guint i = 0; i < room_ids->len; i++)
    {
      GPtrArray *users = g_hash_table_lookup (self->rooms, g_ptr_array_index (room_ids, i));

      for (guint j = 0; users != NULL && j < users->len; j++)
        {
          HubUser *user = g_ptr_array_index (users, j);

          if (user->round == self->round || g_strcmp0 (user->user_id, except_user_id) == 0)
            continue;
          user->round = self->round;
          n += deliver_to_user (self, user, frame);
        }
    }

  return n;
}

guint
ghd_hub_send_user (GhdHub *self, const char *user_id, GBytes *frame)
{
  HubUser *user;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  user = g_hash_table_lookup (self->users, user_id);

  return user != NULL ? deliver_to_user (self, user, frame) : 0;
}

guint
ghd_hub_send_device (GhdHub *self, const char *user_id, const char *device_id, GBytes *frame)
{
  HubUser *user;
  guint n = 0;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  user = g_hash_table_lookup (self->users, user_id);
  for (guint i = 0; user != NULL && i < user->connections->len; i++)
    {
      HubConnection *connection = g_ptr_array_index (user->connections, i);

      if (!g_str_equal (connection->device_id, device_id))
        continue;
      ghd_subscriber_deliver (connection->subscriber, frame);
      self->dirty = TRUE;
      n++;
    }

  return n;
}

/**
 * ghd_hub_flush:
 *
 * Tells the net layer that something was delivered since the last flush; does nothing otherwise.
 */
void
ghd_hub_flush (GhdHub *self)
{
  g_return_if_fail (GHD_IS_HUB (self));

  if (!self->dirty)
    return;

  self->dirty = FALSE;
  if (self->flush != NULL)
    self->flush (self->flush_data);
}
