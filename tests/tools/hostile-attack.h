/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-media-leg.h"

G_BEGIN_DECLS

/**
 * Attack:
 *
 * What somebody who is in a call does to the packets that they send: instead of the honest ones go those of one of
 * these kinds.
 * - honest: just those
 * - silent: none at all
 * - tampered: with a bit changed, in turn in each part of the packet
 * - truncated: cut short, in turn at each place
 * - replayed: those of the last second of honesty, over and over
 * - twice: each honest one twice
 * - reordered: each two in the wrong order; all are good
 * - unknown-epoch: with another number of an epoch
 * - foreign-key: sealed with another key under the present epoch's number
 * - other-sender: sealed as if by somebody else in the call
 * - reflected: what came from the victim, back to them
 * - garbage: random bytes of random length
 * - nonsense: well sealed, but with no sound in it
 */
typedef struct _Attack Attack;

Attack *attack_new (GstElement *webrtc, const char *call_id, const char *member_id,
                    const char *victim_id);
void attack_set_kind (Attack *self, const char *kind);
void attack_set_key (Attack *self, guint32 epoch, GhSecret *key);
gint64 attack_get_count (Attack *self);

G_END_DECLS
