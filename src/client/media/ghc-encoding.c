/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-encoding.h"

#include "ghc-sound.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>
#include <gst/rtp/gstrtphdrext.h>
#include <gst/video/video.h>

#define TICK_MS 50
/* Nothing new is shown: the last picture again, for those who lost one and so that it gets sharper. */
#define STILL_US (200 * 1000)
/* Anybody who watches can ask for one; all others pay for it. */
#define KEY_FRAME_US (250 * 1000)
/* And the less often the less is carried. */
#define PACED_KEY_FRAME_US (500 * 1000)
/* Of a picture that is paced so much goes out at once, and nothing waits for longer. */
#define PACE_AHEAD_US 4000
#define MOST_PACED_US (50 * 1000)
#define SECOND_US G_USEC_PER_SEC
/* An encoder that takes so many pictures and gives nothing does not work. */
#define STUCK_PICTURES 60
#define LEAST_BITRATE 100000
#define MOST_BITRATE 20000000

struct _GhcEncoding
{
  gatomicrefcount ref_count;
  GhcCodecLadder *ladder;
  GhcFan *fan;
  GhcLine line;
  GhcEncodingFailed failed;
  gpointer failed_data;

  /* On the main thread: */
  gboolean is_wanted;
  gboolean is_choosing;
  gboolean is_closed;
  char *name;
  GstElement *pipeline; /* (nullable) */
  guint bus_watch;
  guint tick;
  gint64 second_us; /* when the present second began */
  guint64 n_bytes_before;
  guint n_pictures_before;
  double frame_rate;
  guint bitrate;

  GMutex lock; /* of what follows */
  GhcVideoQuality quality;
  GstSample *last; /* (nullable): the last picture that came */
  GstAppSrc *way;  /* (nullable): the following belong to the pipeline */
  GstElement *size;
  GstElement *encoder;
  GstAppSink *sink;
  guint width; /* of what is sent */
  guint height;
  guint bitrate_set;
  gint64 due_us;  /* when the next picture may be taken */
  gint64 pushed_us;
  gint64 key_frame_us;
  guint64 n_bytes;
  guint n_pictures;
  guint n_unanswered; /* pictures since the last packet */
  guint pace;         /* bit/s at which packets go out; 0 for at once */
  gint64 paced_us;    /* when the next one may */
  gboolean is_held;   /* no picture is taken */
};

GhcEncoding *
ghc_encoding_ref (GhcEncoding *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ghc_encoding_unref (GhcEncoding *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  ghc_codec_ladder_unref (self->ladder);
  ghc_fan_unref (self->fan);
  g_clear_pointer (&self->last, gst_sample_unref);
  g_free (self->name);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* --- Pictures, on whatever thread --- */

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
      g_autoptr (GstCaps) caps =
        gst_caps_new_simple ("video/x-raw", "width", G_TYPE_INT, (int) width, "height", G_TYPE_INT,
                             (int) height, "pixel-aspect-ratio", GST_TYPE_FRACTION, 1, 1, NULL);

      self->width = width;
      self->height = height;
      g_object_set (self->size, "caps", caps, NULL);
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

static void
send_picture (GhcEncoding *self, GstSample *picture, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  g_autoptr (GstSample) timed = NULL;
  GstBuffer *buffer;
  GstVideoInfo info;

  if (self->way == NULL || self->is_held || !gst_video_info_from_caps (&info, gst_sample_get_caps (picture)))
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
 * @picture: (transfer none): raw video, now
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
    send_picture (self, picture, now_us);
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

static GstFlowReturn
on_packet (GstAppSink *sink, gpointer data)
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

/* --- The encoder, on the main thread --- */

static void start (GhcEncoding *self);

static void
stop (GhcEncoding *self)
{
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  g_mutex_lock (&self->lock);
  self->way = NULL;
  self->size = self->encoder = NULL;
  self->sink = NULL;
  self->width = self->height = self->bitrate_set = 0;
  g_mutex_unlock (&self->lock);
  if (self->pipeline != NULL)
    ghc_sound_shut (g_steal_pointer (&self->pipeline));
  g_clear_pointer (&self->name, g_free);
}

static void
fall (GhcEncoding *self)
{
  ghc_codec_ladder_fall_from (self->ladder, self->name);
  stop (self);
  if (self->is_wanted)
    start (self);
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcEncoding *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &details);
  g_info ("Encoding failed: %s (%s)", error->message, details);
  self->bus_watch = 0;
  fall (self);
  return G_SOURCE_REMOVE;
}

static GstElement *
make_payloader (GhcEncoding *self)
{
  GstElement *payloader = gst_element_factory_make_full (
    "rtph264pay", "mtu", GHC_PACKET_SIZE, "config-interval", -1, "aggregate-mode", 1 /* zero-latency */,
    "pt", ghc_line_get_payload (self->line), "ssrc", ghc_fan_get_ssrc (self->fan),
    "timestamp-offset", ghc_fan_get_timestamp_offset (self->fan), "seqnum-offset",
    (int) ghc_fan_get_next_number (self->fan), NULL);
  g_autoptr (GstElement) extension = gst_element_factory_make ("rtphdrexttwcc", NULL);

  if (payloader == NULL || extension == NULL)
    return payloader;
  gst_object_ref_sink (extension);
  gst_rtp_header_extension_set_id (GST_RTP_HEADER_EXTENSION (extension), GHC_TWCC_ID);
  g_signal_emit_by_name (payloader, "add-extension", extension);
  return payloader;
}

static gboolean
build (GhcEncoding *self, GError **error)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_packet };
  g_autoptr (GstCaps) coded = gst_caps_from_string (
    "video/x-h264,stream-format=byte-stream,alignment=au,"
    "profile=(string){constrained-baseline,baseline,main,constrained-high,high}");
  GstElement *way = gst_element_factory_make_full ("appsrc", "format", GST_FORMAT_TIME, "is-live",
                                                   TRUE, "max-buffers", (guint64) 1, "max-bytes",
                                                   (guint64) 0, "leaky-type", 2 /* the oldest */,
                                                   NULL);
  GstElement *scale = gst_element_factory_make_full ("videoconvertscale", "add-borders", FALSE,
                                                     NULL);
  GstElement *size = gst_element_factory_make ("capsfilter", NULL);
  GstElement *upload = ghc_encoder_make_upload (self->name);
  GstElement *encoder = ghc_encoder_make (self->name, self->quality.preference, LEAST_BITRATE);
  GstElement *parse = gst_element_factory_make ("h264parse", NULL);
  GstElement *filter = gst_element_factory_make_full ("capsfilter", "caps", coded, NULL);
  GstElement *payloader = make_payloader (self);
  GstElement *sink = gst_element_factory_make_full ("appsink", "sync", FALSE, "async", FALSE, NULL);
  GstElement *parts[] = { way, scale, size, upload, encoder, parse, filter, payloader, sink };
  g_autoptr (GstBus) bus = NULL;
  gboolean is_whole = TRUE;

  self->pipeline = ghc_sound_new_pipeline ();
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i] == NULL)
        is_whole = FALSE;
      else
        gst_bin_add (GST_BIN (self->pipeline), parts[i]);
    }
  if (!is_whole
      || !gst_element_link_many (way, scale, size, upload, encoder, parse, filter, payloader, sink,
                                 NULL))
    {
      g_set_error_literal (error, GST_CORE_ERROR, GST_CORE_ERROR_MISSING_PLUGIN,
                           "GStreamer lacks what sending pictures takes. Install its “good” and “bad” "
                           "plugins.");
      return FALSE;
    }
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, ghc_encoding_ref (self),
                              (GDestroyNotify) ghc_encoding_unref);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  g_mutex_lock (&self->lock);
  self->sink = GST_APP_SINK (sink);
  g_mutex_unlock (&self->lock);
  if (!ghc_sound_start (self->pipeline, error))
    return FALSE;
  g_mutex_lock (&self->lock);
  self->way = GST_APP_SRC (way);
  self->size = size;
  self->encoder = encoder;
  self->n_unanswered = 0;
  self->key_frame_us = 0;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static void
send_last (GhcEncoding *self, gint64 now_us)
{
  g_autoptr (GstSample) last = NULL;

  g_mutex_lock (&self->lock);
  last = self->last != NULL ? gst_sample_ref (self->last) : NULL;
  g_mutex_unlock (&self->lock);
  if (last != NULL)
    send_picture (self, last, now_us);
}

static DexFuture *
start_fiber (gpointer data)
{
  GhcEncoding *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *name =
    dex_await_string (ghc_codec_ladder_choose_encoder (self->ladder), &error);

  self->is_choosing = FALSE;
  if (!self->is_wanted || self->pipeline != NULL)
    return dex_future_new_for_boolean (FALSE);
  if (name == NULL)
    {
      if (self->failed != NULL)
        self->failed (error->message, self->failed_data);
      return dex_future_new_for_boolean (FALSE);
    }
  g_set_str (&self->name, name);
  if (!build (self, &error))
    {
      g_info ("Encoding with %s does not begin: %s", name, error->message);
      fall (self);
      return dex_future_new_for_boolean (FALSE);
    }
  g_info ("Pictures are encoded with %s", name);
  send_last (self, g_get_monotonic_time ());
  return dex_future_new_for_boolean (TRUE);
}

static void
start (GhcEncoding *self)
{
  if (self->pipeline != NULL || self->is_choosing)
    return;
  self->is_choosing = TRUE;
  dex_future_disown (dex_scheduler_spawn (NULL, 0, start_fiber, ghc_encoding_ref (self),
                                          (GDestroyNotify) ghc_encoding_unref));
}

static void
measure (GhcEncoding *self, gint64 now_us)
{
  double seconds = (double) (now_us - self->second_us) / G_USEC_PER_SEC;
  guint64 n_bytes;
  guint n_pictures;

  if (now_us - self->second_us < SECOND_US)
    return;
  g_mutex_lock (&self->lock);
  n_bytes = self->n_bytes;
  n_pictures = self->n_pictures;
  g_mutex_unlock (&self->lock);
  self->bitrate = (guint) ((double) (n_bytes - self->n_bytes_before) * 8 / seconds);
  self->frame_rate = (n_pictures - self->n_pictures_before) / seconds;
  self->n_bytes_before = n_bytes;
  self->n_pictures_before = n_pictures;
  self->second_us = now_us;
}

static gboolean
on_tick (gpointer data)
{
  GhcEncoding *self = data;
  gint64 now_us = g_get_monotonic_time ();
  gint64 still_us;
  gboolean is_stuck;

  measure (self, now_us);
  g_mutex_lock (&self->lock);
  still_us = now_us - self->pushed_us;
  is_stuck = self->n_unanswered > STUCK_PICTURES;
  g_mutex_unlock (&self->lock);
  if (self->pipeline == NULL)
    return G_SOURCE_CONTINUE;
  if (is_stuck)
    fall (self);
  else if (still_us > STILL_US)
    send_last (self, now_us);
  return G_SOURCE_CONTINUE;
}

/**
 * ghc_encoding_set_running:
 * @self: an encoding
 * @is_running: whether anybody watches
 */
void
ghc_encoding_set_running (GhcEncoding *self, gboolean is_running)
{
  g_return_if_fail (self != NULL);

  if (self->is_wanted == is_running || self->is_closed)
    return;
  self->is_wanted = is_running;
  if (is_running)
    {
      self->second_us = g_get_monotonic_time ();
      self->tick = g_timeout_add (TICK_MS, on_tick, self);
      start (self);
      return;
    }
  g_clear_handle_id (&self->tick, g_source_remove);
  stop (self);
  self->frame_rate = self->bitrate = 0;
}

/**
 * ghc_encoding_set_quality:
 * @self: an encoding
 * @quality: how it is done from the next picture on
 */
void
ghc_encoding_set_quality (GhcEncoding *self, const GhcVideoQuality *quality)
{
  gboolean is_other;

  g_return_if_fail (self != NULL && quality != NULL);

  g_mutex_lock (&self->lock);
  is_other = self->quality.preference != quality->preference;
  self->quality = *quality;
  g_mutex_unlock (&self->lock);
  /* Not every encoder takes that while it runs. */
  if (is_other && self->pipeline != NULL)
    {
      stop (self);
      start (self);
    }
}

/**
 * ghc_encoding_set_pace:
 * @self: an encoding
 * @bitrate: how quickly the packets of a picture go out, in bit/s; 0 for at once
 */
void
ghc_encoding_set_pace (GhcEncoding *self, guint bitrate)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->pace = bitrate;
}

/**
 * ghc_encoding_set_held:
 * @self: an encoding
 * @is_held: whether pictures are left out, because earlier ones still wait on their way
 */
void
ghc_encoding_set_held (GhcEncoding *self, gboolean is_held)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->is_held = is_held;
}

/**
 * ghc_encoding_set_failed:
 * @self: an encoding
 * @failed: (nullable): called on the main thread when no encoder works, with a sentence for people
 * @data: for it
 */
void
ghc_encoding_set_failed (GhcEncoding *self, GhcEncodingFailed failed, gpointer data)
{
  self->failed = failed;
  self->failed_data = data;
}

/**
 * ghc_encoding_get_figures:
 * @self: an encoding
 * @figures: (out): how it goes
 */
void
ghc_encoding_get_figures (GhcEncoding *self, GhcEncodingFigures *figures)
{
  g_return_if_fail (self != NULL && figures != NULL);

  g_mutex_lock (&self->lock);
  *figures = (GhcEncodingFigures) { .name = self->name,
                                    .width = self->width,
                                    .height = self->height,
                                    .frame_rate = self->frame_rate,
                                    .bitrate = self->bitrate };
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_encoding_close:
 * @self: an encoding
 *
 * Ends it for good.
 */
void
ghc_encoding_close (GhcEncoding *self)
{
  g_return_if_fail (self != NULL);

  ghc_encoding_set_failed (self, NULL, NULL);
  ghc_encoding_set_running (self, FALSE);
  self->is_closed = TRUE;
}

/**
 * ghc_encoding_new:
 * @ladder: the encoders
 * @fan: where packets go
 * @line: whose packets they are
 * @quality: how it is done
 *
 * Returns: (transfer full): an encoding that does not run
 */
GhcEncoding *
ghc_encoding_new (GhcCodecLadder *ladder, GhcFan *fan, GhcLine line, const GhcVideoQuality *quality)
{
  GhcEncoding *self = g_new0 (GhcEncoding, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->ladder = ghc_codec_ladder_ref (ladder);
  self->fan = ghc_fan_ref (fan);
  self->line = line;
  self->quality = *quality;
  return self;
}
