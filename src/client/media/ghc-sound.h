/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>
#include <libdex.h>

#include "ghc-fan.h"
#include "ghc-gate.h"
#include "ghc-line.h"
#include "ghc-mixer.h"

G_BEGIN_DECLS

/**
 * GhcSoundSettings:
 * @cancels_echo: whether what is heard is taken out of what the microphone hears
 * @suppresses_noise: whether steady noise is
 * @controls_gain: whether quiet voices are made louder
 * @is_quick: the preset that saves every millisecond: shorter frames and blocks, a codec that does not
 *   look ahead, and no repair of what is lost
 *
 * A plain value.
 */
typedef struct
{
  gboolean cancels_echo;
  gboolean suppresses_noise;
  gboolean controls_gain;
  gboolean is_quick;
} GhcSoundSettings;

#define GHC_TYPE_CAPTURE (ghc_capture_get_type ())

/**
 * GhcCapture:
 *
 * From a microphone to packets: what it hears, cleaned, let through by a gate, encoded once, and given
 * to a fan. Signal "failed" (with a sentence) on the main thread when the microphone is gone.
 */
G_DECLARE_FINAL_TYPE (GhcCapture, ghc_capture, GHC, CAPTURE, GObject)

GhcCapture *ghc_capture_new (GstElement *source, const GhcSoundSettings *settings,
                             const char *probe_name, GhcGate *gate, GhcFan *fan,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_capture_start (GhcCapture *self) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_capture_stop (GhcCapture *self) G_GNUC_WARN_UNUSED_RESULT;
gint64 ghc_capture_get_silent_us (GhcCapture *self, gint64 now_us);
gboolean ghc_capture_is_open (GhcCapture *self);
gboolean ghc_capture_has_heard (GhcCapture *self);
void ghc_capture_set_monitor (GhcCapture *self, GhcPlayout *monitor);
void ghc_capture_set_loss (GhcCapture *self, double loss);

#define GHC_TYPE_PLAYBACK (ghc_playback_get_type ())

/**
 * GhcPlayback:
 *
 * From a mixer to something that makes it heard. Signal "failed" as #GhcCapture has it.
 */
G_DECLARE_FINAL_TYPE (GhcPlayback, ghc_playback, GHC, PLAYBACK, GObject)

GhcPlayback *ghc_playback_new (GstElement *sink, const GhcSoundSettings *settings, GhcMixer *mixer,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_playback_start (GhcPlayback *self) G_GNUC_WARN_UNUSED_RESULT;
void ghc_playback_stop (GhcPlayback *self);
const char *ghc_playback_get_probe_name (GhcPlayback *self);

/* For both: a pipeline in monotonic time, so that echo is found where it is. */
GstElement *ghc_sound_new_pipeline (void) G_GNUC_WARN_UNUSED_RESULT;
gboolean ghc_sound_start (GstElement *pipeline, GError **error);
DexFuture *ghc_sound_open (GstElement *pipeline) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_sound_close (GstElement *pipeline) G_GNUC_WARN_UNUSED_RESULT;
void ghc_sound_shut (GstElement *pipeline);
gint64 ghc_sound_get_least_margin_us (const GhcSoundSettings *settings);
guint ghc_sound_get_block_us (const GhcSoundSettings *settings);

G_END_DECLS
