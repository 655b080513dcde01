/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "ghc-playout.h"

G_BEGIN_DECLS

/**
 * GhcSpeech:
 *
 * What one member says, as it comes by one connection: decodes it into their playout, and tells that what was
 * lost on the way and what the decoder made up for it. Reference counted; sound comes on a thread of
 * GStreamer's.
 */
typedef struct _GhcSpeech GhcSpeech;

GhcSpeech *ghc_speech_new (GhcPlayout *playout, guint turn) G_GNUC_WARN_UNUSED_RESULT;
GhcSpeech *ghc_speech_ref (GhcSpeech *self);
void ghc_speech_unref (GhcSpeech *self);

GstElement *ghc_speech_create_bin (GhcSpeech *self, GError **error) G_GNUC_WARN_UNUSED_RESULT;
void ghc_speech_repair (GhcSpeech *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcSpeech, ghc_speech_unref)

G_END_DECLS
