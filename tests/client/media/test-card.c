/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-card.h"

#include <gst/app/gstappsink.h>
#include <gst/video/video.h>

#define N_BITS 16
/* A field has this share of the picture's width and height. */
#define ACROSS 20
#define DOWN 8

struct _TestCard
{
  GhcVideoSource parent_instance;
  guint width;
  guint height;
  guint frame_rate;
  gboolean is_busy;
  gint is_still; /* atomic */
  gint number;   /* atomic */
  gint64 *made_us; /* by number */
};

G_DEFINE_FINAL_TYPE (TestCard, test_card, GHC_TYPE_VIDEO_SOURCE)

static void
write_number (GstVideoFrame *frame, guint number)
{
  guint width = (guint) GST_VIDEO_FRAME_WIDTH (frame) / ACROSS;
  guint height = (guint) GST_VIDEO_FRAME_HEIGHT (frame) / DOWN;
  guint8 *points = GST_VIDEO_FRAME_PLANE_DATA (frame, 0);

  for (guint y = 0; y < height; y++)
    {
      for (guint bit = 0; bit < N_BITS; bit++)
        memset (points + y * (guint) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0) + (bit + 2) * width,
                (number >> bit) & 1 ? 235 : 16, width);
    }
}

static GstPadProbeReturn
on_made (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  TestCard *self = data;
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  guint number = ((guint) g_atomic_int_get (&self->number) + 1) % TEST_CARD_N;
  GstBuffer *buffer;
  GstVideoFrame frame;
  GstVideoInfo video;

  /* While it is stopped, what is on its way is nothing any more: its pad knows nothing of pictures then. */
  if (caps == NULL || (g_atomic_int_get (&self->is_still) && number > 1))
    return GST_PAD_PROBE_DROP;
  g_assert_true (gst_video_info_from_caps (&video, caps));
  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  g_assert_true (gst_video_frame_map (&frame, &video, buffer, GST_MAP_READWRITE));
  write_number (&frame, number);
  gst_video_frame_unmap (&frame);
  self->made_us[number] = g_get_monotonic_time ();
  g_atomic_int_set (&self->number, (int) number);
  return GST_PAD_PROBE_OK;
}

static GstElement *
test_card_make_element (GhcVideoSource *source, GError **error)
{
  TestCard *self = TEST_CARD (source);
  g_autofree char *text = g_strdup_printf (
    "videotestsrc is-live=true do-timestamp=true pattern=%s motion=sweep ! "
    "video/x-raw,format=I420,width=%u,height=%u,framerate=%u/1 ! identity name=made",
    self->is_busy ? "snow" : "ball", self->width, self->height, self->frame_rate);
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, error);
  g_autoptr (GstElement) made = gst_bin_get_by_name (GST_BIN (bin), "made");
  g_autoptr (GstPad) pad = gst_element_get_static_pad (made, "src");

  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_made, g_object_ref (self), g_object_unref);
  return bin;
}

static void
test_card_finalize (GObject *object)
{
  g_free (TEST_CARD (object)->made_us);
  G_OBJECT_CLASS (test_card_parent_class)->finalize (object);
}

static void
test_card_class_init (TestCardClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = test_card_finalize;
  GHC_VIDEO_SOURCE_CLASS (klass)->make_element = test_card_make_element;
}

static void
test_card_init (TestCard *self)
{
  self->made_us = g_new0 (gint64, TEST_CARD_N);
}

TestCard *
test_card_new (guint width, guint height, guint frame_rate)
{
  TestCard *self = g_object_new (TEST_TYPE_CARD, "name", "Test card", NULL);

  self->width = width;
  self->height = height;
  self->frame_rate = frame_rate;
  return self;
}

void
test_card_set_busy (TestCard *self)
{
  self->is_busy = TRUE;
}

void
test_card_set_still (TestCard *self, gboolean is_still)
{
  g_atomic_int_set (&self->is_still, is_still);
}

guint
test_card_get_number (TestCard *self)
{
  return (guint) g_atomic_int_get (&self->number);
}

gint64
test_card_get_made_us (TestCard *self, guint number)
{
  return self->made_us[number % TEST_CARD_N];
}

typedef struct
{
  TestCardRead read;
  gpointer data;
} Reader;

/* The middle of each field must be clearly one or the other. */
static int
read_number (const GstVideoFrame *frame)
{
  guint width = (guint) GST_VIDEO_FRAME_WIDTH (frame);
  guint y = (guint) GST_VIDEO_FRAME_HEIGHT (frame) / DOWN / 2;
  const guint8 *row = (const guint8 *) GST_VIDEO_FRAME_PLANE_DATA (frame, 0)
                      + y * (guint) GST_VIDEO_FRAME_PLANE_STRIDE (frame, 0);
  guint point = (guint) GST_VIDEO_FRAME_COMP_PSTRIDE (frame, 0);
  int number = 0;

  for (guint bit = 0; bit < N_BITS; bit++)
    {
      guint8 value = row[(2 * bit + 5) * width / (2 * ACROSS) * point];

      if (value > 90 && value < 160)
        return -1;
      number |= value >= 160 ? 1 << bit : 0;
    }
  return number;
}

/* Also of a picture in what stands for a graphics card's memory. */
static gboolean
get_video (const GstCaps *caps, GstVideoInfo *video)
{
  GstVideoInfoDmaDrm drm;

  if (!gst_video_is_dma_drm_caps (caps))
    return gst_video_info_from_caps (video, caps);
  return gst_video_info_dma_drm_from_caps (&drm, caps) && gst_video_info_dma_drm_to_video_info (&drm, video);
}

static GstFlowReturn
on_seen (GstAppSink *sink, gpointer data)
{
  Reader *reader = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstVideoFrame frame;
  GstVideoInfo video;

  if (sample == NULL || !get_video (gst_sample_get_caps (sample), &video)
      || !gst_video_frame_map (&frame, &video, gst_sample_get_buffer (sample), GST_MAP_READ))
    return GST_FLOW_OK;
  reader->read (read_number (&frame), (guint) GST_VIDEO_FRAME_WIDTH (&frame),
                (guint) GST_VIDEO_FRAME_HEIGHT (&frame), reader->data);
  gst_video_frame_unmap (&frame);
  return GST_FLOW_OK;
}

GstElement *
test_card_make_reader (TestCardRead read, gpointer data)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_seen };
  g_autoptr (GstCaps) caps = gst_caps_from_string (
    "video/x-raw,format=I420; video/x-raw(memory:DMABuf),format=DMA_DRM");
  GstElement *sink = gst_element_factory_make_full ("appsink", "caps", caps, "sync", FALSE, "async",
                                                    FALSE, NULL);
  Reader *reader = g_new0 (Reader, 1);

  reader->read = read;
  reader->data = data;
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, reader, g_free);
  return sink;
}
