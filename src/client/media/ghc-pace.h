/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhcPace:
 * @step: how far it gave way: 0 for short frames of good sound, more for less of a network
 * @loss: what gets lost of late
 * @at_us: when that was
 * @blind_us: for how long what is told is still about what was before
 * @held_us: how long we sent with this step
 * @bad_us: how long too much was lost
 * @clear_us: for how long together nothing was
 * @patience_us: how much of that it takes to try more
 * @was_raised: whether it tried more last
 *
 * How much of the network what we say may take, from what the others say they did not get. What is
 * lost by chance is repaired by the codec; what is lost because there is more of it than the network
 * carries is not, and then longer frames help: each packet has its heads and its seal, which take more
 * than the sound. A plain value; nothing of it is to be changed but by the functions here.
 */
typedef struct
{
  guint step;
  double loss;
  gint64 at_us;
  gint64 blind_us;
  gint64 held_us;
  gint64 bad_us;
  gint64 clear_us;
  gint64 patience_us;
  gboolean was_raised;
} GhcPace;

void ghc_pace_init (GhcPace *self);
guint ghc_pace_take (GhcPace *self, double loss, gint64 now_us);
guint ghc_pace_get_frame_ms (guint step);
int ghc_pace_get_bitrate (guint step);

G_END_DECLS
