/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-engine.h"

#include "ghc-key-turns.h"
#include "ghc-network.h"
#include "ghc-peer.h"
#include "ghc-shares.h"
#include "ghc-sound.h"

#define SHOW_MS 50
#define SHOWS_PER_LOOK 10
#define REPORT_US (3 * G_USEC_PER_SEC)
/* For signals of members whom the list does not have yet. */
#define MAX_EARLY 64
#define EARLY_US (10 * G_USEC_PER_SEC)
/* So long nobody was reached, and it is not only slow. */
#define UNREACHED_US (10 * G_USEC_PER_SEC)

typedef struct
{
  char *from;
  GhJson *json;
  gint64 at_us;
} Early;

struct _GhcEngine
{
  GObject parent_instance;
  GhcCallSeat *seat;
  GListModel *members;
  GhMediaSession *session;
  GhcFan *fans[GHC_N_LINES];
  GhcMixer *mixer;
  gint64 least_margin_us;
  char *local_address;
  GhcNetwork *network;
  GHashTable *peers; /* of GhcPeer by member id */
  GhcShares *shares; /* (nullable) */
  GPtrArray *gone;   /* ids of members whose opener is still known */
  GPtrArray *early;  /* of Early */
  guint tick;
  guint n_shows;
  GhcKeyTurns *turns;
  gint64 reported_us;
  gint64 unreached_us; /* since when nobody is; 0 for not so */
  GhcVoiceProblem problem;
};

typedef enum
{
  PROP_PROBLEM = 1,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcEngine, ghc_engine, G_TYPE_OBJECT)

static void
early_free (gpointer data)
{
  Early *early = data;

  g_free (early->from);
  gh_json_unref (early->json);
  g_free (early);
}

/* --- Keys --- */

/* Nobody who is gone may be heard under the new key, and what they sent before need not be known. */
static void
forget_gone (GhcEngine *self)
{
  for (guint i = 0; i < self->gone->len; i++)
    {
      const char *id = g_ptr_array_index (self->gone, i);

      if (!g_hash_table_contains (self->peers, id))
        gh_media_session_forget (self->session, id);
    }
  g_ptr_array_set_size (self->gone, 0);
}

static gboolean
install (GhcEngine *self, guint epoch, GhSecret *key)
{
  g_autoptr (GError) error = NULL;

  if (gh_media_session_install (self->session, epoch, key, &error))
    {
      forget_gone (self);
      return TRUE;
    }
  g_info ("The key of epoch %u is not used: %s", epoch, error->message);
  return FALSE;
}

static void
on_key (GhcCallSeat *seat, guint epoch, GhSecret *key, GhcEngine *self)
{
  if (install (self, epoch, key))
    ghc_key_turns_add (self->turns, epoch);
}

static void
on_moved_key (GhcCallSeat *seat, guint epoch, GhSecret *key, GhcEngine *self)
{
  install (self, epoch, key);
}

static void
use_first_key (GhcEngine *self)
{
  g_autoptr (GhSecret) key = NULL;
  guint32 epoch;

  /* Everybody else has had it, or gets it together with the news that we came. */
  if (ghc_call_seat_get_key (self->seat, &epoch, &key) && install (self, epoch, key))
    gh_media_session_send_with (self->session, epoch, NULL);
}

/* --- Members --- */

static void
pass_on_early (GhcEngine *self, const char *from, GhcPeer *peer)
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
add_member (GhcEngine *self, GhcCallMember *member)
{
  GhcPeerSetup setup = { .seat = self->seat,
                         .session = self->session,
                         .fans = self->fans,
                         .mixer = self->mixer,
                         .least_margin_us = self->least_margin_us,
                         .local_address = self->local_address };
  const char *id = ghc_call_member_get_member_id (member);
  GhcPeer *peer;

  if (ghc_call_member_get_is_self (member)
      || g_strcmp0 (id, ghc_call_seat_get_member_id (self->seat)) == 0
      || g_hash_table_contains (self->peers, id))
    return;
  peer = ghc_peer_new (&setup, member);
  g_hash_table_insert (self->peers, g_strdup (id), peer);
  pass_on_early (self, id, peer);
}

static gboolean
is_there (GhcEngine *self, const char *id)
{
  return ghc_call_lookup_member (ghc_call_seat_get_call (self->seat), id) != NULL;
}

static void
sync_members (GhcEngine *self)
{
  GHashTableIter iter;
  gpointer id, peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &id, &peer))
    {
      if (is_there (self, id))
        continue;
      g_ptr_array_add (self->gone, g_strdup (id));
      ghc_peer_close (peer);
      g_hash_table_iter_remove (&iter);
    }
  for (guint i = 0; i < g_list_model_get_n_items (self->members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (self->members, i);

      add_member (self, member);
    }
  if (self->shares != NULL)
    ghc_shares_sync (self->shares);
}

static void
on_members (GListModel *members, guint position, guint removed, guint added, GhcEngine *self)
{
  sync_members (self);
}

static void
keep_early (GhcEngine *self, const char *from, GhJson *json)
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

static void
on_signal (GhcCallSeat *seat, const char *from, GhJson *json, GhcEngine *self)
{
  GhcPeer *peer = g_hash_table_lookup (self->peers, from);
  g_autoptr (GError) error = NULL;
  GhcSignal signal;

  if (!ghc_signal_read (json, &signal, &error))
    g_info ("A member of the call said what is no signal: %s", error->message);
  else if (peer != NULL)
    ghc_peer_take_signal (peer, &signal);
  else
    keep_early (self, from, json);
}

/* --- What may be sent --- */

static void
update_hold (GhcEngine *self)
{
  gboolean is_held = ghc_call_seat_get_muted (self->seat)
                     || !ghc_call_seat_get_can_speak (self->seat)
                     || ghc_call_seat_get_state (self->seat) == GHC_SEAT_ENDED;

  gh_media_session_hold (self->session, GHC_PAYLOAD_OPUS, is_held);
}

/* --- How it goes --- */

static GhcVoiceProblem
judge (GhcEngine *self, gint64 now_us)
{
  gboolean is_reached = g_hash_table_size (self->peers) == 0;
  gboolean lacks_relay = FALSE;
  GHashTableIter iter;
  gpointer peer;
  guint32 epoch;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    {
      is_reached = is_reached || ghc_peer_is_connected (peer);
      lacks_relay = lacks_relay || ghc_peer_lacks_relay (peer);
    }
  if (is_reached)
    self->unreached_us = 0;
  else if (self->unreached_us == 0)
    self->unreached_us = now_us;
  if (!gh_media_session_get_epoch (self->session, &epoch))
    return GHC_VOICE_PROBLEM_NO_KEY;
  if (is_reached)
    return GHC_VOICE_PROBLEM_NONE;
  if (lacks_relay && ghc_call_seat_get_relay_only (self->seat))
    return GHC_VOICE_PROBLEM_TURN_UNREACHABLE;
  return now_us - self->unreached_us > UNREACHED_US ? GHC_VOICE_PROBLEM_NO_PEER_REACHED
                                                    : GHC_VOICE_PROBLEM_NONE;
}

static void
report (GhcEngine *self)
{
  GhcSeatCounters counters;
  GhMediaStats stats;

  gh_media_session_get_stats (self->session, &stats);
  counters = (GhcSeatCounters) { .sealed = stats.n_sealed,
                                 .opened = stats.n_opened,
                                 .unsealed = stats.n_unsealed,
                                 .malformed = stats.n_malformed,
                                 .unknown_epoch = stats.n_unknown_epoch,
                                 .reflected = stats.n_reflected,
                                 .replayed = stats.n_replayed,
                                 .tampered = stats.n_tampered,
                                 .exhausted = stats.n_exhausted };
  ghc_call_seat_report (self->seat, &counters);
}

static GPtrArray *
list_peers (GhcEngine *self)
{
  GPtrArray *peers = g_ptr_array_new_with_free_func (g_object_unref);
  GHashTableIter iter;
  gpointer peer;

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    g_ptr_array_add (peers, g_object_ref (peer));
  return peers;
}

static gboolean
on_tick (gpointer data)
{
  g_autoptr (GhcEngine) self = g_object_ref (data);
  g_autoptr (GPtrArray) peers = list_peers (self);
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_look = ++self->n_shows % SHOWS_PER_LOOK == 0;
  GhcVoiceProblem problem;

  for (guint i = 0; i < peers->len; i++)
    {
      ghc_peer_show (g_ptr_array_index (peers, i), now_us);
      if (is_look)
        ghc_peer_look_after (g_ptr_array_index (peers, i), now_us);
    }
  if (!is_look || self->seat == NULL)
    return G_SOURCE_CONTINUE;
  if (self->shares != NULL)
    ghc_shares_show (self->shares, now_us);
  if (self->network != NULL)
    ghc_network_check (self->network);
  if (now_us - self->reported_us >= REPORT_US)
    {
      self->reported_us = now_us;
      report (self);
    }
  problem = judge (self, now_us);
  if (problem != self->problem)
    {
      self->problem = problem;
      g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM]);
    }
  return G_SOURCE_CONTINUE;
}

/**
 * ghc_engine_renew:
 * @self: an engine
 *
 * Our addresses changed: makes all connections anew.
 */
void
ghc_engine_renew (GhcEngine *self)
{
  g_autoptr (GPtrArray) peers = NULL;

  g_return_if_fail (GHC_IS_ENGINE (self));

  peers = list_peers (self);
  for (guint i = 0; i < peers->len; i++)
    ghc_peer_renew (g_ptr_array_index (peers, i));
}

/**
 * ghc_engine_show_pictures:
 * @self: an engine
 * @ladder: what encodes and decodes
 * @make_sink: makes what draws
 * @data: for it
 *
 * Has a view of everything that is watched from now on.
 */
void
ghc_engine_show_pictures (GhcEngine *self, GhcCodecLadder *ladder, GhcMakeSink make_sink,
                          gpointer data)
{
  g_return_if_fail (GHC_IS_ENGINE (self) && self->shares == NULL);

  self->shares = ghc_shares_new (self->seat, self->peers, self->mixer, ladder, make_sink, data);
  ghc_shares_sync (self->shares);
}

/**
 * ghc_engine_set_broadcast:
 * @self: an engine
 * @kind: what
 * @broadcast: (nullable): what we show of that kind
 */
void
ghc_engine_set_broadcast (GhcEngine *self, GhcShareKind kind, GhcBroadcast *broadcast)
{
  g_return_if_fail (GHC_IS_ENGINE (self));

  if (self->shares != NULL)
    ghc_shares_set_broadcast (self->shares, kind, broadcast);
}

/**
 * ghc_engine_close:
 * @self: an engine
 *
 * Ends all connections and wipes all keys: nothing more is sent or heard.
 */
void
ghc_engine_close (GhcEngine *self)
{
  GHashTableIter iter;
  gpointer peer;

  g_return_if_fail (GHC_IS_ENGINE (self));

  if (self->seat == NULL)
    return;
  gh_media_session_clear (self->session);
  g_clear_handle_id (&self->tick, g_source_remove);
  ghc_key_turns_clear (self->turns);
  g_clear_object (&self->network);
  g_signal_handlers_disconnect_by_data (self->seat, self);
  g_signal_handlers_disconnect_by_data (self->members, self);
  if (self->shares != NULL)
    ghc_shares_close (self->shares);
  g_clear_object (&self->shares);
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    ghc_peer_close (peer);
  g_hash_table_remove_all (self->peers);
  ghc_engine_show_self (self, GHC_CALL_SILENT, FALSE);
  g_clear_object (&self->members);
  g_clear_object (&self->seat);
}

static void
ghc_engine_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) id)
    {
    case PROP_PROBLEM:
      g_value_set_enum (value, (int) GHC_ENGINE (object)->problem);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_engine_dispose (GObject *object)
{
  ghc_engine_close (GHC_ENGINE (object));
  G_OBJECT_CLASS (ghc_engine_parent_class)->dispose (object);
}

static void
ghc_engine_finalize (GObject *object)
{
  GhcEngine *self = GHC_ENGINE (object);

  g_clear_pointer (&self->peers, g_hash_table_unref);
  g_clear_pointer (&self->gone, g_ptr_array_unref);
  g_clear_pointer (&self->early, g_ptr_array_unref);
  g_clear_pointer (&self->turns, ghc_key_turns_free);
  g_clear_pointer (&self->session, gh_media_session_unref);
  for (guint i = 0; i < GHC_N_LINES; i++)
    g_clear_pointer (&self->fans[i], ghc_fan_unref);
  g_clear_pointer (&self->mixer, ghc_mixer_unref);
  g_free (self->local_address);
  G_OBJECT_CLASS (ghc_engine_parent_class)->finalize (object);
}

static void
ghc_engine_class_init (GhcEngineClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->get_property = ghc_engine_get_property;
  object_class->dispose = ghc_engine_dispose;
  object_class->finalize = ghc_engine_finalize;
  properties[PROP_PROBLEM] = g_param_spec_enum ("problem", NULL, NULL, GHC_TYPE_VOICE_PROBLEM,
                                                GHC_VOICE_PROBLEM_NONE,
                                                G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_engine_init (GhcEngine *self)
{
  self->peers = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->gone = g_ptr_array_new_with_free_func (g_free);
  self->early = g_ptr_array_new_with_free_func (early_free);
}

/**
 * ghc_engine_new:
 * @seat: our place in a call, which has begun
 * @fans: (array fixed-size=4): where what we send comes from, by #GhcLine
 * @mixer: where what we hear goes to
 * @least_margin_us: how long what comes waits at least
 * @local_address: (nullable): the only address of this computer to be used, for tests
 *
 * Connects to all who are there, and to all who come.
 *
 * Returns: (transfer full): an engine
 */
GhcEngine *
ghc_engine_new (GhcCallSeat *seat, GhcFan *const *fans, GhcMixer *mixer, gint64 least_margin_us,
                const char *local_address)
{
  static const char *const holding[] = { "notify::muted", "notify::can-speak", "notify::state" };
  GhcEngine *self = g_object_new (GHC_TYPE_ENGINE, NULL);

  self->seat = g_object_ref (seat);
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->fans[i] = ghc_fan_ref (fans[i]);
  self->mixer = ghc_mixer_ref (mixer);
  self->least_margin_us = least_margin_us;
  self->local_address = g_strdup (local_address);
  self->session = gh_media_session_new (ghc_call_seat_get_call_id (seat),
                                        ghc_call_seat_get_member_id (seat), NULL);
  self->turns = ghc_key_turns_new (self->session);
  update_hold (self);
  for (guint i = 0; i < G_N_ELEMENTS (holding); i++)
    g_signal_connect_swapped (seat, holding[i], G_CALLBACK (update_hold), self);
  g_signal_connect (seat, "key", G_CALLBACK (on_key), self);
  g_signal_connect (seat, "moved-key", G_CALLBACK (on_moved_key), self);
  g_signal_connect (seat, "signal", G_CALLBACK (on_signal), self);
  use_first_key (self);
  self->members = g_object_ref (ghc_call_get_members (ghc_call_seat_get_call (seat)));
  g_signal_connect (self->members, "items-changed", G_CALLBACK (on_members), self);
  sync_members (self);
  if (local_address == NULL)
    {
      self->network = ghc_network_new ();
      g_signal_connect_swapped (self->network, "changed", G_CALLBACK (ghc_engine_renew), self);
    }
  self->reported_us = g_get_monotonic_time ();
  self->tick = g_timeout_add (SHOW_MS, on_tick, self);
  return self;
}

/**
 * ghc_engine_get_problem:
 * @self: an engine
 *
 * Returns: what is wrong with the connections
 */
GhcVoiceProblem
ghc_engine_get_problem (GhcEngine *self)
{
  g_return_val_if_fail (GHC_IS_ENGINE (self), GHC_VOICE_PROBLEM_NONE);

  return self->problem;
}

/**
 * ghc_engine_get_sent_loss:
 * @self: an engine
 *
 * Returns: the share of what we send that does not arrive, on the worst way
 */
double
ghc_engine_get_sent_loss (GhcEngine *self)
{
  double worst = 0;
  GHashTableIter iter;
  gpointer peer;

  g_return_val_if_fail (GHC_IS_ENGINE (self), 0);

  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, NULL, &peer))
    worst = MAX (worst, ghc_peer_get_sent_loss (peer));
  return worst;
}

/**
 * ghc_engine_show_self:
 * @self: an engine
 * @level: how loud we are, in dB
 * @is_transmitting: whether that goes out
 */
void
ghc_engine_show_self (GhcEngine *self, double level, gboolean is_transmitting)
{
  GhcCallMember *member;

  g_return_if_fail (GHC_IS_ENGINE (self));

  if (self->seat == NULL)
    return;
  member = ghc_call_lookup_member (ghc_call_seat_get_call (self->seat),
                                   ghc_call_seat_get_member_id (self->seat));
  if (member == NULL)
    return;
  ghc_call_member_set_level (member, is_transmitting ? level : GHC_CALL_SILENT);
  ghc_call_member_set_speaking (member, is_transmitting);
}

/**
 * ghc_engine_lookup_peer:
 * @self: an engine
 * @member_id: another member
 *
 * Returns: (transfer none) (nullable): our side of the connection to them
 */
GhcPeer *
ghc_engine_lookup_peer (GhcEngine *self, const char *member_id)
{
  g_return_val_if_fail (GHC_IS_ENGINE (self), NULL);

  return g_hash_table_lookup (self->peers, member_id);
}

/**
 * ghc_engine_get_stats:
 * @self: an engine
 * @stats: (out): what became of all packets
 */
void
ghc_engine_get_stats (GhcEngine *self, GhMediaStats *stats)
{
  g_return_if_fail (GHC_IS_ENGINE (self));

  gh_media_session_get_stats (self->session, stats);
}
