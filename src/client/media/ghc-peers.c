/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-peers.h"

/* For signals of members whom the list does not have yet. */
#define MAX_EARLY 64
#define EARLY_US (10 * G_USEC_PER_SEC)

typedef struct
{
  char *from;
  GhJson *json;
  gint64 at_us;
} Early;

struct _GhcPeers
{
  GhcPeerSetup setup; /* owns its seat, which is NULL once closed, and nothing else */
  GHashTable *table;  /* of GhcPeer by member id */
  GPtrArray *gone;    /* ids of members whose opener is still known */
  GPtrArray *early;   /* of Early */
};

static void
early_free (gpointer data)
{
  Early *early = data;

  g_free (early->from);
  gh_json_unref (early->json);
  g_free (early);
}

static GPtrArray *
list_peers (GhcPeers *self)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    g_ptr_array_add (peers, g_object_ref (peer));
  return peers;
}

/**
 * ghc_peers_new:
 * @setup: what all connections have in common; it is copied, and what it points to but the seat has to live
 *   as long as the peers
 *
 * Returns: (transfer full): peers, none before ghc_peers_sync()
 */
GhcPeers *
ghc_peers_new (const GhcPeerSetup *setup)
{
  GhcPeers *self;

  g_return_val_if_fail (setup != NULL, NULL);

  self = g_new0 (GhcPeers, 1);
  self->setup = *setup;
  g_object_ref (self->setup.seat);
  self->table = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->early = g_ptr_array_new_with_free_func (early_free);
  return self;
}

/**
 * ghc_peers_close:
 * @self: peers
 *
 * Ends all connections at once, and makes no more.
 */
void
ghc_peers_close (GhcPeers *self)
{
  GHashTableIter iter;
  gpointer peer;

  g_return_if_fail (self != NULL);

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    ghc_peer_close (peer);
  g_hash_table_remove_all (self->table);
  g_clear_object (&self->setup.seat);
}

/**
 * ghc_peers_free:
 * @self: (transfer full): peers
 */
void
ghc_peers_free (GhcPeers *self)
{
  g_return_if_fail (self != NULL);

  ghc_peers_close (self);
  g_hash_table_unref (self->table);
  g_ptr_array_unref (self->gone);
  g_ptr_array_unref (self->early);
  g_free (self);
}

/* --- Who is there --- */

static void
pass_on_early (GhcPeers *self, const char *from, GhcPeer *peer)
{
  for (guint i = 0; i < self->early->len;)
    {
      Early *early = g_ptr_array_index (self->early, i);
      GhcSignal signal;

      if (!g_str_equal (early->from, from))
        {
          i++;
          continue;
        }
      if (ghc_signal_read (early->json, &signal, NULL))
        ghc_peer_take_signal (peer, &signal);
      g_ptr_array_remove_index (self->early, i);
    }
}

static void
add_member (GhcPeers *self, GhcCallMember *member)
{
  const char *id = ghc_call_member_get_member_id (member);
  GhcPeer *peer;

  if (ghc_call_member_get_is_self (member)
      || g_strcmp0 (id, ghc_call_seat_get_member_id (self->setup.seat)) == 0
      || g_hash_table_contains (self->table, id))
    return;
  peer = ghc_peer_new (&self->setup, member);
  g_hash_table_insert (self->table, g_strdup (id), peer);
  pass_on_early (self, id, peer);
}

/**
 * ghc_peers_sync:
 * @self: peers, not closed
 *
 * Connects to whoever is in the call's list of members now and was not, and ends the connections to
 * whoever is not in it any more.
 */
void
ghc_peers_sync (GhcPeers *self)
{
  GHashTableIter iter;
  gpointer id, peer;
  GListModel *members;
  GhcCall *call;

  g_return_if_fail (self != NULL && self->setup.seat != NULL);

  call = ghc_call_seat_get_call (self->setup.seat);
  members = ghc_call_get_members (call);
  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, &id, &peer))
    {
      if (ghc_call_lookup_member (call, id) != NULL)
        continue;
      g_ptr_array_add (self->gone, g_strdup (id));
      ghc_peer_close (peer);
      g_hash_table_iter_remove (&iter);
    }
  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (members, i);

      add_member (self, member);
    }
}

/**
 * ghc_peers_forget_gone:
 * @self: peers
 *
 * There is a new key: nobody who is gone may be heard under it, and what they sent before need not be
 * known.
 */
void
ghc_peers_forget_gone (GhcPeers *self)
{
  g_return_if_fail (self != NULL);

  for (guint i = 0; i < self->gone->len; i++)
    {
      const char *id = g_ptr_array_index (self->gone, i);

      if (!g_hash_table_contains (self->table, id))
        gh_media_session_forget (self->setup.session, id);
    }
  g_ptr_array_set_size (self->gone, 0);
}

/* --- What they say --- */

static void
keep_early (GhcPeers *self, const char *from, GhJson *json)
{
  gint64 now_us = g_get_monotonic_time ();
  Early *early;

  while (self->early->len > 0
         && now_us - ((Early *) g_ptr_array_index (self->early, 0))->at_us > EARLY_US)
    g_ptr_array_remove_index (self->early, 0);
  if (self->early->len == MAX_EARLY)
    return;
  early = g_new0 (Early, 1);
  early->from = g_strdup (from);
  early->json = gh_json_ref (json);
  early->at_us = now_us;
  g_ptr_array_add (self->early, early);
}

/**
 * ghc_peers_take_signal:
 * @self: peers
 * @from: the id of a member
 * @json: what they said, as it came from the network
 *
 * Gives a signal to the connection that it is about. That of somebody whom the list does not have yet
 * waits for them, for some seconds; what is no signal is passed over.
 */
void
ghc_peers_take_signal (GhcPeers *self, const char *from, GhJson *json)
{
  g_autoptr (GError) error = NULL;
  GhcSignal signal;
  GhcPeer *peer;

  g_return_if_fail (self != NULL && from != NULL && json != NULL);

  peer = g_hash_table_lookup (self->table, from);
  if (!ghc_signal_read (json, &signal, &error))
    g_info ("A member of the call said what is no signal: %s", error->message);
  else if (peer != NULL)
    ghc_peer_take_signal (peer, &signal);
  else
    keep_early (self, from, json);
}

/* --- How it goes --- */

/**
 * ghc_peers_renew:
 * @self: peers
 *
 * Our addresses changed: makes all connections anew.
 */
void
ghc_peers_renew (GhcPeers *self)
{
  g_autoptr (GPtrArray) peers = NULL;

  g_return_if_fail (self != NULL);

  peers = list_peers (self);
  for (guint i = 0; i < peers->len; i++)
    ghc_peer_renew (g_ptr_array_index (peers, i));
}

/**
 * ghc_peers_renew_relayed:
 * @self: peers
 *
 * There are other credentials for relays: makes all connections anew that need them.
 */
void
ghc_peers_renew_relayed (GhcPeers *self)
{
  g_autoptr (GPtrArray) peers = NULL;

  g_return_if_fail (self != NULL);

  peers = list_peers (self);
  for (guint i = 0; i < peers->len; i++)
    ghc_peer_renew_relayed (g_ptr_array_index (peers, i));
}

/**
 * ghc_peers_show:
 * @self: peers
 * @is_look: whether to look after the connections, too
 * @now_us: the monotonic time
 *
 * To be called often: shows how loud all are.
 */
void
ghc_peers_show (GhcPeers *self, gboolean is_look, gint64 now_us)
{
  g_autoptr (GPtrArray) peers = NULL;

  g_return_if_fail (self != NULL);

  peers = list_peers (self);
  for (guint i = 0; i < peers->len; i++)
    {
      ghc_peer_show (g_ptr_array_index (peers, i), now_us);
      if (is_look)
        ghc_peer_look_after (g_ptr_array_index (peers, i), now_us);
    }
}

/**
 * ghc_peers_lookup:
 * @self: peers
 * @member_id: another member
 *
 * Returns: (transfer none) (nullable): our side of the connection to them
 */
GhcPeer *
ghc_peers_lookup (GhcPeers *self, const char *member_id)
{
  g_return_val_if_fail (self != NULL && member_id != NULL, NULL);

  return g_hash_table_lookup (self->table, member_id);
}

/**
 * ghc_peers_get_table:
 * @self: peers
 *
 * Returns: (transfer none) (element-type utf8 GhcPeer): all of them, by the id of the member
 */
GHashTable *
ghc_peers_get_table (GhcPeers *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->table;
}

/**
 * ghc_peers_is_reached:
 * @self: peers
 *
 * Returns: whether we are connected to anybody, or nobody is there
 */
gboolean
ghc_peers_is_reached (GhcPeers *self)
{
  GHashTableIter iter;
  gboolean is_reached;
  gpointer peer;

  g_return_val_if_fail (self != NULL, FALSE);

  is_reached = g_hash_table_size (self->table) == 0;
  g_hash_table_iter_init (&iter, self->table);
  while (!is_reached && g_hash_table_iter_next (&iter, NULL, &peer))
    is_reached = ghc_peer_is_connected (peer);
  return is_reached;
}

/**
 * ghc_peers_lacks_relay:
 * @self: peers
 *
 * Returns: whether for anybody there is no relay to be had
 */
gboolean
ghc_peers_lacks_relay (GhcPeers *self)
{
  gboolean lacks_relay = FALSE;
  GHashTableIter iter;
  gpointer peer;

  g_return_val_if_fail (self != NULL, FALSE);

  g_hash_table_iter_init (&iter, self->table);
  while (!lacks_relay && g_hash_table_iter_next (&iter, NULL, &peer))
    lacks_relay = ghc_peer_lacks_relay (peer);
  return lacks_relay;
}

/**
 * ghc_peers_get_sent_loss:
 * @self: peers
 *
 * Returns: the share of what we send that does not arrive, on the worst way, 0..1
 */
double
ghc_peers_get_sent_loss (GhcPeers *self)
{
  double worst = 0;
  GHashTableIter iter;
  gpointer peer;

  g_return_val_if_fail (self != NULL, 0);

  g_hash_table_iter_init (&iter, self->table);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    worst = MAX (worst, ghc_peer_get_sent_loss (peer));
  return worst;
}
