/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-arrivals.h"
#include "ghc-fan.h"
#include "ghc-line.h"

G_BEGIN_DECLS

/**
 * GhcWays:
 *
 * The sending side of one connection: for each line a way into its webrtcbin, which what is sent on that line
 * takes while it is open. Belongs to the main thread.
 */
typedef struct _GhcWays GhcWays;

GhcWays *ghc_ways_new (GhcFan *const fans[GHC_N_LINES], GhcArrivals *arrivals, GstElement *pipeline,
                       GstElement *webrtc) G_GNUC_WARN_UNUSED_RESULT;
void ghc_ways_free (GhcWays *self);

void ghc_ways_connect (GhcWays *self);
void ghc_ways_set_open (GhcWays *self, GhcLine line, gboolean is_open);

G_END_DECLS
