/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-media-session.h"
#include "ghc-call-seat.h"
#include "ghc-fan.h"
#include "ghc-inlet.h"
#include "ghc-carry.h"
#include "ghc-line.h"
#include "ghc-mixer.h"
#include "ghc-signal.h"

G_BEGIN_DECLS

/**
 * GhcPeerSetup:
 * @seat: our place in the call
 * @session: our keys in it
 * @fans: (array fixed-size=4): where what we send comes from, by #GhcLine
 * @mixer: where what we hear goes to
 * @least_margin_us: how long what comes waits at least
 * @local_address: (nullable): the only address of this computer to be used, for tests
 *
 * What all members of a call have in common. A plain value that owns nothing; what it points to lives
 * as long as the peer.
 */
typedef struct
{
  GhcCallSeat *seat;
  GhMediaSession *session;
  GhcFan *const *fans;
  GhcMixer *mixer;
  gint64 least_margin_us;
  const char *local_address;
} GhcPeerSetup;

#define GHC_TYPE_PEER (ghc_peer_get_type ())

/**
 * GhcPeer:
 *
 * One other member of the call: agrees with them on a connection, makes it anew when it breaks, and
 * keeps #GhcCallMember up to date. Lives on the main thread.
 */
G_DECLARE_FINAL_TYPE (GhcPeer, ghc_peer, GHC, PEER, GObject)

GhcPeer *ghc_peer_new (const GhcPeerSetup *setup,
                       GhcCallMember *member) G_GNUC_WARN_UNUSED_RESULT;
void ghc_peer_close (GhcPeer *self);

void ghc_peer_take_signal (GhcPeer *self, const GhcSignal *signal);
void ghc_peer_renew (GhcPeer *self);
void ghc_peer_renew_relayed (GhcPeer *self);
void ghc_peer_show (GhcPeer *self, gint64 now_us);
void ghc_peer_look_after (GhcPeer *self, gint64 now_us);

void ghc_peer_set_open (GhcPeer *self, GhcLine line, gboolean is_open);
GhcInlet *ghc_peer_get_inlet (GhcPeer *self, GhcLine line);
void ghc_peer_get_carry_report (GhcPeer *self, GhcCarryReport *report);
void ghc_peer_set_repair_rate (GhcPeer *self, guint bitrate);
void ghc_peer_say_paused (GhcPeer *self, GhcLine line, gboolean is_paused);
gboolean ghc_peer_is_told_paused (GhcPeer *self, GhcLine line);
gboolean ghc_peer_is_connected (GhcPeer *self);
gboolean ghc_peer_lacks_relay (GhcPeer *self);
double ghc_peer_get_sent_loss (GhcPeer *self);

G_END_DECLS
