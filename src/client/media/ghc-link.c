/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-link.h"

#include "gh-error.h"
#include "gh-media-leg.h"
#include "ghc-arrivals.h"
#include "ghc-ear.h"
#include "ghc-link-private.h"
#include "ghc-repair.h"
#include "ghc-signal.h"
#include "ghc-sound.h"
#include "ghc-ways.h"

#include <string.h>

struct _GhcLink
{
  GObject parent_instance;
  GstElement *pipeline; /* NULL once closed */
  GstElement *webrtc;   /* the pipeline holds it */
  GhcWays *ways;        /* NULL once closed */
  GhMediaLeg *leg;
  GhcEar *ear;
  GPtrArray *asked; /* (element-type GstPromise): what webrtcbin has not answered */
  GhcArrivals *arrivals; /* of the pictures that we send */
  GhcRepair *repair;     /* of them */
  char *ufrag;
  char *password;
  gboolean is_relay_only;
  GhcLinkState state;
  guint n_relays;
  gboolean has_gathered;
};

typedef enum
{
  CANDIDATE,
  STATE,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcLink, ghc_link, G_TYPE_OBJECT)

static void
take_candidate (GhcLink *self, guint line, const char *text)
{
  if (self->pipeline == NULL)
    return;
  if (strstr (text, " typ relay") != NULL)
    self->n_relays++;
  g_signal_emit (self, signals[CANDIDATE], 0, line, text);
}

static void
on_candidate (GstElement *webrtc, guint line, const char *text, gpointer data)
{
  ghc_ear_tell (data, take_candidate, line, text);
}

static void
take_gathered (GhcLink *self, guint number, const char *text)
{
  self->has_gathered = TRUE;
}

static void
on_gathering (GstElement *webrtc, GParamSpec *pspec, gpointer data)
{
  GstWebRTCICEGatheringState state;

  g_object_get (webrtc, "ice-gathering-state", &state, NULL);
  if (state == GST_WEBRTC_ICE_GATHERING_STATE_COMPLETE)
    ghc_ear_tell (data, take_gathered, 0, NULL);
}

static void
take_state (GhcLink *self, guint number, const char *text)
{
  GhcLinkState state = number;

  if (self->pipeline == NULL || self->state == state || self->state == GHC_LINK_FAILED)
    return;
  self->state = state;
  if (state == GHC_LINK_CONNECTED)
    {
      ghc_ways_connect (self->ways);
      ghc_repair_attach (self->repair, self->webrtc);
    }
  g_signal_emit (self, signals[STATE], 0);
}

static void
on_state (GstElement *webrtc, GParamSpec *pspec, gpointer data)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (webrtc, "connection-state", &state, NULL);
  if (state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED)
    ghc_ear_tell (data, take_state, GHC_LINK_CONNECTED, NULL);
  else if (state == GST_WEBRTC_PEER_CONNECTION_STATE_FAILED
           || state == GST_WEBRTC_PEER_CONNECTION_STATE_DISCONNECTED
           || state == GST_WEBRTC_PEER_CONNECTION_STATE_CLOSED)
    ghc_ear_tell (data, take_state, GHC_LINK_FAILED, NULL);
}

static void
recalculate_latency (GstElement *pipeline, gpointer data)
{
  gst_bin_recalculate_latency (GST_BIN (pipeline));
}

/* Until it is known, rtpbin does not tell the other end when it sent what, and nobody knows how long the
 * way is. On another thread, because whoever posts this may hold a lock. */
static void
learn_latency (GstObject *element)
{
  g_autoptr (GstObject) at = gst_object_ref (element);

  while (!GST_IS_PIPELINE (at))
    {
      GstObject *parent = gst_object_get_parent (at);

      if (parent == NULL)
        return;
      gst_object_unref (at);
      at = parent;
    }
  gst_element_call_async (GST_ELEMENT (at), recalculate_latency, NULL, NULL);
}

/* On whatever thread; nobody reads this bus, so nothing may stay in it. */
static GstBusSyncReply
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    learn_latency (GST_MESSAGE_SRC (message));
  else if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_ERROR)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *details = NULL;

      gst_message_parse_error (message, &error, &details);
      g_info ("A connection of the call failed: %s (%s)", error->message, details);
      ghc_ear_tell (data, take_state, GHC_LINK_FAILED, NULL);
    }
  gst_message_unref (message); /* who drops it owns it */
  return GST_BUS_DROP;
}

static void
unref_ear_closure (gpointer data, GClosure *closure)
{
  ghc_ear_unref (data);
}

static void
listen_to (GhcLink *self, const char *signal, GCallback callback)
{
  g_signal_connect_data (self->webrtc, signal, callback, ghc_ear_ref (self->ear), unref_ear_closure,
                         G_CONNECT_DEFAULT);
}

/**
 * ghc_link_close:
 * @self: a link
 *
 * Ends it: nothing more goes or comes through it, and it emits nothing more.
 */
void
ghc_link_close (GhcLink *self)
{
  g_return_if_fail (GHC_IS_LINK (self));

  if (self->pipeline == NULL)
    return;
  g_clear_pointer (&self->ways, ghc_ways_free);
  ghc_ear_close (self->ear);
  ghc_link_stop_asking (self);
  self->webrtc = NULL;
  ghc_sound_shut (g_steal_pointer (&self->pipeline));
}

static void
ghc_link_dispose (GObject *object)
{
  ghc_link_close (GHC_LINK (object));
  G_OBJECT_CLASS (ghc_link_parent_class)->dispose (object);
}

static void
ghc_link_finalize (GObject *object)
{
  GhcLink *self = GHC_LINK (object);

  g_clear_pointer (&self->ear, ghc_ear_unref);
  g_ptr_array_unref (self->asked);
  g_clear_pointer (&self->leg, gh_media_leg_unref);
  g_clear_pointer (&self->arrivals, ghc_arrivals_unref);
  g_clear_pointer (&self->repair, ghc_repair_unref);
  g_free (self->ufrag);
  g_free (self->password);
  G_OBJECT_CLASS (ghc_link_parent_class)->finalize (object);
}

static void
ghc_link_class_init (GhcLinkClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_link_dispose;
  object_class->finalize = ghc_link_finalize;
  signals[CANDIDATE] = g_signal_new ("candidate", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                     NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT, G_TYPE_STRING);
  signals[STATE] = g_signal_new ("state", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 0);
}

static void
ghc_link_init (GhcLink *self)
{
  self->asked = g_ptr_array_new_with_free_func ((GDestroyNotify) gst_promise_unref);
}

/**
 * ghc_link_new:
 * @setup: what it is made of
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a link that waits for an offer to be made or answered, or %NULL
 *   with %GH_ERROR_UNAVAILABLE
 */
GhcLink *
ghc_link_new (const GhcLinkSetup *setup, GError **error)
{
  g_autoptr (GhcLink) self = g_object_new (GHC_TYPE_LINK, NULL);
  g_autoptr (GstBus) bus = NULL;
  GstElement *webrtc;

  self->leg = gh_media_leg_new (setup->session, setup->peer_id);
  self->ear = ghc_ear_new (self, setup->playout, setup->inlets, setup->turn,
                           ghc_fan_get_ssrc (setup->fans[GHC_LINE_VOICE]));
  self->ufrag = g_strdup (setup->ufrag);
  self->password = g_strdup (setup->password);
  self->is_relay_only = setup->is_relay_only;
  webrtc = gh_media_leg_make_webrtcbin (self->leg, NULL, error);
  if (webrtc == NULL)
    return NULL;
  self->pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  gst_bin_add (GST_BIN (self->pipeline), webrtc);
  self->webrtc = webrtc;
  bus = gst_element_get_bus (self->pipeline);
  gst_bus_set_sync_handler (bus, on_message, ghc_ear_ref (self->ear),
                            (GDestroyNotify) ghc_ear_unref);
  g_object_set (webrtc, "latency", setup->wait_ms, NULL);
  ghc_link_set_up_ice (webrtc, setup);
  ghc_ear_set_wait_ms (self->ear, setup->wait_ms);
  ghc_ear_attach (self->ear, self->pipeline, webrtc);
  self->arrivals = ghc_arrivals_new ();
  self->repair = ghc_repair_new ();
  self->ways = ghc_ways_new (setup->fans, self->arrivals, self->pipeline, webrtc);
  if (self->ways == NULL)
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL,
                    "GStreamer’s webrtcbin takes neither sound nor pictures");
      return NULL;
    }
  listen_to (self, "on-ice-candidate", G_CALLBACK (on_candidate));
  listen_to (self, "notify::ice-gathering-state", G_CALLBACK (on_gathering));
  listen_to (self, "notify::connection-state", G_CALLBACK (on_state));
  if (!ghc_sound_start (self->pipeline, error))
    return NULL;
  return g_steal_pointer (&self);
}

/* For the negotiation. */
GstElement *
ghc_link_get_webrtc (GhcLink *self)
{
  return self->webrtc;
}

GhcEar *
ghc_link_get_ear (GhcLink *self)
{
  return self->ear;
}

GPtrArray *
ghc_link_get_asked (GhcLink *self)
{
  return self->asked;
}

char *
ghc_link_put_ticket (GhcLink *self, const char *sdp)
{
  return ghc_ticket_write (sdp, self->ufrag, self->password);
}

/**
 * ghc_link_add_candidate:
 * @self: a link whose other end was described
 * @line: the line of the description it belongs to
 * @candidate: where the other end may be
 */
void
ghc_link_add_candidate (GhcLink *self, guint line, const char *candidate)
{
  g_return_if_fail (GHC_IS_LINK (self));

  if (self->webrtc != NULL && *candidate != '\0')
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate", line, candidate);
}

/**
 * ghc_link_set_open:
 * @self: a link
 * @line: one of its lines
 * @is_open: whether what we send on it goes to the other end; at first only the voice does
 */
void
ghc_link_set_open (GhcLink *self, GhcLine line, gboolean is_open)
{
  g_return_if_fail (GHC_IS_LINK (self));

  if (self->ways != NULL)
    ghc_ways_set_open (self->ways, line, is_open);
}

/**
 * ghc_link_get_state:
 * @self: a link
 *
 * Returns: how it is
 */
GhcLinkState
ghc_link_get_state (GhcLink *self)
{
  g_return_val_if_fail (GHC_IS_LINK (self), GHC_LINK_FAILED);

  return self->state;
}

/**
 * ghc_link_get_counts:
 * @self: a link
 * @counts: (out): what came through it
 */
void
ghc_link_get_counts (GhcLink *self, GhcLinkCounts *counts)
{
  g_return_if_fail (GHC_IS_LINK (self) && counts != NULL);

  memset (counts, 0, sizeof *counts);
  ghc_ear_get_counts (self->ear, counts);
  counts->n_relays = self->n_relays;
  counts->has_gathered = self->has_gathered;
}

/**
 * ghc_link_read_arrivals:
 * @self: a link
 * @report: (out): what the other end told of the pictures that we sent; not how long the way is
 */
void
ghc_link_read_arrivals (GhcLink *self, GhcCarryReport *report)
{
  g_return_if_fail (GHC_IS_LINK (self) && report != NULL);

  ghc_arrivals_read (self->arrivals, report, g_get_monotonic_time ());
}

/**
 * ghc_link_get_stats:
 * @self: a link
 * @stats: (out): what became of its packets
 */
void
ghc_link_get_stats (GhcLink *self, GhMediaStats *stats)
{
  g_return_if_fail (GHC_IS_LINK (self) && stats != NULL);

  gh_media_leg_get_stats (self->leg, stats);
}

/**
 * ghc_link_set_wait_ms:
 * @self: a link
 * @wait_ms: how long what comes out of order is waited for, at least 1
 */
void
ghc_link_set_wait_ms (GhcLink *self, guint wait_ms)
{
  g_return_if_fail (GHC_IS_LINK (self));

  ghc_ear_set_wait_ms (self->ear, MAX (wait_ms, 1));
}

/**
 * ghc_link_repair:
 * @self: a link on which something gets lost
 *
 * Uses what the codec repeats of a packet in the next one.
 */
void
ghc_link_repair (GhcLink *self)
{
  g_return_if_fail (GHC_IS_LINK (self));

  ghc_ear_repair (self->ear);
}

/**
 * ghc_link_set_repair_rate:
 * @self: a link
 * @bitrate: how much of the pictures that got lost is sent again, in bit/s; 0 for nothing
 */
void
ghc_link_set_repair_rate (GhcLink *self, guint bitrate)
{
  g_return_if_fail (GHC_IS_LINK (self));

  ghc_repair_set_rate (self->repair, bitrate);
}
