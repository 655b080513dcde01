/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From mouth to ear: how long a click takes from one voice to another over loopback, with the product's own
 * settings and without the devices' hardware. The microphone gives what it heard in chunks of 10 ms (5 ms with
 * the low-latency preset), when the last of it was heard; a click counts from the moment that it is made. It
 * is heard when the sample is due that has it. */
#include "voice-room.h"

#include "bench-report.h"

#include <gst/app/gstappsrc.h>
#include <math.h>
#include <stdlib.h>

#define N_CLICKS 150
#define CLICK_EVERY_US (70 * 1000)
#define CLICK_SAMPLES 96
#define LOUD 6000
#define MOST_DELAY_US (500 * 1000)

typedef struct
{
  guint chunk_us;
  GstAppSrc *source;
  GThread *thread;
  gint end; /* atomic */

  GMutex lock; /* of what follows */
  gint64 said_us; /* when the last click was made; 0 when it was heard */
  GArray *delays; /* of gint64 */
} Bench;

static gint
compare (gconstpointer a, gconstpointer b)
{
  gint64 left = *(const gint64 *) a;
  gint64 right = *(const gint64 *) b;

  return (left > right) - (left < right);
}

/* A quiet hum, so that nothing is ever silent, and a click now and then at a moment of no pattern. */
static gpointer
speak (gpointer data)
{
  Bench *self = data;
  guint n_samples = GHC_US_TO_SAMPLES (self->chunk_us);
  gint64 begin_us = g_get_monotonic_time ();
  gint64 click_us = begin_us + G_USEC_PER_SEC;
  guint64 position = 0;
  guint n_left = 0;

  while (!g_atomic_int_get (&self->end))
    {
      GstBuffer *buffer = gst_buffer_new_allocate (NULL, n_samples * sizeof (gint16), NULL);
      gint64 chunk_us = begin_us + GHC_SAMPLES_TO_US (position);
      gint64 now_us;
      GstMapInfo map;

      gst_buffer_map (buffer, &map, GST_MAP_WRITE);
      for (guint i = 0; i < n_samples; i++, position++)
        {
          gint64 at_us = begin_us + GHC_SAMPLES_TO_US (position);
          double sample = 300 * sin (2 * G_PI * 200 * (double) position / GHC_RATE);

          if (at_us >= click_us)
            {
              g_mutex_lock (&self->lock);
              self->said_us = at_us;
              g_mutex_unlock (&self->lock);
              n_left = CLICK_SAMPLES;
              click_us += CLICK_EVERY_US + g_random_int_range (0, 20000);
            }
          if (n_left > 0)
            {
              n_left--;
              sample += 20000 * sin (2 * G_PI * 1000 * (double) n_left / GHC_RATE);
            }
          ((gint16 *) map.data)[i] = (gint16) sample;
        }
      gst_buffer_unmap (buffer, &map);
      now_us = g_get_monotonic_time ();
      if (chunk_us + self->chunk_us > now_us)
        g_usleep ((gulong) (chunk_us + self->chunk_us - now_us));
      GST_BUFFER_PTS (buffer) = (GstClockTime) chunk_us * GST_USECOND;
      GST_BUFFER_DURATION (buffer) = self->chunk_us * GST_USECOND;
      gst_app_src_push_buffer (self->source, buffer);
    }
  return NULL;
}

static void
on_heard (GstElement *sink, GstBuffer *buffer, GstPad *pad, Bench *self)
{
  gint64 now_us = g_get_monotonic_time ();
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  g_mutex_lock (&self->lock);
  for (gsize i = 0; self->said_us != 0 && i < map.size / sizeof (gint16) / GHC_MIXER_CHANNELS; i++)
    {
      gint64 delay_us = now_us + GHC_SAMPLES_TO_US (i) - self->said_us;

      if (ABS (((const gint16 *) map.data)[i * GHC_MIXER_CHANNELS]) < LOUD || delay_us < 0)
        continue;
      if (delay_us < MOST_DELAY_US)
        g_array_append_val (self->delays, delay_us);
      self->said_us = 0;
    }
  g_mutex_unlock (&self->lock);
  gst_buffer_unmap (buffer, &map);
}

static GstElement *
make_mouth (gboolean is_output, gpointer data)
{
  Bench *self = data;
  g_autoptr (GstCaps) caps = gst_caps_from_string ("audio/x-raw,format=S16LE,layout=interleaved,"
                                                   "rate=48000,channels=1");
  GstElement *element;

  if (is_output)
    return gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE, NULL);
  element = gst_element_factory_make_full ("appsrc", "caps", caps, "format", GST_FORMAT_TIME,
                                           "is-live", TRUE, NULL);
  self->source = g_object_ref (GST_APP_SRC (element));
  return element;
}

static GstElement *
make_ear (gboolean is_output, gpointer data)
{
  GstElement *element;

  if (!is_output)
    return NULL;
  element = gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE,
                                           "signal-handoffs", TRUE, NULL);
  g_signal_connect (element, "handoff", G_CALLBACK (on_heard), data);
  return element;
}

static gboolean
has_enough (Bench *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->delays->len >= N_CLICKS;
}

static void
run (gboolean is_quick, const char *name)
{
  Bench bench = { .chunk_us = is_quick ? 5000 : 10000 };
  Room *room = room_new (2);

  g_mutex_init (&bench.lock);
  bench.delays = g_array_new (FALSE, FALSE, sizeof (gint64));
  for (guint i = 0; i < 2; i++)
    ghc_voice_set_low_latency (room->people[i].voice, is_quick);
  ghc_voice_set_threshold (room->people[0].voice, GHC_SILENCE_DB);
  ghc_voice_use_elements (room->people[0].voice, make_mouth, &bench, "127.0.0.1");
  ghc_voice_use_elements (room->people[1].voice, make_ear, &bench, "127.0.0.1");
  room_join_all (room);
  bench.thread = g_thread_new ("mouth", speak, &bench);
  while (!has_enough (&bench))
    run_once ();
  g_atomic_int_set (&bench.end, TRUE);
  g_thread_join (bench.thread);
  room_free (room);
  g_array_sort (bench.delays, compare);
  bench_print ("mouth-to-ear", (double) g_array_index (bench.delays, gint64, N_CLICKS / 2) / 1000,
               "ms", NAN, "%s p50", name);
  bench_print ("mouth-to-ear",
               (double) g_array_index (bench.delays, gint64, N_CLICKS * 99 / 100) / 1000, "ms", NAN,
               "%s p99", name);
  g_array_unref (bench.delays);
  g_clear_object (&bench.source);
  g_mutex_clear (&bench.lock);
}

int
main (void)
{
  dex_init ();
  run (FALSE, "as it is set");
  run (TRUE, "low-latency preset");
  return 0;
}
