/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-video-quality.h"

G_BEGIN_DECLS

/**
 * GhcCarryReport:
 * @sent: bit/s of pictures that went to somebody lately, as their transport-wide feedback tells
 * @received: bit/s of them that arrived
 * @loss: the share that did not, 0 to 1
 * @queue_ms: how much longer the last ones were on their way than the quickest before them
 * @round_trip_ms: to them and back; 0 when it is not known
 * @age_ms: how long ago anything was told
 * @interval_ms: how often something is, lately
 * @sent_us: when the last one of those told of was sent
 * @is_quiet: whether nothing was sent for a while, for another reason
 * @is_known: whether there was any feedback
 *
 * What is known about the way to one viewer. A plain value.
 */
typedef struct
{
  guint sent;
  guint received;
  double loss;
  guint queue_ms;
  guint round_trip_ms;
  guint age_ms;
  guint interval_ms;
  gint64 sent_us;
  gboolean is_quiet;
  gboolean is_known;
} GhcCarryReport;

/**
 * GhcCarry:
 * @bitrate: what the way to one viewer is taken to carry, in bit/s
 * @ceiling: what arrived when it gave way last, in bit/s; 0 when more was carried since
 * @chance_loss: the share that gets lost however little is sent
 * @eased_loss: what was lost when it gave way last, and nothing waited; 0 for not so
 * @taken_us: when a report was taken last
 * @eased_us: when it gave way last, and what waited was gone
 * @eased_to: to what, at first
 * @held_us: since when no pictures are sent
 * @held_until_us: until when
 * @is_blind: whether that is so because nobody tells anything
 * @patience_us: how long after that nothing more is tried
 * @low_since_us: since when it carries too little for pictures; 0 for not so
 * @is_paused: whether nothing is sent to this viewer for now
 * @paused_us: since when
 * @n_pauses: how often that was so
 *
 * What the way to one viewer carries: gives way at once when packets wait or get lost, to what is seen to
 * arrive, and tries more as long as none waits. A plain value; to be filled with ghc_carry_init().
 */
typedef struct
{
  guint bitrate;
  guint ceiling;
  double chance_loss;
  double eased_loss;
  gint64 taken_us;
  gint64 eased_us;
  guint eased_to;
  gint64 held_us;
  gint64 held_until_us;
  gboolean is_blind;
  gint64 patience_us;
  gint64 low_since_us;
  gboolean is_paused;
  gint64 paused_us;
  guint n_pauses;
} GhcCarry;

void ghc_carry_init (GhcCarry *self, guint bitrate);
void ghc_carry_take (GhcCarry *self, const GhcCarryReport *report, guint wanted, gint64 now_us);

guint ghc_carry_share (GhcCarry *const *carries, guint n_carries, guint wanted, gint64 now_us);
guint ghc_carry_get_repair (const GhcCarry *self, gint64 now_us);
gboolean ghc_carry_is_held (GhcCarry *const *carries, guint n_carries, gint64 now_us);
guint ghc_carry_sound (GhcCarry *const *carries, guint n_carries);
void ghc_carry_fit (const GhcVideoQuality *wanted, guint width, guint height, guint bitrate,
                    GhcVideoQuality *used);

G_END_DECLS
