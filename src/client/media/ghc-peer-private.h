/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-link.h"
#include "ghc-peer.h"

G_BEGIN_DECLS

/* What went by until a moment, to tell what went by since. */
typedef struct
{
  gint64 at_us;
  guint64 n_came;
  guint64 n_lost;
  GhcPlayoutStats heard;
} GhcPeerMark;

struct _GhcPeer
{
  GObject parent_instance;
  GhcPeerSetup setup;
  GhcCallMember *member;
  GhcPlayout *playout;
  GhcInlet *inlets[GHC_N_LINES];
  gboolean is_paused[GHC_N_LINES]; /* they told that they send us nothing on it */
  gboolean is_open[GHC_N_LINES]; /* what we send on it goes to them */
  GhcTicket ticket; /* of theirs, once they named it */
  gboolean is_polite;
  gboolean is_closed;

  /* Of the link that there is now, ghc-peer-negotiation.c: */
  GhcLink *link; /* (nullable) */
  GhcLink *before; /* (nullable): goes on until the link has taken its place */
  guint before_source;
  guint turn;    /* its number */
  gboolean is_offering;
  gboolean is_told;        /* the other end has our description */
  gboolean is_described;   /* we have theirs */
  GPtrArray *candidates;   /* of theirs that wait for that */
  GPtrArray *own;          /* of ours that wait until it is told */
  gint64 began_us;         /* when it was made */
  guint n_tries;           /* since there was a connection */
  guint n_renewals;        /* in the time since the following */
  gint64 renewals_from_us; /* so that nobody makes us begin anew all the time */

  /* ghc-peer-watch.c: */
  gboolean was_connected;
  guint64 n_opened; /* at the last look */
  guint64 n_unknown;
  gint64 opened_us;  /* when it had grown last */
  gint64 unknown_us; /* when packets of unknown epochs began to be all that comes; 0 for not */
  GhcPeerMark marks[2];
  GhcLinkReport report;
  gboolean is_asking;
};

/* --- ghc-peer-negotiation.c --- */

void ghc_peer_offer (GhcPeer *self);
void ghc_peer_drop_link (GhcPeer *self);
void ghc_peer_drop_before (GhcPeer *self);
GhcLink *ghc_peer_peek_connected (GhcPeer *self);

/* --- ghc-peer-watch.c --- */

void ghc_peer_on_connected (GhcPeer *self);

G_END_DECLS
