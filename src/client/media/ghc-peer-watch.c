/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-peer-private.h"

/* The polite one waits longer each time, so that both do not begin at once. */
#define FIRST_OFFER_US (2 * G_USEC_PER_SEC)
#define TRY_US (8 * G_USEC_PER_SEC)
#define TRY_MORE_US (2 * G_USEC_PER_SEC)
#define BROKEN_US (200 * 1000)
#define BROKEN_MORE_US (1300 * 1000)
/* The ends hear of each other at least twice a second, once somebody has said something. */
#define SILENT_US (2500 * 1000)
#define SILENT_MORE_US (1000 * 1000)
#define NO_KEY_US (1500 * 1000)
#define MANY_TRIES 3
#define MARK_US (3 * G_USEC_PER_SEC)
/* From so much on the codec's repetition is worth its delay. */
#define REPAIR_LOSS 0.01

void
ghc_peer_on_connected (GhcPeer *self)
{
  self->was_connected = TRUE;
  self->n_tries = 0;
  self->opened_us = g_get_monotonic_time ();
  self->unknown_us = 0;
}

static void
count_packets (GhcPeer *self, gint64 now_us)
{
  GhcLink *link = ghc_peer_peek_connected (self);
  GhMediaStats stats;

  if (link == NULL)
    return;
  ghc_link_get_stats (link, &stats);
  /* RTCP begins with the first word of either end: before that, nothing has to come. */
  if (stats.n_opened != self->n_opened || stats.n_sealed == 0)
    {
      self->opened_us = now_us;
      self->unknown_us = 0;
    }
  else if (stats.n_unknown_epoch > self->n_unknown && self->unknown_us == 0)
    self->unknown_us = now_us;
  self->n_opened = stats.n_opened;
  self->n_unknown = stats.n_unknown_epoch;
}

static GhcCallLink
judge (GhcPeer *self, gint64 now_us)
{
  guint32 epoch;

  if (!gh_media_session_get_epoch (self->setup.session, &epoch)
      || (self->unknown_us != 0 && now_us - self->unknown_us > NO_KEY_US))
    return GHC_CALL_LINK_NO_KEY;
  if (ghc_peer_is_connected (self))
    return now_us - self->opened_us > SILENT_US ? GHC_CALL_LINK_RECONNECTING
                                                 : GHC_CALL_LINK_CONNECTED;
  if (self->n_tries > MANY_TRIES)
    return GHC_CALL_LINK_FAILED;
  return self->was_connected ? GHC_CALL_LINK_RECONNECTING : GHC_CALL_LINK_CONNECTING;
}

/* Whether it is time to begin anew. */
static gboolean
is_due (GhcPeer *self, gint64 now_us)
{
  gint64 since_us = now_us - self->began_us;
  gint64 try_us = TRY_US * MIN (MAX (self->n_tries, 1), 4);
  guint32 epoch;

  if (self->link == NULL)
    return since_us > (self->n_tries == 0 ? FIRST_OFFER_US
                       : self->is_polite  ? BROKEN_US + BROKEN_MORE_US
                                          : BROKEN_US)
                        * (self->n_tries > MANY_TRIES ? 8 : 1);
  switch (ghc_link_get_state (self->link))
    {
    case GHC_LINK_CONNECTED:
      /* Without a key nothing opens, on whatever connection. */
      return gh_media_session_get_epoch (self->setup.session, &epoch) && self->unknown_us == 0
             && now_us - self->opened_us > SILENT_US + (self->is_polite ? SILENT_MORE_US : 0);
    case GHC_LINK_FAILED:
      return since_us > BROKEN_US + (self->is_polite ? BROKEN_MORE_US : 0);
    case GHC_LINK_CONNECTING:
    default:
      return since_us > try_us + (self->is_polite ? TRY_MORE_US : 0);
    }
}

static double
share (guint64 part, guint64 other)
{
  return part + other > 0 ? (double) part / (double) (part + other) : 0;
}

/* Of the last seconds: what did not come, and what was made up for it. */
static void
measure (GhcPeer *self, gint64 now_us)
{
  GhcPeerMark now = { .at_us = now_us };
  GhcPeerMark *since = &self->marks[0];
  GhcPlayoutStats heard;
  GhcLink *link = ghc_peer_peek_connected (self);
  GhcLinkCounts counts;
  guint64 n_lost;

  ghc_link_get_counts (link, &counts);
  ghc_playout_get_stats (self->playout, &heard);
  now.n_came = counts.n_came;
  now.n_lost = counts.n_lost;
  now.heard = heard;
  /* Another link counts from nothing. */
  if (now.n_came < since->n_came || since->at_us == 0)
    self->marks[0] = self->marks[1] = now;
  n_lost = now.n_lost - since->n_lost;
  ghc_call_member_set_loss (self->member, share (n_lost, now.n_came - since->n_came));
  ghc_call_member_set_concealed (self->member,
                                 ghc_playout_get_share_made_up (&since->heard, &now.heard));
  if (n_lost > 2 && share (n_lost, now.n_came - since->n_came) > REPAIR_LOSS)
    ghc_link_repair (link);
  if (now_us - self->marks[1].at_us > MARK_US)
    {
      self->marks[0] = self->marks[1];
      self->marks[1] = now;
    }
  /* What is lost is given up in time for what waits. */
  ghc_link_set_wait_ms (link, (guint) (heard.margin_us / 1000));
}

static DexFuture *
report_fiber (gpointer data)
{
  GhcPeer *self = data;
  g_autoptr (GhcLink) link = NULL;
  GhcLinkReport report = { 0 };
  gboolean is_known = FALSE;

  if (g_set_object (&link, ghc_peer_peek_connected (self)))
    is_known = dex_await (ghc_link_ask_report (link, &report), NULL);

  self->is_asking = FALSE;
  if (!is_known || ghc_peer_peek_connected (self) != link)
    return dex_future_new_for_boolean (FALSE);
  self->report = report;
  ghc_call_member_set_route (self->member, !report.has_pair     ? GHC_CALL_ROUTE_UNKNOWN
                                           : report.is_relayed ? GHC_CALL_ROUTE_RELAYED
                                                               : GHC_CALL_ROUTE_DIRECT);
  ghc_call_member_set_round_trip_ms (self->member, report.round_trip_ms);
  return dex_future_new_for_boolean (TRUE);
}

/**
 * ghc_peer_look_after:
 * @self: a peer
 * @now_us: the monotonic time
 *
 * To be called about twice a second: sees how the connection is, and makes it anew when it must.
 */
void
ghc_peer_look_after (GhcPeer *self, gint64 now_us)
{
  g_return_if_fail (GHC_IS_PEER (self));

  if (self->is_closed)
    return;
  count_packets (self, now_us);
  /* Without the server nobody can answer: the time for it begins when it is back. */
  if (ghc_call_seat_get_state (self->setup.seat) != GHC_SEAT_JOINED && self->link != NULL
      && ghc_link_get_state (self->link) == GHC_LINK_CONNECTING)
    self->began_us = now_us;
  ghc_call_member_set_link (self->member, judge (self, now_us));
  if (ghc_call_seat_get_state (self->setup.seat) == GHC_SEAT_JOINED && is_due (self, now_us))
    {
      ghc_peer_offer (self);
      return;
    }
  if (!ghc_peer_is_connected (self))
    return;
  measure (self, now_us);
  if (self->is_asking)
    return;
  self->is_asking = TRUE;
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, report_fiber, g_object_ref (self), g_object_unref));
}

/**
 * ghc_peer_show:
 * @self: a peer
 * @now_us: the monotonic time
 *
 * To be called often: shows how loud they are.
 */
void
ghc_peer_show (GhcPeer *self, gint64 now_us)
{
  double level;

  g_return_if_fail (GHC_IS_PEER (self));

  if (self->is_closed)
    return;
  level = ghc_playout_get_level (self->playout, now_us);
  ghc_call_member_set_level (self->member, level);
  ghc_call_member_set_speaking (self->member, ghc_playout_is_speaking (self->playout, now_us));
}
