/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-video-source.h"

G_BEGIN_DECLS

#define GHC_TYPE_SOURCE_BIN (ghc_source_bin_get_type ())

/**
 * GhcSourceBin:
 *
 * Holds the element of a source and keeps its errors to itself: the source tells of them instead, since a
 * window that is closed must not end the pipeline that a call is in.
 */
G_DECLARE_FINAL_TYPE (GhcSourceBin, ghc_source_bin, GHC, SOURCE_BIN, GstBin)

GstElement *ghc_source_bin_new (GhcVideoSource *source, GMainContext *context, GstElement *inner);

G_END_DECLS
