/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-ear.h"

#include "ghc-link-report.h"
#include "ghc-speech.h"

#include <gst/app/gstappsink.h>

/* How often the ends tell each other how it goes; also the sign that the way is open. */
#define RTCP_INTERVAL_NS (500 * GST_MSECOND)
/* What came and what lacks of pictures is told as soon as it is known (RFC 4585): a part of so much is for that. */
#define RTCP_BANDWIDTH 20e6
/* How long a packet of the sound of pictures is waited for that others have overtaken. */
#define OTHER_WAIT_MS 40
/* One of pictures is sent again, maybe twice; what came is shown at once all the same. */
#define PICTURES_WAIT_MS 200
/* So many others have overtaken it, and it is asked for. */
#define OVERTAKEN 2
/* And again so long after, at the soonest. */
#define ASK_AGAIN_MS 15
#define MOST_ASKS 6

struct _GhcEar
{
  gatomicrefcount ref_count;
  GWeakRef link;
  GMainContext *context;
  GhcSpeech *speech;
  guint turn;
  guint voice; /* our source of it */
  GhcInlet *inlets[GHC_N_LINES];

  GMutex lock;        /* of what follows */
  GHashTable *waits;  /* of the jitter buffers that there are, by what they are of */
  GstElement *jitter; /* (nullable): the one that their voice waits in */
  GObject *session;   /* (nullable): rtpbin's, of RTP and RTCP */
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

/**
 * ghc_ear_new:
 * @link: whom it belongs to, and does not keep alive
 * @playout: where their voice goes to
 * @inlets: (array fixed-size=4): where what comes on the other lines goes to, by #GhcLine
 * @turn: the number of the connection
 * @voice: the SSRC that our own voice is sent with
 *
 * Made on the thread that the link lives on.
 *
 * Returns: (transfer full): an ear
 */
GhcEar *
ghc_ear_new (GhcLink *link, GhcPlayout *playout, GhcInlet *const *inlets, guint turn, guint voice)
{
  GhcEar *self = g_new0 (GhcEar, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_weak_ref_init (&self->link, link);
  self->context = g_main_context_ref_thread_default ();
  self->speech = ghc_speech_new (playout, turn);
  self->turn = turn;
  self->voice = voice;
  for (guint i = 0; i < GHC_N_LINES; i++)
    self->inlets[i] = ghc_inlet_ref (inlets[i]);
  self->waits = g_hash_table_new_full (NULL, NULL, NULL, gst_object_unref);
  g_mutex_init (&self->lock);
  return self;
}

/**
 * ghc_ear_ref:
 * @self: an ear
 *
 * Returns: (transfer full): the same ear
 */
GhcEar *
ghc_ear_ref (GhcEar *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_ear_unref:
 * @self: (transfer full): an ear
 */
void
ghc_ear_unref (GhcEar *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_weak_ref_clear (&self->link);
  g_main_context_unref (self->context);
  ghc_speech_unref (self->speech);
  for (guint i = 0; i < GHC_N_LINES; i++)
    ghc_inlet_unref (self->inlets[i]);
  g_hash_table_unref (self->waits);
  gst_clear_object (&self->jitter);
  g_clear_object (&self->session);
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

/**
 * ghc_ear_tell:
 * @self: an ear
 * @func: what to call on the link's thread
 * @number: for it
 * @text: (nullable): for it; copied
 *
 * Calls @func in the order in which it is told, unless the link is gone by then. On any thread.
 */
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
  if (jitter == NULL)
    return;
  /* webrtcbin of GStreamer 1.26 has one answer for all lines of a connection. */
  if (ghc_line_is_video (line))
    g_object_set (jitter, "latency", PICTURES_WAIT_MS, "do-retransmission", TRUE,
                  "rtx-next-seqnum", FALSE, "rtx-delay-reorder", OVERTAKEN,
                  "rtx-min-retry-timeout", ASK_AGAIN_MS, "rtx-max-retries",
                  MOST_ASKS, NULL);
  else
    g_object_set (jitter, "latency", OTHER_WAIT_MS, "do-retransmission", FALSE, NULL);
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
  part = line == GHC_LINE_VOICE ? ghc_speech_create_bin (self->speech, &error)
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

  g_signal_emit_by_name (rtpbin, "get-internal-session", session_id, &session);
  if (session == NULL)
    return;
  g_object_set (session, "rtcp-min-interval", (guint64) RTCP_INTERVAL_NS, "bandwidth",
                RTCP_BANDWIDTH, NULL);
  g_mutex_lock (&self->lock);
  if (!self->is_closed && self->session == NULL)
    self->session = g_steal_pointer (&session);
  g_mutex_unlock (&self->lock);
}

/**
 * ghc_ear_attach:
 * @self: an ear
 * @pipeline: what @webrtc is in
 * @webrtc: the webrtcbin that it is to hear
 *
 * To be called before the pipeline starts.
 */
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

/**
 * ghc_ear_get_counts:
 * @self: an ear
 * @counts: (inout): what came and what was lost of their voice is set; the rest is the link's
 */
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

/**
 * ghc_ear_read_report:
 * @self: an ear
 * @report: (inout): what the ends tell each other is set; the rest is the link's
 *
 * May be called on any thread.
 */
void
ghc_ear_read_report (GhcEar *self, GhcLinkReport *report)
{
  g_autoptr (GObject) session = NULL;

  g_mutex_lock (&self->lock);
  g_set_object (&session, self->session);
  g_mutex_unlock (&self->lock);
  if (session == NULL)
    return;
  ghc_link_report_read (report, session, self->voice);
}

/**
 * ghc_ear_set_wait_ms:
 * @self: an ear
 * @wait_ms: how long what they say waits for what it has overtaken
 */
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

/**
 * ghc_ear_repair:
 * @self: an ear
 *
 * Something of what they say gets lost: see ghc_speech_repair().
 */
void
ghc_ear_repair (GhcEar *self)
{
  ghc_speech_repair (self->speech);
}

/**
 * ghc_ear_close:
 * @self: an ear
 *
 * Lets go of what belongs to the pipeline.
 */
void
ghc_ear_close (GhcEar *self)
{
  g_autoptr (GstElement) jitter = NULL;
  g_autoptr (GObject) session = NULL;

  g_mutex_lock (&self->lock);
  self->is_closed = TRUE;
  g_hash_table_remove_all (self->waits);
  session = g_steal_pointer (&self->session);
  jitter = g_steal_pointer (&self->jitter);
  g_mutex_unlock (&self->lock);
}
