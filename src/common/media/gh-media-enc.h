/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-media-leg.h"

G_BEGIN_DECLS

#define GH_TYPE_MEDIA_ENC (gh_media_enc_get_type ())

/**
 * GhMediaEnc:
 *
 * Seals RTP, RTCP and packets of SCTP with a leg and sends them all out of one pad. A packet that
 * cannot be sealed goes nowhere.
 */
G_DECLARE_FINAL_TYPE (GhMediaEnc, gh_media_enc, GH, MEDIA_ENC, GstElement)

GstElement *gh_media_enc_new (GhMediaLeg *leg) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
