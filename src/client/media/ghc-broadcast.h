/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-share.h"
#include "ghc-video-quality.h"
#include "ghc-video-source.h"

G_BEGIN_DECLS

#define GHC_TYPE_BROADCAST (ghc_broadcast_get_type ())

/**
 * GhcBroadcast:
 *
 * What one shows to the others in a call: pictures of a source, encoded once for all who watch, and not
 * at all while nobody does. Lives on the main thread; ghc_voice_share() makes it.
 *
 * Properties, all notify, all but "quality" read-only:
 * - kind (GhcShareKind)
 * - share (GhcShare, nullable): one's own, once the server knows of it
 * - paintable (GObject, nullable): what one sees of it oneself; a GdkPaintable
 * - problem-text (string, nullable): a sentence about what does not work while it goes on
 *
 * Signal "ended" (sentence, nullable): it is over, once; with words for people unless they wanted it so.
 */
G_DECLARE_FINAL_TYPE (GhcBroadcast, ghc_broadcast, GHC, BROADCAST, GObject)

void ghc_broadcast_stop (GhcBroadcast *self);

GhcShareKind ghc_broadcast_get_kind (GhcBroadcast *self);
GhcShare *ghc_broadcast_get_share (GhcBroadcast *self);
const char *ghc_broadcast_get_problem_text (GhcBroadcast *self);
gboolean ghc_broadcast_has_ended (GhcBroadcast *self);
void ghc_broadcast_set_quality (GhcBroadcast *self, const GhcVideoQuality *quality);

G_END_DECLS
