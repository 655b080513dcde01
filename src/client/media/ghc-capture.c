/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound.h"

#include "gh-error.h"
#include "ghc-pace.h"

#include <gst/app/gstappsink.h>

#define QUICK_FRAME_MS 5

/* What is between the microphone and the packets: of its thread, which may still run when the capture is gone. */
typedef struct
{
  GhcGate *gate;
  GhcFan *fan;
  gboolean is_quick;
  int step; /* atomic: which one of the pace is wanted */

  /* On the microphone's thread: */
  guint step_used;
  guint frame_samples;
  guint n_begun; /* samples of a frame that the encoder does not have all of */

  GMutex lock; /* of what follows */
  GhcPlayout *monitor;
  gint64 heard_us;    /* when it gave something last, or when it was made or opened */
  gboolean is_open;
  gboolean has_heard; /* anything */
  gboolean is_closed; /* nothing goes out any more */
} Flow;

struct _GhcCapture
{
  GObject parent_instance;
  GstElement *pipeline;
  GstElement *encoder;
  Flow *flow;
  guint bus_watch;
  int loss_percent;
  GhcPace pace;
};

typedef enum
{
  FAILED,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCapture, ghc_capture, G_TYPE_OBJECT)

static void
flow_clear (gpointer data)
{
  Flow *flow = data;

  g_clear_pointer (&flow->gate, ghc_gate_unref);
  g_clear_pointer (&flow->fan, ghc_fan_unref);
  g_clear_pointer (&flow->monitor, ghc_playout_unref);
  g_mutex_clear (&flow->lock);
}

static void
flow_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, flow_clear);
}

static void
feed_monitor (Flow *flow, const gint16 *samples, guint n_samples, gint64 now_us)
{
  g_autoptr (GhcPlayout) monitor = NULL;

  g_mutex_lock (&flow->lock);
  flow->heard_us = now_us;
  flow->has_heard = TRUE;
  if (flow->monitor != NULL)
    monitor = ghc_playout_ref (flow->monitor);
  g_mutex_unlock (&flow->lock);
  if (monitor != NULL)
    ghc_playout_push (monitor, samples, n_samples, FALSE, now_us);
}

static guint
get_frame_ms (Flow *flow, guint step)
{
  return step == 0 && flow->is_quick ? QUICK_FRAME_MS : ghc_pace_get_frame_ms (step);
}

/* Between two pieces of sound, when the encoder is at nothing. */
static void
use_step (Flow *flow, GstPad *pad)
{
  guint step = (guint) g_atomic_int_get (&flow->step);
  g_autoptr (GstElement) encoder = NULL;

  if (step == flow->step_used)
    return;
  encoder = gst_pad_get_parent_element (pad);
  if (encoder == NULL)
    return;
  flow->step_used = step;
  flow->frame_samples = GHC_RATE / 1000 * get_frame_ms (flow, step);
  g_object_set (encoder, "frame-size", get_frame_ms (flow, step), "bitrate",
                ghc_pace_get_bitrate (step), NULL);
}

/* What was begun is ended with silence: it would be sent before the next words otherwise. */
static GstPadProbeReturn
end_frame (Flow *flow, GstPadProbeInfo *info, guint n_samples)
{
  GstBuffer *buffer;

  if (flow->n_begun == 0)
    return GST_PAD_PROBE_DROP;
  flow->n_begun = flow->n_begun + n_samples < flow->frame_samples ? flow->n_begun + n_samples : 0;
  buffer = gst_buffer_make_writable (GST_PAD_PROBE_INFO_BUFFER (info));
  gst_buffer_memset (buffer, 0, 0, gst_buffer_get_size (buffer));
  GST_PAD_PROBE_INFO_DATA (info) = buffer;
  return GST_PAD_PROBE_OK;
}

/* In front of the encoder, on the microphone's thread. */
static GstPadProbeReturn
on_sound (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Flow *flow = data;
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
  feed_monitor (flow, (const gint16 *) map.data, n_samples, now_us);
  may_pass = ghc_gate_pass (flow->gate, (const gint16 *) map.data, n_samples, begun_us, now_us);
  gst_buffer_unmap (buffer, &map);
  use_step (flow, pad);
  if (!may_pass)
    return end_frame (flow, info, n_samples);
  flow->n_begun = (flow->n_begun + n_samples) % flow->frame_samples;
  return GST_PAD_PROBE_OK;
}

static GstFlowReturn
on_packet (GstAppSink *sink, gpointer data)
{
  Flow *flow = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample == NULL)
    return GST_FLOW_OK;
  /* With the lock, since another microphone goes on with the numbers of the packets when this one is closed. */
  g_mutex_lock (&flow->lock);
  if (!flow->is_closed)
    ghc_fan_push (flow->fan, gst_sample_get_buffer (sample));
  g_mutex_unlock (&flow->lock);
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
 * Closes the microphone: not one packet comes of it after this returns. It can not be started again.
 *
 * Returns: (transfer full): resolves to %TRUE once the device is free, and what was played is no longer looked
 *   for in it; never rejects
 */
DexFuture *
ghc_capture_stop (GhcCapture *self)
{
  g_return_val_if_fail (GHC_IS_CAPTURE (self), NULL);

  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline == NULL)
    return dex_future_new_for_boolean (TRUE);
  g_mutex_lock (&self->flow->lock);
  self->flow->is_closed = TRUE;
  g_clear_pointer (&self->flow->monitor, ghc_playout_unref);
  g_mutex_unlock (&self->flow->lock);
  self->encoder = NULL;
  return ghc_sound_close (g_steal_pointer (&self->pipeline));
}

static void
ghc_capture_finalize (GObject *object)
{
  GhcCapture *self = GHC_CAPTURE (object);

  dex_future_disown (ghc_capture_stop (self));
  g_clear_pointer (&self->flow, flow_unref);
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
  self->flow = g_atomic_rc_box_new0 (Flow);
  g_mutex_init (&self->flow->lock);
  self->flow->heard_us = g_get_monotonic_time ();
  self->loss_percent = -1;
  ghc_pace_init (&self->pace);
}

/* From sound as we want it to packets; the gate is in front of the encoder. */
static GstElement *
make_encoding (GhcCapture *self, const GhcSoundSettings *settings, GError **error)
{
  Flow *flow = self->flow;
  g_autofree char *text = g_strdup_printf (
    "opusenc name=encoder bitrate=%d bitrate-type=vbr frame-size=%u audio-type=%s dtx=true "
    "inband-fec=%s packet-loss-percentage=1 complexity=7 ! "
    "rtpopuspay mtu=1200 pt=%d ssrc=%u timestamp-offset=%u seqnum-offset=%u ! "
    "appsink name=packets sync=false async=false",
    ghc_pace_get_bitrate (0), get_frame_ms (flow, 0),
    settings->is_quick ? "restricted-lowdelay" : "voice", settings->is_quick ? "false" : "true",
    GHC_PAYLOAD_OPUS, ghc_fan_get_ssrc (flow->fan), ghc_fan_get_timestamp_offset (flow->fan),
    ghc_fan_get_next_number (flow->fan));
  GstAppSinkCallbacks callbacks = { .new_sample = on_packet };
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstElement) encoder = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *bin = gst_parse_bin_from_description (text, TRUE, error);

  if (bin == NULL)
    return NULL;
  flow->frame_samples = GHC_RATE / 1000 * get_frame_ms (flow, 0);
  sink = gst_bin_get_by_name (GST_BIN (bin), "packets");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, g_atomic_rc_box_acquire (flow),
                              flow_unref);
  encoder = gst_bin_get_by_name (GST_BIN (bin), "encoder");
  pad = gst_element_get_static_pad (encoder, "sink");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER, on_sound, g_atomic_rc_box_acquire (flow),
                     flow_unref);
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
  GstElement *cleaning, *encoding, *shape;

  self->flow->gate = ghc_gate_ref (gate);
  self->flow->fan = ghc_fan_ref (fan);
  self->flow->is_quick = settings->is_quick;
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
  return g_steal_pointer (&self);
}

static DexFuture *
on_started (DexFuture *started, gpointer data)
{
  GhcCapture *self = data;
  g_autoptr (GstBus) bus = NULL;

  if (self->pipeline == NULL)
    return dex_ref (started);
  g_mutex_lock (&self->flow->lock);
  self->flow->is_open = TRUE;
  self->flow->heard_us = g_get_monotonic_time ();
  g_mutex_unlock (&self->flow->lock);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  return dex_ref (started);
}

/**
 * ghc_capture_start:
 * @self: a capture
 *
 * Returns: (transfer full): resolves to %TRUE once the microphone is open, or about to be; rejects with
 *   %GH_ERROR_UNAVAILABLE ("media.device")
 */
DexFuture *
ghc_capture_start (GhcCapture *self)
{
  g_return_val_if_fail (GHC_IS_CAPTURE (self), NULL);

  if (self->pipeline == NULL)
    return dex_future_new_reject (GH_ERROR, GH_ERROR_UNAVAILABLE,
                                  "It was closed before it was open.");
  return dex_future_then (ghc_sound_open (self->pipeline), on_started, g_object_ref (self),
                          g_object_unref);
}

/**
 * ghc_capture_get_silent_us:
 * @self: a capture
 * @now_us: the monotonic time
 *
 * Returns: for how long the microphone has given nothing at all, not even silence
 */
gint64
ghc_capture_get_silent_us (GhcCapture *self, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (GHC_IS_CAPTURE (self), 0);

  locker = g_mutex_locker_new (&self->flow->lock);
  return now_us - self->flow->heard_us;
}

/**
 * ghc_capture_is_open:
 * @self: a capture
 *
 * Returns: whether its device is no longer on its way to be opened, which may take as long as it takes
 */
gboolean
ghc_capture_is_open (GhcCapture *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (GHC_IS_CAPTURE (self), FALSE);

  locker = g_mutex_locker_new (&self->flow->lock);
  return self->flow->is_open;
}

/**
 * ghc_capture_has_heard:
 * @self: a capture
 *
 * Returns: whether the microphone has ever given anything
 */
gboolean
ghc_capture_has_heard (GhcCapture *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (GHC_IS_CAPTURE (self), FALSE);

  locker = g_mutex_locker_new (&self->flow->lock);
  return self->flow->has_heard;
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

  g_mutex_lock (&self->flow->lock);
  before = g_steal_pointer (&self->flow->monitor);
  self->flow->monitor = monitor != NULL ? ghc_playout_ref (monitor) : NULL;
  g_mutex_unlock (&self->flow->lock);
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
  if (ghc_gate_is_open (self->flow->gate, now_us))
    {
      guint step = ghc_pace_take (&self->pace, loss, now_us);

      if (step != (guint) g_atomic_int_get (&self->flow->step))
        g_info ("Frames of %u ms are sent from now on", get_frame_ms (self->flow, step));
      g_atomic_int_set (&self->flow->step, (int) step);
    }
  if (self->encoder == NULL || percent == self->loss_percent)
    return;
  self->loss_percent = percent;
  g_object_set (self->encoder, "packet-loss-percentage", percent, NULL);
}
