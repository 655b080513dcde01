/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GhcRepair:
 *
 * How much of what got lost on one connection is sent again (RFC 4588): where most gets lost because it is
 * narrow, all of it would make that worse. Reference counted; every function may be called on any thread.
 */
typedef struct _GhcRepair GhcRepair;

GhcRepair *ghc_repair_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcRepair *ghc_repair_ref (GhcRepair *self);
void ghc_repair_unref (GhcRepair *self);

void ghc_repair_attach (GhcRepair *self, GstElement *webrtc);
void ghc_repair_set_rate (GhcRepair *self, guint bitrate);
gboolean ghc_repair_take (GhcRepair *self, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcRepair, ghc_repair_unref)

G_END_DECLS
