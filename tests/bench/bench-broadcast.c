/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What it costs to show something to one, two, four and eight: encoded once for all, as the product does it, beside
 * encoding it once for each, in turns. Noise of 640x360, thirty a second at 1.5 Mbit/s: eight encodings of that, and
 * nine people who are all connected to each other in this process, are what two cores can do without dropping
 * pictures. Counted is the CPU of both ends over loopback, less what the same process takes while nobody watches,
 * for each picture that came to a viewer; nothing is decoded, drawn or heard. With an encoding for each, the
 * connections carry the first one's packets, and the others' are made and counted, and go no further. */
#include "voice-room.h"

#include "bench-report.h"
#include "ghc-peer-private.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <math.h>
#include <unistd.h>

#define MOST_VIEWERS 8
#define WIDTH 640
#define HEIGHT 360
#define RATE 30
#define BITRATE 1500000
#define N_ROUNDS 3
#define MEASURED_US (1500 * 1000)
/* What begins and what ends takes some time, which is not measured. */
#define SETTLED_PICTURES 8
#define SETTLED_US (300 * 1000)

static const GhcVideoQuality quality = { .frame_rate = RATE,
                                         .bitrate = BITRATE,
                                         .preference = GHC_VIDEO_MOTION };

/* Where packets end. */
typedef struct
{
  GstElement *pipeline;
  GstAppSrc *way;
  gint n_pictures; /* atomic */
} End;

/* One viewer: what comes to it, and the encoding that it would have of its own. */
typedef struct
{
  End came;
  End made;
  GhcInlet *inlet;
  GhcFan *fan;
  GhcEncoding *encoding; /* (nullable): the first one has the product's */
} Viewer;

typedef struct
{
  Room *room;
  guint n_viewers;
  Viewer viewers[MOST_VIEWERS];
  GhcCodecLadder *ladder;
  GstElement *pipeline; /* of pictures for encodings beside the product's */
} Bench;

typedef struct
{
  double cpu_us;
  double n_pictures;
} Cost;

static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  guint8 second = 0;

  /* The marker, which the last packet of a picture has: RFC 6184, section 5.1. */
  gst_buffer_extract (GST_PAD_PROBE_INFO_BUFFER (info), 1, &second, sizeof second);
  if ((second & 0x80) != 0)
    g_atomic_int_inc ((int *) data);
  return GST_PAD_PROBE_OK;
}

static void
end_init (End *self)
{
  GstElement *way = gst_element_factory_make_full ("appsrc", "format", GST_FORMAT_TIME, "is-live",
                                                   TRUE, NULL);
  GstElement *sink = gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE, NULL);
  g_autoptr (GstPad) pad = gst_element_get_static_pad (way, "src");

  self->pipeline = ghc_sound_new_pipeline ();
  self->way = GST_APP_SRC (way);
  gst_bin_add_many (GST_BIN (self->pipeline), way, sink, NULL);
  if (!gst_element_link (way, sink))
    g_error ("What counts pictures cannot be put together");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_packet, &self->n_pictures, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
end_clear (End *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
}

static GstFlowReturn
on_picture (GstAppSink *sink, gpointer data)
{
  Bench *self = data;
  g_autoptr (GstSample) picture = gst_app_sink_pull_sample (sink);

  for (guint i = 1; picture != NULL && i < self->n_viewers; i++)
    ghc_encoding_push (self->viewers[i].encoding, picture);
  return GST_FLOW_OK;
}

/* It takes the pictures also while nothing encodes them, so that only encoding makes a difference. */
static void
take_pictures (Bench *self, TestCard *card)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_picture };
  GstElement *source = ghc_video_source_make_element (GHC_VIDEO_SOURCE (card), NULL);
  GstElement *sink = gst_element_factory_make_full ("appsink", "sync", FALSE, "async", FALSE,
                                                    "max-buffers", 1, "drop", TRUE, NULL);

  self->pipeline = ghc_sound_new_pipeline ();
  gst_bin_add_many (GST_BIN (self->pipeline), source, sink, NULL);
  if (!gst_element_link (source, sink))
    g_error ("Pictures cannot be taken");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

static void
add_viewer (Bench *self, guint i)
{
  Viewer *viewer = &self->viewers[i];
  GhcEngine *engine = ghc_voice_get_engine (self->room->people[i + 1].voice);
  GhcPeer *peer = ghc_engine_lookup_peer (engine, self->room->people[0].member_id);

  viewer->inlet = ghc_inlet_ref (ghc_peer_get_inlet (peer, GHC_LINE_SCREEN));
  end_init (&viewer->came);
  ghc_inlet_lead_to (viewer->inlet, viewer->came.way);
  end_init (&viewer->made);
  viewer->fan = ghc_fan_new ();
  ghc_fan_add (viewer->fan, viewer->made.way);
  if (i > 0)
    viewer->encoding = ghc_encoding_new (self->ladder, viewer->fan, GHC_LINE_SCREEN, &quality);
}

static void
remove_viewer (Viewer *viewer)
{
  if (viewer->encoding != NULL)
    ghc_encoding_close (viewer->encoding);
  g_clear_pointer (&viewer->encoding, ghc_encoding_unref);
  ghc_inlet_lead_to (viewer->inlet, NULL);
  ghc_inlet_unref (viewer->inlet);
  ghc_fan_remove (viewer->fan, viewer->made.way);
  ghc_fan_unref (viewer->fan);
  end_clear (&viewer->came);
  end_clear (&viewer->made);
}

static void
watch (Bench *self, gboolean on)
{
  for (guint i = 0; i < self->n_viewers; i++)
    person_watch (&self->room->people[i + 1], 0, GHC_SHARE_SCREEN, on);
}

static void
encode_for_each (Bench *self, gboolean on)
{
  for (guint i = 1; i < self->n_viewers; i++)
    ghc_encoding_set_running (self->viewers[i].encoding, on);
}

static void
forget_pictures (Bench *self)
{
  for (guint i = 0; i < self->n_viewers; i++)
    {
      g_atomic_int_set (&self->viewers[i].came.n_pictures, 0);
      g_atomic_int_set (&self->viewers[i].made.n_pictures, 0);
    }
}

/* That came to viewer @i, by its own encoding or by the one for all. */
static int
count_pictures (Bench *self, guint i, gboolean is_for_each)
{
  Viewer *viewer = &self->viewers[i];

  return g_atomic_int_get (is_for_each && i > 0 ? &viewer->made.n_pictures
                                                : &viewer->came.n_pictures);
}

static gboolean
have_pictures (Bench *self, gboolean is_for_each)
{
  for (guint i = 0; i < self->n_viewers; i++)
    {
      if (count_pictures (self, i, is_for_each) < SETTLED_PICTURES)
        return FALSE;
    }
  return TRUE;
}

static void
wait_us (gint64 length_us)
{
  gint64 until_us = g_get_monotonic_time () + length_us;

  run_until (g_get_monotonic_time () >= until_us);
}

static void
measure (Bench *self, gboolean is_for_each, Cost *cost)
{
  gint64 cpu_us;

  forget_pictures (self);
  cpu_us = bench_read_cpu_us (getpid ());
  wait_us (MEASURED_US);
  cost->cpu_us += (double) (bench_read_cpu_us (getpid ()) - cpu_us);
  for (guint i = 0; i < self->n_viewers; i++)
    cost->n_pictures += count_pictures (self, i, is_for_each);
}

static void
run_round (Bench *self, Cost *nobody, Cost *once, Cost *each)
{
  wait_us (SETTLED_US);
  measure (self, FALSE, nobody);
  watch (self, TRUE);
  forget_pictures (self);
  run_until (have_pictures (self, FALSE));
  measure (self, FALSE, once);
  encode_for_each (self, TRUE);
  forget_pictures (self);
  run_until (have_pictures (self, TRUE));
  measure (self, TRUE, each);
  encode_for_each (self, FALSE);
  watch (self, FALSE);
}

static GstElement *
make_no_sound (gboolean is_output, gpointer data)
{
  return NULL;
}

static GstElement *
make_no_picture (gpointer data)
{
  return NULL;
}

static gboolean
is_connected_to_all (Room *room)
{
  for (guint i = 1; i < room->n_people; i++)
    {
      if (ghc_call_member_get_link (person_see (&room->people[0], i)) != GHC_CALL_LINK_CONNECTED
          || ghc_call_member_get_link (person_see (&room->people[i], 0)) != GHC_CALL_LINK_CONNECTED)
        return FALSE;
    }
  return TRUE;
}

static void
join_all (Room *room)
{
  for (guint i = 0; i < room->n_people; i++)
    {
      ghc_voice_set_mode (room->people[i].voice, GHC_VOICE_PUSH_TO_TALK);
      ghc_voice_use_elements (room->people[i].voice, make_no_sound, &room->people[i], "127.0.0.1");
      ghc_voice_use_pictures (room->people[i].voice, make_no_picture);
    }
  room_join_all (room);
  run_until (is_connected_to_all (room));
}

static TestCard *
make_card (void)
{
  TestCard *card = test_card_new (WIDTH, HEIGHT, RATE);

  test_card_set_busy (card);
  return card;
}

static void
report (guint n_viewers, const Cost *nobody, const Cost *once, const Cost *each)
{
  double seconds = (double) N_ROUNDS * MEASURED_US / G_USEC_PER_SEC;

  bench_print ("broadcast", (once->cpu_us - nobody->cpu_us) / once->n_pictures, "us",
               (each->cpu_us - nobody->cpu_us) / each->n_pictures,
               "%ux%up%u, viewers=%u, a picture to one viewer, cpu", WIDTH, HEIGHT, RATE, n_viewers);
  bench_print ("broadcast", once->n_pictures / n_viewers / seconds, "1/s",
               each->n_pictures / n_viewers / seconds, "%ux%up%u, viewers=%u, to each, frames",
               WIDTH, HEIGHT, RATE, n_viewers);
  bench_print ("broadcast", nobody->cpu_us / seconds / 1e4, "% of a core", NAN,
               "viewers=%u, nobody watches, cpu", n_viewers);
}

static void
run (guint n_viewers)
{
  g_autoptr (TestCard) card = make_card ();
  g_autoptr (TestCard) second = make_card ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcBroadcast) broadcast = NULL;
  Bench bench = { .room = room_new (n_viewers + 1), .n_viewers = n_viewers };
  Cost nobody = { 0 };
  Cost once = { 0 };
  Cost each = { 0 };

  join_all (bench.room);
  bench.ladder = ghc_codec_ladder_new ();
  broadcast = ghc_voice_share (bench.room->people[0].voice, GHC_SHARE_SCREEN,
                               GHC_VIDEO_SOURCE (card), NULL, &quality, &error);
  if (broadcast == NULL)
    g_error ("%s", error->message);
  run_until (ghc_broadcast_get_share (broadcast) != NULL);
  for (guint i = 0; i < n_viewers; i++)
    add_viewer (&bench, i);
  take_pictures (&bench, second);
  for (guint i = 0; i < N_ROUNDS; i++)
    run_round (&bench, &nobody, &once, &each);
  gst_element_set_state (bench.pipeline, GST_STATE_NULL);
  gst_object_unref (bench.pipeline);
  for (guint i = 0; i < n_viewers; i++)
    remove_viewer (&bench.viewers[i]);
  ghc_codec_ladder_unref (bench.ladder);
  room_free (bench.room);
  report (n_viewers, &nobody, &once, &each);
}

int
main (void)
{
  dex_init ();
  for (guint n_viewers = 1; n_viewers <= MOST_VIEWERS; n_viewers *= 2)
    run (n_viewers);
  return 0;
}
