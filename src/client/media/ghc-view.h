/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-codec-ladder.h"
#include "ghc-inlet.h"
#include "ghc-line.h"
#include "ghc-share.h"

G_BEGIN_DECLS

#define GHC_TYPE_VIEW (ghc_view_get_type ())

/**
 * GhcView:
 *
 * The receiving side of what somebody shows: from packets to pictures that are drawn, and to what
 * #GhcShare says of them. A decoder that fails, or gives nothing for what it takes, is replaced by the next
 * one. Lives on the main thread, as long as it is watched.
 */
G_DECLARE_FINAL_TYPE (GhcView, ghc_view, GHC, VIEW, GObject)

GhcView *ghc_view_new (GhcShare *share, GhcInlet *inlet, GhcLine line, GhcCodecLadder *ladder,
                       GstElement *sink) G_GNUC_WARN_UNUSED_RESULT;
void ghc_view_close (GhcView *self);
GhcShare *ghc_view_get_share (GhcView *self);
void ghc_view_show (GhcView *self, gint64 now_us);
void ghc_view_set_paused (GhcView *self, gboolean is_paused);

G_END_DECLS
