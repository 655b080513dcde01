/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* All sound between the devices and the codec is of this rate; what people say is of one channel, what is
 * heard, and the sound of what is shared, of two. */
#define GHC_RATE 48000
#define GHC_US_TO_SAMPLES(us) ((guint) ((gint64) (us) * GHC_RATE / G_USEC_PER_SEC))
#define GHC_SAMPLES_TO_US(n) ((gint64) (n) * G_USEC_PER_SEC / GHC_RATE)

/**
 * GhcPlayoutStats:
 * @delay_us: what a sample waits here at present
 * @margin_us: how much later than expected something may come without being missed
 * @played: samples of speech that were played
 * @missed: samples that were not there when they should have been played
 * @made_up: of those that were played, how many did not come but were made up for what was lost
 * @n_late: how often that was so
 */
typedef struct
{
  gint64 delay_us;
  gint64 margin_us;
  guint64 played;
  guint64 missed;
  guint64 made_up;
  guint n_late;
} GhcPlayoutStats;

/**
 * GhcPlayout:
 *
 * Between what comes from one person, when it comes, and what is heard, when it is due. It waits a
 * little with the first of what they say, by a margin that grows when something comes late and
 * shrinks when it was not needed for a while. Reference counted; what is pushed and what is pulled
 * may be of different threads.
 */
typedef struct _GhcPlayout GhcPlayout;

GhcPlayout *ghc_playout_new (gint64 least_margin_us) G_GNUC_WARN_UNUSED_RESULT;
GhcPlayout *ghc_playout_new_stereo (gint64 least_margin_us) G_GNUC_WARN_UNUSED_RESULT;
GhcPlayout *ghc_playout_ref (GhcPlayout *self);
void ghc_playout_unref (GhcPlayout *self);

guint ghc_playout_get_n_channels (GhcPlayout *self);
gboolean ghc_playout_may_push (GhcPlayout *self, guint turn);
void ghc_playout_push (GhcPlayout *self, const gint16 *samples, guint n_samples,
                       gboolean is_new_speech, gint64 now_us);
void ghc_playout_note_made_up (GhcPlayout *self, gint64 length_us);
void ghc_playout_note_lost (GhcPlayout *self, gint64 length_us);
guint ghc_playout_pull (GhcPlayout *self, gint16 *samples, guint n_samples, gint64 now_us);
void ghc_playout_set_gain (GhcPlayout *self, double gain);
double ghc_playout_get_level (GhcPlayout *self, gint64 now_us);
gboolean ghc_playout_is_speaking (GhcPlayout *self, gint64 now_us);
void ghc_playout_get_stats (GhcPlayout *self, GhcPlayoutStats *stats);
double ghc_playout_get_share_made_up (const GhcPlayoutStats *since, const GhcPlayoutStats *now);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcPlayout, ghc_playout_unref)

G_END_DECLS
