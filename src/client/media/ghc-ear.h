/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "ghc-link.h"

G_BEGIN_DECLS

/**
 * GhcEar:
 *
 * The part of a #GhcLink that webrtcbin's threads see: it takes what comes out of webrtcbin to the
 * playout and the inlets, and calls back to the link on its thread, as long as there is one. Reference
 * counted.
 */
typedef struct _GhcEar GhcEar;

typedef void (*GhcEarFunc) (GhcLink *link, guint number, const char *text);

GhcEar *ghc_ear_new (GhcLink *link, GhcPlayout *playout, GhcInlet *const *inlets,
                     guint turn, guint voice) G_GNUC_WARN_UNUSED_RESULT;
GhcEar *ghc_ear_ref (GhcEar *self);
void ghc_ear_unref (GhcEar *self);

void ghc_ear_attach (GhcEar *self, GstElement *pipeline, GstElement *webrtc);
void ghc_ear_tell (GhcEar *self, GhcEarFunc func, guint number, const char *text);
void ghc_ear_get_counts (GhcEar *self, GhcLinkCounts *counts);
void ghc_ear_read_report (GhcEar *self, GhcLinkReport *report);
void ghc_ear_set_wait_ms (GhcEar *self, guint wait_ms);
void ghc_ear_repair (GhcEar *self);
void ghc_ear_close (GhcEar *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcEar, ghc_ear_unref)

G_END_DECLS
