/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstbasesink.h>

G_BEGIN_DECLS

#define GHC_TYPE_SPEAKER (ghc_speaker_get_type ())

/**
 * GhcSpeaker:
 *
 * Plays stereo sound of 48 kHz through PipeWire. What comes is written without waiting for the sound card,
 * and kept until it is its turn by a #GhcPlayRing, so that neither side's clock has to follow the other's.
 * Until PipeWire plays, what comes waits.
 *
 * GStreamer's own pipewiresink waits, up to PipeWire 1.4 at least, on PipeWire's thread for something that
 * only happens after its streaming thread was let on by that thread: on a busy machine both then wait
 * for ever, and so does whoever changes the element's state.
 */
G_DECLARE_FINAL_TYPE (GhcSpeaker, ghc_speaker, GHC, SPEAKER, GstBaseSink)

GstElement *ghc_speaker_new (const char *target) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
