/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-video-quality.h"

G_BEGIN_DECLS

/**
 * GhcCarryReport:
 * @sent: bit/s of pictures that went to somebody lately, as their transport-wide feedback tells
 * @received: bit/s of them that arrived
 * @loss: the share that did not, 0 to 1
 * @round_trip_ms: to them and back; 0 when it is not known
 * @is_known: whether there was any feedback
 *
 * What is known about the way to one viewer. A plain value.
 */
typedef struct
{
  guint sent;
  guint received;
  double loss;
  guint round_trip_ms;
  gboolean is_known;
} GhcCarryReport;

/**
 * GhcCarry:
 * @bitrate: what the way to one viewer is taken to carry, in bit/s
 * @least_round_trip_ms: the quickest that was seen; what is above it waits in a queue
 * @round_trip_ms: as it was told last
 * @ceiling: what arrived when it gave way last, in bit/s; 0 when more was carried since
 * @eased_us: when it gave way last
 * @grown_us: when it was trusted with more
 * @low_since_us: since when it carries too little for pictures; 0 for not so
 * @is_paused: whether nothing is sent to this viewer for now
 * @paused_us: since when
 * @n_pauses: how often that was so
 *
 * What the way to one viewer carries: gives way at once when packets get lost or wait, and grows again
 * slowly. A plain value; to be filled with ghc_carry_init().
 */
typedef struct
{
  guint bitrate;
  guint least_round_trip_ms;
  guint round_trip_ms;
  guint ceiling;
  gint64 eased_us;
  gint64 grown_us;
  gint64 low_since_us;
  gboolean is_paused;
  gint64 paused_us;
  guint n_pauses;
} GhcCarry;

void ghc_carry_init (GhcCarry *self, guint bitrate);
void ghc_carry_take (GhcCarry *self, const GhcCarryReport *report, guint wanted, gint64 now_us);

guint ghc_carry_share (GhcCarry *const *carries, guint n_carries, guint wanted, gint64 now_us);
guint ghc_carry_sound (GhcCarry *const *carries, guint n_carries);
void ghc_carry_fit (const GhcVideoQuality *wanted, guint width, guint height, guint bitrate,
                    GhcVideoQuality *fitting);

G_END_DECLS
