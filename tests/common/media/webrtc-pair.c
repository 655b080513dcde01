/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "webrtc-pair.h"

#include <gst/sdp/sdp.h>
#include <math.h>
#include <string.h>

static void
on_heard (GstElement *sink, GstBuffer *buffer, GstPad *pad, Peer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  GstMapInfo map;

  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return;
  for (gsize i = 0; i < map.size / sizeof (gint16); i++)
    self->heard[self->n_heard++ % PEER_SAMPLES] = ((const gint16 *) map.data)[i];
  gst_buffer_unmap (buffer, &map);
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, Peer *self)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) sink = NULL;
  g_autoptr (GstPad) target = NULL;
  GstElement *bin;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    return;
  bin = gst_parse_bin_from_description (
    "rtpopusdepay ! opusdec ! audioconvert ! audioresample ! "
    "audio/x-raw,format=S16LE,channels=1,rate=48000,layout=interleaved ! "
    "fakesink name=ear sync=false async=false signal-handoffs=true",
    TRUE, &error);
  g_assert_no_error (error);
  sink = gst_bin_get_by_name (GST_BIN (bin), "ear");
  g_signal_connect (sink, "handoff", G_CALLBACK (on_heard), self);
  gst_bin_add (GST_BIN (self->pipeline), bin);
  gst_element_sync_state_with_parent (bin);
  target = gst_element_get_static_pad (bin, "sink");
  g_assert_cmpint (gst_pad_link (pad, target), ==, GST_PAD_LINK_OK);
}

static void
on_message (GstWebRTCDataChannel *channel, const char *text, Peer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_set_str (&self->message, text);
}

static void
on_open (GstWebRTCDataChannel *channel, gpointer data)
{
  gst_webrtc_data_channel_send_string_full (channel, "a secret across the table", NULL);
}

static void
on_data_channel (GstElement *webrtc, GstWebRTCDataChannel *channel, Peer *self)
{
  self->channel = g_object_ref (channel);
  g_signal_connect (channel, "on-message-string", G_CALLBACK (on_message), self);
}

/* Tells the other end to send to the wire, and the wire where this end is. */
static void
on_candidate (GstElement *webrtc, guint line, const char *candidate, Peer *self)
{
  g_auto (GStrv) words = g_strsplit (candidate, " ", -1);
  Peer *other = &self->pair->peers[1 - self->index];
  g_autofree char *port = NULL;
  g_autofree char *text = NULL;

  if (g_strv_length (words) < 8 || g_ascii_strcasecmp (words[2], "UDP") != 0
      || !g_str_equal (words[7], "host") || strchr (words[4], ':') != NULL)
    return;
  wire_set_address (self->pair->wire, self->index, words[4],
                    (guint16) g_ascii_strtoull (words[5], NULL, 10));
  port = g_strdup_printf ("%u", wire_get_port (self->pair->wire, other->index));
  g_set_str (&words[4], "127.0.0.1");
  g_set_str (&words[5], port);
  text = g_strjoinv (" ", words);
  g_signal_emit_by_name (other->webrtc, "add-ice-candidate", line, text);
}

static void
peer_init (WebrtcPair *pair, guint index, gboolean is_ours)
{
  Peer *self = &pair->peers[index];
  const char *names[] = { "@alice:example.org", "@bob:example.org" };
  g_autofree char *source = NULL;
  g_autoptr (GError) error = NULL;
  g_autoptr (GstElement) tone = NULL;
  g_autoptr (GObject) ice = NULL;
  g_autoptr (GObject) agent = NULL;
  gboolean has_address = FALSE;
  gboolean has_upnp = TRUE;

  self->pair = pair;
  self->index = index;
  self->tone_hz = index == 0 ? 500 : 1500;
  g_mutex_init (&self->lock);
  self->pipeline = gst_pipeline_new (names[index]);
  if (is_ours)
    {
      self->session = gh_media_session_new ("call", names[index], NULL);
      self->leg = gh_media_leg_new (self->session, names[1 - index]);
      self->webrtc = gh_media_leg_make_webrtcbin (self->leg, NULL, &error);
      g_assert_no_error (error);
    }
  else
    {
      self->webrtc = gst_element_factory_make_full ("webrtcbin", "bundle-policy", 3, NULL);
    }
  g_object_set (self->webrtc, "latency", 20, NULL);
  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  g_object_get (ice, "agent", &agent, NULL);
  /* Ours looks for no routers; the other would. */
  g_object_get (agent, "upnp", &has_upnp, NULL);
  g_assert_cmpint (has_upnp, ==, !is_ours);
  g_object_set (agent, "upnp", FALSE, NULL);
  g_signal_emit_by_name (ice, "add-local-ip-address", "127.0.0.1", &has_address);
  g_assert_true (has_address);
  source = g_strdup_printf ("audiotestsrc is-live=true freq=%g volume=0.5 samplesperbuffer=480 ! "
                            "audio/x-raw,rate=48000,channels=1 ! opusenc frame-size=10 ! "
                            "rtpopuspay pt=111 ! application/x-rtp,media=audio,encoding-name=OPUS,"
                            "payload=111 ! identity",
                            self->tone_hz);
  tone = gst_parse_bin_from_description (source, TRUE, &error);
  g_assert_no_error (error);
  gst_bin_add_many (GST_BIN (self->pipeline), gst_object_ref (tone), self->webrtc, NULL);
  g_assert_true (gst_element_link (tone, self->webrtc));
  g_signal_connect (self->webrtc, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->webrtc, "on-ice-candidate", G_CALLBACK (on_candidate), self);
  g_signal_connect (self->webrtc, "on-data-channel", G_CALLBACK (on_data_channel), self);
}

WebrtcPair *
webrtc_pair_new (gboolean first_is_ours, gboolean second_is_ours)
{
  WebrtcPair *self = g_new0 (WebrtcPair, 1);

  self->wire = wire_new ();
  peer_init (self, 0, first_is_ours);
  peer_init (self, 1, second_is_ours);
  return self;
}

static GstWebRTCSessionDescription *
ask (GstElement *webrtc, const char *action, const char *field)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  GstWebRTCSessionDescription *description = NULL;

  g_signal_emit_by_name (webrtc, action, NULL, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  gst_structure_get (gst_promise_get_reply (promise), field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  g_assert_nonnull (description);
  return description;
}

static void
tell (GstElement *webrtc, const char *action, GstWebRTCSessionDescription *description)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  const GstStructure *reply;

  g_signal_emit_by_name (webrtc, action, description, promise);
  g_assert_cmpint (gst_promise_wait (promise), ==, GST_PROMISE_RESULT_REPLIED);
  reply = gst_promise_get_reply (promise);
  g_assert_false (reply != NULL && gst_structure_has_field (reply, "error"));
}

void
webrtc_pair_connect (WebrtcPair *self)
{
  GstElement *first = self->peers[0].webrtc;
  GstElement *second = self->peers[1].webrtc;
  GstWebRTCSessionDescription *description;

  for (guint i = 0; i < 2; i++)
    g_assert_cmpint (gst_element_set_state (self->peers[i].pipeline, GST_STATE_PLAYING), !=,
                     GST_STATE_CHANGE_FAILURE);
  g_signal_emit_by_name (first, "create-data-channel", "table", NULL, &self->peers[0].channel);
  g_assert_nonnull (self->peers[0].channel);
  g_signal_connect (self->peers[0].channel, "on-open", G_CALLBACK (on_open), NULL);
  description = ask (first, "create-offer", "offer");
  tell (first, "set-local-description", description);
  tell (second, "set-remote-description", description);
  gst_webrtc_session_description_free (description);
  description = ask (second, "create-answer", "answer");
  tell (second, "set-local-description", description);
  tell (first, "set-remote-description", description);
  gst_webrtc_session_description_free (description);
}

void
webrtc_pair_rekey (WebrtcPair *self, guint32 epoch)
{
  g_autoptr (GhSecret) key = gh_secret_new_random (GH_MEDIA_KEY_SIZE);

  for (guint i = 0; i < 2; i++)
    g_assert_true (gh_media_session_install (self->peers[i].session, epoch, key, NULL));
  for (guint i = 0; i < 2; i++)
    g_assert_true (gh_media_session_send_with (self->peers[i].session, epoch, NULL));
}

void
webrtc_pair_free (WebrtcPair *self)
{
  for (guint i = 0; i < 2; i++)
    gst_element_set_state (self->peers[i].pipeline, GST_STATE_NULL);
  for (guint i = 0; i < 2; i++)
    {
      Peer *peer = &self->peers[i];

      g_clear_object (&peer->channel);
      gst_object_unref (peer->pipeline);
      g_clear_pointer (&peer->leg, gh_media_leg_unref);
      g_clear_pointer (&peer->session, gh_media_session_unref);
      g_free (peer->message);
      g_mutex_clear (&peer->lock);
    }
  wire_free (self->wire);
  g_free (self);
}

gboolean
peer_is_connected (Peer *self)
{
  GstWebRTCPeerConnectionState state;

  g_object_get (self->webrtc, "connection-state", &state, NULL);
  return state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED;
}

void
peer_forget (Peer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  self->n_heard = 0;
}

guint
peer_count_heard (Peer *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->n_heard;
}

/* How much of the power of the last fifth of a second is at one frequency (Goertzel); 0 for silence. */
double
peer_get_share (Peer *self, double tone_hz)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  double coefficient = 2 * cos (2 * G_PI * tone_hz / PEER_RATE);
  double s1 = 0;
  double s2 = 0;
  double power = 0;

  if (self->n_heard < PEER_SAMPLES)
    return 0;
  for (guint i = 0; i < PEER_SAMPLES; i++)
    {
      double sample = self->heard[(self->n_heard + i) % PEER_SAMPLES];
      double s0 = sample + coefficient * s1 - s2;

      s2 = s1;
      s1 = s0;
      power += sample * sample;
    }
  /* Of a tone of full scale 0.5, hardly less than a tenth of it may come. */
  if (power / PEER_SAMPLES < 1600 * 1600)
    return 0;
  return (s1 * s1 + s2 * s2 - coefficient * s1 * s2) / (power * PEER_SAMPLES / 2);
}
