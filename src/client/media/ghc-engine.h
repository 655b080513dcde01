/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-media-stats.h"
#include "ghc-broadcast-private.h"
#include "ghc-call-seat.h"
#include "ghc-fan.h"
#include "ghc-line.h"
#include "ghc-mixer.h"
#include "ghc-peer.h"
#include "ghc-voice.h"

G_BEGIN_DECLS

#define GHC_TYPE_ENGINE (ghc_engine_get_type ())

/**
 * GhcEngine:
 *
 * What goes on between us and all others in one call, for one seat: keys, connections, and what is
 * reported of them. Lives on the main thread.
 */
G_DECLARE_FINAL_TYPE (GhcEngine, ghc_engine, GHC, ENGINE, GObject)

GhcEngine *ghc_engine_new (GhcCallSeat *seat, GhcFan *const *fans, GhcMixer *mixer, gint64 least_margin_us,
                           const char *local_address) G_GNUC_WARN_UNUSED_RESULT;
void ghc_engine_close (GhcEngine *self);
void ghc_engine_renew (GhcEngine *self);

void ghc_engine_show_pictures (GhcEngine *self, GhcCodecLadder *ladder, GhcMakeSink make_sink,
                               gpointer data);
void ghc_engine_set_broadcast (GhcEngine *self, GhcShareKind kind, GhcBroadcast *broadcast);

GhcVoiceProblem ghc_engine_get_problem (GhcEngine *self);
double ghc_engine_get_sent_loss (GhcEngine *self);
void ghc_engine_show_self (GhcEngine *self, double level, gboolean is_transmitting);
GhcPeer *ghc_engine_lookup_peer (GhcEngine *self, const char *member_id);
void ghc_engine_get_stats (GhcEngine *self, GhMediaStats *stats);

G_END_DECLS
