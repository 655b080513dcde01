/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes of somebody's packets, and what lacks between them. */
#include "ghc-line.h"
#include "ghc-playout.h"
#include "ghc-speech.h"

#include <gst/app/gstappsrc.h>

#define N_PACKETS 40
#define FRAME_NS (20 * GST_MSECOND)

static gint n_let_go; /* atomic */

static void
on_let_go (gpointer data)
{
  g_free (data);
  g_atomic_int_inc (&n_let_go);
}

/* RFC 3550, section 5.1, and a frame of 20 ms of silence (RFC 6716, section 3.1). */
static GstBuffer *
make_packet (guint number)
{
  static const guint8 silence[] = { 0xf8, 0xff, 0xfe };
  guint8 *packet = g_malloc0 (12 + sizeof silence);
  GstBuffer *buffer;

  packet[0] = 0x80;
  packet[1] = GHC_PAYLOAD_OPUS;
  GST_WRITE_UINT16_BE (packet + 2, number);
  GST_WRITE_UINT32_BE (packet + 4, number * 960);
  memcpy (packet + 12, silence, sizeof silence);
  buffer = gst_buffer_new_wrapped_full (GST_MEMORY_FLAG_READONLY, packet, 12 + sizeof silence, 0,
                                        12 + sizeof silence, packet, on_let_go);
  GST_BUFFER_PTS (buffer) = number * FRAME_NS;
  return buffer;
}

/* A moment lacks in front of each packet: none of them is kept for ever. */
static void
test_moments (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  g_autoptr (GhcSpeech) speech = ghc_speech_new (playout, 1);
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstCaps) caps = gst_caps_from_string (ghc_line_get_caps (GHC_LINE_VOICE));
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstPad) way = NULL;
  GstElement *source = gst_element_factory_make_full ("appsrc", "caps", caps, "format",
                                                      GST_FORMAT_TIME, NULL);
  GstElement *bin = ghc_speech_create_bin (speech, &error);

  g_assert_no_error (error);
  gst_bin_add_many (GST_BIN (pipeline), source, bin, NULL);
  g_assert_true (gst_element_link_pads (source, "src", bin, "sink"));
  ghc_speech_repair (speech);
  gst_element_set_state (pipeline, GST_STATE_PLAYING);
  for (guint i = 0; i < N_PACKETS; i++)
    {
      gst_app_src_push_buffer (GST_APP_SRC (source), make_packet (i));
      gst_element_send_event (source, gst_event_new_gap (i * FRAME_NS + FRAME_NS, GST_MSECOND));
    }
  gst_app_src_end_of_stream (GST_APP_SRC (source));
  message = gst_bus_timed_pop_filtered (bus, GST_CLOCK_TIME_NONE, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
  g_assert_cmpint (GST_MESSAGE_TYPE (message), ==, GST_MESSAGE_EOS);
  gst_element_set_state (pipeline, GST_STATE_NULL);
  g_clear_object (&pipeline);
  g_assert_cmpint (g_atomic_int_get (&n_let_go), ==, N_PACKETS);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  gst_init (NULL, NULL);
  g_test_add_func ("/speech/moments", test_moments);
  return g_test_run ();
}
