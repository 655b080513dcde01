/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-shares.h"

#include "ghc-share-hearing.h"
#include "ghc-view.h"

#define N_KINDS 2
/* Most connections carry that; more is sent when it is carried. */
#define FIRST_BITRATE 3000000
/* When pictures were left out nothing is told of them for a while. */
#define QUIET_US (400 * 1000)

struct _GhcShares
{
  GObject parent_instance;
  GhcCallSeat *seat; /* NULL once closed */
  GListModel *members;
  GHashTable *peers; /* of GhcPeer by member id: the engine's */
  GhcMixer *mixer;
  GhcCodecLadder *ladder;
  GhcMakeSink make_sink;
  gpointer make_sink_data;
  GhcBroadcast *broadcasts[N_KINDS]; /* (nullable), by kind */
  gint64 held_us[N_KINDS];           /* when pictures were left out last, by kind */
  GHashTable *carries[N_KINDS];      /* of GhcCarry by the id of who watches, by kind */
  GHashTable *views;                 /* of GhcView by GhcShare */
  GHashTable *hearings;              /* of GhcShareHearing by GhcShare */
};

G_DEFINE_FINAL_TYPE (GhcShares, ghc_shares, G_TYPE_OBJECT)

/* Once, however often it is asked for. */
static void
watch (GhcShares *self, gpointer instance, const char *name)
{
  guint signal;
  GQuark detail;

  g_signal_parse_name (name, G_OBJECT_TYPE (instance), &signal, &detail, TRUE);
  if (g_signal_handler_find (instance,
                             G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DETAIL | G_SIGNAL_MATCH_FUNC
                               | G_SIGNAL_MATCH_DATA,
                             signal, detail, NULL, ghc_shares_sync, self)
      == 0)
    g_signal_connect_object (instance, name, G_CALLBACK (ghc_shares_sync), self, G_CONNECT_SWAPPED);
}

static GhcPeer *
find_peer (GhcShares *self, GhcCallMember *member)
{
  return g_hash_table_lookup (self->peers, ghc_call_member_get_member_id (member));
}

/* --- What others show --- */

static void
look_at (GhcShares *self, GhcShare *share, GhcCallMember *member)
{
  GhcPeer *peer = find_peer (self, member);
  GhcLine line = ghc_broadcast_kind_to_line (ghc_share_get_kind (share));
  GstElement *sink;

  watch (self, share, "notify::watched");
  if (peer == NULL || !ghc_share_get_watched (share) || g_hash_table_contains (self->views, share))
    return;
  sink = self->make_sink (self->make_sink_data);
  if (sink == NULL)
    {
      ghc_share_set_state (share, GHC_SHARE_FAILED);
      return;
    }
  g_hash_table_insert (self->views, g_object_ref (share),
                       ghc_view_new (share, ghc_peer_get_inlet (peer, line), line, self->ladder,
                                     sink));
}

static void
listen_to (GhcShares *self, GhcShare *share, GhcCallMember *member)
{
  GhcPeer *peer = find_peer (self, member);

  watch (self, share, "notify::has-sound");
  if (peer == NULL || !ghc_share_get_watched (share) || !ghc_share_get_has_sound (share)
      || ghc_share_get_kind (share) != GHC_SHARE_SCREEN
      || g_hash_table_contains (self->hearings, share))
    return;
  g_hash_table_insert (self->hearings, g_object_ref (share),
                       ghc_share_hearing_new (share, ghc_peer_get_inlet (peer, GHC_LINE_SOUND),
                                              self->mixer));
}

/* Whether it is still shown by somebody who is there, and watched. */
static gboolean
is_seen (GhcShares *self, GhcShare *share)
{
  GhcCallMember *member = ghc_share_get_member (share);

  return member != NULL && ghc_share_get_watched (share) && find_peer (self, member) != NULL
         && ghc_call_member_get_share (member, ghc_share_get_kind (share)) == share;
}

static gboolean
is_unheard (gpointer share, gpointer hearing, gpointer data)
{
  return !is_seen (data, share) || !ghc_share_get_has_sound (share);
}

static void
drop_views (GhcShares *self)
{
  GHashTableIter iter;
  gpointer share, view;

  g_hash_table_foreach_remove (self->hearings, is_unheard, self);
  g_hash_table_iter_init (&iter, self->views);
  while (g_hash_table_iter_next (&iter, &share, &view))
    {
      g_autoptr (GhcView) kept = NULL;

      if (is_seen (self, share))
        continue;
      kept = g_object_ref (view);
      g_hash_table_iter_remove (&iter);
      ghc_view_close (kept);
      /* What follows may be another than before. */
      g_hash_table_iter_init (&iter, self->views);
    }
}

/* --- What we show --- */

static GhcCallMember *
find_self (GhcShares *self)
{
  return ghc_call_lookup_member (ghc_call_seat_get_call (self->seat),
                                 ghc_call_seat_get_member_id (self->seat));
}

static gboolean
may_see (GhcShare *share, const char *id, GhcShares *self)
{
  GhcCallMember *member = ghc_call_lookup_member (ghc_call_seat_get_call (self->seat), id);

  return share != NULL && member != NULL && ghc_share_has_viewer (share, member);
}

static void
begin_carry (GhcShares *self, GhcShareKind kind, const char *id)
{
  GhcCarry *carry = g_new0 (GhcCarry, 1);

  ghc_carry_init (carry, FIRST_BITRATE);
  g_hash_table_insert (self->carries[kind], g_strdup (id), carry);
}

/* Only who watches gets it, and nothing is encoded when nobody does. */
static void
show_to_viewers (GhcShares *self, GhcShareKind kind)
{
  GhcBroadcast *broadcast = self->broadcasts[kind];
  GhcLine line = ghc_broadcast_kind_to_line (kind);
  GhcCallMember *own = find_self (self);
  GhcShare *share = own != NULL ? ghc_call_member_get_share (own, kind) : NULL;
  gboolean is_watched = FALSE;
  gboolean is_heard = FALSE;
  GHashTableIter iter;
  gpointer id, peer;

  if (share != NULL)
    watch (self, ghc_share_get_viewers (share), "items-changed");
  if (broadcast == NULL || ghc_broadcast_has_ended (broadcast))
    share = NULL;
  g_hash_table_iter_init (&iter, self->peers);
  while (g_hash_table_iter_next (&iter, &id, &peer))
    {
      gboolean is_viewer = may_see (share, id, self);
      GhcCarry *carry = g_hash_table_lookup (self->carries[kind], id);

      if (!is_viewer)
        g_hash_table_remove (self->carries[kind], id);
      else if (carry == NULL)
        begin_carry (self, kind, id);
      if (kind == GHC_SHARE_SCREEN)
        {
          gboolean is_listener = is_viewer && ghc_broadcast_has_sound (broadcast);

          ghc_peer_set_open (peer, GHC_LINE_SOUND, is_listener);
          is_heard = is_heard || is_listener;
        }
      is_viewer = is_viewer && (carry == NULL || !carry->is_paused);
      ghc_peer_set_open (peer, line, is_viewer);
      is_watched = is_watched || is_viewer;
    }
  if (broadcast == NULL)
    return;
  ghc_broadcast_set_share (broadcast, share);
  ghc_broadcast_set_watched (broadcast, is_watched);
  ghc_broadcast_set_heard (broadcast, is_heard);
}

/* What is sent to one viewer in all, if everything is carried. */
static guint
sum_wanted (GhcShares *self, const char *id)
{
  guint sum = 0;

  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      GhcCarry *carry = g_hash_table_lookup (self->carries[kind], id);

      if (carry != NULL && !carry->is_paused && self->broadcasts[kind] != NULL)
        sum += ghc_broadcast_get_wanted_bitrate (self->broadcasts[kind]);
    }
  return MAX (sum, 1);
}

/* The feedback is of everything that goes to them. */
static void
take_report (GhcShares *self, GhcShareKind kind, GhcCarry *carry, const char *id, guint wanted,
             gint64 now_us)
{
  GhcPeer *peer = g_hash_table_lookup (self->peers, id);
  double part = MIN ((double) wanted / sum_wanted (self, id), 1);
  GhcCarryReport report;

  if (peer == NULL)
    return;
  ghc_peer_get_carry_report (peer, &report);
  report.sent = (guint) (report.sent * part);
  report.received = (guint) (report.received * part);
  report.is_quiet = now_us - self->held_us[kind] < QUIET_US;
  ghc_carry_take (carry, &report, wanted, now_us);
  ghc_peer_set_repair_rate (peer, ghc_carry_get_repair (carry, now_us));
}

/* To all the same, and as much as all carry; who carries far less is told that there are no pictures. */
static void
adapt (GhcShares *self, GhcShareKind kind, gint64 now_us)
{
  guint wanted = ghc_broadcast_get_wanted_bitrate (self->broadcasts[kind]);
  guint n_carries = g_hash_table_size (self->carries[kind]);
  g_autofree GhcCarry **carries = g_new0 (GhcCarry *, n_carries + 1);
  g_autofree const char **ids = g_new0 (const char *, n_carries + 1);
  g_autofree gboolean *were_paused = g_new0 (gboolean, n_carries + 1);
  GHashTableIter iter;
  gpointer id, carry;
  guint n = 0;
  guint bitrate;

  g_hash_table_iter_init (&iter, self->carries[kind]);
  while (g_hash_table_iter_next (&iter, &id, &carry))
    {
      carries[n] = carry;
      ids[n] = id;
      were_paused[n] = carries[n]->is_paused;
      take_report (self, kind, carry, id, wanted, now_us);
      n++;
    }
  bitrate = ghc_carry_share (carries, n, wanted, now_us);
  for (guint i = 0; i < n; i++)
    {
      GhcPeer *peer = g_hash_table_lookup (self->peers, ids[i]);
      GhcLine line = ghc_broadcast_kind_to_line (kind);

      if (peer == NULL || carries[i]->is_paused == were_paused[i])
        continue;
      ghc_peer_say_paused (peer, line, carries[i]->is_paused);
      ghc_peer_set_open (peer, line, !carries[i]->is_paused);
    }
  if (n == 0)
    return;
  if (ghc_carry_is_held (carries, n, now_us))
    self->held_us[kind] = now_us;
  ghc_broadcast_set_carried (self->broadcasts[kind], bitrate, self->held_us[kind] == now_us);
  ghc_broadcast_set_sound_bitrate (self->broadcasts[kind], ghc_carry_sound (carries, n));
}

/**
 * ghc_shares_sync:
 * @self: the shares
 *
 * Somebody came or went, or shows or watches something else: does what follows from it.
 */
void
ghc_shares_sync (GhcShares *self)
{
  g_return_if_fail (GHC_IS_SHARES (self));

  if (self->seat == NULL)
    return;
  drop_views (self);
  for (guint i = 0; i < g_list_model_get_n_items (self->members); i++)
    {
      g_autoptr (GhcCallMember) member = g_list_model_get_item (self->members, i);

      watch (self, member, "notify::screen");
      watch (self, member, "notify::camera");
      for (guint kind = 0; kind < N_KINDS; kind++)
        {
          GhcShare *share = ghc_call_member_get_share (member, (GhcShareKind) kind);

          if (share != NULL && !ghc_call_member_get_is_self (member))
            {
              look_at (self, share, member);
              listen_to (self, share, member);
            }
        }
    }
  for (guint kind = 0; kind < N_KINDS; kind++)
    show_to_viewers (self, (GhcShareKind) kind);
}

/**
 * ghc_shares_set_broadcast:
 * @self: the shares
 * @kind: what
 * @broadcast: (nullable): what we show of that kind
 */
void
ghc_shares_set_broadcast (GhcShares *self, GhcShareKind kind, GhcBroadcast *broadcast)
{
  g_return_if_fail (GHC_IS_SHARES (self));

  if (g_set_object (&self->broadcasts[kind], broadcast))
    ghc_shares_sync (self);
}

static void
show_view (GhcShares *self, GhcView *view, gint64 now_us)
{
  GhcShare *share = ghc_view_get_share (view);
  GhcCallMember *member = ghc_share_get_member (share);
  GhcPeer *peer = member != NULL ? find_peer (self, member) : NULL;

  if (peer != NULL)
    ghc_view_set_paused (view, ghc_peer_is_told_paused (
                                 peer, ghc_broadcast_kind_to_line (ghc_share_get_kind (share))));
  ghc_view_show (view, now_us);
}

/**
 * ghc_shares_adapt:
 * @self: the shares
 * @now_us: the monotonic time
 *
 * To be called some twenty times a second: sends as much as is carried.
 */
void
ghc_shares_adapt (GhcShares *self, gint64 now_us)
{
  g_return_if_fail (GHC_IS_SHARES (self));

  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      if (self->broadcasts[kind] != NULL)
        adapt (self, (GhcShareKind) kind, now_us);
    }
}

/**
 * ghc_shares_show:
 * @self: the shares
 * @now_us: the monotonic time
 *
 * To be called about twice a second: says of all that is shown how it goes.
 */
void
ghc_shares_show (GhcShares *self, gint64 now_us)
{
  g_autoptr (GPtrArray) views = NULL;

  g_return_if_fail (GHC_IS_SHARES (self));

  views = g_hash_table_get_values_as_ptr_array (self->views);
  g_ptr_array_foreach (views, (GFunc) g_object_ref, NULL);
  g_ptr_array_set_free_func (views, g_object_unref);
  for (guint i = 0; i < views->len; i++)
    show_view (self, g_ptr_array_index (views, i), now_us);
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      if (self->broadcasts[kind] != NULL)
        ghc_broadcast_show (self->broadcasts[kind]);
    }
}

/**
 * ghc_shares_close:
 * @self: the shares
 *
 * We left: nothing is watched, and nothing is sent.
 */
void
ghc_shares_close (GhcShares *self)
{
  g_autoptr (GhcCallSeat) seat = NULL;

  g_return_if_fail (GHC_IS_SHARES (self));

  if (self->seat == NULL)
    return;
  seat = g_steal_pointer (&self->seat);
  g_signal_handlers_disconnect_by_data (self->members, self);
  for (guint kind = 0; kind < N_KINDS; kind++)
    {
      if (self->broadcasts[kind] == NULL)
        continue;
      ghc_broadcast_set_watched (self->broadcasts[kind], FALSE);
      ghc_broadcast_set_heard (self->broadcasts[kind], FALSE);
      ghc_broadcast_set_share (self->broadcasts[kind], NULL);
      g_clear_object (&self->broadcasts[kind]);
    }
  g_hash_table_remove_all (self->hearings);
  g_hash_table_remove_all (self->views);
}

static void
ghc_shares_dispose (GObject *object)
{
  ghc_shares_close (GHC_SHARES (object));
  G_OBJECT_CLASS (ghc_shares_parent_class)->dispose (object);
}

static void
ghc_shares_finalize (GObject *object)
{
  GhcShares *self = GHC_SHARES (object);

  g_hash_table_unref (self->hearings);
  g_hash_table_unref (self->views);
  g_hash_table_unref (self->peers);
  g_clear_object (&self->members);
  ghc_codec_ladder_unref (self->ladder);
  ghc_mixer_unref (self->mixer);
  for (guint kind = 0; kind < N_KINDS; kind++)
    g_hash_table_unref (self->carries[kind]);
  G_OBJECT_CLASS (ghc_shares_parent_class)->finalize (object);
}

static void
ghc_shares_class_init (GhcSharesClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_shares_dispose;
  object_class->finalize = ghc_shares_finalize;
}

static void
ghc_shares_init (GhcShares *self)
{
  for (guint kind = 0; kind < N_KINDS; kind++)
    self->carries[kind] = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  self->views = g_hash_table_new_full (NULL, NULL, g_object_unref, g_object_unref);
  self->hearings = g_hash_table_new_full (NULL, NULL, g_object_unref,
                                          (GDestroyNotify) ghc_share_hearing_free);
}

/**
 * ghc_shares_new:
 * @seat: our place in the call
 * @peers: (element-type utf8 GhcPeer): the other members that we are connected to, by their ids; kept up to
 *   date by who calls this, and ghc_shares_sync() then
 * @mixer: what is heard
 * @ladder: encoders and decoders
 * @make_sink: makes what draws pictures
 * @data: for it
 *
 * Returns: (transfer full): the shares
 */
GhcShares *
ghc_shares_new (GhcCallSeat *seat, GHashTable *peers, GhcMixer *mixer, GhcCodecLadder *ladder,
                GhcMakeSink make_sink, gpointer data)
{
  GhcShares *self = g_object_new (GHC_TYPE_SHARES, NULL);

  self->seat = g_object_ref (seat);
  self->members = g_object_ref (ghc_call_get_members (ghc_call_seat_get_call (seat)));
  self->peers = g_hash_table_ref (peers);
  self->mixer = ghc_mixer_ref (mixer);
  self->ladder = ghc_codec_ladder_ref (ladder);
  self->make_sink = make_sink;
  self->make_sink_data = data;
  return self;
}
