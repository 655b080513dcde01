/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is done to what a microphone hears: echo, noise and quiet voices, in the client's own pipelines, with
 * what goes in and what comes out compared in dB. */
#include "voice-room.h"

#include "ghc-sound.h"

#include <math.h>

/* webrtcdsp 1.26 never frees the question for the delay that it asks for each answer. */
int __lsan_is_turned_off (void);

int
__lsan_is_turned_off (void)
{
  return 1;
}

#define FRAME (GHC_RATE / 100)
#define FRAME_US 10000
#define WINDOW 100 /* frames that are compared: a second */
#define RING GHC_RATE
/* From the loudspeaker to the microphone. */
#define ECHO_DELAY_US (40 * 1000)
#define ECHO_GAIN 0.3
#define VOICE_HZ 140.0
/* What say() has of a tenth. */
#define QUIET_VOICE_DB (-30.0)

typedef enum
{
  VOICE = 1 << 0,
  NOISE = 1 << 1,
  ECHO = 1 << 2,
} Heard;

typedef struct
{
  GhcGate *gate;
  GhcFan *fan;
  GhcCapture *capture;
  GstAppSrc *source;
  GRand *chance;
  guint tick;

  /* What the microphone hears. */
  Heard heard;
  double voice;
  double noise;
  gint64 begun_us;
  guint64 n_frames;

  /* Power of the last frames, and how many there are since reset. */
  double in[WINDOW];
  double out[WINDOW];
  guint n_compared;

  /* What is played, if anything. */
  GhcPlayback *playback;
  GhcMixer *mixer;
  GhcPlayout *playout;
  gint n_sinks; /* atomic */
  GMutex lock;  /* of what follows */
  gint16 played[RING];
} Chain;

/* Syllables, with all harmonics that a voice has. */
static double
say (guint64 position)
{
  double time = (double) position / GHC_RATE;
  double envelope = MAX (sin (2 * G_PI * 3.1 * time), 0)
                    * (0.7 + 0.3 * sin (2 * G_PI * 0.6 * time));
  double wave = 0;

  for (guint k = 1; k <= 20; k++)
    wave += sin (2 * G_PI * VOICE_HZ * k * time * (1 + 0.01 * sin (2 * G_PI * 0.9 * time))) / k;
  return envelope * wave;
}

/* On the playing thread. */
static void
on_played (GstElement *sink, GstBuffer *buffer, GstPad *pad, Chain *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 at = GHC_US_TO_SAMPLES (GST_BUFFER_PTS (buffer) / GST_USECOND);
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  for (gsize i = 0; i < map.size / sizeof (gint16); i++)
    self->played[(at + i) % RING] = ((const gint16 *) map.data)[i];
  gst_buffer_unmap (buffer, &map);
}

/* On the thread on which its pipeline ended. */
static void
on_sink_gone (gpointer data, GObject *sink)
{
  g_atomic_int_add (&((Chain *) data)->n_sinks, -1);
}

static double
echo (Chain *self, gint64 at_us, guint i)
{
  guint64 at = GHC_US_TO_SAMPLES (at_us - ECHO_DELAY_US);

  return ECHO_GAIN * self->played[(at + i) % RING];
}

static void
compare (Chain *self, const gint16 *samples)
{
  /* What came out is that of just before: over a second it makes no difference. */
  self->in[self->n_compared % WINDOW] = pow (10, ghc_level_of (samples, FRAME) / 10);
  self->out[self->n_compared % WINDOW] = pow (10, ghc_gate_get_level (self->gate) / 10);
  self->n_compared++;
}

static void
hear_frame (Chain *self)
{
  gint64 at_us = self->begun_us + (gint64) self->n_frames * FRAME_US;
  gint16 *samples = g_new (gint16, FRAME);
  GstBuffer *buffer = gst_buffer_new_wrapped (samples, FRAME * sizeof *samples);

  g_mutex_lock (&self->lock);
  for (guint i = 0; i < FRAME; i++)
    {
      double sum = 0;

      if (self->heard & VOICE)
        sum += self->voice * G_MAXINT16 * say (self->n_frames * FRAME + i);
      if (self->heard & NOISE)
        sum += self->noise * G_MAXINT16 * g_rand_double_range (self->chance, -1, 1);
      if (self->heard & ECHO)
        sum += echo (self, at_us, i);
      samples[i] = (gint16) CLAMP (sum, G_MININT16, G_MAXINT16);
    }
  g_mutex_unlock (&self->lock);
  compare (self, samples);
  GST_BUFFER_PTS (buffer) = (GstClockTime) at_us * GST_USECOND;
  GST_BUFFER_DURATION (buffer) = FRAME_US * GST_USECOND;
  gst_app_src_push_buffer (self->source, buffer);
  self->n_frames++;
}

/* What the others say, which is heard from the loudspeaker; it is of no steady pitch. */
static void
play_frame (Chain *self)
{
  gint16 samples[FRAME];

  for (guint i = 0; i < FRAME; i++)
    {
      double time = (double) (self->n_frames * FRAME + i) / GHC_RATE;

      samples[i] = (gint16) (0.5 * G_MAXINT16 * g_rand_double_range (self->chance, -1, 1)
                             * fabs (sin (2 * G_PI * 1.3 * time)));
    }
  ghc_playout_push (self->playout, samples, FRAME, FALSE, g_get_monotonic_time ());
}

static gboolean
on_tick (gpointer data)
{
  Chain *self = data;

  while (self->begun_us + (gint64) (self->n_frames + 1) * FRAME_US <= g_get_monotonic_time ())
    {
      if (self->playout != NULL)
        play_frame (self);
      hear_frame (self);
    }
  return G_SOURCE_CONTINUE;
}

static void
start_playing (Chain *self, const GhcSoundSettings *settings)
{
  GstElement *sink = gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE,
                                                    "signal-handoffs", TRUE, NULL);

  g_signal_connect (sink, "handoff", G_CALLBACK (on_played), self);
  g_atomic_int_inc (&self->n_sinks);
  g_object_weak_ref (G_OBJECT (sink), on_sink_gone, self);
  self->mixer = ghc_mixer_new ();
  self->playout = ghc_playout_new (FRAME_US);
  ghc_mixer_add (self->mixer, self->playout);
  self->playback = ghc_playback_new (sink, settings, self->mixer, NULL);
  dex_future_disown (ghc_playback_start (self->playback));
}

static Chain *
chain_new (const GhcSoundSettings *settings, gboolean plays)
{
  Chain *self = g_new0 (Chain, 1);
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw,format=S16LE,layout=interleaved,"
                                                   "rate=48000,channels=1");
  GstElement *source = gst_element_factory_make_full ("appsrc", "caps", caps, "format",
                                                      GST_FORMAT_TIME, "is-live", TRUE, NULL);
  g_autoptr (GError) error = NULL;

  g_mutex_init (&self->lock);
  self->gate = ghc_gate_new ();
  ghc_gate_set_threshold (self->gate, GHC_SILENCE_DB);
  self->fan = ghc_fan_new ();
  self->chance = g_rand_new_with_seed (20261121);
  self->source = g_object_ref (GST_APP_SRC (source));
  if (plays)
    start_playing (self, settings);
  self->capture = ghc_capture_new (source, settings,
                                   plays ? ghc_playback_get_probe_name (self->playback) : NULL,
                                   self->gate, self->fan, &error);
  g_assert_no_error (error);
  dex_future_disown (ghc_capture_start (self->capture));
  self->begun_us = g_get_monotonic_time ();
  self->tick = g_timeout_add (5, on_tick, self);
  return self;
}

static void
chain_free (Chain *self)
{
  g_source_remove (self->tick);
  dex_future_disown (ghc_capture_stop (self->capture));
  g_object_unref (self->capture);
  g_object_unref (self->source);
  if (self->playback != NULL)
    {
      ghc_playback_stop (self->playback);
      g_object_unref (self->playback);
      ghc_playout_unref (self->playout);
      ghc_mixer_unref (self->mixer);
      /* It ends on a thread of its own. */
      run_until (g_atomic_int_get (&self->n_sinks) == 0);
    }
  ghc_gate_unref (self->gate);
  ghc_fan_unref (self->fan);
  g_rand_free (self->chance);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* From now on it hears something else; what was compared counts no more. */
static void
hear (Chain *self, Heard heard)
{
  self->heard = heard;
  self->n_compared = 0;
}

static double
mean_db (const double *powers)
{
  double sum = 0;

  for (guint i = 0; i < WINDOW; i++)
    sum += powers[i];
  return 10 * log10 (sum / WINDOW);
}

/* By how many dB what came out in the last second is louder than what went in; NAN when that is not known yet. */
static double
gain_db (Chain *self)
{
  return self->n_compared < WINDOW ? NAN : mean_db (self->out) - mean_db (self->in);
}

static void
tell (Chain *self, const char *what)
{
  g_test_message ("%s: %.1f dB became %.1f", what, mean_db (self->in), mean_db (self->out));
}

/* What is steady goes, and a voice stays. */
static void
test_noise (void)
{
  const GhcSoundSettings settings = { .suppresses_noise = TRUE };
  Chain *chain = chain_new (&settings, FALSE);

  chain->noise = 0.02;
  chain->voice = 0.3;
  hear (chain, NOISE);
  run_until (gain_db (chain) < -9);
  tell (chain, "noise");
  hear (chain, NOISE | VOICE);
  run_until (fabs (gain_db (chain)) < 3);
  tell (chain, "a voice in noise");
  chain_free (chain);
}

/* A quiet voice becomes louder, one that is loud enough does not. */
static void
test_gain (void)
{
  const GhcSoundSettings settings = { .controls_gain = TRUE };
  Chain *chain = chain_new (&settings, FALSE);

  chain->voice = 0.02;
  hear (chain, VOICE);
  run_until (gain_db (chain) > 4.5);
  tell (chain, "a quiet voice");
  chain->voice = 0.5;
  hear (chain, VOICE);
  run_until (fabs (gain_db (chain)) < 3);
  tell (chain, "a loud voice");
  chain_free (chain);
}

/* What the loudspeaker plays goes, and what is said meanwhile stays. */
static void
test_echo (void)
{
  const GhcSoundSettings settings = { .cancels_echo = TRUE };
  Chain *chain = chain_new (&settings, TRUE);
  double voice_db;

  hear (chain, ECHO);
  run_until (gain_db (chain) < -18);
  tell (chain, "echo");
  chain->voice = 0.4;
  hear (chain, VOICE | ECHO);
  voice_db = 10 * log10 (0.4 * 0.4 / (0.1 * 0.1)) + QUIET_VOICE_DB;
  run_until (fabs (gain_db (chain) + mean_db (chain->in) - voice_db) < 5);
  tell (chain, "a voice and echo");
  chain_free (chain);
}

/* What is switched off does nothing, with the same pipelines. */
static void
test_off (void)
{
  const GhcSoundSettings settings = { 0 };
  Chain *chain = chain_new (&settings, TRUE);

  chain->noise = 0.02;
  chain->voice = 0.02;
  hear (chain, VOICE | NOISE);
  run_until (fabs (gain_db (chain)) < 0.5);
  tell (chain, "a voice in noise");
  hear (chain, ECHO);
  run_until (fabs (gain_db (chain)) < 1.5);
  tell (chain, "echo");
  chain_free (chain);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  dex_init ();
  g_test_add_func ("/cleaning/noise", test_noise);
  g_test_add_func ("/cleaning/gain", test_gain);
  g_test_add_func ("/cleaning/echo", test_echo);
  g_test_add_func ("/cleaning/off", test_off);
  return g_test_run ();
}
