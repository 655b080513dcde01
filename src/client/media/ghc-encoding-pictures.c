/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The pictures of an encoding and their packets, on whatever thread they come. */
#include "ghc-encoding-private.h"

#include "ghc-encoding-pipeline.h"

#include <gst/video/video.h>

/* Anybody who watches can ask for one; all others pay for it. */
#define KEY_FRAME_US (250 * 1000)
/* And the less often the less is carried. */
#define PACED_KEY_FRAME_US (500 * 1000)
/* Of a picture that is paced so much goes out at once, and nothing waits for longer. */
#define PACE_AHEAD_US 4000
#define MOST_PACED_US (50 * 1000)
#define LEAST_BITRATE 100000
#define MOST_BITRATE 20000000

/**
 * ghc_encoding_find_bitrate:
 * @quality: how pictures are sent
 * @width: of one
 * @height: of one
 *
 * Returns: the bit/s that are used: when they are not given, a tenth of a bit for each point
 */
guint
ghc_encoding_find_bitrate (const GhcVideoQuality *quality, guint width, guint height)
{
  guint64 suits = (guint64) width * height * quality->frame_rate / 10;

  return (guint) CLAMP (quality->bitrate != 0 ? quality->bitrate : suits, LEAST_BITRATE,
                        MOST_BITRATE);
}

static guint
make_even (double length)
{
  return MAX ((guint) (length / 2 + 0.5) * 2, 2);
}

/* Of the lock. H.264 has its colours for two by two points. */
static void
fit (GhcEncoding *self, const GstVideoInfo *info)
{
  guint from_width = (guint) GST_VIDEO_INFO_WIDTH (info);
  guint from_height = (guint) GST_VIDEO_INFO_HEIGHT (info);
  guint most = self->quality.max_height;
  double scale = most != 0 && most < from_height ? (double) most / from_height : 1;
  guint width = make_even (from_width * scale);
  guint height = make_even (from_height * scale);
  guint bitrate = ghc_encoding_find_bitrate (&self->quality, width, height);

  if (width != self->width || height != self->height)
    {
      self->width = width;
      self->height = height;
      ghc_encoding_pipeline_set_size (self->size, width, height);
    }
  if (bitrate != self->bitrate_set)
    {
      self->bitrate_set = bitrate;
      ghc_encoder_set_bitrate (self->encoder, bitrate);
    }
}

/* Of the lock. */
static void
ask_encoder (GhcEncoding *self, gint64 now_us)
{
  g_autoptr (GstPad) pad = NULL;
  gint64 least_us = self->pace != 0 ? PACED_KEY_FRAME_US : KEY_FRAME_US;

  if (now_us - self->key_frame_us < least_us || !ghc_fan_take_key_frame_ask (self->fan))
    return;
  self->key_frame_us = now_us;
  pad = gst_element_get_static_pad (self->encoder, "src");
  gst_pad_send_event (pad,
                      gst_video_event_new_upstream_force_key_unit (GST_CLOCK_TIME_NONE, TRUE, 0));
}

/* Whether it is in a graphics card's memory. */
gboolean
ghc_encoding_is_graphics (GstSample *picture)
{
  return gst_video_is_dma_drm_caps (gst_sample_get_caps (picture));
}

/* Of the lock. Whoever gives pictures may put them elsewhere at any time. */
static gboolean
is_fit (GhcEncoding *self, GstSample *picture)
{
  if (ghc_encoding_is_graphics (picture) == self->is_importing)
    return TRUE;
  /* One that cannot be taken was on its way when the source was told so. */
  self->is_unfit = self->is_importing || self->can_import;
  return FALSE;
}

/* As it is at this moment, if somebody watches. */
void
ghc_encoding_send (GhcEncoding *self, GstSample *picture, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GstSample) timed = NULL;
  GstBuffer *buffer;
  GstVideoInfo info;

  if (self->way == NULL || self->is_held || !is_fit (self, picture)
      || !gst_video_info_from_caps (&info, gst_sample_get_caps (picture)))
    return;
  fit (self, &info);
  ask_encoder (self, now_us);
  self->pushed_us = now_us;
  self->n_unanswered++;
  /* The time of a picture is when it is shown, which is now. */
  buffer = gst_buffer_copy (gst_sample_get_buffer (picture));
  GST_BUFFER_PTS (buffer) = (GstClockTime) now_us * GST_USECOND;
  GST_BUFFER_DTS (buffer) = GST_BUFFER_DURATION (buffer) = GST_CLOCK_TIME_NONE;
  timed = gst_sample_new (buffer, gst_sample_get_caps (picture), NULL, NULL);
  gst_buffer_unref (buffer);
  gst_app_src_push_sample (self->way, timed);
}

/* Whether its turn has come: not more pictures a second than are wanted. */
static gboolean
is_due (GhcEncoding *self, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  gint64 interval_us = G_USEC_PER_SEC / MAX (self->quality.frame_rate, 1);

  /* What comes with the same rate does not come to the microsecond. */
  if (now_us < self->due_us - interval_us / 4)
    return FALSE;
  self->due_us = MAX (self->due_us + interval_us, now_us);
  return TRUE;
}

/**
 * ghc_encoding_push:
 * @self: an encoding
 * @picture: (transfer none): raw video, now; in a graphics card's memory only such as was said to be taken
 */
void
ghc_encoding_push (GhcEncoding *self, GstSample *picture)
{
  gint64 now_us = g_get_monotonic_time ();
  GstSample *before;

  g_return_if_fail (self != NULL && picture != NULL);

  g_mutex_lock (&self->lock);
  before = self->last;
  self->last = gst_sample_ref (picture);
  g_mutex_unlock (&self->lock);
  g_clear_pointer (&before, gst_sample_unref);
  if (is_due (self, now_us))
    ghc_encoding_send (self, picture, now_us);
}

/* Holds up the encoder, so that newer pictures wait in front of it, and the older of them go. */
static void
keep_pace (GhcEncoding *self, gsize size)
{
  gint64 now_us = g_get_monotonic_time ();
  gint64 wait_us;

  g_mutex_lock (&self->lock);
  self->paced_us = MAX (self->paced_us, now_us);
  wait_us = self->pace != 0 ? self->paced_us - now_us - PACE_AHEAD_US : 0;
  if (self->pace != 0)
    self->paced_us += (gint64) size * 8 * G_USEC_PER_SEC / self->pace;
  g_mutex_unlock (&self->lock);
  if (wait_us > 0)
    g_usleep ((gulong) MIN (wait_us, MOST_PACED_US));
}

/* For the sink of the pipeline. */
GstFlowReturn
ghc_encoding_on_packet (GstAppSink *sink, gpointer data)
{
  GhcEncoding *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *packet = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  gboolean is_over;

  /* Another encoder may have taken its place, and goes on with its numbers. */
  g_mutex_lock (&self->lock);
  is_over = self->sink != sink;
  g_mutex_unlock (&self->lock);
  if (packet == NULL || is_over)
    return GST_FLOW_OK;
  keep_pace (self, gst_buffer_get_size (packet));
  ghc_fan_push (self->fan, packet);
  g_mutex_lock (&self->lock);
  self->n_bytes += gst_buffer_get_size (packet);
  self->n_unanswered = 0;
  /* The last packet of a picture has the marker. */
  if (GST_BUFFER_FLAG_IS_SET (packet, GST_BUFFER_FLAG_MARKER))
    self->n_pictures++;
  g_mutex_unlock (&self->lock);
  return GST_FLOW_OK;
}
