/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-voice-private.h"

#include "gh-media-plugin.h"

#define RETRY_MS 1000
/* A sound server that takes so long to say what there is, or a device to close, hangs. */
#define SLOW_MS 4000

/**
 * ghc_voice_start:
 * @self: a voice
 *
 * Starts GStreamer, the first time that it is needed.
 *
 * Returns: whether it works
 */
gboolean
ghc_voice_start (GhcVoice *self)
{
  g_autoptr (GError) error = NULL;

  if (self->is_started)
    return !self->has_failed;
  self->is_started = TRUE;
  if (!gst_init_check (NULL, NULL, &error) || !gh_media_plugin_register (&error))
    {
      g_warning ("Calls do not work: %s", error->message);
      self->has_failed = TRUE;
      ghc_voice_update_problem (self);
      return FALSE;
    }
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->fans[i] = ghc_fan_new ();
  self->mixer = ghc_mixer_new ();
  self->ladder = ghc_codec_ladder_new ();
  return TRUE;
}

static gboolean
is_switched_on (GhcVoice *self, const char *key)
{
  return self->settings != NULL && g_settings_get_boolean (self->settings, key);
}

static void
read_settings (GhcVoice *self, GhcSoundSettings *settings)
{
  *settings = (GhcSoundSettings) { .cancels_echo = is_switched_on (self, "echo-cancellation"),
                                   .suppresses_noise = is_switched_on (self, "noise-suppression"),
                                   .controls_gain = is_switched_on (self, "gain-control"),
                                   .is_quick = self->is_quick };
}

/* Whether there is anything to begin with, and if not, what that is. */
static GhcVoiceProblem
find_device_problem (GhcVoice *self, gboolean is_output)
{
  GListModel *list;

  if (self->make_element != NULL || self->devices == NULL)
    return GHC_VOICE_PROBLEM_NONE;
  if (!ghc_devices_has_server (self->devices))
    return GHC_VOICE_PROBLEM_NO_AUDIO_SERVER;
  list = ghc_devices_get_list (self->devices, is_output);
  if (g_list_model_get_n_items (list) == 0)
    return is_output ? GHC_VOICE_PROBLEM_NO_OUTPUT : GHC_VOICE_PROBLEM_NO_MICROPHONE;
  if (self->devices_chosen[is_output] != NULL
      && !ghc_devices_has (self->devices, is_output, self->devices_chosen[is_output]))
    return is_output ? GHC_VOICE_PROBLEM_OUTPUT_GONE : GHC_VOICE_PROBLEM_MICROPHONE_GONE;
  return GHC_VOICE_PROBLEM_NONE;
}

/* Takes note of which it is, to see when that goes. */
static GstElement *
make_element (GhcVoice *self, gboolean is_output)
{
  const char *id = self->devices_chosen[is_output];

  if (self->make_element != NULL)
    return self->make_element (is_output, self->make_element_data);
  if (id != NULL && !ghc_devices_has (self->devices, is_output, id))
    id = NULL;
  g_set_str (&self->devices_used[is_output], id);
  return ghc_devices_make_element (self->devices, is_output, id);
}

/* What is listed, and opened by way of it, is of a sound server that is no more. */
static void
forget_devices (GhcVoice *self)
{
  g_signal_handlers_disconnect_by_data (self->devices, self);
  g_clear_object (&self->devices);
  self->has_devices = FALSE;
  g_list_store_remove_all (self->lists[FALSE]);
  g_list_store_remove_all (self->lists[TRUE]);
}

static gboolean
on_retry (gpointer data)
{
  GhcVoice *self = data;

  self->retry = 0;
  if (self->has_devices && self->devices != NULL && !ghc_devices_has_server (self->devices))
    forget_devices (self);
  ghc_voice_update_sound (self);
  return G_SOURCE_REMOVE;
}

static void
retry_later (GhcVoice *self)
{
  if (self->retry == 0)
    self->retry = g_timeout_add (RETRY_MS, on_retry, self);
}

static void
stop_capture (GhcVoice *self)
{
  g_autoptr (DexFuture) before = NULL;

  if (self->capture == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->capture, self);
  /* Also those before it: one that was not begun yet is closed sooner than one that hangs. */
  before = g_steal_pointer (&self->capture_stopped);
  self->capture_stopped = ghc_capture_stop (self->capture);
  if (before != NULL && dex_future_is_pending (before))
    self->capture_stopped = dex_future_all (g_steal_pointer (&before), self->capture_stopped, NULL);
  g_clear_object (&self->capture);
  ghc_voice_set_capturing (self, FALSE);
}

static void
stop_playback (GhcVoice *self)
{
  if (self->playback == NULL)
    return;
  g_signal_handlers_disconnect_by_data (self->playback, self);
  ghc_playback_stop (self->playback);
  g_clear_object (&self->playback);
}

static void
on_capture_failed (GhcCapture *capture, const char *text, GhcVoice *self)
{
  stop_capture (self);
  self->device_problems[FALSE] = GHC_VOICE_PROBLEM_MICROPHONE_GONE;
  ghc_voice_update_problem (self);
  retry_later (self);
}

static void
on_playback_failed (GhcPlayback *playback, const char *text, GhcVoice *self)
{
  /* The microphone's side looks for the probe that goes with it. */
  stop_capture (self);
  stop_playback (self);
  self->device_problems[TRUE] = GHC_VOICE_PROBLEM_OUTPUT_GONE;
  ghc_voice_update_problem (self);
  retry_later (self);
}

/* A device that is on its way to be open; it may be another one's turn when it is. */
typedef struct
{
  GhcVoice *voice;
  GhcCapture *capture;   /* (nullable): one of the two */
  GhcPlayback *playback; /* (nullable) */
  DexFuture *before;     /* (nullable): what has to be closed first */
} Opening;

static void
opening_free (gpointer data)
{
  Opening *opening = data;

  g_object_unref (opening->voice);
  g_clear_object (&opening->capture);
  g_clear_object (&opening->playback);
  dex_clear (&opening->before);
  g_free (opening);
}

static void
set_device_problem (GhcVoice *self, gboolean is_output, GhcVoiceProblem problem)
{
  self->device_problems[is_output] = problem;
  ghc_voice_update_problem (self);
}

static DexFuture *
open_playback_fiber (gpointer data)
{
  Opening *opening = data;
  GhcVoice *self = opening->voice;
  g_autoptr (GError) error = NULL;
  gboolean is_open = dex_await (ghc_playback_start (opening->playback), &error);

  if (self->playback != opening->playback)
    return dex_future_new_for_boolean (FALSE);
  if (is_open)
    {
      set_device_problem (self, TRUE, find_device_problem (self, TRUE));
      return dex_future_new_for_boolean (TRUE);
    }
  g_info ("Nothing can be heard: %s", error->message);
  stop_playback (self);
  set_device_problem (self, TRUE, GHC_VOICE_PROBLEM_NO_OUTPUT);
  retry_later (self);
  return dex_future_new_for_boolean (FALSE);
}

static void
start_playback (GhcVoice *self, const GhcSoundSettings *settings)
{
  Opening *opening;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcPlayback) playback = NULL;
  GhcVoiceProblem problem = find_device_problem (self, TRUE);
  GstElement *sink;

  /* What was wrong with the one before is so until this one is open. */
  sink = make_element (self, TRUE);
  if (sink == NULL && problem == GHC_VOICE_PROBLEM_NONE)
    problem = GHC_VOICE_PROBLEM_NO_OUTPUT;
  if (problem != GHC_VOICE_PROBLEM_NONE)
    self->device_problems[TRUE] = problem;
  if (sink == NULL)
    return;
  playback = ghc_playback_new (sink, settings, self->mixer, &error);
  if (playback == NULL)
    {
      g_info ("Nothing can be heard: %s", error->message);
      self->device_problems[TRUE] = GHC_VOICE_PROBLEM_NO_OUTPUT;
      retry_later (self);
      return;
    }
  g_signal_connect (playback, "failed", G_CALLBACK (on_playback_failed), self);
  self->playback = g_steal_pointer (&playback);
  opening = g_new0 (Opening, 1);
  opening->voice = g_object_ref (self);
  opening->playback = g_object_ref (self->playback);
  dex_future_disown (dex_scheduler_spawn (NULL, 0, open_playback_fiber, opening, opening_free));
}

static DexFuture *
open_capture_fiber (gpointer data)
{
  Opening *opening = data;
  GhcVoice *self = opening->voice;
  g_autoptr (GError) error = NULL;
  gboolean is_open;

  /* Some devices let themselves be opened by one only, and so does the probe for echoes. But one that never lets go
   * must not keep all others from being heard. */
  if (opening->before != NULL)
    dex_await (dex_future_first (g_steal_pointer (&opening->before), dex_timeout_new_msec (SLOW_MS),
                                 NULL),
               NULL);
  is_open = dex_await (ghc_capture_start (opening->capture), &error);
  if (self->capture != opening->capture)
    return dex_future_new_for_boolean (FALSE);
  if (is_open)
    {
      set_device_problem (self, FALSE, find_device_problem (self, FALSE));
      ghc_voice_set_capturing (self, TRUE);
      return dex_future_new_for_boolean (TRUE);
    }
  g_info ("The microphone cannot be used: %s", error->message);
  stop_capture (self);
  set_device_problem (self, FALSE, GHC_VOICE_PROBLEM_NO_MICROPHONE);
  retry_later (self);
  return dex_future_new_for_boolean (FALSE);
}

static void
start_capture (GhcVoice *self, const GhcSoundSettings *settings)
{
  Opening *opening;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcCapture) capture = NULL;
  const char *probe_name = NULL;
  GhcVoiceProblem problem = find_device_problem (self, FALSE);
  GstElement *source;

  source = make_element (self, FALSE);
  if (source == NULL && problem == GHC_VOICE_PROBLEM_NONE)
    problem = GHC_VOICE_PROBLEM_NO_MICROPHONE;
  if (problem != GHC_VOICE_PROBLEM_NONE)
    self->device_problems[FALSE] = problem;
  if (source == NULL)
    return;
  if (self->playback != NULL)
    probe_name = ghc_playback_get_probe_name (self->playback);
  capture = ghc_capture_new (source, settings, probe_name, self->gate, self->fans[GHC_LINE_VOICE],
                             &error);
  if (capture == NULL)
    {
      g_info ("The microphone cannot be used: %s", error->message);
      self->device_problems[FALSE] = GHC_VOICE_PROBLEM_NO_MICROPHONE;
      retry_later (self);
      return;
    }
  g_signal_connect (capture, "failed", G_CALLBACK (on_capture_failed), self);
  self->capture = g_steal_pointer (&capture);
  opening = g_new0 (Opening, 1);
  opening->voice = g_object_ref (self);
  opening->capture = g_object_ref (self->capture);
  opening->before = self->capture_stopped != NULL ? dex_ref (self->capture_stopped) : NULL;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, open_capture_fiber, opening, opening_free));
}

/* One hears oneself while one tests the microphone. */
static void
update_monitor (GhcVoice *self, const GhcSoundSettings *settings)
{
  if (self->is_testing && self->monitor == NULL)
    {
      self->monitor = ghc_playout_new (ghc_sound_get_least_margin_us (settings));
      ghc_mixer_add (self->mixer, self->monitor);
    }
  else if (!self->is_testing && self->monitor != NULL)
    {
      ghc_mixer_remove (self->mixer, self->monitor);
      g_clear_pointer (&self->monitor, ghc_playout_unref);
    }
  if (self->capture != NULL)
    ghc_capture_set_monitor (self->capture, self->monitor);
}

static void
copy_list (GhcVoice *self, gboolean is_output)
{
  GListModel *from = ghc_devices_get_list (self->devices, is_output);
  g_autoptr (GPtrArray) all = g_ptr_array_new_with_free_func (g_object_unref);

  for (guint i = 0; i < g_list_model_get_n_items (from); i++)
    g_ptr_array_add (all, g_list_model_get_item (from, i));
  g_list_store_splice (self->lists[is_output], 0,
                       g_list_model_get_n_items (G_LIST_MODEL (self->lists[is_output])), all->pdata,
                       all->len);
}

/* What is used went, or what was chosen came back. */
static gboolean
must_change (GhcVoice *self, gboolean is_output)
{
  const char *used = self->devices_used[is_output];
  const char *chosen = self->devices_chosen[is_output];

  if (used != NULL && !ghc_devices_has (self->devices, is_output, used))
    return TRUE;
  if (g_list_model_get_n_items (ghc_devices_get_list (self->devices, is_output)) == 0)
    return TRUE;
  return g_strcmp0 (used, chosen) != 0 && chosen != NULL
         && ghc_devices_has (self->devices, is_output, chosen);
}

static void
on_devices_changed (GhcDevices *devices, GhcVoice *self)
{
  copy_list (self, FALSE);
  copy_list (self, TRUE);
  if (!self->has_devices)
    return;
  if (self->playback != NULL && must_change (self, TRUE))
    {
      stop_capture (self);
      stop_playback (self);
    }
  if (self->capture != NULL && must_change (self, FALSE))
    stop_capture (self);
  ghc_voice_update_sound (self);
}

/* It is looked for again, but not before what used it has been shut. */
static void
on_server_lost (GhcDevices *devices, GhcVoice *self)
{
  gboolean is_needed = self->seat != NULL || self->is_testing;

  stop_capture (self);
  stop_playback (self);
  forget_devices (self);
  if (!is_needed)
    return;
  self->device_problems[FALSE] = self->device_problems[TRUE] = GHC_VOICE_PROBLEM_NO_AUDIO_SERVER;
  ghc_voice_update_problem (self);
  retry_later (self);
}

static DexFuture *
list_fiber (gpointer data)
{
  GhcVoice *self = data;
  g_autoptr (GhcDevices) devices = g_object_ref (self->devices);

  if (!dex_await (dex_future_first (ghc_devices_start (devices), dex_timeout_new_msec (SLOW_MS),
                                    NULL),
                  NULL)
      && devices == self->devices)
    {
      /* It is waited for all the same. */
      self->device_problems[FALSE] = GHC_VOICE_PROBLEM_NO_AUDIO_SERVER;
      ghc_voice_update_problem (self);
    }
  dex_await (ghc_devices_start (devices), NULL);
  /* Others are asked for meanwhile. */
  if (devices != self->devices)
    return dex_future_new_for_boolean (FALSE);
  self->has_devices = TRUE;
  ghc_voice_update_sound (self);
  if (self->has_chime_due)
    ghc_voice_play_chime (self, self->chime_due);
  self->has_chime_due = FALSE;
  return dex_future_new_for_boolean (TRUE);
}

/* Returns whether it is known what there is. */
gboolean
ghc_voice_list_devices (GhcVoice *self)
{
  if (self->make_element != NULL || self->has_devices)
    return TRUE;
  if (self->devices != NULL || self->retry != 0)
    return FALSE;
  self->devices = ghc_devices_new ();
  g_signal_connect (self->devices, "changed", G_CALLBACK (on_devices_changed), self);
  g_signal_connect (self->devices, "lost", G_CALLBACK (on_server_lost), self);
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, list_fiber, g_object_ref (self), g_object_unref));
  return FALSE;
}

/**
 * ghc_voice_update_sound:
 * @self: a voice
 *
 * Opens the devices that are needed now and closes those that are not.
 */
void
ghc_voice_update_sound (GhcVoice *self)
{
  gboolean needs_output = self->seat != NULL || self->is_testing;
  gboolean needs_input = self->is_testing
                         || (self->seat != NULL && ghc_call_seat_get_may_speak (self->seat));
  GhcSoundSettings settings;

  if (!self->is_started || self->has_failed)
    return;
  if (needs_output && !ghc_voice_list_devices (self))
    return;
  read_settings (self, &settings);
  if (!needs_input)
    stop_capture (self);
  if (!needs_output)
    {
      stop_playback (self);
      g_clear_handle_id (&self->retry, g_source_remove);
      self->device_problems[FALSE] = self->device_problems[TRUE] = GHC_VOICE_PROBLEM_NONE;
    }
  if (needs_output && self->playback == NULL)
    start_playback (self, &settings);
  if (needs_input && self->capture == NULL)
    start_capture (self, &settings);
  if (needs_output && self->device_problems[TRUE] == GHC_VOICE_PROBLEM_NO_AUDIO_SERVER)
    retry_later (self);
  update_monitor (self, &settings);
  ghc_voice_update_problem (self);
}

/**
 * ghc_voice_stop_sound:
 * @self: a voice
 *
 * Closes all devices.
 */
void
ghc_voice_stop_sound (GhcVoice *self)
{
  g_clear_handle_id (&self->retry, g_source_remove);
  stop_capture (self);
  stop_playback (self);
}

/**
 * ghc_voice_restart_sound:
 * @self: a voice
 *
 * Something about the devices is to be otherwise.
 */
void
ghc_voice_restart_sound (GhcVoice *self)
{
  ghc_voice_stop_sound (self);
  ghc_voice_update_sound (self);
}

/**
 * ghc_voice_restart_capture:
 * @self: a voice
 *
 * Opens the microphone anew, if it is open.
 */
void
ghc_voice_restart_capture (GhcVoice *self)
{
  stop_capture (self);
  ghc_voice_update_sound (self);
}

/**
 * ghc_voice_choose:
 * @self: a voice
 * @is_output: which
 * @id: (nullable): the device, or %NULL for the system's default
 */
void
ghc_voice_choose (GhcVoice *self, gboolean is_output, const char *id)
{
  if (id != NULL && *id == '\0')
    id = NULL;
  if (!g_set_str (&self->devices_chosen[is_output], id))
    return;
  if (is_output)
    ghc_voice_restart_sound (self);
  else
    ghc_voice_restart_capture (self);
  g_object_notify (G_OBJECT (self), is_output ? "output-device" : "input-device");
}
