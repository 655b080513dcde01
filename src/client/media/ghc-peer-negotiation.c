/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-peer-private.h"

/* So often within ten seconds may the other end have us begin anew. */
#define MAX_RENEWALS 12
#define RENEWALS_US (10 * G_USEC_PER_SEC)
#define MAX_CANDIDATES 64
/* The other end has the new connection by then, or would have to wait for longer than people do. */
#define OVERLAP_MS 700

/* Something that is said about one link, and to nobody when that was replaced meanwhile. */
typedef struct
{
  GhcPeer *peer;
  GhcLink *link;
  char *theirs;
} Talk;

static Talk *
talk_new (GhcPeer *peer, const char *theirs)
{
  Talk *talk = g_new0 (Talk, 1);

  talk->peer = g_object_ref (peer);
  talk->link = g_object_ref (peer->link);
  talk->theirs = g_strdup (theirs);
  return talk;
}

static void
talk_free (gpointer data)
{
  Talk *talk = data;

  g_object_unref (talk->peer);
  g_object_unref (talk->link);
  g_free (talk->theirs);
  g_free (talk);
}

static void
say (GhcPeer *self, GhcSignalKind kind, const char *text)
{
  GhcSignal signal = { .kind = kind, .turn = self->turn, .text = text };
  g_autoptr (GhJson) json = ghc_signal_write (&signal);

  /* What does not arrive is said again with the next try. */
  dex_future_disown (ghc_call_seat_send (self->setup.seat,
                                         ghc_call_member_get_member_id (self->member), json));
}

static void
on_candidate (GhcLink *link, guint line, const char *text, GhcPeer *self)
{
  /* What is put aside goes on as it is. */
  if (link != self->link)
    return;
  /* Not before what it belongs to. */
  if (self->is_told)
    say (self, GHC_SIGNAL_CANDIDATE, text);
  else
    g_ptr_array_add (self->own, g_strdup (text));
}

/* The link of the turn before, if it is still there. */
void
ghc_peer_drop_before (GhcPeer *self)
{
  g_clear_handle_id (&self->before_source, g_source_remove);
  if (self->before == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->before, self);
  ghc_link_close (self->before);
  g_clear_object (&self->before);
}

static gboolean
on_overlap_over (gpointer data)
{
  GhcPeer *self = data;

  self->before_source = 0;
  ghc_peer_drop_before (self);
  return G_SOURCE_REMOVE;
}

static void
on_state (GhcLink *link, GhcPeer *self)
{
  if (link == self->before)
    {
      if (ghc_link_get_state (link) == GHC_LINK_FAILED)
        ghc_peer_drop_before (self);
    }
  else if (ghc_link_get_state (link) == GHC_LINK_CONNECTED)
    {
      ghc_peer_on_connected (self);
      if (self->before != NULL && self->before_source == 0)
        self->before_source = g_timeout_add (OVERLAP_MS, on_overlap_over, self);
    }
  ghc_peer_look_after (self, g_get_monotonic_time ());
}

/* The link by which we hear each other, or NULL. */
GhcLink *
ghc_peer_peek_connected (GhcPeer *self)
{
  if (self->link != NULL && ghc_link_get_state (self->link) == GHC_LINK_CONNECTED)
    return self->link;
  return self->before;
}

/* What was agreed on about a link is of no use for another. */
static void
forget_talk (GhcPeer *self)
{
  g_ptr_array_set_size (self->candidates, 0);
  g_ptr_array_set_size (self->own, 0);
  self->is_offering = self->is_told = self->is_described = FALSE;
}

/* A link that is connected goes on until another is: as long as its way is open nobody hears a gap. */
static void
put_link_aside (GhcPeer *self)
{
  if (self->link == NULL || ghc_link_get_state (self->link) != GHC_LINK_CONNECTED)
    {
      ghc_peer_drop_link (self);
      return;
    }
  ghc_peer_drop_before (self);
  self->before = g_steal_pointer (&self->link);
  forget_talk (self);
}

/* Without a connection until there is another. */
void
ghc_peer_drop_link (GhcPeer *self)
{
  if (self->link == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->link, self);
  ghc_link_close (self->link);
  g_clear_object (&self->link);
  forget_talk (self);
}

/* Returns whether there is one then. */
static gboolean
make_link (GhcPeer *self, guint turn)
{
  g_autoptr (GError) error = NULL;
  GhcPlayoutStats waiting;
  GhcLinkSetup setup = { .session = self->setup.session,
                         .peer_id = ghc_call_member_get_member_id (self->member),
                         .turn = turn,
                         .ufrag = ghc_call_seat_get_ice_ufrag (self->setup.seat),
                         .password = ghc_call_seat_get_ice_password (self->setup.seat),
                         .is_relay_only = ghc_call_seat_get_relay_only (self->setup.seat),
                         .local_address = self->setup.local_address,
                         .fans = self->setup.fans,
                         .playout = self->playout,
                         .inlets = self->inlets };

  put_link_aside (self);
  ghc_playout_get_stats (self->playout, &waiting);
  setup.wait_ms = (guint) MAX (waiting.margin_us / 1000, 1);
  setup.servers = ghc_call_seat_get_ice_servers (self->setup.seat, &setup.n_servers);
  self->turn = turn;
  self->n_tries++;
  self->began_us = self->opened_us = g_get_monotonic_time ();
  self->link = ghc_link_new (&setup, &error);
  if (self->link == NULL)
    {
      g_warning ("No connection can be made: %s", error->message);
      return FALSE;
    }
  for (guint i = 0; i < GHC_N_LINES; i++)
    ghc_link_set_open (self->link, (GhcLine) i, self->is_open[i]);
  g_signal_connect (self->link, "candidate", G_CALLBACK (on_candidate), self);
  g_signal_connect (self->link, "state", G_CALLBACK (on_state), self);
  return TRUE;
}

/* Ours was sent: now they can use what belongs to it. */
static void
tell (GhcPeer *self, GhcSignalKind kind, const char *text)
{
  say (self, kind, text);
  self->is_told = TRUE;
  for (guint i = 0; i < self->own->len; i++)
    say (self, GHC_SIGNAL_CANDIDATE, g_ptr_array_index (self->own, i));
  g_ptr_array_set_size (self->own, 0);
}

static void
use_candidates (GhcPeer *self)
{
  self->is_described = TRUE;
  for (guint i = 0; i < self->candidates->len; i++)
    ghc_link_add_candidate (self->link, 0, g_ptr_array_index (self->candidates, i));
  g_ptr_array_set_size (self->candidates, 0);
}

static DexFuture *
offer_fiber (gpointer data)
{
  Talk *talk = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = dex_await_string (ghc_link_offer (talk->link), &error);

  if (talk->peer->link != talk->link)
    return dex_future_new_for_boolean (FALSE);
  if (text == NULL)
    {
      g_info ("No connection could be offered: %s", error->message);
      ghc_peer_drop_link (talk->peer);
      return dex_future_new_for_boolean (FALSE);
    }
  tell (talk->peer, GHC_SIGNAL_OFFER, text);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
answer_fiber (gpointer data)
{
  Talk *talk = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *text = dex_await_string (ghc_link_answer (talk->link, talk->theirs), &error);

  if (talk->peer->link != talk->link)
    return dex_future_new_for_boolean (FALSE);
  if (text == NULL)
    {
      g_info ("An offer of a connection could not be answered: %s", error->message);
      ghc_peer_drop_link (talk->peer);
      return dex_future_new_for_boolean (FALSE);
    }
  tell (talk->peer, GHC_SIGNAL_ANSWER, text);
  use_candidates (talk->peer);
  return dex_future_new_for_boolean (TRUE);
}

static DexFuture *
accept_fiber (gpointer data)
{
  Talk *talk = data;
  g_autoptr (GError) error = NULL;
  gboolean is_taken = dex_await (ghc_link_accept (talk->link, talk->theirs), &error);

  if (talk->peer->link != talk->link)
    return dex_future_new_for_boolean (FALSE);
  if (is_taken)
    use_candidates (talk->peer);
  else
    {
      g_info ("An answer could not be used: %s", error->message);
      ghc_peer_drop_link (talk->peer);
    }
  return dex_future_new_for_boolean (is_taken);
}

static void
start (GhcPeer *self, DexFiberFunc fiber, const char *theirs)
{
  dex_future_disown (dex_scheduler_spawn (NULL, 0, fiber, talk_new (self, theirs), talk_free));
}

/* Begins anew, with what we offer. */
void
ghc_peer_offer (GhcPeer *self)
{
  if (self->is_closed || !make_link (self, self->turn + 1))
    return;
  self->is_offering = TRUE;
  start (self, offer_fiber, NULL);
}

/* Whether it is from who the server gave the ticket to. */
static gboolean
has_ticket (GhcPeer *self, const char *sdp)
{
  g_autoptr (GError) error = NULL;

  if (ghc_ticket_check (&self->ticket, ghc_call_member_get_ice_ufrag (self->member), sdp, &error))
    return TRUE;
  g_info ("A description is of no use: %s", error->message);
  return FALSE;
}

static gboolean
may_renew (GhcPeer *self)
{
  gint64 now_us = g_get_monotonic_time ();

  if (now_us - self->renewals_from_us > RENEWALS_US)
    {
      self->renewals_from_us = now_us;
      self->n_renewals = 0;
    }
  return self->n_renewals++ < MAX_RENEWALS;
}

static void
take_offer (GhcPeer *self, const GhcSignal *signal)
{
  /* Both offered: the polite one gives way. An offer for a turn that we have agreed on is an echo. */
  if (signal->turn < self->turn
      || (signal->turn == self->turn && self->link != NULL
          && (!self->is_offering || !self->is_polite)))
    return;
  if (!has_ticket (self, signal->text) || !may_renew (self) || !make_link (self, signal->turn))
    return;
  start (self, answer_fiber, signal->text);
}

static void
take_answer (GhcPeer *self, const GhcSignal *signal)
{
  if (signal->turn != self->turn || self->link == NULL || !self->is_offering || !self->is_told
      || !has_ticket (self, signal->text))
    return;
  self->is_offering = FALSE;
  start (self, accept_fiber, signal->text);
}

static void
take_candidate (GhcPeer *self, const GhcSignal *signal)
{
  if (signal->turn != self->turn || self->link == NULL)
    return;
  if (self->is_described)
    ghc_link_add_candidate (self->link, signal->line, signal->text);
  else if (self->candidates->len < MAX_CANDIDATES)
    g_ptr_array_add (self->candidates, g_strdup (signal->text));
}

/**
 * ghc_peer_take_signal:
 * @self: a peer
 * @signal: what they say about the connection
 *
 * What does not fit is passed over.
 */
void
ghc_peer_take_signal (GhcPeer *self, const GhcSignal *signal)
{
  g_return_if_fail (GHC_IS_PEER (self) && signal != NULL);

  if (self->is_closed)
    return;
  switch (signal->kind)
    {
    case GHC_SIGNAL_OFFER:
      take_offer (self, signal);
      break;
    case GHC_SIGNAL_ANSWER:
      take_answer (self, signal);
      break;
    case GHC_SIGNAL_CANDIDATE:
      take_candidate (self, signal);
      break;
    case GHC_SIGNAL_PAUSE:
    case GHC_SIGNAL_RESUME:
      self->is_paused[signal->line] = signal->kind == GHC_SIGNAL_PAUSE;
      break;
    default:
      g_assert_not_reached ();
    }
}

/**
 * ghc_peer_say_paused:
 * @self: a peer
 * @line: a line of pictures that they watch
 * @is_paused: whether they get nothing on it for now, because their connection does not carry it
 */
void
ghc_peer_say_paused (GhcPeer *self, GhcLine line, gboolean is_paused)
{
  GhcSignal signal = { .kind = is_paused ? GHC_SIGNAL_PAUSE : GHC_SIGNAL_RESUME,
                       .turn = MAX (self->turn, 1),
                       .line = line };
  g_autoptr (GhJson) json = ghc_signal_write (&signal);

  g_return_if_fail (GHC_IS_PEER (self));

  dex_future_disown (ghc_call_seat_send (self->setup.seat,
                                         ghc_call_member_get_member_id (self->member), json));
}

/**
 * ghc_peer_renew:
 * @self: a peer
 *
 * Our addresses changed: makes the connection anew. What is to be said for it waits when the server is
 * away, which it may be for the same reason.
 */
void
ghc_peer_renew (GhcPeer *self)
{
  g_return_if_fail (GHC_IS_PEER (self));

  ghc_peer_offer (self);
}

/**
 * ghc_peer_renew_relayed:
 * @self: a peer
 *
 * There are other credentials for relays: makes the connection anew, unless it is known to go without one.
 * What goes through a relay goes on until there is another way.
 */
void
ghc_peer_renew_relayed (GhcPeer *self)
{
  g_return_if_fail (GHC_IS_PEER (self));

  if (self->link == NULL
      || (ghc_link_get_state (self->link) == GHC_LINK_CONNECTED && self->report.has_pair
          && !self->report.is_relayed))
    return;
  ghc_peer_offer (self);
}
