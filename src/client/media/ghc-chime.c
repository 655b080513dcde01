/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-chime.h"

#include "ghc-voice-private.h"

#include <gst/app/gstappsrc.h>
#include <math.h>

#define RATE 48000
#define NOTE_SAMPLES (RATE / 10)
#define FADE_SAMPLES (RATE / 200)
#define PIECE_SAMPLES (RATE / 100)
/* A fifth of full scale: to be noticed, and to cover nobody. */
#define LOUDNESS 0.2

/* D5, A5 and E5, A4: fifths sound like what they mean, and like nothing that is said. */
static const double notes[][2] = {
  [GHC_CHIME_JOIN] = { 587.33, 880.0 },
  [GHC_CHIME_LEAVE] = { 880.0, 587.33 },
  [GHC_CHIME_MUTE] = { 440.0, 0 },
  [GHC_CHIME_UNMUTE] = { 659.26, 0 },
};

/* One note with its octave, struck and dying away; it ends at nothing, so that it does not click. */
static void
render_note (double frequency, gint16 *samples)
{
  for (guint i = 0; i < NOTE_SAMPLES; i++)
    {
      double time = (double) i / RATE;
      double shape = exp (-18 * time);
      double wave = 0.8 * sin (2 * G_PI * frequency * time)
                    + 0.2 * sin (4 * G_PI * frequency * time);

      if (i < FADE_SAMPLES)
        shape *= (double) i / FADE_SAMPLES;
      if (i >= NOTE_SAMPLES - FADE_SAMPLES)
        shape *= (double) (NOTE_SAMPLES - 1 - i) / FADE_SAMPLES;
      samples[i] = (gint16) lround (LOUDNESS * shape * wave * G_MAXINT16);
    }
}

/**
 * ghc_chime_render:
 * @chime: which
 * @samples: (out caller-allocates): room for GHC_CHIME_MAX_SAMPLES
 *
 * Returns: how many samples of 48 kHz, one channel, it has
 */
guint
ghc_chime_render (GhcChime chime, gint16 *samples)
{
  guint n_samples = 0;

  g_return_val_if_fail (chime < G_N_ELEMENTS (notes), 0);
  g_return_val_if_fail (samples != NULL, 0);
  G_STATIC_ASSERT (2 * NOTE_SAMPLES <= GHC_CHIME_MAX_SAMPLES);

  for (guint i = 0; i < G_N_ELEMENTS (notes[chime]) && notes[chime][i] > 0; i++)
    {
      render_note (notes[chime][i], samples + n_samples);
      n_samples += NOTE_SAMPLES;
    }
  return n_samples;
}

/* The pipeline belongs to its watch: it goes when it has sounded, or when it can not. */
static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GstElement *pipeline = data;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_EOS
      && GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;

  ghc_sound_shut (gst_object_ref (pipeline));
  return G_SOURCE_REMOVE;
}

/* In small pieces: a sink that holds little of what is to come loses nothing of them. */
static void
push_chime (GstAppSrc *source, GhcChime chime)
{
  g_autofree gint16 *samples = g_new (gint16, GHC_CHIME_MAX_SAMPLES);
  guint n_samples = ghc_chime_render (chime, samples);

  for (guint i = 0; i < n_samples; i += PIECE_SAMPLES)
    {
      guint n_piece = MIN (PIECE_SAMPLES, n_samples - i);
      GstBuffer *buffer = gst_buffer_new_memdup (samples + i, n_piece * sizeof *samples);

      GST_BUFFER_PTS (buffer) = gst_util_uint64_scale (i, GST_SECOND, RATE);
      GST_BUFFER_DURATION (buffer) = gst_util_uint64_scale (n_piece, GST_SECOND, RATE);
      gst_app_src_push_buffer (source, buffer);
    }
  gst_app_src_end_of_stream (source);
}

static GstElement *
make_source (GhcChime chime)
{
  GstElement *source = gst_element_factory_make ("appsrc", NULL);
  g_autoptr (GstCaps) caps = gst_caps_from_string (
    "audio/x-raw,format=S16LE,rate=48000,channels=1,layout=interleaved");

  if (source == NULL)
    return NULL;

  g_object_set (source, "caps", caps, "format", GST_FORMAT_TIME, NULL);
  push_chime (GST_APP_SRC (source), chime);
  return source;
}

/* Its own stream on the device in use: it sounds outside a call, too, when one has just left. */
static GstElement *
make_pipeline (GhcVoice *self, GhcChime chime)
{
  const char *id = self->devices_chosen[TRUE];
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  GstElement *parts[4];

  if (id != NULL && !ghc_devices_has (self->devices, TRUE, id))
    id = NULL;
  parts[0] = make_source (chime);
  parts[1] = gst_element_factory_make ("audioconvert", NULL);
  parts[2] = gst_element_factory_make ("audioresample", NULL);
  parts[3] = ghc_devices_make_element (self->devices, TRUE, id);
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i] == NULL)
        {
          for (guint j = i + 1; j < G_N_ELEMENTS (parts); j++)
            gst_clear_object (&parts[j]);
          return NULL;
        }
      gst_bin_add (GST_BIN (pipeline), parts[i]);
      if (i > 0 && !gst_element_link (parts[i - 1], parts[i]))
        {
          for (guint j = i + 1; j < G_N_ELEMENTS (parts); j++)
            gst_clear_object (&parts[j]);
          return NULL;
        }
    }
  return g_steal_pointer (&pipeline);
}

static DexFuture *
sound_fiber (gpointer data)
{
  GstElement *pipeline = data;
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GError) error = NULL;

  if (dex_await (ghc_sound_open (pipeline), &error))
    return dex_future_new_for_boolean (TRUE);
  g_info ("A sound cannot be heard: %s", error->message);
  ghc_sound_shut (gst_object_ref (pipeline));
  gst_bus_remove_watch (bus);
  return dex_future_new_for_boolean (FALSE);
}

/**
 * ghc_voice_play_chime:
 * @self: a voice
 * @chime: which
 *
 * Plays it where calls are heard, whether there is one or not.
 *
 * Returns: whether there is something to hear it with, as far as is known yet
 */
gboolean
ghc_voice_play_chime (GhcVoice *self, GhcChime chime)
{
  GstElement *pipeline;
  g_autoptr (GstBus) bus = NULL;

  g_return_val_if_fail (GHC_IS_VOICE (self), FALSE);

  if (!ghc_voice_start (self) || self->make_element != NULL)
    return FALSE;
  if (!ghc_voice_list_devices (self))
    {
      /* The first call of all: it sounds as soon as it is known where. */
      self->has_chime_due = TRUE;
      self->chime_due = chime;
      return TRUE;
    }
  if (!ghc_devices_has_server (self->devices))
    return FALSE;
  pipeline = make_pipeline (self, chime);
  if (pipeline == NULL)
    return FALSE;

  bus = gst_element_get_bus (pipeline);
  gst_bus_add_watch_full (bus, G_PRIORITY_DEFAULT, on_message, pipeline, gst_object_unref);
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, sound_fiber, gst_object_ref (pipeline), gst_object_unref));
  return TRUE;
}
