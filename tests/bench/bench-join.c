/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the click on "join" to the first sound: two voices that are given their seats, beside two webrtcbin
 * with GStreamer's own DTLS that are told of each other as quickly. Both ways everything is made anew, the tone
 * is encoded, sent over loopback, decoded, and the first that is loud ends the clock. The rounds take turns. */
#include "voice-room.h"

#include "bench-report.h"

#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <math.h>
#include <stdlib.h>

#define N_ROUNDS 100
#define LOUD 500

typedef struct _Stock
{
  GstElement *pipeline;
  GstElement *webrtc;
  struct _Stock *other;
  gint has_heard; /* atomic */
} Stock;

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
ms_since (gint64 began_us)
{
  return (double) (g_get_monotonic_time () - began_us) / 1000;
}

static gboolean
has_loud (Person *person)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&person->lock);

  return person->last_loud_us != 0;
}

static double
run_ours (void)
{
  Room *room = room_new (2);
  gint64 began_us = g_get_monotonic_time ();
  double took_ms;

  room_join_all (room);
  run_until (has_loud (&room->people[0]) && has_loud (&room->people[1]));
  took_ms = ms_since (began_us);
  room_free (room);
  return took_ms;
}

static void
on_heard (GstElement *sink, GstBuffer *buffer, GstPad *pad, Stock *self)
{
  GstMapInfo map;

  gst_buffer_map (buffer, &map, GST_MAP_READ);
  for (gsize i = 0; i < map.size / sizeof (gint16); i++)
    {
      if (ABS (((const gint16 *) map.data)[i]) > LOUD)
        g_atomic_int_set (&self->has_heard, TRUE);
    }
  gst_buffer_unmap (buffer, &map);
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, Stock *self)
{
  GstElement *bin = gst_parse_bin_from_description (
    "rtpopusdepay ! opusdec ! audioconvert ! capsfilter "
    "caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 ! "
    "fakesink name=ear sync=false async=false signal-handoffs=true",
    TRUE, NULL);
  g_autoptr (GstElement) sink = gst_bin_get_by_name (GST_BIN (bin), "ear");
  g_autoptr (GstPad) target = gst_element_get_static_pad (bin, "sink");

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  g_signal_connect (sink, "handoff", G_CALLBACK (on_heard), self);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  gst_element_sync_state_with_parent (bin);
  gst_pad_link (pad, target);
}

static void
on_candidate (GstElement *webrtc, guint line, const char *candidate, Stock *self)
{
  g_signal_emit_by_name (self->other->webrtc, "add-ice-candidate", line, candidate);
}

static void
stock_init (Stock *self, Stock *other, double tone_hz)
{
  g_autofree char *source = g_strdup_printf (
    "audiotestsrc is-live=true freq=%g volume=0.1 samplesperbuffer=480 ! "
    "audio/x-raw,rate=48000,channels=1 ! opusenc frame-size=10 ! rtpopuspay pt=111 ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! identity",
    tone_hz);
  GstElement *tone = gst_parse_bin_from_description (source, TRUE, NULL);
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean is_taken = FALSE;

  self->other = other;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  self->webrtc = gst_element_factory_make_full ("webrtcbin", "bundle-policy", 3, "latency", 20,
                                                NULL);
  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  g_object_set (agent, "upnp", FALSE, NULL);
  g_signal_emit_by_name (ice, "add-local-ip-address", "127.0.0.1", &is_taken);
  gst_bin_add_many (GST_BIN (self->pipeline), tone, self->webrtc, NULL);
  gst_element_link (tone, self->webrtc);
  g_signal_connect (self->webrtc, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->webrtc, "on-ice-candidate", G_CALLBACK (on_candidate), self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static GstWebRTCSessionDescription *
ask (GstElement *webrtc, const char *action, const char *field)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  GstWebRTCSessionDescription *description = NULL;

  g_signal_emit_by_name (webrtc, action, NULL, promise);
  gst_promise_wait (promise);
  gst_structure_get (gst_promise_get_reply (promise), field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  return description;
}

static void
tell (GstElement *webrtc, const char *action, GstWebRTCSessionDescription *description)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();

  g_signal_emit_by_name (webrtc, action, description, promise);
  gst_promise_wait (promise);
}

static double
run_stock (void)
{
  Stock ends[2] = { 0 };
  gint64 began_us = g_get_monotonic_time ();
  GstWebRTCSessionDescription *description;
  double took_ms;

  stock_init (&ends[0], &ends[1], 500);
  stock_init (&ends[1], &ends[0], 700);
  description = ask (ends[0].webrtc, "create-offer", "offer");
  tell (ends[0].webrtc, "set-local-description", description);
  tell (ends[1].webrtc, "set-remote-description", description);
  gst_webrtc_session_description_free (description);
  description = ask (ends[1].webrtc, "create-answer", "answer");
  tell (ends[1].webrtc, "set-local-description", description);
  tell (ends[0].webrtc, "set-remote-description", description);
  gst_webrtc_session_description_free (description);
  run_until (g_atomic_int_get (&ends[0].has_heard) && g_atomic_int_get (&ends[1].has_heard));
  took_ms = ms_since (began_us);
  for (guint i = 0; i < 2; i++)
    {
      gst_element_set_state (ends[i].pipeline, GST_STATE_NULL);
      gst_object_unref (ends[i].pipeline);
    }
  return took_ms;
}

int
main (void)
{
  double ours[N_ROUNDS];
  double stock[N_ROUNDS];

  dex_init ();
  /* What is loaded once is loaded before. */
  run_ours ();
  run_stock ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      ours[i] = run_ours ();
      stock[i] = run_stock ();
    }
  qsort (ours, N_ROUNDS, sizeof *ours, compare);
  qsort (stock, N_ROUNDS, sizeof *stock, compare);
  bench_print ("join", ours[N_ROUNDS / 2], "ms", stock[N_ROUNDS / 2],
               "click to first sound, beside DTLS p50");
  bench_print ("join", ours[(N_ROUNDS - 1) * 99 / 100], "ms", stock[(N_ROUNDS - 1) * 99 / 100],
               "click to first sound, beside DTLS p99");
  return 0;
}
