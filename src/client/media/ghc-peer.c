/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-peer-private.h"

G_DEFINE_FINAL_TYPE (GhcPeer, ghc_peer, G_TYPE_OBJECT)

static void
update_gain (GhcPeer *self)
{
  GhcCallMember *member = self->member;
  gboolean may_be_heard = !ghc_call_member_get_silenced_here (member)
                          && !ghc_call_member_get_silenced (member)
                          && ghc_call_member_get_may_speak (member);

  ghc_playout_set_gain (self->playout, may_be_heard ? ghc_call_member_get_volume (member) : 0);
}

/**
 * ghc_peer_close:
 * @self: a peer
 *
 * They left, or we did: ends the connection at once.
 */
void
ghc_peer_close (GhcPeer *self)
{
  g_return_if_fail (GHC_IS_PEER (self));

  if (self->is_closed)
    return;
  self->is_closed = TRUE;
  g_signal_handlers_disconnect_by_data (self->member, self);
  ghc_peer_drop_link (self);
  ghc_peer_drop_before (self);
  ghc_mixer_remove (self->setup.mixer, self->playout);
  ghc_call_member_set_link (self->member, GHC_CALL_LINK_NONE);
  ghc_call_member_set_speaking (self->member, FALSE);
  ghc_call_member_set_level (self->member, GHC_CALL_SILENT);
}

static void
ghc_peer_dispose (GObject *object)
{
  ghc_peer_close (GHC_PEER (object));
  G_OBJECT_CLASS (ghc_peer_parent_class)->dispose (object);
}

static void
ghc_peer_finalize (GObject *object)
{
  GhcPeer *self = GHC_PEER (object);

  g_clear_pointer (&self->candidates, g_ptr_array_unref);
  g_clear_pointer (&self->own, g_ptr_array_unref);
  g_clear_pointer (&self->playout, ghc_playout_unref);
  for (guint i = 0; i < GHC_N_LINES; i++)
    g_clear_pointer (&self->inlets[i], ghc_inlet_unref);
  ghc_ticket_clear (&self->ticket);
  g_clear_object (&self->member);
  g_clear_object (&self->setup.seat);
  g_clear_pointer (&self->setup.session, gh_media_session_unref);
  g_clear_pointer (&self->setup.mixer, ghc_mixer_unref);
  g_free ((char *) self->setup.local_address);
  G_OBJECT_CLASS (ghc_peer_parent_class)->finalize (object);
}

static void
ghc_peer_class_init (GhcPeerClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_peer_dispose;
  object_class->finalize = ghc_peer_finalize;
}

static void
ghc_peer_init (GhcPeer *self)
{
  self->candidates = g_ptr_array_new_with_free_func (g_free);
  self->own = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->inlets[i] = ghc_inlet_new ();
  self->is_open[GHC_LINE_VOICE] = TRUE;
}

/**
 * ghc_peer_new:
 * @setup: what all members have in common
 * @member: who it is
 *
 * Of two members, the one with the lesser id begins.
 *
 * Returns: (transfer full): a peer that is about to be connected
 */
GhcPeer *
ghc_peer_new (const GhcPeerSetup *setup, GhcCallMember *member)
{
  static const char *const watched[] = { "notify::volume", "notify::silenced-here",
                                         "notify::silenced", "notify::may-speak" };
  GhcPeer *self;

  g_return_val_if_fail (setup != NULL, NULL);
  g_return_val_if_fail (GHC_IS_CALL_MEMBER (member), NULL);

  self = g_object_new (GHC_TYPE_PEER, NULL);
  self->setup = *setup;
  g_object_ref (self->setup.seat);
  gh_media_session_ref (self->setup.session);
  ghc_mixer_ref (self->setup.mixer);
  self->setup.local_address = g_strdup (setup->local_address);
  self->member = g_object_ref (member);
  self->is_polite = g_strcmp0 (gh_media_session_get_member_id (setup->session),
                               ghc_call_member_get_member_id (member))
                    > 0;
  self->playout = ghc_playout_new (setup->least_margin_us);
  self->began_us = self->opened_us = g_get_monotonic_time ();
  for (guint i = 0; i < G_N_ELEMENTS (watched); i++)
    g_signal_connect_swapped (member, watched[i], G_CALLBACK (update_gain), self);
  update_gain (self);
  ghc_mixer_add (setup->mixer, self->playout);
  ghc_call_member_set_link (member, GHC_CALL_LINK_CONNECTING);
  if (!self->is_polite)
    ghc_peer_offer (self);
  return self;
}

/**
 * ghc_peer_set_open:
 * @self: a peer
 * @line: what
 * @is_open: whether what we send on it goes to them, on this connection and all that follow
 */
void
ghc_peer_set_open (GhcPeer *self, GhcLine line, gboolean is_open)
{
  g_return_if_fail (GHC_IS_PEER (self) && line < GHC_N_LINES);

  self->is_open[line] = is_open;
  if (self->before != NULL)
    ghc_link_set_open (self->before, line, is_open);
  if (self->link != NULL)
    ghc_link_set_open (self->link, line, is_open);
}

/**
 * ghc_peer_get_carry_report:
 * @self: a peer
 * @report: (out): what is known about how the pictures that we send get to them
 */
void
ghc_peer_get_carry_report (GhcPeer *self, GhcCarryReport *report)
{
  GhcLink *link;

  g_return_if_fail (GHC_IS_PEER (self) && report != NULL);

  link = ghc_peer_peek_connected (self);

  *report = (GhcCarryReport) { 0 };
  if (link == NULL)
    return;
  ghc_link_read_arrivals (link, report);
  report->round_trip_ms = self->report.round_trip_ms;
}

/**
 * ghc_peer_set_repair_rate:
 * @self: a peer
 * @bitrate: how much of the pictures that got lost on the way to them is sent again, in bit/s
 */
void
ghc_peer_set_repair_rate (GhcPeer *self, guint bitrate)
{
  GhcLink *link;

  g_return_if_fail (GHC_IS_PEER (self));

  link = ghc_peer_peek_connected (self);
  if (link != NULL)
    ghc_link_set_repair_rate (link, bitrate);
}

/**
 * ghc_peer_is_told_paused:
 * @self: a peer
 * @line: a line of pictures
 *
 * Returns: whether they told us that our connection does not carry what they show
 */
gboolean
ghc_peer_is_told_paused (GhcPeer *self, GhcLine line)
{
  g_return_val_if_fail (GHC_IS_PEER (self) && line < GHC_N_LINES, FALSE);

  return self->is_paused[line];
}

/**
 * ghc_peer_get_inlet:
 * @self: a peer
 * @line: what
 *
 * Returns: (transfer none): where what they send on it comes in, on whatever connection
 */
GhcInlet *
ghc_peer_get_inlet (GhcPeer *self, GhcLine line)
{
  g_return_val_if_fail (GHC_IS_PEER (self) && line < GHC_N_LINES, NULL);

  return self->inlets[line];
}

/**
 * ghc_peer_is_connected:
 * @self: a peer
 *
 * Returns: whether there is a connection
 */
gboolean
ghc_peer_is_connected (GhcPeer *self)
{
  g_return_val_if_fail (GHC_IS_PEER (self), FALSE);

  return ghc_peer_peek_connected (self) != NULL;
}

/**
 * ghc_peer_lacks_relay:
 * @self: a peer
 *
 * Returns: whether all relays were asked and none gave us an address
 */
gboolean
ghc_peer_lacks_relay (GhcPeer *self)
{
  GhcLinkCounts counts;

  g_return_val_if_fail (GHC_IS_PEER (self), FALSE);

  if (self->link == NULL)
    return FALSE;
  ghc_link_get_counts (self->link, &counts);
  return counts.has_gathered && counts.n_relays == 0;
}

/**
 * ghc_peer_get_sent_loss:
 * @self: a peer
 *
 * Returns: the share of what we send that does not reach them
 */
double
ghc_peer_get_sent_loss (GhcPeer *self)
{
  g_return_val_if_fail (GHC_IS_PEER (self), 0);

  return ghc_peer_is_connected (self) ? self->report.sent_loss : 0;
}
