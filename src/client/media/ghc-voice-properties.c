/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-voice-private.h"

/**
 * ghc_voice_get_input_device:
 * @self: a voice
 *
 * Returns: (transfer none) (nullable): the id of the chosen microphone, or %NULL for the default
 */
const char *
ghc_voice_get_input_device (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return self->devices_chosen[FALSE];
}

/**
 * ghc_voice_set_input_device:
 * @self: a voice
 * @id: (nullable): a microphone's id; %NULL or empty for the system's default
 */
void
ghc_voice_set_input_device (GhcVoice *self, const char *id)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  ghc_voice_choose (self, FALSE, id);
}

/**
 * ghc_voice_get_output_device:
 * @self: a voice
 *
 * Returns: (transfer none) (nullable): the id of what is chosen to hear with, or %NULL
 */
const char *
ghc_voice_get_output_device (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return self->devices_chosen[TRUE];
}

/**
 * ghc_voice_set_output_device:
 * @self: a voice
 * @id: (nullable): a device's id; %NULL or empty for the system's default
 */
void
ghc_voice_set_output_device (GhcVoice *self, const char *id)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  ghc_voice_choose (self, TRUE, id);
}

static GListModel *
get_list (GhcVoice *self, gboolean is_output)
{
  /* Whoever asks wants to see them; the list is filled when they are found. */
  if (ghc_voice_start (self))
    ghc_voice_list_devices (self);
  return G_LIST_MODEL (self->lists[is_output]);
}

/**
 * ghc_voice_get_inputs:
 * @self: a voice
 *
 * Begins to look for devices, the first time; the list fills itself.
 *
 * Returns: (transfer none): a list of #GhcAudioDevice: all microphones
 */
GListModel *
ghc_voice_get_inputs (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return get_list (self, FALSE);
}

/**
 * ghc_voice_get_outputs:
 * @self: a voice
 *
 * Begins to look for devices, as ghc_voice_get_inputs() does.
 *
 * Returns: (transfer none): a list of #GhcAudioDevice: all that one can hear with
 */
GListModel *
ghc_voice_get_outputs (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return get_list (self, TRUE);
}

/**
 * ghc_voice_get_mode:
 * @self: a voice
 *
 * Returns: when sound is sent
 */
GhcVoiceMode
ghc_voice_get_mode (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), GHC_VOICE_ACTIVITY);

  return self->mode;
}

/**
 * ghc_voice_set_mode:
 * @self: a voice
 * @mode: when sound is sent
 */
void
ghc_voice_set_mode (GhcVoice *self, GhcVoiceMode mode)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  if (self->mode == mode)
    return;
  self->mode = mode;
  ghc_gate_set_mode (self->gate, mode);
  g_object_notify (G_OBJECT (self), "mode");
}

/**
 * ghc_voice_get_threshold:
 * @self: a voice
 *
 * Returns: how loud a voice must be to be sent, in dB of full scale
 */
double
ghc_voice_get_threshold (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), GHC_SILENCE_DB);

  return self->threshold_db;
}

/**
 * ghc_voice_set_threshold:
 * @self: a voice
 * @threshold_db: how loud a voice must be to be sent, from -100 to 0
 */
void
ghc_voice_set_threshold (GhcVoice *self, double threshold_db)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  threshold_db = CLAMP (threshold_db, GHC_SILENCE_DB, 0);
  if (self->threshold_db >= threshold_db && self->threshold_db <= threshold_db)
    return;
  self->threshold_db = threshold_db;
  ghc_gate_set_threshold (self->gate, threshold_db);
  g_object_notify (G_OBJECT (self), "threshold");
}

/**
 * ghc_voice_set_talk_pressed:
 * @self: a voice
 * @is_pressed: whether the key to talk is held
 */
void
ghc_voice_set_talk_pressed (GhcVoice *self, gboolean is_pressed)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  is_pressed = !!is_pressed;
  if (self->is_talk_pressed == is_pressed)
    return;
  self->is_talk_pressed = is_pressed;
  ghc_gate_set_pressed (self->gate, is_pressed, g_get_monotonic_time ());
  g_object_notify (G_OBJECT (self), "talk-pressed");
}

/**
 * ghc_voice_set_low_latency:
 * @self: a voice
 * @is_low: whether to save every millisecond, at the cost of more data and of the repair of what is
 *   lost; counts for calls that begin later
 */
void
ghc_voice_set_low_latency (GhcVoice *self, gboolean is_low)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  is_low = !!is_low;
  if (self->is_quick == is_low)
    return;
  self->is_quick = is_low;
  ghc_voice_restart_sound (self);
  g_object_notify (G_OBJECT (self), "low-latency");
}

/**
 * ghc_voice_get_testing:
 * @self: a voice
 *
 * Returns: whether one hears oneself
 */
gboolean
ghc_voice_get_testing (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), FALSE);

  return self->is_testing;
}

/**
 * ghc_voice_set_testing:
 * @self: a voice
 * @is_testing: whether one hears oneself, to test the microphone; without a seat nobody else does
 */
void
ghc_voice_set_testing (GhcVoice *self, gboolean is_testing)
{
  g_return_if_fail (GHC_IS_VOICE (self));

  is_testing = !!is_testing;
  if (self->is_testing == is_testing)
    return;
  self->is_testing = is_testing;
  ghc_voice_update (self);
  g_object_notify (G_OBJECT (self), "testing");
}

/**
 * ghc_voice_get_input_level:
 * @self: a voice
 *
 * Returns: how loud what the microphone hears is, in dB of full scale
 */
double
ghc_voice_get_input_level (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), GHC_SILENCE_DB);

  return self->level_shown;
}

/**
 * ghc_voice_get_loud_enough:
 * @self: a voice
 *
 * Returns: whether what the microphone hears reaches the threshold, whether or not it is sent
 */
gboolean
ghc_voice_get_loud_enough (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), FALSE);

  return self->is_loud;
}

/**
 * ghc_voice_get_transmitting:
 * @self: a voice
 *
 * Returns: whether sound goes out
 */
gboolean
ghc_voice_get_transmitting (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), FALSE);

  return self->is_transmitting;
}

/**
 * ghc_voice_get_capturing:
 * @self: a voice
 *
 * Returns: whether the microphone is open
 */
gboolean
ghc_voice_get_capturing (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), FALSE);

  return self->is_capturing;
}

/**
 * ghc_voice_get_problem:
 * @self: a voice
 *
 * Returns: what is wrong
 */
GhcVoiceProblem
ghc_voice_get_problem (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), GHC_VOICE_PROBLEM_NONE);

  return self->problem;
}

/**
 * ghc_voice_get_problem_text:
 * @self: a voice
 *
 * Returns: (transfer none) (nullable): a sentence that says what is wrong and what to do, or %NULL
 */
const char *
ghc_voice_get_problem_text (GhcVoice *self)
{
  g_return_val_if_fail (GHC_IS_VOICE (self), NULL);

  return ghc_voice_problem_to_text (self->problem);
}

/* For tests. */
GhcEngine *
ghc_voice_get_engine (GhcVoice *self)
{
  return self->engine;
}

void
ghc_voice_use_elements (GhcVoice *self, GhcVoiceMakeElement make, gpointer data,
                        const char *local_address)
{
  self->make_element = make;
  self->make_element_data = data;
  g_set_str (&self->local_address, local_address);
}

/* After the former: this instead of what draws pictures; the same data. */
void
ghc_voice_use_pictures (GhcVoice *self, GhcMakeSink make)
{
  self->make_picture = make;
}

void
ghc_voice_use_sounds (GhcVoice *self, GhcMakeSound make)
{
  self->make_sound = make;
}
