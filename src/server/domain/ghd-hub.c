/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-hub-private.h"

/*
 * Who hears what. The hub knows connections and rooms, and nothing else: no rules, no storage.
 *
 * Three indexes are kept as connections come and go and as memberships change, so that a
 * publication costs in proportion to those who receive it:
 *   users:       user id    -> HubUser (connections, rooms)
 *   rooms:       room id    -> HubUsers in it who are connected
 *   subscribers: subscriber -> HubConnection
 */

enum
{
  LEFT,
  ENDED,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhdHub, ghd_hub, G_TYPE_OBJECT)

static void
hub_user_free (gpointer data)
{
  HubUser *user = data;

  g_free (user->user_id);
  g_ptr_array_unref (user->connections);
  g_array_unref (user->listeners);
  g_hash_table_unref (user->rooms);
  g_free (user);
}

static void
hub_connection_free (gpointer data)
{
  HubConnection *connection = data;

  g_object_unref (connection->subscriber);
  g_free (connection->device_id);
  g_free (connection);
}

static HubUser *
ensure_user (GhdHub *self, const char *user_id)
{
  HubUser *user = g_hash_table_lookup (self->users, user_id);

  if (user == NULL)
    {
      user = g_new0 (HubUser, 1);
      user->user_id = g_strdup (user_id);
      user->connections = g_ptr_array_new ();
      user->listeners = g_array_new (FALSE, FALSE, sizeof (HubListener));
      user->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
      g_hash_table_insert (self->users, user->user_id, user);
    }

  return user;
}

static void
user_gains (HubUser *user, HubConnection *connection)
{
  GhdSubscriber *subscriber = connection->subscriber;
  const HubListener listener = { subscriber, GHD_SUBSCRIBER_GET_IFACE (subscriber)->deliver };

  g_ptr_array_add (user->connections, connection);
  g_array_append_val (user->listeners, listener);
}

static void
user_loses (HubUser *user, HubConnection *connection)
{
  guint index;

  if (!g_ptr_array_find (user->connections, connection, &index))
    g_assert_not_reached ();
  g_ptr_array_remove_index_fast (user->connections, index);
  g_array_remove_index_fast (user->listeners, index);
}

static void
user_enters (GhdHub *self, HubUser *user, const char *room_id)
{
  GPtrArray *users;

  if (!g_hash_table_add (user->rooms, g_strdup (room_id)))
    return;

  users = g_hash_table_lookup (self->rooms, room_id);
  if (users == NULL)
    {
      users = g_ptr_array_new ();
      g_hash_table_insert (self->rooms, g_strdup (room_id), users);
    }
  g_ptr_array_add (users, user);
}

static void
room_forgets (GhdHub *self, HubUser *user, const char *room_id)
{
  GPtrArray *users = g_hash_table_lookup (self->rooms, room_id);

  g_assert (users != NULL);
  g_ptr_array_remove_fast (users, user);
  if (users->len == 0)
    g_hash_table_remove (self->rooms, room_id);
}

static void
forget_user (GhdHub *self, HubUser *user)
{
  GHashTableIter iter;
  const char *room_id;

  g_hash_table_iter_init (&iter, user->rooms);
  while (g_hash_table_iter_next (&iter, (gpointer *) &room_id, NULL))
    room_forgets (self, user, room_id);

  g_hash_table_remove (self->users, user->user_id);
}

static void
ghd_hub_finalize (GObject *object)
{
  GhdHub *self = GHD_HUB (object);

  g_hash_table_unref (self->connections);
  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->users);

  G_OBJECT_CLASS (ghd_hub_parent_class)->finalize (object);
}

static void
ghd_hub_class_init (GhdHubClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_hub_finalize;

  /**
   * GhdHub::left:
   * @user_id: whose last connection was detached
   */
  signals[LEFT] = g_signal_new ("left", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL, NULL,
                                NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
  /**
   * GhdHub::ended:
   * @user_id: whose
   * @device_id: a device whose connection was ended from within
   * @code: with which close code
   */
  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 3, G_TYPE_STRING, G_TYPE_STRING,
                                 G_TYPE_UINT);
}

void
ghd_hub_emit_ended (GhdHub *self, const char *user_id, const char *device_id, guint code)
{
  g_signal_emit (self, signals[ENDED], 0, user_id, device_id, code);
}

static void
ghd_hub_init (GhdHub *self)
{
  self->users = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, hub_user_free);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                       (GDestroyNotify) g_ptr_array_unref);
  self->connections = g_hash_table_new_full (NULL, NULL, NULL, hub_connection_free);
}

GhdHub *
ghd_hub_new (void)
{
  return g_object_new (GHD_TYPE_HUB, NULL);
}

/**
 * ghd_hub_attach:
 * @subscriber: kept until ghd_hub_detach() or one of the close functions
 * @room_ids: (element-type utf8): the rooms @user_id is in; used when this is the user's first
 *   connection, since later changes arrive by ghd_hub_join() and ghd_hub_leave()
 */
void
ghd_hub_attach (GhdHub *self, GhdSubscriber *subscriber, const char *user_id, const char *device_id,
                GPtrArray *room_ids)
{
  HubConnection *connection;
  HubUser *user;

  g_return_if_fail (GHD_IS_HUB (self));
  g_return_if_fail (GHD_IS_SUBSCRIBER (subscriber));
  g_return_if_fail (!g_hash_table_contains (self->connections, subscriber));

  user = ensure_user (self, user_id);
  for (guint i = 0; i < room_ids->len; i++)
    user_enters (self, user, g_ptr_array_index (room_ids, i));

  connection = g_new0 (HubConnection, 1);
  connection->subscriber = g_object_ref (subscriber);
  connection->user = user;
  connection->device_id = g_strdup (device_id);
  user_gains (user, connection);
  g_hash_table_insert (self->connections, subscriber, connection);
}

/**
 * ghd_hub_detach:
 *
 * Harmless for a subscriber that is not attached (any more).
 */
void
ghd_hub_detach (GhdHub *self, GhdSubscriber *subscriber)
{
  HubConnection *connection;
  HubUser *user;
  g_autofree char *left_user_id = NULL;

  g_return_if_fail (GHD_IS_HUB (self));

  connection = g_hash_table_lookup (self->connections, subscriber);
  if (connection == NULL)
    return;

  user = connection->user;
  user_loses (user, connection);
  if (user->connections->len == 0)
    {
      left_user_id = g_strdup (user->user_id);
      forget_user (self, user);
    }
  g_hash_table_remove (self->connections, subscriber);

  if (left_user_id != NULL)
    g_signal_emit (self, signals[LEFT], 0, left_user_id);
}

guint
ghd_hub_count (GhdHub *self)
{
  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  return g_hash_table_size (self->connections);
}

guint
ghd_hub_count_user (GhdHub *self, const char *user_id)
{
  HubUser *user;

  g_return_val_if_fail (GHD_IS_HUB (self), 0);

  user = g_hash_table_lookup (self->users, user_id);

  return user != NULL ? user->connections->len : 0;
}

/**
 * ghd_hub_list_devices:
 *
 * Returns: (transfer full) (element-type utf8): the devices that are connected, each once
 */
GPtrArray *
ghd_hub_list_devices (GhdHub *self)
{
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *devices = g_ptr_array_new_with_free_func (g_free);
  GHashTableIter iter;
  HubConnection *connection;

  g_hash_table_iter_init (&iter, self->connections);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &connection))
    if (g_hash_table_add (seen, connection->device_id))
      g_ptr_array_add (devices, g_strdup (connection->device_id));

  return devices;
}

/**
 * ghd_hub_join:
 *
 * From now on the user's connections, if any, hear the room.
 */
void
ghd_hub_join (GhdHub *self, const char *user_id, const char *room_id)
{
  HubUser *user;

  g_return_if_fail (GHD_IS_HUB (self));

  user = g_hash_table_lookup (self->users, user_id);
  if (user != NULL)
    user_enters (self, user, room_id);
}

/**
 * ghd_hub_leave:
 *
 * From now on the user's connections hear nothing of the room.
 */
void
ghd_hub_leave (GhdHub *self, const char *user_id, const char *room_id)
{
  HubUser *user;

  g_return_if_fail (GHD_IS_HUB (self));

  user = g_hash_table_lookup (self->users, user_id);
  if (user == NULL || !g_hash_table_contains (user->rooms, room_id))
    return;

  room_forgets (self, user, room_id);
  g_hash_table_remove (user->rooms, room_id);
}

/**
 * ghd_hub_hears:
 *
 * Returns: whether a connection of @user_id is told what happens in @room_id
 */
gboolean
ghd_hub_hears (GhdHub *self, const char *user_id, const char *room_id)
{
  HubUser *user;

  g_return_val_if_fail (GHD_IS_HUB (self), FALSE);

  user = g_hash_table_lookup (self->users, user_id);

  return user != NULL && g_hash_table_contains (user->rooms, room_id);
}

/**
 * ghd_hub_has_listeners:
 *
 * Returns: whether anybody who is connected hears @room_id
 */
gboolean
ghd_hub_has_listeners (GhdHub *self, const char *room_id)
{
  g_return_val_if_fail (GHD_IS_HUB (self), FALSE);

  return g_hash_table_contains (self->rooms, room_id);
}
