/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-stock.h"

#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>

#define LOUD 500

struct _BenchStock
{
  GstElement *pipeline;
  GstElement *webrtc;
  BenchStockCandidate tell;
  gpointer data;
  gint has_heard; /* atomic */
};

static void
on_heard (GstElement *sink, GstBuffer *buffer, GstPad *pad, BenchStock *self)
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
on_pad_added (GstElement *webrtc, GstPad *pad, BenchStock *self)
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
on_candidate (GstElement *webrtc, guint line, const char *candidate, BenchStock *self)
{
  self->tell (line, candidate, self->data);
}

/**
 * bench_stock_new:
 * @tone_hz: what it says; 0 for one who says nothing
 * @tell: for the other end
 *
 * Encodes as the product does: frames of 10 ms, with the same bitrate, complexity and repair.
 */
BenchStock *
bench_stock_new (double tone_hz, BenchStockCandidate tell, gpointer data)
{
  BenchStock *self = g_new0 (BenchStock, 1);
  g_autofree char *source = g_strdup_printf (
    "audiotestsrc is-live=true freq=%g volume=%g samplesperbuffer=480 ! "
    "audio/x-raw,format=S16LE,rate=48000,channels=1 ! "
    "opusenc frame-size=10 bitrate=40000 bitrate-type=vbr audio-type=voice dtx=true "
    "inband-fec=true packet-loss-percentage=1 complexity=7 ! rtpopuspay pt=111 dtx=true ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! identity",
    tone_hz, tone_hz > 0 ? 0.1 : 0.0);
  GstElement *tone = gst_parse_bin_from_description (source, TRUE, NULL);
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean is_taken = FALSE;

  self->tell = tell;
  self->data = data;
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
  return self;
}

void
bench_stock_free (BenchStock *self)
{
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_object_unref (self->pipeline);
  g_free (self);
}

static void
take (BenchStock *self, const char *action, GstWebRTCSDPType type, const char *text)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  GstWebRTCSessionDescription *description;
  GstSDPMessage *message = NULL;

  if (gst_sdp_message_new_from_text (text, &message) != GST_SDP_OK)
    g_error ("The other end's description is none: %s", text);
  description = gst_webrtc_session_description_new (type, message);
  g_signal_emit_by_name (self->webrtc, action, description, promise);
  gst_promise_wait (promise);
  gst_webrtc_session_description_free (description);
}

static char *
make (BenchStock *self, const char *action, const char *field)
{
  g_autoptr (GstPromise) made = gst_promise_new ();
  g_autoptr (GstPromise) set = gst_promise_new ();
  GstWebRTCSessionDescription *description = NULL;
  char *text;

  g_signal_emit_by_name (self->webrtc, action, NULL, made);
  gst_promise_wait (made);
  gst_structure_get (gst_promise_get_reply (made), field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  g_signal_emit_by_name (self->webrtc, "set-local-description", description, set);
  gst_promise_wait (set);
  text = gst_sdp_message_as_text (description->sdp);
  gst_webrtc_session_description_free (description);
  return text;
}

/* (transfer full): its description, for the other end */
char *
bench_stock_offer (BenchStock *self)
{
  return make (self, "create-offer", "offer");
}

/* (transfer full): its description, for the other end */
char *
bench_stock_answer (BenchStock *self, const char *offer)
{
  take (self, "set-remote-description", GST_WEBRTC_SDP_TYPE_OFFER, offer);
  return make (self, "create-answer", "answer");
}

void
bench_stock_take_answer (BenchStock *self, const char *answer)
{
  take (self, "set-remote-description", GST_WEBRTC_SDP_TYPE_ANSWER, answer);
}

void
bench_stock_take_candidate (BenchStock *self, guint line, const char *candidate)
{
  g_signal_emit_by_name (self->webrtc, "add-ice-candidate", line, candidate);
}

gboolean
bench_stock_is_connected (BenchStock *self)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (self->webrtc, "connection-state", &state, NULL);
  return state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}

gboolean
bench_stock_has_heard (BenchStock *self)
{
  return g_atomic_int_get (&self->has_heard) != 0;
}
