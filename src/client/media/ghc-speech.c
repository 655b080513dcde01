/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-speech.h"

#include <gst/app/gstappsink.h>

/* Somebody who begins after such a pause had sent nothing. */
#define PAUSE_NS (15 * GST_MSECOND)
/* What is longer is not made up: nobody takes it for speech, and it would be played before what came. */
#define MOST_MADE_UP_NS (200 * GST_MSECOND)
/* Nor what is shorter than any frame: opusdec (1.26, 1.28) would map the packet that follows, and never let it go. */
#define LEAST_MADE_UP_NS (2500 * GST_USECOND)
#define MOST_LOST 100
struct _GhcSpeech
{
  gatomicrefcount ref_count;
  GhcPlayout *playout;
  guint turn;
  int is_repairing; /* atomic */

  /* Of the thread that sound comes on: */
  GstClockTime end; /* of the last sound */
  guint16 number;   /* of the last packet */
  guint32 time;     /* that it bears */
  guint frame;      /* how much was in the one before, in samples; 0 when that is not known */
  gboolean is_lost; /* what lacks since then is not made up */
};

/**
 * ghc_speech_new:
 * @playout: where what is heard goes to
 * @turn: the number of the connection that it comes by
 *
 * Returns: (transfer full): a speech
 */
GhcSpeech *
ghc_speech_new (GhcPlayout *playout, guint turn)
{
  GhcSpeech *self;

  g_return_val_if_fail (playout != NULL, NULL);

  self = g_new0 (GhcSpeech, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->playout = ghc_playout_ref (playout);
  self->turn = turn;
  self->end = GST_CLOCK_TIME_NONE;
  return self;
}

/**
 * ghc_speech_ref:
 * @self: a speech
 *
 * Returns: (transfer full): the same speech
 */
GhcSpeech *
ghc_speech_ref (GhcSpeech *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_speech_unref:
 * @self: (transfer full): a speech
 */
void
ghc_speech_unref (GhcSpeech *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  ghc_playout_unref (self->playout);
  g_free (self);
}

static GstFlowReturn
on_sound (GstAppSink *sink, gpointer data)
{
  GhcSpeech *self = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  gboolean is_new = TRUE;
  GstMapInfo map;

  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_OK;
  if (GST_BUFFER_PTS_IS_VALID (buffer))
    {
      is_new = !GST_CLOCK_TIME_IS_VALID (self->end)
               || GST_BUFFER_PTS (buffer) > self->end + PAUSE_NS;
      self->end = GST_BUFFER_PTS (buffer)
                  + gst_util_uint64_scale (map.size / sizeof (gint16), GST_SECOND, GHC_RATE);
    }
  if (ghc_playout_may_push (self->playout, self->turn))
    ghc_playout_push (self->playout, (const gint16 *) map.data,
                      (guint) (map.size / sizeof (gint16)), is_new, g_get_monotonic_time ());
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

/* Only between two frames: opusdec reads the switch more than once while it decodes one. */
static GstPadProbeReturn
on_frame (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GhcSpeech *self = data;
  g_autoptr (GstElement) decoder = NULL;

  if (!g_atomic_int_get (&self->is_repairing))
    return GST_PAD_PROBE_OK;
  decoder = gst_pad_get_parent_element (pad);
  if (decoder != NULL)
    g_object_set (decoder, "use-inband-fec", TRUE, NULL);
  return GST_PAD_PROBE_REMOVE;
}

/* How many packets lack says how much was lost; how much time they lack may be a pause, as of who was muted. */
static void
take_number (GhcSpeech *self, GstBuffer *buffer)
{
  guint8 head[8] = { 0 };
  guint16 number;
  guint32 time;
  guint n_lost;

  /* RFC 3550, section 5.1. */
  gst_buffer_extract (buffer, 0, head, sizeof head);
  number = GST_READ_UINT16_BE (head + 2);
  time = GST_READ_UINT32_BE (head + 4);
  n_lost = (guint16) (number - self->number - 1);
  if (self->is_lost && n_lost < G_MAXINT16)
    ghc_playout_note_lost (self->playout,
                           GHC_SAMPLES_TO_US (MIN (n_lost, MOST_LOST) * self->frame));
  if (n_lost == 0 && time - self->time <= GHC_RATE / 10)
    self->frame = time - self->time;
  self->is_lost = FALSE;
  self->number = number;
  self->time = time;
}

/* In front of the decoder's side: packets, and what is told of those that do not come. */
static GstPadProbeReturn
on_voice (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GhcSpeech *self = data;
  GstClockTime length = GST_CLOCK_TIME_NONE;
  const GstStructure *told;

  if (GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER)
    {
      take_number (self, GST_PAD_PROBE_INFO_BUFFER (info));
      return GST_PAD_PROBE_OK;
    }
  told = gst_event_get_structure (GST_PAD_PROBE_INFO_EVENT (info));
  if (told == NULL || !gst_structure_has_name (told, "GstRTPPacketLost")
      || !gst_structure_get_clock_time (told, "duration", &length) || length <= MOST_MADE_UP_NS)
    return GST_PAD_PROBE_OK;
  self->is_lost = TRUE;
  return GST_PAD_PROBE_DROP;
}

/* What the decoder is not given it makes up. */
static GstPadProbeReturn
on_gap (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GhcSpeech *self = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime length = GST_CLOCK_TIME_NONE;

  if (GST_EVENT_TYPE (event) != GST_EVENT_GAP)
    return GST_PAD_PROBE_OK;
  gst_event_parse_gap (event, NULL, &length);
  if (length > 0 && length < LEAST_MADE_UP_NS)
    return GST_PAD_PROBE_DROP;
  if (GST_CLOCK_TIME_IS_VALID (length))
    ghc_playout_note_made_up (self->playout, (gint64) (length / GST_USECOND));
  return GST_PAD_PROBE_OK;
}

/**
 * ghc_speech_create_bin:
 * @self: a speech
 * @error: return location
 *
 * Makes what decodes the packets of their voice; its pad "sink" takes them as webrtcbin gives them.
 *
 * Returns: (transfer floating): a bin, which keeps the speech alive; %NULL with an error of GStreamer's when
 *   an element is missing
 */
GstElement *
ghc_speech_create_bin (GhcSpeech *self, GError **error)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_sound };
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstElement) decoder = NULL;
  g_autoptr (GstElement) packets = NULL;
  g_autoptr (GstPad) packets_in = NULL;
  g_autoptr (GstPad) way_in = NULL;
  GstElement *bin = gst_parse_bin_from_description (
    "rtpopusdepay name=packets ! opusdec name=decoder plc=true ! audioconvert ! "
    "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=1 ! "
    "appsink name=sound sync=false async=false",
    TRUE, error);

  if (bin == NULL)
    return NULL;
  sink = gst_bin_get_by_name (GST_BIN (bin), "sound");
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, ghc_speech_ref (self),
                              (GDestroyNotify) ghc_speech_unref);
  decoder = gst_bin_get_by_name (GST_BIN (bin), "decoder");
  packets = gst_bin_get_by_name (GST_BIN (bin), "packets");
  packets_in = gst_element_get_static_pad (packets, "sink");
  gst_pad_add_probe (packets_in, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                     on_voice, ghc_speech_ref (self), (GDestroyNotify) ghc_speech_unref);
  way_in = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (way_in, GST_PAD_PROBE_TYPE_BUFFER, on_frame, ghc_speech_ref (self),
                     (GDestroyNotify) ghc_speech_unref);
  gst_pad_add_probe (way_in, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_gap, ghc_speech_ref (self),
                     (GDestroyNotify) ghc_speech_unref);
  return bin;
}

/**
 * ghc_speech_repair:
 * @self: a speech
 *
 * From now on what is lost is taken from the packet that follows it. That costs the time of a frame, so
 * it is to begin only when something is lost; it does not end, because the decoder keeps a packet back.
 */
void
ghc_speech_repair (GhcSpeech *self)
{
  g_return_if_fail (self != NULL);

  g_atomic_int_set (&self->is_repairing, TRUE);
}
