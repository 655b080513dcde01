/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-broadcast-private.h"
#include "ghc-call-seat.h"
#include "ghc-mixer.h"
#include "ghc-peer.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARES (ghc_shares_get_type ())

/**
 * GhcShares:
 *
 * What is shown in one call: sends what we show to those who watch it, and has a view of each thing that we
 * watch. Lives on the main thread.
 */
G_DECLARE_FINAL_TYPE (GhcShares, ghc_shares, GHC, SHARES, GObject)

GhcShares *ghc_shares_new (GhcCallSeat *seat, GHashTable *peers, GhcMixer *mixer,
                           GhcCodecLadder *ladder, GhcMakeSink make_sink, gpointer data) G_GNUC_WARN_UNUSED_RESULT;
void ghc_shares_close (GhcShares *self);
void ghc_shares_set_broadcast (GhcShares *self, GhcShareKind kind, GhcBroadcast *broadcast);
void ghc_shares_sync (GhcShares *self);
void ghc_shares_adapt (GhcShares *self, gint64 now_us);
void ghc_shares_show (GhcShares *self, gint64 now_us);

G_END_DECLS
