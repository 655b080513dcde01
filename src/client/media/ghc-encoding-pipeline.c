/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-encoding-pipeline.h"

#include "ghc-sound.h"

#include <gst/rtp/gstrtphdrext.h>

/* The encoder is told of it with the first picture. */
#define FIRST_BITRATE 100000

static GstElement *
make_payloader (GhcFan *fan, GhcLine line)
{
  GstElement *payloader =
    gst_element_factory_make_full ("rtph264pay", "mtu", GHC_PACKET_SIZE, "config-interval", -1,
                                   "aggregate-mode", 1 /* zero-latency */, "pt",
                                   ghc_line_get_payload (line), "ssrc", ghc_fan_get_ssrc (fan),
                                   "timestamp-offset", ghc_fan_get_timestamp_offset (fan),
                                   "seqnum-offset", (int) ghc_fan_get_next_number (fan), NULL);
  g_autoptr (GstElement) extension = gst_element_factory_make ("rtphdrexttwcc", NULL);

  if (payloader == NULL || extension == NULL)
    return payloader;
  gst_object_ref_sink (extension);
  gst_rtp_header_extension_set_id (GST_RTP_HEADER_EXTENSION (extension), GHC_TWCC_ID);
  g_signal_emit_by_name (payloader, "add-extension", extension);
  return payloader;
}

/**
 * ghc_encoding_pipeline_build:
 * @self: (out): the pipeline; to be freed with its @pipeline also when this fails
 * @name: of the encoder
 * @preference: what the pictures are like
 * @imports: whether they are in a graphics card's memory, and are to be taken from there
 * @fan: whose numbers the packets go on with
 * @line: whose packets they are
 * @error: return location
 *
 * Returns: whether it is whole; it does not play
 */
gboolean
ghc_encoding_pipeline_build (GhcEncodingPipeline *self, const char *name,
                             GhcVideoPreference preference, gboolean imports, GhcFan *fan,
                             GhcLine line, GError **error)
{
  g_autoptr (GstCaps) coded = gst_caps_from_string (
    "video/x-h264,stream-format=byte-stream,alignment=au,"
    "profile=(string){constrained-baseline,baseline,main,constrained-high,high}");
  GstElement *way = gst_element_factory_make_full ("appsrc", "format", GST_FORMAT_TIME, "is-live",
                                                   TRUE, "max-buffers", (guint64) 1, "max-bytes",
                                                   (guint64) 0, "leaky-type", 2 /* the oldest */,
                                                   NULL);
  GstElement *scale = imports ? ghc_encoder_make_importer (name)
                              : gst_element_factory_make_full ("videoconvertscale", "add-borders",
                                                               FALSE, NULL);
  GstElement *size = gst_element_factory_make ("capsfilter", NULL);
  GstElement *upload = imports ? gst_element_factory_make ("identity", NULL)
                               : ghc_encoder_make_upload (name);
  GstElement *encoder = ghc_encoder_make (name, preference, FIRST_BITRATE);
  GstElement *parse = gst_element_factory_make ("h264parse", NULL);
  GstElement *filter = gst_element_factory_make_full ("capsfilter", "caps", coded, NULL);
  GstElement *payloader = make_payloader (fan, line);
  GstElement *sink = gst_element_factory_make_full ("appsink", "sync", FALSE, "async", FALSE, NULL);
  GstElement *parts[] = { way, scale, size, upload, encoder, parse, filter, payloader, sink };
  gboolean is_whole = TRUE;

  *self = (GhcEncodingPipeline) { .pipeline = ghc_sound_new_pipeline (),
                                  .way = (GstAppSrc *) way,
                                  .size = size,
                                  .encoder = encoder,
                                  .sink = (GstAppSink *) sink };
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i] == NULL)
        is_whole = FALSE;
      else
        gst_bin_add (GST_BIN (self->pipeline), parts[i]);
    }
  if (is_whole
      && gst_element_link_many (way, scale, size, upload, encoder, parse, filter, payloader, sink,
                                NULL))
    return TRUE;
  g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                       "GStreamer lacks what sending pictures takes. Install its “good” and “bad” "
                       "plugins.");
  return FALSE;
}

/**
 * ghc_encoding_pipeline_set_size:
 * @size: of a pipeline
 * @width: in pixels
 * @height: in pixels
 */
void
ghc_encoding_pipeline_set_size (GstElement *size, guint width, guint height)
{
  g_autoptr (GstCaps)
    caps = gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT, (int) width, "height",
                                G_TYPE_INT, (int) height, "pixel-aspect-ratio", GST_TYPE_FRACTION,
                                1, 1, NULL);

  /* In whatever memory: what is in front of the encoder knows which. */
  gst_caps_set_features_simple (caps, gst_caps_features_new_any ());
  g_object_set (size, "caps", caps, NULL);
}
