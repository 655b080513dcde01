/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-broadcast.h"
#include "ghc-encoding.h"
#include "ghc-share-sound.h"

G_BEGIN_DECLS

/* Makes what draws pictures; NULL for none. (transfer floating) */
typedef GstElement *(*GhcMakeSink) (gpointer data);

GhcBroadcast *ghc_broadcast_new (GhcShareKind kind, GhcVideoSource *source,
                                 const GhcVideoQuality *quality, GhcCodecLadder *ladder,
                                 GhcFan *fan) G_GNUC_WARN_UNUSED_RESULT;
void ghc_broadcast_take_sound (GhcBroadcast *self, GhcShareSound *sound);
gboolean ghc_broadcast_has_sound (GhcBroadcast *self);
gboolean ghc_broadcast_start (GhcBroadcast *self, GstElement *sink, GError **error);
void ghc_broadcast_end (GhcBroadcast *self, const char *text);
void ghc_broadcast_set_share (GhcBroadcast *self, GhcShare *share);
void ghc_broadcast_set_watched (GhcBroadcast *self, gboolean is_watched);
void ghc_broadcast_set_heard (GhcBroadcast *self, gboolean is_heard);
void ghc_broadcast_set_sound_bitrate (GhcBroadcast *self, guint bitrate);
guint ghc_broadcast_get_wanted_bitrate (GhcBroadcast *self);
void ghc_broadcast_set_carried (GhcBroadcast *self, guint bitrate, gboolean is_held);
void ghc_broadcast_show (GhcBroadcast *self);

GhcLine ghc_broadcast_kind_to_line (GhcShareKind kind);

G_END_DECLS
