/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-ways.h"

#include <gst/video/video.h>
#include <gst/webrtc/webrtc.h>

/* So many packets wait for a connection; older ones go. A whole key frame must find room. */
#define MAX_WAITING_SOUND 8
#define MAX_WAITING_VIDEO 1024

typedef struct
{
  GstAppSrc *source; /* the pipeline holds it */
  GhcFan *fan;
  gboolean is_open;
  gboolean is_led; /* the fan leads to it */
} Way;

struct _GhcWays
{
  Way ways[GHC_N_LINES];
  gboolean is_connected;
};

static void
update (GhcWays *self, Way *way)
{
  gboolean is_led = self->is_connected && way->is_open;

  if (way->source == NULL || way->is_led == is_led)
    return;
  way->is_led = is_led;
  if (!is_led)
    {
      ghc_fan_remove (way->fan, way->source);
      return;
    }
  ghc_fan_add (way->fan, way->source);
  /* Who comes later can begin only with a whole picture. */
  ghc_fan_ask_key_frame (way->fan);
}

/* What the other end says of pictures goes up every way. */
static GstPadProbeReturn
on_told (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  ghc_arrivals_note_event (data, GST_PAD_PROBE_INFO_EVENT (info), g_get_monotonic_time ());
  return GST_PAD_PROBE_OK;
}

/* On a thread of webrtcbin: the other end lacks what its pictures build on. */
static GstPadProbeReturn
on_request (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  if (gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    ghc_fan_ask_key_frame (data);
  return GST_PAD_PROBE_OK;
}

static GstElement *
make_source (GhcLine line, GhcFan *fan)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (ghc_line_get_caps (line));
  guint n_waiting = ghc_line_is_video (line) ? MAX_WAITING_VIDEO : MAX_WAITING_SOUND;

  /* Without its source, rtpbin would not report on it. */
  gst_caps_set_simple (caps, "ssrc", G_TYPE_UINT, ghc_fan_get_ssrc (fan), NULL);
  return gst_element_factory_make_full ("appsrc", "caps", caps, "format", GST_FORMAT_TIME,
                                        "is-live", TRUE, "do-timestamp", TRUE, "max-buffers",
                                        (guint64) n_waiting, "max-bytes", (guint64) 0,
                                        "leaky-type", 2 /* the oldest */, NULL);
}

/* The pad that our packets go in by also makes the line of the description for both directions. */
static gboolean
add_way (Way *way, GhcLine line, GhcArrivals *arrivals, GstElement *pipeline, GstElement *webrtc)
{
  g_autoptr (GstCaps) codec = gst_caps_from_string (ghc_line_get_caps (line));
  g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;
  GstElement *source = make_source (line, way->fan);
  g_autoptr (GstPad) pad = NULL;

  if (source == NULL)
    return FALSE;
  gst_caps_set_simple (codec, "ssrc", G_TYPE_UINT, ghc_fan_get_ssrc (way->fan), NULL);
  gst_bin_add (GST_BIN (pipeline), source);
  way->source = GST_APP_SRC (source);
  pad = gst_element_get_static_pad (source, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_request, ghc_fan_ref (way->fan),
                     (GDestroyNotify) ghc_fan_unref);
  if (line == GHC_LINE_VOICE)
    gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_told,
                       ghc_arrivals_ref (arrivals), (GDestroyNotify) ghc_arrivals_unref);
  if (!gst_element_link (source, webrtc))
    return FALSE;
  g_signal_emit_by_name (webrtc, "get-transceiver", (int) line, &transceiver);
  if (transceiver == NULL)
    return FALSE;
  /* Pictures that get lost are sent again (RFC 4588); sound would come too late. */
  g_object_set (transceiver, "codec-preferences", codec, "direction",
                GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_SENDRECV, "do-nack",
                ghc_line_is_video (line), NULL);
  return TRUE;
}

/**
 * ghc_ways_new:
 * @fans: (array fixed-size=4): where what is sent on each line comes from
 * @pipeline: where they are put
 * @webrtc: a webrtcbin in it that has no line yet
 * @arrivals: what is told of pictures that we send
 *
 * Only that of the voice is open.
 *
 * Returns: (transfer full) (nullable): the ways, or %NULL when GStreamer lacks something
 */
GhcWays *
ghc_ways_new (GhcFan *const fans[GHC_N_LINES], GhcArrivals *arrivals, GstElement *pipeline,
              GstElement *webrtc)
{
  GhcWays *self = g_new0 (GhcWays, 1);

  self->ways[GHC_LINE_VOICE].is_open = TRUE;
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->ways[i].fan = ghc_fan_ref (fans[i]);
  for (guint i = 0; i < GHC_N_LINES; i++)
    {
      if (add_way (&self->ways[i], (GhcLine) i, arrivals, pipeline, webrtc))
        continue;
      ghc_ways_free (self);
      return NULL;
    }
  return self;
}

/**
 * ghc_ways_free:
 * @self: (transfer full): ways, whose pipeline still is
 *
 * Nothing goes by them any more.
 */
void
ghc_ways_free (GhcWays *self)
{
  for (guint i = 0; i < GHC_N_LINES; i++)
    {
      ghc_ways_set_open (self, (GhcLine) i, FALSE);
      ghc_fan_unref (self->ways[i].fan);
    }
  g_free (self);
}

/**
 * ghc_ways_connect:
 * @self: ways
 *
 * The other end can be reached: what was said before anybody could hear it would only have come late.
 */
void
ghc_ways_connect (GhcWays *self)
{
  self->is_connected = TRUE;
  for (guint i = 0; i < GHC_N_LINES; i++)
    update (self, &self->ways[i]);
}

/**
 * ghc_ways_set_open:
 * @self: ways
 * @line: which of them
 * @is_open: whether what is sent on this line goes to the other end
 */
void
ghc_ways_set_open (GhcWays *self, GhcLine line, gboolean is_open)
{
  g_return_if_fail (line < GHC_N_LINES);

  self->ways[line].is_open = is_open;
  update (self, &self->ways[line]);
}
