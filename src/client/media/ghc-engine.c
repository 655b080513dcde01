/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-engine.h"

#include "ghc-key-turns.h"
#include "ghc-network.h"
#include "ghc-peers.h"
#include "ghc-shares.h"
#include "ghc-sound.h"

#define SHOW_MS 50
#define SHOWS_PER_LOOK 10
#define REPORT_US (3 * G_USEC_PER_SEC)
/* So long nobody was reached, and it is not only slow. */
#define UNREACHED_US (10 * G_USEC_PER_SEC)

struct _GhcEngine
{
  GObject parent_instance;
  GhcCallSeat *seat;
  GListModel *members;
  GhMediaSession *session;
  GhcKeyTurns *turns;
  GhcFan *fans[GHC_N_LINES];
  GhcMixer *mixer;
  char *local_address;
  GhcNetwork *network;
  GhcPeers *peers;
  GhcShares *shares; /* (nullable) */
  guint tick;
  guint n_shows;
  gint64 reported_us;
  gint64 unreached_us;  /* since when nobody is; 0 for not so */
  gboolean lacks_relay; /* since then */
  GhcVoiceProblem problem;
};

typedef enum
{
  PROP_PROBLEM = 1,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcEngine, ghc_engine, G_TYPE_OBJECT)

/* --- Keys --- */

static gboolean
install (GhcEngine *self, guint epoch, GhSecret *key)
{
  g_autoptr (GError) error = NULL;

  if (gh_media_session_install (self->session, epoch, key, &error))
    {
      ghc_peers_forget_gone (self->peers);
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
sync_members (GhcEngine *self)
{
  ghc_peers_sync (self->peers);
  if (self->shares != NULL)
    ghc_shares_sync (self->shares);
}

static void
on_members (GListModel *members, guint position, guint removed, guint added, GhcEngine *self)
{
  sync_members (self);
}

static void
on_signal (GhcCallSeat *seat, const char *from, GhJson *json, GhcEngine *self)
{
  ghc_peers_take_signal (self->peers, from, json);
}

static void
on_ice_renewed (GhcEngine *self)
{
  ghc_peers_renew_relayed (self->peers);
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

/* Whether the server names a relay. */
static gboolean
has_relay (GhcCallSeat *seat)
{
  const GhcIceServer *const *servers;
  guint n_servers;

  servers = ghc_call_seat_get_ice_servers (seat, &n_servers);
  for (guint i = 0; i < n_servers; i++)
    for (guint j = 0; servers[i]->urls[j] != NULL; j++)
      if (g_str_has_prefix (servers[i]->urls[j], "turn"))
        return TRUE;
  return FALSE;
}

static GhcVoiceProblem
judge (GhcEngine *self, gint64 now_us)
{
  gboolean is_reached = ghc_peers_is_reached (self->peers);
  guint32 epoch;

  if (is_reached)
    self->unreached_us = 0;
  else if (self->unreached_us == 0)
    self->unreached_us = now_us;
  /* While a connection is made anew it is not known for a moment: what was known goes on. */
  self->lacks_relay = !is_reached && (self->lacks_relay || ghc_peers_lacks_relay (self->peers));
  if (!gh_media_session_get_epoch (self->session, &epoch))
    return GHC_VOICE_PROBLEM_NO_KEY;
  if (is_reached)
    return GHC_VOICE_PROBLEM_NONE;
  if (self->lacks_relay && ghc_call_seat_get_relay_only (self->seat))
    return GHC_VOICE_PROBLEM_TURN_UNREACHABLE;
  if (now_us - self->unreached_us <= UNREACHED_US)
    return GHC_VOICE_PROBLEM_NONE;
  return self->lacks_relay && has_relay (self->seat) ? GHC_VOICE_PROBLEM_RELAY_AWAY
                                                     : GHC_VOICE_PROBLEM_NO_PEER_REACHED;
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

static gboolean
on_tick (gpointer data)
{
  g_autoptr (GhcEngine) self = g_object_ref (data);
  gint64 now_us = g_get_monotonic_time ();
  gboolean is_look = ++self->n_shows % SHOWS_PER_LOOK == 0;
  GhcVoiceProblem problem;

  ghc_peers_show (self->peers, is_look, now_us);
  if (self->shares != NULL)
    ghc_shares_adapt (self->shares, now_us);
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
  g_return_if_fail (GHC_IS_ENGINE (self));

  ghc_peers_renew (self->peers);
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

  self->shares = ghc_shares_new (self->seat, ghc_peers_get_table (self->peers), self->mixer, ladder,
                                 make_sink, data);
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
  ghc_peers_close (self->peers);
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

  g_clear_pointer (&self->peers, ghc_peers_free);
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
  GhcPeerSetup setup = { .least_margin_us = least_margin_us };

  self->seat = g_object_ref (seat);
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->fans[i] = ghc_fan_ref (fans[i]);
  self->mixer = ghc_mixer_ref (mixer);
  self->local_address = g_strdup (local_address);
  self->session = gh_media_session_new (ghc_call_seat_get_call_id (seat),
                                        ghc_call_seat_get_member_id (seat), NULL);
  self->turns = ghc_key_turns_new (self->session);
  setup.seat = seat;
  setup.session = self->session;
  setup.fans = self->fans;
  setup.mixer = mixer;
  setup.local_address = self->local_address;
  self->peers = ghc_peers_new (&setup);
  update_hold (self);
  for (guint i = 0; i < G_N_ELEMENTS (holding); i++)
    g_signal_connect_swapped (seat, holding[i], G_CALLBACK (update_hold), self);
  g_signal_connect (seat, "key", G_CALLBACK (on_key), self);
  g_signal_connect (seat, "moved-key", G_CALLBACK (on_moved_key), self);
  g_signal_connect (seat, "signal", G_CALLBACK (on_signal), self);
  g_signal_connect_swapped (seat, "ice-renewed", G_CALLBACK (on_ice_renewed), self);
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
  g_return_val_if_fail (GHC_IS_ENGINE (self), 0);

  return ghc_peers_get_sent_loss (self->peers);
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

  return ghc_peers_lookup (self->peers, member_id);
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
