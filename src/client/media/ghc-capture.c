/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound.h"

#include "gh-error.h"
#include "ghc-pace.h"

#include <gst/app/gstappsink.h>

#define QUICK_FRAME_MS 5

struct _GhcCapture
{
  GObject parent_instance;
  GstElement *pipeline;
  GstElement *encoder;
  GhcGate *gate;
  GhcFan *fan;
  guint bus_watch;
  gboolean is_quick;
  int loss_percent;
  GhcPace pace;
  int step; /* atomic: which one of the pace is wanted */

  /* On the microphone's thread: */
  guint step_used;
  guint frame_samples;
  guint n_begun; /* samples of a frame that the encoder does not have all of */

  GMutex lock; /* of what follows */
  GhcPlayout *monitor;
};

typedef enum
{
  FAILED,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCapture, ghc_capture, G_TYPE_OBJECT)

static void
feed_monitor (GhcCapture *self, const gint16 *samples, guint n_samples, gint64 now_us)
{
  g_autoptr (GhcPlayout) monitor = NULL;

  g_mutex_lock (&self->lock);
  if (self->monitor != NULL)
    monitor = ghc_playout_ref (self->monitor);
  g_mutex_unlock (&self->lock);
  if (monitor != NULL)
    ghc_playout_push (monitor, samples, n_samples, FALSE, now_us);
}

static guint
get_frame_ms (GhcCapture *self, guint step)
{
  return step == 0 && self->is_quick ? QUICK_FRAME_MS : ghc_pace_get_frame_ms (step);
}

/* Between two pieces of sound, when the encoder is at nothing. */
static void
use_step (GhcCapture *self, GstPad *pad)
{
  guint step = (guint) g_atomic_int_get (&self->step);
  g_autoptr (GstElement) encoder = NULL;

  if (step == self->step_used)
    return;
  encoder = gst_pad_get_parent_element (pad);
  if (encoder == NULL)
    return;
  self->step_used = step;
  self->frame_samples = GHC_RATE / 1000 * get_frame_ms (self, step);
  g_object_set (encoder, "frame-size", get_frame_ms (self, step), "bitrate",
                ghc_pace_get_bitrate (step), NULL);
}

/* What was begun is ended with silence: it would be sent before the next words otherwise. */
static GstPadProbeReturn
end_frame (GhcCapture *self, GstPadProbeInfo *info, guint n_samples)
{
  GstBuffer *buffer;

  if (self->n_begun == 0)
    return GST_PAD_PROBE_DROP;
  self->n_begun = self->n_begun + n_samples < self->frame_samples ? self->n_begun + n_samples : 0;
  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  gst_buffer_memset (buffer, 0, 0, gst_buffer_get_size (buffer));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

/* In front of the encoder, on the microphone's thread. */
static GstPadProbeReturn
on_sound (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GhcCapture *self = data;
  GstBuffer *buffer = GST_PAD_PROBE_INFO_BUFFER (info);
  gint64 now_us = g_get_monotonic_time ();
  gint64 begun_us;
  GstMapInfo map;
  guint n_samples;
  gboolean may_pass;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_PAD_PROBE_DROP;
  n_samples = (guint) (map.size / sizeof (gint16));
  /* A device that does not tell when it heard that is taken to have heard it just now. */
  begun_us = now_us - GHC_SAMPLES_TO_US (n_samples);
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    begun_us = MIN (begun_us, (gint64) (GST_BUFFER_PTS (buffer) / GST_USECOND));
  feed_monitor (self, (const gint16 *) map.data, n_samples, now_us);
  may_pass = ghc_gate_pass (self->gate, (const gint16 *) map.data, n_samples, begun_us, now_us);
  gst_buffer_unmap (buffer, &map);
  use_step (self, pad);
  if (!may_pass)
    return end_frame (self, info, n_samples);
  self->n_begun = (self->n_begun + n_samples) % self->frame_samples;
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
on_packet (GstAppSink *sink, gpointer data)
{
  GhcCapture *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample != NULL)
    ghc_fan_push (self->fan, gst_sample_get_buffer (sample));
  return GST_FLOW_OK;
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcCapture *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS)
    {
      g_signal_emit (self, signals[FAILED], 0, "The microphone gives no more sound.");
      return G_SOURCE_CONTINUE;
    }
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &details);
  g_info ("The microphone failed: %s (%s)", error->message, details);
  g_signal_emit (self, signals[FAILED], 0, error->message);
  return G_SOURCE_CONTINUE;
}

/**
 * ghc_capture_stop:
 * @self: a capture
 *
 * Closes the microphone. It can not be started again.
 */
void
ghc_capture_stop (GhcCapture *self)
{
  g_return_if_fail (GHC_IS_CAPTURE (self));

  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline == NULL)
    return;
  /* Not later: its thread uses what is of this object. */
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  self->encoder = NULL;
}

static void
ghc_capture_finalize (GObject *object)
{
  GhcCapture *self = GHC_CAPTURE (object);

  ghc_capture_stop (self);
  g_clear_pointer (&self->gate, ghc_gate_unref);
  g_clear_pointer (&self->fan, ghc_fan_unref);
  g_clear_pointer (&self->monitor, ghc_playout_unref);
  g_mutex_clear (&self->lock);
  G_OBJECT_CLASS (ghc_capture_parent_class)->finalize (object);
}

static void
ghc_capture_class_init (GhcCaptureClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_capture_finalize;
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_capture_init (GhcCapture *self)
{
  g_mutex_init (&self->lock);
  self->loss_percent = -1;
  ghc_pace_init (&self->pace);
}

/* From sound as we want it to packets; the gate is in front of the encoder. */
static GstElement *
make_encoding (GhcCapture *self, const GhcSoundSettings *settings, GError **error)
{
  g_autofree char *text = g_strdup_printf (
    "opusenc name=encoder bitrate=%d bitrate-type=vbr frame-size=%u audio-type=%s dtx=true "
    "inband-fec=%s packet-loss-percentage=1 complexity=7 ! "
    "rtpopuspay mtu=1200 pt=%d ssrc=%u timestamp-offset=%u seqnum-offset=%u ! "
    "appsink name=packets sync=false async=false",
    ghc_pace_get_bitrate (0), get_frame_ms (self, 0),
    settings->is_quick ? "restricted-lowdelay" : "voice", settings->is_quick ? "false" : "true",
    GHC_PAYLOAD_OPUS, ghc_fan_get_ssrc (self->fan), ghc_fan_get_timestamp_offset (self->fan),
    ghc_fan_get_next_number (self->fan));
  GstAppSinkCallbacks callbacks = { .new_sample = on_packet };
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstElement) encoder = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, error);

  if (bin == NULL)
    return NULL;
  self->frame_samples = GHC_RATE / 1000 * get_frame_ms (self, 0);
  sink = gst_bin_get_by_name (GST_BIN (bin), "packets");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, self, NULL);
  encoder = gst_bin_get_by_name (GST_BIN (bin), "encoder");
  pad = gst_element_get_static_pad (encoder, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound, self, NULL);
  self->encoder = encoder; /* the pipeline holds it */
  return bin;
}

static GstElement *
make_cleaning (const GhcSoundSettings *settings, const char *probe_name)
{
  gboolean cancels_echo = settings->cancels_echo && probe_name != NULL;
  GstElement *dsp;

  if (!cancels_echo && !settings->suppresses_noise && !settings->controls_gain)
    return NULL;
  dsp = gst_element_factory_make ("webrtcdsp", NULL);
  if (dsp == NULL)
    return NULL;
  g_object_set (dsp, "echo-cancel", cancels_echo, "noise-suppression", settings->suppresses_noise,
                "gain-control", settings->controls_gain, NULL);
  if (cancels_echo)
    g_object_set (dsp, "probe", probe_name, NULL);
  return dsp;
}

/**
 * ghc_capture_new:
 * @source: (transfer floating): the microphone
 * @settings: how what it hears is treated
 * @probe_name: (nullable): the echo probe of what is played
 * @gate: what decides what is sent
 * @fan: where packets go
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a capture that was not started, or %NULL with
 *   %GH_ERROR_UNAVAILABLE ("media.plugin") when GStreamer lacks an element
 */
GhcCapture *
ghc_capture_new (GstElement *source, const GhcSoundSettings *settings, const char *probe_name,
                 GhcGate *gate, GhcFan *fan, GError **error)
{
  g_autoptr (GhcCapture) self = g_object_new (GHC_TYPE_CAPTURE, NULL);
  g_autoptr (GError) cause = NULL;
  g_autoptr (GstBus) bus = NULL;
  GstElement *cleaning, *encoding, *shape;

  self->gate = ghc_gate_ref (gate);
  self->fan = ghc_fan_ref (fan);
  self->is_quick = settings->is_quick;
  self->pipeline = ghc_sound_new_pipeline ();
  gst_bin_add (GST_BIN (self->pipeline), source);
  shape = gst_parse_bin_from_description (
    "audioconvert ! audioresample ! "
    "capsfilter caps=audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1",
    TRUE, &cause);
  encoding = shape != NULL ? make_encoding (self, settings, &cause) : NULL;
  if (encoding == NULL)
    {
      if (shape != NULL)
        gst_object_unref (gst_object_ref_sink (shape));
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL,
                    "GStreamer lacks what a call takes: %s", cause->message);
      return NULL;
    }
  gst_bin_add_many (GST_BIN (self->pipeline), shape, encoding, NULL);
  cleaning = make_cleaning (settings, probe_name);
  if (cleaning != NULL)
    gst_bin_add (GST_BIN (self->pipeline), cleaning);
  if (!gst_element_link (source, shape)
      || !(cleaning != NULL ? gst_element_link_many (shape, cleaning, encoding, NULL)
                            : gst_element_link (shape, encoding)))
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.device", NULL,
                    "The microphone gives sound in a form that cannot be used.");
      return NULL;
    }
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  return g_steal_pointer (&self);
}

/**
 * ghc_capture_start:
 * @self: a capture
 * @error: return location
 *
 * Returns: whether the microphone is open, or about to be
 */
gboolean
ghc_capture_start (GhcCapture *self, GError **error)
{
  g_return_val_if_fail (GHC_IS_CAPTURE (self), FALSE);

  return ghc_sound_start (self->pipeline, error);
}

/**
 * ghc_capture_set_monitor:
 * @self: a capture
 * @monitor: (nullable): where one hears oneself, whether the gate is open or not
 */
void
ghc_capture_set_monitor (GhcCapture *self, GhcPlayout *monitor)
{
  g_autoptr (GhcPlayout) before = NULL;

  g_return_if_fail (GHC_IS_CAPTURE (self));

  g_mutex_lock (&self->lock);
  before = g_steal_pointer (&self->monitor);
  self->monitor = monitor != NULL ? ghc_playout_ref (monitor) : NULL;
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_capture_set_loss:
 * @self: a capture
 * @loss: the share of packets that gets lost on the worst way
 *
 * To be called often: the codec makes up for what is lost by chance, and gives way when there is more
 * than the network carries.
 */
void
ghc_capture_set_loss (GhcCapture *self, double loss)
{
  int percent = (int) CLAMP (loss * 100 + 0.5, 1, 30);
  gint64 now_us = g_get_monotonic_time ();

  g_return_if_fail (GHC_IS_CAPTURE (self));

  /* Without packets nobody tells anything new about them. */
  if (ghc_gate_is_open (self->gate, now_us))
    {
      guint step = ghc_pace_take (&self->pace, loss, now_us);

      if (step != (guint) g_atomic_int_get (&self->step))
        g_info ("Frames of %u ms are sent from now on", get_frame_ms (self, step));
      g_atomic_int_set (&self->step, (int) step);
    }
  if (self->encoder == NULL || percent == self->loss_percent)
    return;
  self->loss_percent = percent;
  g_object_set (self->encoder, "packet-loss-percentage", percent, NULL);
}
