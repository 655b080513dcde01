/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-broadcast-private.h"
#include "ghc-chime.h"
#include "ghc-devices.h"
#include "ghc-engine.h"
#include "ghc-sound.h"
#include "ghc-voice.h"

G_BEGIN_DECLS

/* Gives a microphone, or something to hear with; NULL for none. (transfer floating) */
typedef GstElement *(*GhcVoiceMakeElement) (gboolean is_output, gpointer data);

struct _GhcVoice
{
  GObject parent_instance;
  GSettings *settings; /* (nullable) */
  GhcCallSeat *seat;
  char *devices_chosen[2]; /* ids, by is_output; NULL for the default */
  GhcVoiceMode mode;
  double threshold_db;
  gboolean is_talk_pressed;
  gboolean is_testing;
  gboolean is_quick;

  /* Made when first needed. */
  gboolean is_started;
  gboolean has_failed;
  GhcDevices *devices;
  gboolean has_devices;   /* they are listed */
  gboolean has_chime_due; /* when they are listed */
  GhcChime chime_due;
  GListStore *lists[2]; /* what others see; filled from the above */
  GhcGate *gate;
  GhcFan *fans[GHC_N_LINES];
  GhcMixer *mixer;
  GhcCodecLadder *ladder;
  GhcBroadcast *broadcasts[2]; /* by GhcShareKind; NULL for none */
  GhcPlayout *monitor;
  GhcEngine *engine;
  GhcCapture *capture;
  DexFuture *capture_stopped; /* (nullable): the one before */
  GhcPlayback *playback;
  char *devices_used[2];
  GhcVoiceProblem device_problems[2];
  guint retry;
  guint tick;

  double level_shown;
  gboolean is_loud;
  gboolean is_transmitting;
  gboolean is_capturing;
  gboolean is_silent; /* the microphone gives nothing, not even silence */
  GhcVoiceProblem problem;

  /* For tests. */
  GhcVoiceMakeElement make_element;
  gpointer make_element_data;
  GhcMakeSink make_picture;
  GhcMakeSound make_sound;
  char *local_address;
};

/* --- ghc-voice.c --- */

void ghc_voice_update (GhcVoice *self);
void ghc_voice_update_problem (GhcVoice *self);
void ghc_voice_set_capturing (GhcVoice *self, gboolean is_capturing);
GhcEngine *ghc_voice_get_engine (GhcVoice *self);

/* Before anything is used: these instead of devices, and only this address of this computer. */
void ghc_voice_use_elements (GhcVoice *self, GhcVoiceMakeElement make, gpointer data,
                             const char *local_address);

/* After the former: this instead of what draws pictures; the same data. */
void ghc_voice_use_pictures (GhcVoice *self, GhcMakeSink make);

/* The same of what gives the sound of what is shared. */
void ghc_voice_use_sounds (GhcVoice *self, GhcMakeSound make);

/* --- ghc-voice-share.c --- */

GstElement *ghc_voice_make_picture (gpointer data);
void ghc_voice_end_broadcasts (GhcVoice *self);

/* --- ghc-voice-sound.c --- */

gboolean ghc_voice_start (GhcVoice *self);
gboolean ghc_voice_list_devices (GhcVoice *self);
void ghc_voice_update_sound (GhcVoice *self);
void ghc_voice_restart_sound (GhcVoice *self);
void ghc_voice_restart_capture (GhcVoice *self);
void ghc_voice_stop_sound (GhcVoice *self);
void ghc_voice_choose (GhcVoice *self, gboolean is_output, const char *id);

/* --- ghc-voice-enums.c --- */

const char *ghc_voice_problem_to_text (GhcVoiceProblem problem);

G_END_DECLS
