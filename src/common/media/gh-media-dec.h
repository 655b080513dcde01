/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-media-leg.h"

G_BEGIN_DECLS

#define GH_TYPE_MEDIA_DEC (gh_media_dec_get_type ())

/**
 * GhMediaDec:
 *
 * Opens what comes from the network with a leg, and sends it on by what it is. A packet that does not
 * open goes nowhere.
 */
G_DECLARE_FINAL_TYPE (GhMediaDec, gh_media_dec, GH, MEDIA_DEC, GstElement)

GstElement *gh_media_dec_new (GhMediaLeg *leg) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
