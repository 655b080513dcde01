/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-audio-device.h"
#include "ghc-broadcast.h"
#include "ghc-call-seat.h"
#include "ghc-sound-source.h"

G_BEGIN_DECLS

/**
 * GhcVoiceMode:
 *
 * When what the microphone hears is sent.
 */
typedef enum
{
  GHC_VOICE_ACTIVITY,     /* while it is louder than the threshold */
  GHC_VOICE_PUSH_TO_TALK, /* while a key is held */
} GhcVoiceMode;

#define GHC_TYPE_VOICE_MODE (ghc_voice_mode_get_type ())

GType ghc_voice_mode_get_type (void) G_GNUC_CONST;

/**
 * GhcVoiceProblem:
 *
 * What is wrong, if something is; the gravest when several things are.
 */
typedef enum
{
  GHC_VOICE_PROBLEM_NONE,
  GHC_VOICE_PROBLEM_NO_MICROPHONE,   /* there is none; one still hears */
  GHC_VOICE_PROBLEM_MICROPHONE_GONE, /* the chosen one was taken away; another is used if there is one */
  GHC_VOICE_PROBLEM_MICROPHONE_SILENT, /* it is there, and gives no sound at all */
  GHC_VOICE_PROBLEM_NO_OUTPUT,
  GHC_VOICE_PROBLEM_OUTPUT_GONE,
  GHC_VOICE_PROBLEM_NO_AUDIO_SERVER, /* neither PipeWire nor another sound server answers */
  GHC_VOICE_PROBLEM_TURN_UNREACHABLE, /* only relays are allowed, and none answers */
  GHC_VOICE_PROBLEM_NO_PEER_REACHED, /* no connection to anybody in the call */
  GHC_VOICE_PROBLEM_RELAY_AWAY,      /* the same, and no relay of the server's answers */
  GHC_VOICE_PROBLEM_NO_KEY,          /* the call has no key: nothing is sent and nothing heard */
  GHC_VOICE_PROBLEM_FAILED,          /* GStreamer lacks what it takes */
} GhcVoiceProblem;

#define GHC_TYPE_VOICE_PROBLEM (ghc_voice_problem_get_type ())

GType ghc_voice_problem_get_type (void) G_GNUC_CONST;

#define GHC_TYPE_VOICE (ghc_voice_get_type ())

/**
 * GhcVoice:
 *
 * What one says and hears: the devices, and the sound of the call that one's seat is in. One for the
 * application; lives on the main thread. GStreamer is not started before there is a seat, a test of
 * the microphone, or a question about devices.
 */
G_DECLARE_FINAL_TYPE (GhcVoice, ghc_voice, GHC, VOICE, GObject)

GhcVoice *ghc_voice_new (GSettings *settings) G_GNUC_WARN_UNUSED_RESULT;

GhcCallSeat *ghc_voice_get_seat (GhcVoice *self);
void ghc_voice_set_seat (GhcVoice *self, GhcCallSeat *seat);

const char *ghc_voice_get_input_device (GhcVoice *self);
void ghc_voice_set_input_device (GhcVoice *self, const char *id);
const char *ghc_voice_get_output_device (GhcVoice *self);
void ghc_voice_set_output_device (GhcVoice *self, const char *id);
GListModel *ghc_voice_get_inputs (GhcVoice *self);
GListModel *ghc_voice_get_outputs (GhcVoice *self);

GhcVoiceMode ghc_voice_get_mode (GhcVoice *self);
void ghc_voice_set_mode (GhcVoice *self, GhcVoiceMode mode);
double ghc_voice_get_threshold (GhcVoice *self);
void ghc_voice_set_threshold (GhcVoice *self, double threshold_db);
void ghc_voice_set_talk_pressed (GhcVoice *self, gboolean is_pressed);
void ghc_voice_set_low_latency (GhcVoice *self, gboolean is_low);
gboolean ghc_voice_get_testing (GhcVoice *self);
void ghc_voice_set_testing (GhcVoice *self, gboolean is_testing);

double ghc_voice_get_input_level (GhcVoice *self);
gboolean ghc_voice_get_loud_enough (GhcVoice *self);
gboolean ghc_voice_get_transmitting (GhcVoice *self);
gboolean ghc_voice_get_capturing (GhcVoice *self);
GhcVoiceProblem ghc_voice_get_problem (GhcVoice *self);
const char *ghc_voice_get_problem_text (GhcVoice *self);

GhcBroadcast *ghc_voice_share (GhcVoice *self, GhcShareKind kind, GhcVideoSource *source,
                               GhcSoundSource *sound, const GhcVideoQuality *quality,
                               GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhcBroadcast *ghc_voice_get_broadcast (GhcVoice *self, GhcShareKind kind);

G_END_DECLS
