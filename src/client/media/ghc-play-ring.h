/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GHC_PLAY_RING_CHANNELS 2
#define GHC_PLAY_RING_RATE 48000

/**
 * GhcPlayRing:
 *
 * What waits to be played: written by one thread in blocks and by the system's clock, read by another in
 * pieces and by the sound card's. It keeps as little waiting as has lately been enough, at least one block,
 * by telling the reader how much to stretch what it plays. Neither thread ever waits for the other.
 */
typedef struct _GhcPlayRing GhcPlayRing;

GhcPlayRing *ghc_play_ring_new (void) G_GNUC_WARN_UNUSED_RESULT;
void ghc_play_ring_free (GhcPlayRing *self);
guint ghc_play_ring_write (GhcPlayRing *self, const gint16 *samples, guint n_frames);
double ghc_play_ring_read (GhcPlayRing *self, gint16 *samples, guint n_frames);
guint ghc_play_ring_get_level (GhcPlayRing *self);
guint ghc_play_ring_get_n_gaps (GhcPlayRing *self);

G_END_DECLS
