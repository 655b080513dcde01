/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-ear.h"

#include <gst/app/gstappsink.h>

/* Somebody who begins after such a pause had sent nothing. */
#define PAUSE_NS (15 * GST_MSECOND)
/* What is longer is not made up: nobody takes it for speech, and it would be played before what came. */
#define MOST_MADE_UP_NS (200 * GST_MSECOND)
#define MOST_LOST 100
/* How often the ends tell each other how it goes; also the sign that the way is open. */
#define RTCP_INTERVAL_NS (500 * GST_MSECOND)
/* How long a packet of pictures, or of their sound, is waited for that others have overtaken. */
#define OTHER_WAIT_MS 40

struct _GhcEar
{
  gatomicrefcount ref_count;
  GWeakRef link;
  GMainContext *context;
  GhcPlayout *playout;
  guint turn;
  guint voice; /* our source of it */
  GhcInlet *inlets[GHC_N_LINES];
  int is_repairing; /* atomic */

  /* Of the thread that sound comes on: */
  GstClockTime end; /* of the last sound */
  guint16 number;   /* of the last packet */
  guint32 time;     /* that it bears */
  guint frame;      /* how much was in the one before, in samples; 0 when that is not known */
  gboolean is_lost; /* what lacks since then is not made up */

  GMutex lock;        /* of what follows */
  GHashTable *waits;  /* of the jitter buffers that there are, by what they are of */
  GstElement *jitter; /* (nullable): the one that their voice waits in */
  GObject *session;   /* (nullable): rtpbin's, of RTP and RTCP */
  GObject *feedback;  /* (nullable): its element, which knows what became of each packet of pictures */
  guint wait_ms;      /* 0 for as it is */
  gboolean is_closed;
};

typedef struct
{
  GhcEar *ear;
  GhcEarFunc func;
  guint number;
  char *text;
} Call;

/* What comes in on one line goes from here to its inlet. */
typedef struct
{
  GhcInlet *inlet;
  GstPad *pad;
  guint turn;
} Mouth;

GhcEar *
ghc_ear_new (GhcLink *link, GhcPlayout *playout, GhcInlet *const *inlets, guint turn, guint voice)
{
  GhcEar *self = g_new0 (GhcEar, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->link, link);
  self->context = g_main_context_ref_thread_default ();
  self->playout = ghc_playout_ref (playout);
  self->turn = turn;
  self->voice = voice;
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->inlets[i] = ghc_inlet_ref (inlets[i]);
  self->waits = g_hash_table_new_full (NULL, NULL, NULL, gst_object_unref);
  self->end = GST_CLOCK_TIME_NONE;
  g_mutex_init (&self->lock);
  return self;
}

GhcEar *
ghc_ear_ref (GhcEar *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ghc_ear_unref (GhcEar *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->link);
  g_main_context_unref (self->context);
  ghc_playout_unref (self->playout);
  for (guint i = 0; i < GHC_N_LINES; i++)
    ghc_inlet_unref (self->inlets[i]);
  g_hash_table_unref (self->waits);
  gst_clear_object (&self->jitter);
  g_clear_object (&self->session);
  g_clear_object (&self->feedback);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static void
unref_closure (gpointer data, GClosure *closure)
{
  ghc_ear_unref (data);
}

static void
call_free (gpointer data)
{
  Call *call = data;

  ghc_ear_unref (call->ear);
  g_free (call->text);
  g_free (call);
}

static gboolean
on_main (gpointer data)
{
  Call *call = data;
  g_autoptr (GhcLink) link = g_weak_ref_get (&call->ear->link);

  if (link != NULL)
    call->func (link, call->number, call->text);
  return G_SOURCE_REMOVE;
}

/* Calls @func on the main thread, in the order of calls, unless the link is gone by then. */
void
ghc_ear_tell (GhcEar *self, GhcEarFunc func, guint number, const char *text)
{
  g_autoptr (GSource) source = g_idle_source_new ();
  Call *call = g_new0 (Call, 1);

  call->ear = ghc_ear_ref (self);
  call->func = func;
  call->number = number;
  call->text = g_strdup (text);
  g_source_set_priority (source, G_PRIORITY_DEFAULT);
  g_source_set_static_name (source, "ghc-ear");
  g_source_set_callback (source, on_main, call, call_free);
  g_source_attach (source, self->context);
}

static GstFlowReturn
on_sound (GstAppSink *sink, gpointer data)
{
  GhcEar *self = data;
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
  GhcEar *self = data;
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
take_number (GhcEar *self, GstBuffer *buffer)
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
  GhcEar *self = data;
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
  GhcEar *self = data;
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstClockTime length = GST_CLOCK_TIME_NONE;

  if (GST_EVENT_TYPE (event) != GST_EVENT_GAP)
    return GST_PAD_PROBE_OK;
  gst_event_parse_gap (event, NULL, &length);
  if (GST_CLOCK_TIME_IS_VALID (length))
    ghc_playout_note_made_up (self->playout, (gint64) (length / GST_USECOND));
  return GST_PAD_PROBE_OK;
}

/* Their voice waits as long as the playout does, everything else for the same time always. */
static void
take_wait (GhcEar *self, GhcLine line, guint ssrc)
{
  g_autoptr (GstElement) jitter = NULL;
  GstElement *found;

  g_mutex_lock (&self->lock);
  found = g_hash_table_lookup (self->waits, GUINT_TO_POINTER (ssrc));
  if (line == GHC_LINE_VOICE && found != NULL)
    gst_object_replace ((GstObject **) &self->jitter, GST_OBJECT (found));
  else if (found != NULL)
    jitter = gst_object_ref (found);
  g_mutex_unlock (&self->lock);
  if (jitter != NULL)
    g_object_set (jitter, "latency", OTHER_WAIT_MS, NULL);
}

/* What they say comes out of webrtcbin. */
static GstElement *
make_hearing (GhcEar *self, GError **error)
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
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, ghc_ear_ref (self),
                              (GDestroyNotify) ghc_ear_unref);
  decoder = gst_bin_get_by_name (GST_BIN (bin), "decoder");
  packets = gst_bin_get_by_name (GST_BIN (bin), "packets");
  packets_in = gst_element_get_static_pad (packets, "sink");
  gst_pad_add_probe (packets_in, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                     on_voice, ghc_ear_ref (self), (GDestroyNotify) ghc_ear_unref);
  way_in = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (way_in, GST_PAD_PROBE_TYPE_BUFFER, on_frame, ghc_ear_ref (self),
                     (GDestroyNotify) ghc_ear_unref);
  gst_pad_add_probe (way_in, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_gap, ghc_ear_ref (self),
                     (GDestroyNotify) ghc_ear_unref);
  return bin;
}

static void
mouth_free (gpointer data)
{
  Mouth *mouth = data;

  ghc_inlet_forget_origin (mouth->inlet, mouth->pad);
  ghc_inlet_unref (mouth->inlet);
  gst_object_unref (mouth->pad);
  g_free (mouth);
}

static GstFlowReturn
on_packet (GstAppSink *sink, gpointer data)
{
  Mouth *mouth = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);

  if (sample != NULL)
    ghc_inlet_push (mouth->inlet, gst_sample_get_buffer (sample), mouth->turn);
  return GST_FLOW_OK;
}

/* Whatever is not said is for who watches: packets, as they are. */
static GstElement *
make_passage (GhcInlet *inlet, guint turn)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_packet };
  GstElement *sink = gst_element_factory_make_full ("appsink", "sync", FALSE, "async", FALSE, NULL);
  Mouth *mouth = g_new0 (Mouth, 1);

  mouth->inlet = ghc_inlet_ref (inlet);
  mouth->turn = turn;
  mouth->pad = gst_element_get_static_pad (sink, "sink");
  ghc_inlet_set_origin (inlet, mouth->pad);
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, mouth, mouth_free);
  return sink;
}

static gboolean
read_pad (GstPad *pad, GhcLine *line, guint *ssrc)
{
  g_autoptr (GstCaps) caps = gst_pad_get_current_caps (pad);
  GstStructure *structure;
  int payload;

  if (caps == NULL)
    return FALSE;
  structure = gst_caps_get_structure (caps, 0);
  gst_structure_get_uint (structure, "ssrc", ssrc);
  return gst_structure_get_int (structure, "payload", &payload)
         && ghc_line_from_payload ((guint) payload, line);
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, gpointer data)
{
  GhcEar *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstObject) pipeline = NULL;
  g_autoptr (GstPad) target = NULL;
  GstElement *part;
  GhcLine line;
  guint ssrc = 0;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  pipeline = gst_object_get_parent (GST_OBJECT (webrtc));
  if (pipeline == NULL)
    return;
  if (!read_pad (pad, &line, &ssrc))
    {
      g_info ("Something came that belongs to no line");
      return;
    }
  part = line == GHC_LINE_VOICE ? make_hearing (self, &error)
                                : make_passage (self->inlets[line], self->turn);
  if (part == NULL)
    {
      g_warning ("Nobody can be heard: %s", error->message);
      return;
    }
  take_wait (self, line, ssrc);
  gst_bin_add (GST_BIN (pipeline), part);
  target = gst_element_get_static_pad (part, "sink");
  gst_element_sync_state_with_parent (part);
  if (gst_pad_link (pad, target) != GST_PAD_LINK_OK)
    g_warning ("Nobody can be heard: what came is not what was agreed on");
}

static void
on_new_jitterbuffer (GstElement *rtpbin, GstElement *jitter, guint session, guint ssrc,
                     gpointer data)
{
  GhcEar *self = data;
  guint wait_ms;

  g_mutex_lock (&self->lock);
  if (!self->is_closed)
    g_hash_table_insert (self->waits, GUINT_TO_POINTER (ssrc), gst_object_ref (jitter));
  wait_ms = self->wait_ms;
  g_mutex_unlock (&self->lock);
  /* The first packet waits, too, and whose it is shows only afterwards. */
  if (wait_ms > 0)
    g_object_set (jitter, "latency", wait_ms, NULL);
}

/* rtpbin makes a session when it is first needed. */
static void
on_new_ssrc (GstElement *rtpbin, guint session_id, guint ssrc, gpointer data)
{
  GhcEar *self = data;
  g_autoptr (GObject) session = NULL;
  g_autoptr (GObject) feedback = NULL;

  g_signal_emit_by_name (rtpbin, "get-internal-session", session_id, &session);
  g_signal_emit_by_name (rtpbin, "get-session", session_id, &feedback);
  if (session == NULL)
    return;
  g_object_set (session, "rtcp-min-interval", (guint64) RTCP_INTERVAL_NS, NULL);
  g_mutex_lock (&self->lock);
  if (!self->is_closed && self->session == NULL)
    {
      self->session = g_steal_pointer (&session);
      self->feedback = g_steal_pointer (&feedback);
    }
  g_mutex_unlock (&self->lock);
}

/* Before the pipeline starts. */
void
ghc_ear_attach (GhcEar *self, GstElement *pipeline, GstElement *webrtc)
{
  g_autoptr (GstElement) rtpbin = gst_bin_get_by_name (GST_BIN (webrtc), "rtpbin");

  g_signal_connect_data (webrtc, "pad-added", G_CALLBACK (on_pad_added), ghc_ear_ref (self),
                         unref_closure, G_CONNECT_DEFAULT);
  if (rtpbin == NULL)
    return;
  g_signal_connect_data (rtpbin, "new-jitterbuffer", G_CALLBACK (on_new_jitterbuffer),
                         ghc_ear_ref (self), unref_closure, G_CONNECT_DEFAULT);
  g_signal_connect_data (rtpbin, "on-new-ssrc", G_CALLBACK (on_new_ssrc), ghc_ear_ref (self),
                         unref_closure, G_CONNECT_DEFAULT);
  g_signal_connect_data (rtpbin, "on-new-sender-ssrc", G_CALLBACK (on_new_ssrc),
                         ghc_ear_ref (self), unref_closure, G_CONNECT_DEFAULT);
}

static GstElement *
ref_jitter (GhcEar *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->jitter != NULL ? gst_object_ref (self->jitter) : NULL;
}

/* Only the packets; the rest of @counts is the link's. */
void
ghc_ear_get_counts (GhcEar *self, GhcLinkCounts *counts)
{
  g_autoptr (GstElement) jitter = ref_jitter (self);
  g_autoptr (GstStructure) stats = NULL;

  if (jitter == NULL)
    return;
  g_object_get (jitter, "stats", &stats, NULL);
  gst_structure_get_uint64 (stats, "num-pushed", &counts->n_came);
  gst_structure_get_uint64 (stats, "num-lost", &counts->n_lost);
}

/* What the other end said about what we send: RFC 3550, section 6.4.1. Of all our sources it is told when; what it
 * said of one that sends nothing any more stays as it was. */
static void
read_source (const GstStructure *source, guint voice, GhcLinkReport *report, guint *newest)
{
  gboolean has_block = FALSE;
  guint ssrc = 0;
  guint fraction = 0;
  guint round_trip = 0;
  guint sent_at = 0;

  if (!gst_structure_get (source, "have-rb", G_TYPE_BOOLEAN, &has_block, NULL) || !has_block)
    return;
  gst_structure_get_uint (source, "ssrc", &ssrc);
  gst_structure_get_uint (source, "rb-lsr", &sent_at);
  if (ssrc == voice && gst_structure_get_uint (source, "rb-fractionlost", &fraction))
    report->sent_loss = MIN (fraction / 256.0, 1);
  /* In 65,536ths of a second, both. */
  if (!gst_structure_get_uint (source, "rb-round-trip", &round_trip)
      || (*newest != 0 && (gint32) (sent_at - *newest) < 0))
    return;
  *newest = sent_at;
  report->round_trip_ms = (guint) CLAMP ((guint64) round_trip * 1000 / 65536, 1, 60000);
}

/* What became of each packet of pictures: draft-holmer-rmcat-transport-wide-cc-extensions-01. */
static void
read_feedback (GObject *feedback, GhcLinkReport *report)
{
  g_autoptr (GstStructure) stats = NULL;
  double percent = 0;

  g_object_get (feedback, "twcc-stats", &stats, NULL);
  if (stats == NULL || !gst_structure_get_uint (stats, "bitrate-sent", &report->pictures_sent)
      || !gst_structure_get_uint (stats, "bitrate-recv", &report->pictures_received))
    return;
  if (gst_structure_get_double (stats, "packet-loss-pct", &percent))
    report->pictures_loss = CLAMP (percent / 100, 0, 1);
}

/* Only what the ends tell each other; the rest of @report is the link's. */
void
ghc_ear_read_report (GhcEar *self, GhcLinkReport *report)
{
  g_autoptr (GObject) session = NULL;
  g_autoptr (GObject) feedback = NULL;
  g_autoptr (GstStructure) stats = NULL;
  const GValue *sources;
  guint n_sources;
  guint newest = 0;

  g_mutex_lock (&self->lock);
  g_set_object (&session, self->session);
  g_set_object (&feedback, self->feedback);
  g_mutex_unlock (&self->lock);
  if (session == NULL)
    return;
  if (feedback != NULL)
    read_feedback (feedback, report);
  g_object_get (session, "stats", &stats, NULL);
  sources = gst_structure_get_value (stats, "source-stats");
  G_GNUC_BEGIN_IGNORE_DEPRECATIONS
  n_sources = sources != NULL ? ((GValueArray *) g_value_get_boxed (sources))->n_values : 0;
  for (guint i = 0; i < n_sources; i++)
    {
      const GValue *source = g_value_array_get_nth (g_value_get_boxed (sources), i);

      read_source (gst_value_get_structure (source), self->voice, report, &newest);
    }
  G_GNUC_END_IGNORE_DEPRECATIONS
}

void
ghc_ear_set_wait_ms (GhcEar *self, guint wait_ms)
{
  g_autoptr (GstElement) jitter = NULL;

  g_mutex_lock (&self->lock);
  if (self->wait_ms == wait_ms)
    {
      g_mutex_unlock (&self->lock);
      return;
    }
  self->wait_ms = wait_ms;
  jitter = self->jitter != NULL ? gst_object_ref (self->jitter) : NULL;
  g_mutex_unlock (&self->lock);
  if (jitter != NULL)
    g_object_set (jitter, "latency", wait_ms, NULL);
}

/* From now on what is lost is taken from the packet that follows it. That costs the time of a frame, so
 * it begins only when something is lost; it does not end, because the decoder keeps a packet back. */
void
ghc_ear_repair (GhcEar *self)
{
  g_atomic_int_set (&self->is_repairing, TRUE);
}

/* Lets go of what belongs to the pipeline. */
void
ghc_ear_close (GhcEar *self)
{
  g_autoptr (GstElement) jitter = NULL;
  g_autoptr (GObject) session = NULL;
  g_autoptr (GObject) feedback = NULL;

  g_mutex_lock (&self->lock);
  feedback = g_steal_pointer (&self->feedback);
  self->is_closed = TRUE;
  g_hash_table_remove_all (self->waits);
  session = g_steal_pointer (&self->session);
  jitter = g_steal_pointer (&self->jitter);
  g_mutex_unlock (&self->lock);
}
