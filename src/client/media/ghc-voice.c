/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-voice-private.h"

#include <math.h>

#define TICK_MS 50
/* Less of a change is not seen. */
#define LEVEL_STEP_DB 0.5
/* A headset may take some seconds to begin. */
#define SILENT_US (5 * G_USEC_PER_SEC)

typedef enum
{
  PROP_SEAT = 1,
  PROP_INPUT_DEVICE,
  PROP_OUTPUT_DEVICE,
  PROP_INPUTS,
  PROP_OUTPUTS,
  PROP_MODE,
  PROP_THRESHOLD,
  PROP_TALK_PRESSED,
  PROP_LOW_LATENCY,
  PROP_TESTING,
  PROP_INPUT_LEVEL,
  PROP_LOUD_ENOUGH,
  PROP_TRANSMITTING,
  PROP_CAPTURING,
  PROP_PROBLEM,
  PROP_PROBLEM_TEXT,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhcVoice, ghc_voice, G_TYPE_OBJECT)

static void
notify (GhcVoice *self, Property property)
{
  g_object_notify_by_pspec (G_OBJECT (self), properties[property]);
}

/* The gravest of what is wrong; what the call lacks weighs more than what the ears lack. */
void
ghc_voice_update_problem (GhcVoice *self)
{
  GhcVoiceProblem problem = GHC_VOICE_PROBLEM_NONE;

  if (self->has_failed)
    problem = GHC_VOICE_PROBLEM_FAILED;
  else if (self->engine != NULL)
    problem = ghc_engine_get_problem (self->engine);
  if (problem == GHC_VOICE_PROBLEM_NONE
      && self->device_problems[FALSE] == GHC_VOICE_PROBLEM_NO_AUDIO_SERVER)
    problem = GHC_VOICE_PROBLEM_NO_AUDIO_SERVER;
  if (problem == GHC_VOICE_PROBLEM_NONE)
    problem = self->device_problems[TRUE];
  if (problem == GHC_VOICE_PROBLEM_NONE)
    problem = self->device_problems[FALSE];
  if (problem == GHC_VOICE_PROBLEM_NONE && self->is_silent)
    problem = GHC_VOICE_PROBLEM_MICROPHONE_SILENT;
  if (problem == self->problem)
    return;
  self->problem = problem;
  notify (self, PROP_PROBLEM);
  notify (self, PROP_PROBLEM_TEXT);
}

void
ghc_voice_set_capturing (GhcVoice *self, gboolean is_capturing)
{
  if (self->is_capturing == is_capturing)
    return;
  self->is_capturing = is_capturing;
  notify (self, PROP_CAPTURING);
}

/* Even a microphone that is switched off gives silence. What gives nothing is tried anew, again and again. */
static void
update_silent (GhcVoice *self)
{
  gint64 silent_us = 0;
  gboolean is_silent = FALSE;

  if (self->capture != NULL)
    {
      silent_us = ghc_capture_get_silent_us (self->capture, g_get_monotonic_time ());
      is_silent = silent_us > SILENT_US
                  || (self->is_silent && !ghc_capture_has_heard (self->capture));
    }
  if (is_silent != self->is_silent)
    {
      self->is_silent = is_silent;
      ghc_voice_update_problem (self);
    }
  /* One that is still being opened would never be, if it were tried anew meanwhile. */
  if (silent_us > SILENT_US && ghc_capture_is_open (self->capture))
    ghc_voice_restart_capture (self);
}

static gboolean
on_tick (gpointer data)
{
  g_autoptr (GhcVoice) self = g_object_ref (data);
  gboolean is_transmitting = self->engine != NULL && self->capture != NULL
                             && ghc_gate_is_open (self->gate, g_get_monotonic_time ());
  gboolean is_loud = self->capture != NULL
                     && ghc_gate_is_loud (self->gate, g_get_monotonic_time ());
  double level = self->capture != NULL ? ghc_gate_get_level (self->gate) : GHC_SILENCE_DB;

  if (self->engine != NULL)
    {
      ghc_engine_show_self (self->engine, level, is_transmitting);
      if (self->capture != NULL)
        ghc_capture_set_loss (self->capture, ghc_engine_get_sent_loss (self->engine));
    }
  update_silent (self);
  if (fabs (level - self->level_shown) >= LEVEL_STEP_DB)
    {
      self->level_shown = level;
      notify (self, PROP_INPUT_LEVEL);
    }
  if (is_loud != self->is_loud)
    {
      self->is_loud = is_loud;
      notify (self, PROP_LOUD_ENOUGH);
    }
  if (is_transmitting != self->is_transmitting)
    {
      self->is_transmitting = is_transmitting;
      notify (self, PROP_TRANSMITTING);
    }
  return G_SOURCE_CONTINUE;
}

/* Says that nothing is heard or sent any more, and stops to look. */
static void
stop_tick (GhcVoice *self)
{
  if (self->tick == 0)
    return;
  g_clear_handle_id (&self->tick, g_source_remove);
  on_tick (self);
}

/* Muted is muted before this returns: the engine has its own hand on what is sealed. */
static void
update_quiet (GhcVoice *self)
{
  gboolean is_muted = self->seat == NULL || ghc_call_seat_get_muted (self->seat)
                      || !ghc_call_seat_get_can_speak (self->seat);

  ghc_gate_set_muted (self->gate, is_muted, g_get_monotonic_time ());
  if (self->mixer != NULL)
    ghc_mixer_set_deaf (self->mixer, self->seat != NULL && ghc_call_seat_get_deafened (self->seat));
}

static void
close_engine (GhcVoice *self)
{
  if (self->engine == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->engine, self);
  ghc_engine_close (self->engine);
  g_clear_object (&self->engine);
}

static void
open_engine (GhcVoice *self)
{
  GhcSoundSettings settings = { .is_quick = self->is_quick };

  self->engine = ghc_engine_new (self->seat, self->fans, self->mixer,
                                 ghc_sound_get_least_margin_us (&settings), self->local_address);
  ghc_engine_show_pictures (self->engine, self->ladder, ghc_voice_make_picture, self);
  for (guint kind = 0; kind < G_N_ELEMENTS (self->broadcasts); kind++)
    ghc_engine_set_broadcast (self->engine, (GhcShareKind) kind, self->broadcasts[kind]);
  g_signal_connect_swapped (self->engine, "notify::problem", G_CALLBACK (ghc_voice_update_problem),
                            self);
}

/* The server could not give our place back: to the others we are somebody new. */
static void
on_identity (GhcVoice *self)
{
  if (self->engine == NULL || ghc_call_seat_get_state (self->seat) == GHC_SEAT_ENDED)
    return;
  close_engine (self);
  open_engine (self);
}

static void
on_ended (GhcVoice *self)
{
  ghc_voice_set_seat (self, NULL);
}

/**
 * ghc_voice_update:
 * @self: a voice
 *
 * Has what is needed for the seat, or for the test of the microphone, and nothing else.
 */
void
ghc_voice_update (GhcVoice *self)
{
  gboolean is_needed = self->seat != NULL || self->is_testing;

  if (is_needed && !ghc_voice_start (self))
    return;
  update_quiet (self);
  if (self->seat != NULL && self->engine == NULL)
    open_engine (self);
  else if (self->seat == NULL)
    close_engine (self);
  ghc_voice_update_sound (self);
  if (is_needed && self->tick == 0)
    self->tick = g_timeout_add (TICK_MS, on_tick, self);
  else if (!is_needed)
    stop_tick (self);
}

/**
 * ghc_voice_get_seat:
 * @self: a voice
 *
 * Returns: (transfer none) (nullable): our place in the call that it is for
 */
GhcCallSeat *
ghc_voice_get_seat (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return self->seat;
}

/**
 * ghc_voice_set_seat:
 * @self: a voice
 * @seat: (nullable): our place in a call, or %NULL for none
 *
 * Begins to talk with all who are there, or ends it. When the seat ends, it lets go of it by itself.
 */
void
ghc_voice_set_seat (GhcVoice *self, GhcCallSeat *seat)
{
  static const char *const quiet[] = { "notify::muted", "notify::deafened", "notify::can-speak" };

  g_return_if_fail (GHC_IS_VOICE (self));
  g_return_if_fail (seat == NULL || GHC_IS_CALL_SEAT (seat));

  if (self->seat == seat)
    return;
  if (self->seat != NULL)
    g_signal_handlers_disconnect_by_data (self->seat, self);
  ghc_voice_end_broadcasts (self);
  close_engine (self);
  g_set_object (&self->seat, seat);
  if (seat != NULL && ghc_call_seat_get_state (seat) == GHC_SEAT_ENDED)
    g_clear_object (&self->seat);
  if (self->seat != NULL)
    {
      for (guint i = 0; i < G_N_ELEMENTS (quiet); i++)
        g_signal_connect_swapped (seat, quiet[i], G_CALLBACK (update_quiet), self);
      g_signal_connect_swapped (seat, "notify::may-speak", G_CALLBACK (ghc_voice_update_sound),
                                self);
      g_signal_connect_swapped (seat, "notify::member-id", G_CALLBACK (on_identity), self);
      g_signal_connect_swapped (seat, "ended", G_CALLBACK (on_ended), self);
    }
  ghc_voice_update (self);
  ghc_voice_update_problem (self);
  notify (self, PROP_SEAT);
}

static void
ghc_voice_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhcVoice *self = GHC_VOICE (object);

  switch ((Property) id)
    {
    case PROP_SEAT:
      g_value_set_object (value, self->seat);
      break;
    case PROP_INPUT_DEVICE:
      /* Settings are bound to it, and know no NULL. */
      g_value_set_string (value,
                          self->devices_chosen[FALSE] != NULL ? self->devices_chosen[FALSE] : "");
      break;
    case PROP_OUTPUT_DEVICE:
      g_value_set_string (value,
                          self->devices_chosen[TRUE] != NULL ? self->devices_chosen[TRUE] : "");
      break;
    case PROP_INPUTS:
      g_value_set_object (value, ghc_voice_get_inputs (self));
      break;
    case PROP_OUTPUTS:
      g_value_set_object (value, ghc_voice_get_outputs (self));
      break;
    case PROP_MODE:
      g_value_set_enum (value, (int) self->mode);
      break;
    case PROP_THRESHOLD:
      g_value_set_double (value, self->threshold_db);
      break;
    case PROP_TALK_PRESSED:
      g_value_set_boolean (value, self->is_talk_pressed);
      break;
    case PROP_LOW_LATENCY:
      g_value_set_boolean (value, self->is_quick);
      break;
    case PROP_TESTING:
      g_value_set_boolean (value, self->is_testing);
      break;
    case PROP_INPUT_LEVEL:
      g_value_set_double (value, self->level_shown);
      break;
    case PROP_LOUD_ENOUGH:
      g_value_set_boolean (value, self->is_loud);
      break;
    case PROP_TRANSMITTING:
      g_value_set_boolean (value, self->is_transmitting);
      break;
    case PROP_CAPTURING:
      g_value_set_boolean (value, self->is_capturing);
      break;
    case PROP_PROBLEM:
      g_value_set_enum (value, (int) self->problem);
      break;
    case PROP_PROBLEM_TEXT:
      g_value_set_string (value, ghc_voice_get_problem_text (self));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_voice_set_property (GObject *object, guint id, const GValue *value, GParamSpec *pspec)
{
  GhcVoice *self = GHC_VOICE (object);

  switch (id)
    {
    case PROP_SEAT:
      ghc_voice_set_seat (self, g_value_get_object (value));
      break;
    case PROP_INPUT_DEVICE:
      ghc_voice_choose (self, FALSE, g_value_get_string (value));
      break;
    case PROP_OUTPUT_DEVICE:
      ghc_voice_choose (self, TRUE, g_value_get_string (value));
      break;
    case PROP_MODE:
      ghc_voice_set_mode (self, (GhcVoiceMode) g_value_get_enum (value));
      break;
    case PROP_THRESHOLD:
      ghc_voice_set_threshold (self, g_value_get_double (value));
      break;
    case PROP_TALK_PRESSED:
      ghc_voice_set_talk_pressed (self, g_value_get_boolean (value));
      break;
    case PROP_LOW_LATENCY:
      ghc_voice_set_low_latency (self, g_value_get_boolean (value));
      break;
    case PROP_TESTING:
      ghc_voice_set_testing (self, g_value_get_boolean (value));
      break;
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_voice_dispose (GObject *object)
{
  GhcVoice *self = GHC_VOICE (object);

  if (self->seat != NULL)
    g_signal_handlers_disconnect_by_data (self->seat, self);
  if (self->settings != NULL)
    g_signal_handlers_disconnect_by_data (self->settings, self);
  if (self->devices != NULL)
    g_signal_handlers_disconnect_by_data (self->devices, self);
  close_engine (self);
  ghc_voice_stop_sound (self);
  dex_clear (&self->capture_stopped);
  g_clear_handle_id (&self->tick, g_source_remove);
  g_clear_object (&self->devices);
  g_clear_object (&self->seat);
  g_clear_object (&self->settings);
  G_OBJECT_CLASS (ghc_voice_parent_class)->dispose (object);
}

static void
ghc_voice_finalize (GObject *object)
{
  GhcVoice *self = GHC_VOICE (object);

  for (guint i = 0; i < 2; i++)
    {
      g_clear_object (&self->lists[i]);
      g_free (self->devices_chosen[i]);
      g_free (self->devices_used[i]);
    }
  g_clear_pointer (&self->gate, ghc_gate_unref);
  g_clear_pointer (&self->ladder, ghc_codec_ladder_unref);
  for (guint i = 0; i < GHC_N_LINES; i++)
    g_clear_pointer (&self->fans[i], ghc_fan_unref);
  g_clear_pointer (&self->mixer, ghc_mixer_unref);
  g_clear_pointer (&self->monitor, ghc_playout_unref);
  g_free (self->local_address);
  G_OBJECT_CLASS (ghc_voice_parent_class)->finalize (object);
}

static void
ghc_voice_class_init (GhcVoiceClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags readable = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;
  const GParamFlags writable = readable | G_PARAM_WRITABLE;

  object_class->get_property = ghc_voice_get_property;
  object_class->set_property = ghc_voice_set_property;
  object_class->dispose = ghc_voice_dispose;
  object_class->finalize = ghc_voice_finalize;

  properties[PROP_SEAT] = g_param_spec_object ("seat", NULL, NULL, GHC_TYPE_CALL_SEAT, writable);
  properties[PROP_INPUT_DEVICE] = g_param_spec_string ("input-device", NULL, NULL, NULL, writable);
  properties[PROP_OUTPUT_DEVICE] = g_param_spec_string ("output-device", NULL, NULL, NULL,
                                                        writable);
  properties[PROP_INPUTS] = g_param_spec_object ("inputs", NULL, NULL, G_TYPE_LIST_MODEL, readable);
  properties[PROP_OUTPUTS] = g_param_spec_object ("outputs", NULL, NULL, G_TYPE_LIST_MODEL,
                                                  readable);
  properties[PROP_MODE] = g_param_spec_enum ("mode", NULL, NULL, GHC_TYPE_VOICE_MODE,
                                             GHC_VOICE_ACTIVITY, writable);
  properties[PROP_THRESHOLD] = g_param_spec_double ("threshold", NULL, NULL, GHC_SILENCE_DB, 0, -50,
                                                    writable);
  properties[PROP_TALK_PRESSED] = g_param_spec_boolean ("talk-pressed", NULL, NULL, FALSE,
                                                        writable);
  properties[PROP_LOW_LATENCY] = g_param_spec_boolean ("low-latency", NULL, NULL, FALSE, writable);
  properties[PROP_TESTING] = g_param_spec_boolean ("testing", NULL, NULL, FALSE, writable);
  properties[PROP_INPUT_LEVEL] = g_param_spec_double ("input-level", NULL, NULL, GHC_SILENCE_DB,
                                                      100, GHC_SILENCE_DB, readable);
  properties[PROP_LOUD_ENOUGH] = g_param_spec_boolean ("loud-enough", NULL, NULL, FALSE, readable);
  properties[PROP_TRANSMITTING] = g_param_spec_boolean ("transmitting", NULL, NULL, FALSE,
                                                        readable);
  properties[PROP_CAPTURING] = g_param_spec_boolean ("capturing", NULL, NULL, FALSE, readable);
  properties[PROP_PROBLEM] = g_param_spec_enum ("problem", NULL, NULL, GHC_TYPE_VOICE_PROBLEM,
                                                GHC_VOICE_PROBLEM_NONE, readable);
  properties[PROP_PROBLEM_TEXT] = g_param_spec_string ("problem-text", NULL, NULL, NULL, readable);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghc_voice_init (GhcVoice *self)
{
  self->gate = ghc_gate_new ();
  self->lists[FALSE] = g_list_store_new (GHC_TYPE_AUDIO_DEVICE);
  self->lists[TRUE] = g_list_store_new (GHC_TYPE_AUDIO_DEVICE);
  self->level_shown = GHC_SILENCE_DB;
  self->threshold_db = -50;
  ghc_gate_set_threshold (self->gate, self->threshold_db);
}

/**
 * ghc_voice_new:
 * @settings: (nullable): of the application; what people chose is read from it and kept in it
 *
 * Opens nothing yet.
 *
 * Returns: (transfer full): a voice
 */
GhcVoice *
ghc_voice_new (GSettings *settings)
{
  static const char *const bound[][2] = { { "input-device", "input-device" },
                                          { "output-device", "output-device" },
                                          { "voice-mode", "mode" },
                                          { "voice-threshold", "threshold" } };
  static const char *const cleaning[] = { "changed::noise-suppression",
                                          "changed::echo-cancellation", "changed::gain-control" };
  GhcVoice *self = g_object_new (GHC_TYPE_VOICE, NULL);

  g_return_val_if_fail (settings == NULL || G_IS_SETTINGS (settings), self);

  if (settings == NULL)
    return self;
  self->settings = g_object_ref (settings);
  for (guint i = 0; i < G_N_ELEMENTS (bound); i++)
    g_settings_bind (settings, bound[i][0], self, bound[i][1], G_SETTINGS_BIND_DEFAULT);
  for (guint i = 0; i < G_N_ELEMENTS (cleaning); i++)
    g_signal_connect_swapped (settings, cleaning[i], G_CALLBACK (ghc_voice_restart_sound), self);
  return self;
}
