/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-sound.h"

#include "ghc-line.h"
#include "ghc-sound.h"

#include <gst/app/gstappsink.h>

/* What is between two tracks is sent; after that, nothing is. */
#define SILENCE_NS (200 * GST_MSECOND)
#define FIRST_BITRATE 128000

struct _GhcShareSound
{
  GhcMakeSound make;
  gpointer data;
  GDestroyNotify data_free;
  GhcFan *fan;
  guint bitrate;
  GstElement *pipeline; /* (nullable) */
  GstElement *encoder;  /* the pipeline holds it */
};

/* On the thread of the sound: whatever is only there because nothing else came. */
static GstPadProbeReturn
on_sound (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  GstClockTime *silent = data;

  if (!GST_BUFFER_FLAG_IS_SET (buffer, GST_BUFFER_FLAG_GAP))
    *silent = 0;
  else if (*silent < SILENCE_NS && GST_BUFFER_DURATION_IS_VALID (buffer))
    *silent += GST_BUFFER_DURATION (buffer);
  return *silent < SILENCE_NS ? GST_PAD_PROBE_OK : GST_PAD_PROBE_DROP;
}

static GstFlowReturn
on_packet (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample != NULL)
    ghc_fan_push (data, gst_sample_get_buffer (sample));
  return GST_FLOW_OK;
}

static GstElement *
make_encoding (GhcShareSound *self, GError **error)
{
  g_autofree char *text = g_strdup_printf (
    "audioconvert ! audioresample ! "
    "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2 ! "
    "opusenc name=encoder bitrate=%u bitrate-type=vbr frame-size=20 audio-type=generic "
    "complexity=8 ! "
    "rtpopuspay mtu=1200 pt=%u ssrc=%u timestamp-offset=%u seqnum-offset=%u ! "
    "appsink name=packets sync=false async=false",
    self->bitrate, ghc_line_get_payload (GHC_LINE_SOUND), ghc_fan_get_ssrc (self->fan),
    ghc_fan_get_timestamp_offset (self->fan), ghc_fan_get_next_number (self->fan));
  GstAppSinkCallbacks callbacks = { .new_sample = on_packet };
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, error);
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (bin == NULL)
    return NULL;
  sink = gst_bin_get_by_name (GST_BIN (bin), "packets");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, ghc_fan_ref (self->fan),
                              (GDestroyNotify) ghc_fan_unref);
  pad = gst_element_get_static_pad (bin, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound, g_new0 (GstClockTime, 1), g_free);
  return bin;
}

static void
stop (GhcShareSound *self)
{
  if (self->pipeline == NULL)
    return;
  /* Not later: what follows goes on with its numbers. */
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  self->encoder = NULL;
}

static void
start (GhcShareSound *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) encoder = NULL;
  GstElement *source = self->make (self->data);
  GstElement *encoding = source != NULL ? make_encoding (self, &error) : NULL;

  if (encoding == NULL)
    {
      if (source != NULL)
        gst_object_unref (gst_object_ref_sink (source));
      g_warning ("What is shared has no sound: %s",
                 error != NULL ? error->message : "nothing gives it");
      return;
    }
  self->pipeline = ghc_sound_new_pipeline ();
  gst_bin_add_many (GST_BIN (self->pipeline), source, encoding, NULL);
  encoder = gst_bin_get_by_name (GST_BIN (encoding), "encoder");
  self->encoder = encoder;
  if (gst_element_link (source, encoding) && ghc_sound_start (self->pipeline, &error))
    return;
  g_warning ("What is shared has no sound: %s",
             error != NULL ? error->message : "it comes in a form that cannot be used");
  stop (self);
}

/**
 * ghc_share_sound_set_running:
 * @self: the sound of what is shared
 * @is_running: whether anybody listens
 */
void
ghc_share_sound_set_running (GhcShareSound *self, gboolean is_running)
{
  g_return_if_fail (self != NULL);

  if (is_running && self->pipeline == NULL)
    start (self);
  else if (!is_running)
    stop (self);
}

/**
 * ghc_share_sound_set_bitrate:
 * @self: the sound of what is shared
 * @bitrate: how well it is sent from now on, in bit/s
 */
void
ghc_share_sound_set_bitrate (GhcShareSound *self, guint bitrate)
{
  g_return_if_fail (self != NULL);

  if (self->bitrate == bitrate)
    return;
  self->bitrate = bitrate;
  if (self->encoder != NULL)
    g_object_set (self->encoder, "bitrate", (int) bitrate, NULL);
}

/**
 * ghc_share_sound_free:
 * @self: (transfer full): the sound of what is shared
 */
void
ghc_share_sound_free (GhcShareSound *self)
{
  g_return_if_fail (self != NULL);

  stop (self);
  if (self->data_free != NULL)
    self->data_free (self->data);
  ghc_fan_unref (self->fan);
  g_free (self);
}

/**
 * ghc_share_sound_new:
 * @make: makes what gives the sound, whenever somebody begins to listen: live, in the pipeline's time, with
 *   the gap flag on what is there only because nothing is played
 * @data: for it
 * @data_free: (nullable): frees that
 * @fan: where packets go
 *
 * Returns: (transfer full): the sound of what is shared, which does not run
 */
GhcShareSound *
ghc_share_sound_new (GhcMakeSound make, gpointer data, GDestroyNotify data_free, GhcFan *fan)
{
  GhcShareSound *self = g_new0 (GhcShareSound, 1);

  self->make = make;
  self->data = data;
  self->data_free = data_free;
  self->fan = ghc_fan_ref (fan);
  self->bitrate = FIRST_BITRATE;
  return self;
}
