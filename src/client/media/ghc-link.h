/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-media-session.h"
#include "ghc-carry.h"
#include "ghc-fan.h"
#include "ghc-ice-server.h"
#include "ghc-inlet.h"
#include "ghc-line.h"
#include "ghc-playout.h"

G_BEGIN_DECLS

/**
 * GhcLinkSetup:
 * @session: our part in the call
 * @peer_id: the member at the other end
 * @turn: its number: higher than that of each link to that member before it
 * @ufrag: (nullable): our ticket: the credentials that the other end takes from us
 * @password: (nullable): its other half
 * @servers: (array length=n_servers): STUN and TURN
 * @n_servers: how many
 * @is_relay_only: whether only relays may be used
 * @local_address: (nullable): the only address of this computer to be used, for tests
 * @wait_ms: how long what comes out of order is waited for, at first
 * @fans: (array fixed-size=4): where what is sent comes from, by #GhcLine
 * @playout: where what is heard goes to
 * @inlets: (array fixed-size=4): where what comes on the other lines goes to, by #GhcLine
 *
 * What a link is made of. A plain value that owns nothing.
 */
typedef struct
{
  GhMediaSession *session;
  const char *peer_id;
  guint turn;
  const char *ufrag;
  const char *password;
  const GhcIceServer *const *servers;
  guint n_servers;
  gboolean is_relay_only;
  const char *local_address;
  guint wait_ms;
  GhcFan *const *fans;
  GhcPlayout *playout;
  GhcInlet *const *inlets;
} GhcLinkSetup;

typedef enum
{
  GHC_LINK_CONNECTING,
  GHC_LINK_CONNECTED,
  GHC_LINK_FAILED, /* or lost */
} GhcLinkState;

/**
 * GhcLinkReport:
 * @round_trip_ms: to the other end and back; 0 when it is not known
 * @sent_loss: the share of what we send that does not reach the other end
 * @is_relayed: whether one end is reached through a relay
 * @has_pair: whether it is known which way packets go
 *
 * What the two ends told each other about the way. A plain value.
 */
typedef struct
{
  guint round_trip_ms;
  double sent_loss;
  gboolean is_relayed;
  gboolean has_pair;
} GhcLinkReport;

/**
 * GhcLinkCounts:
 * @n_came: packets of sound that came
 * @n_lost: packets of sound that did not
 * @n_relays: relays that gave us an address
 * @has_gathered: whether all addresses of ours are known
 *
 * A plain value.
 */
typedef struct
{
  guint64 n_came;
  guint64 n_lost;
  guint n_relays;
  gboolean has_gathered;
} GhcLinkCounts;

#define GHC_TYPE_LINK (ghc_link_get_type ())

/**
 * GhcLink:
 *
 * One connection to one member: a webrtcbin in a pipeline of its own. It is made anew rather than
 * mended: neither webrtcbin nor its agent of GStreamer 1.26 restarts ICE (an offer's options are
 * passed over, and nothing calls nice_agent_restart()), the sockets of an agent stay bound to the
 * addresses that it began with, and a restart is known by other credentials (RFC 8445, section 9),
 * where a member's are its ticket as long as it stays. A new one beside the former is as quick, and
 * leaves no gap.
 *
 * Lives on the main thread. Signals, on the main thread: "candidate" (line, text), "state".
 */
G_DECLARE_FINAL_TYPE (GhcLink, ghc_link, GHC, LINK, GObject)

GhcLink *ghc_link_new (const GhcLinkSetup *setup, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ghc_link_close (GhcLink *self);

DexFuture *ghc_link_offer (GhcLink *self);
DexFuture *ghc_link_answer (GhcLink *self, const char *offer);
DexFuture *ghc_link_accept (GhcLink *self, const char *answer);
void ghc_link_add_candidate (GhcLink *self, guint line, const char *candidate);

void ghc_link_set_open (GhcLink *self, GhcLine line, gboolean is_open);
GhcLinkState ghc_link_get_state (GhcLink *self);
DexFuture *ghc_link_ask_report (GhcLink *self, GhcLinkReport *report);
void ghc_link_read_arrivals (GhcLink *self, GhcCarryReport *report);
void ghc_link_get_counts (GhcLink *self, GhcLinkCounts *counts);
void ghc_link_get_stats (GhcLink *self, GhMediaStats *stats);
void ghc_link_set_wait_ms (GhcLink *self, guint wait_ms);
void ghc_link_repair (GhcLink *self);
void ghc_link_set_repair_rate (GhcLink *self, guint bitrate);

G_END_DECLS
