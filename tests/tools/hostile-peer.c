/* SPDX-License-Identifier: GPL-3.0-or-later */

/* A member of a call who has the keys and means ill. It has a connection to one other member, sends a tone there, and
 * does to its packets what it is told to. Lines of JSON on its standard input, and on its standard output.
 *
 *   hostile-peer CALL-ID MEMBER-ID VICTIM-MEMBER-ID LOCAL-ADDRESS TONE-HZ ICE-UFRAG ICE-PASSWORD
 *
 *   {"do": "key", "epoch": 1, "key": HEX}       {"do": "offer"}
 *   {"do": "signal", "signal": {…}}             {"do": "attack", "kind": "tampered"}
 */

#include "ghc-line.h"
#include "ghc-signal.h"
#include "hostile-attack.h"

#include <gio/gunixinputstream.h>
#include <gst/sdp/sdp.h>
#include <gst/webrtc/webrtc.h>
#include <json-glib/json-glib.h>
#include <stdio.h>
#include <string.h>

typedef struct
{
  GMainLoop *loop;
  GDataInputStream *lines;
  GhMediaSession *session;
  GhMediaLeg *leg;
  GstElement *pipeline;
  GstElement *webrtc;
  Attack *attack;
  const char *ufrag;
  const char *password;
  gint64 turn;
} Hostile;

static void
say (JsonBuilder *builder)
{
  g_autoptr (JsonNode) root = json_builder_get_root (builder);
  g_autofree char *text = json_to_string (root, FALSE);

  /* Of any thread; a line at a time. */
  printf ("%s\n", text);
  fflush (stdout);
}

static void
say_signal (Hostile *self, const char *kind, const char *type, const char *name, const char *text)
{
  g_autoptr (JsonBuilder) builder = json_builder_new ();

  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "signal");
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "kind");
  json_builder_add_string_value (builder, kind);
  json_builder_set_member_name (builder, name);
  json_builder_add_string_value (builder, text);
  json_builder_set_member_name (builder, "turn");
  json_builder_add_int_value (builder, self->turn);
  if (type != NULL)
    {
      json_builder_set_member_name (builder, "type");
      json_builder_add_string_value (builder, type);
    }
  else
    {
      json_builder_set_member_name (builder, "mline");
      json_builder_add_int_value (builder, 0);
    }
  json_builder_end_object (builder);
  json_builder_end_object (builder);
  say (builder);
}

static gboolean
on_tell (gpointer data)
{
  Hostile *self = data;
  g_autoptr (JsonBuilder) builder = json_builder_new ();
  GstWebRTCPeerConnectionState state;

  g_object_get (self->webrtc, "connection-state", &state, NULL);
  json_builder_begin_object (builder);
  json_builder_set_member_name (builder, "connected");
  json_builder_add_boolean_value (builder, state == GST_WEBRTC_PEER_CONNECTION_STATE_CONNECTED);
  json_builder_set_member_name (builder, "sent");
  json_builder_add_int_value (builder, attack_get_count (self->attack));
  json_builder_end_object (builder);
  say (builder);
  return G_SOURCE_CONTINUE;
}

static void
on_candidate (GstElement *webrtc, guint line, const char *candidate, Hostile *self)
{
  say_signal (self, "candidate", NULL, "candidate", candidate);
}

static GstWebRTCSessionDescription *
ask (Hostile *self, const char *action, const char *field)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();
  GstWebRTCSessionDescription *description = NULL;

  g_signal_emit_by_name (self->webrtc, action, NULL, promise);
  gst_promise_wait (promise);
  gst_structure_get (gst_promise_get_reply (promise), field, GST_TYPE_WEBRTC_SESSION_DESCRIPTION,
                     &description, NULL);
  if (description == NULL)
    g_error ("there is no %s", field);
  return description;
}

static void
tell (Hostile *self, const char *action, GstWebRTCSessionDescription *description)
{
  g_autoptr (GstPromise) promise = gst_promise_new ();

  g_signal_emit_by_name (self->webrtc, action, description, promise);
  gst_promise_wait (promise);
}

static GstWebRTCSessionDescription *
read_description (GstWebRTCSDPType type, const char *text)
{
  GstSDPMessage *sdp;

  if (gst_sdp_message_new_from_text (text, &sdp) != GST_SDP_OK)
    g_error ("that is no description");
  return gst_webrtc_session_description_new (type, sdp);
}

/* With the ticket that the server gave it, or nobody would look at it. */
static void
describe (Hostile *self, const char *action, const char *type)
{
  g_autoptr (GstWebRTCSessionDescription) description = ask (self, action, type);
  g_autofree char *text = gst_sdp_message_as_text (description->sdp);
  g_autofree char *ticketed = ghc_ticket_write (text, self->ufrag, self->password);
  g_autoptr (GstWebRTCSessionDescription) own = read_description (description->type, ticketed);

  say_signal (self, "description", type, "sdp", ticketed);
  tell (self, "set-local-description", own);
}

static void
take_description (Hostile *self, JsonObject *signal)
{
  gboolean is_offer = g_str_equal (json_object_get_string_member (signal, "type"), "offer");
  g_autoptr (GstWebRTCSessionDescription) description = read_description (
    is_offer ? GST_WEBRTC_SDP_TYPE_OFFER : GST_WEBRTC_SDP_TYPE_ANSWER,
    json_object_get_string_member (signal, "sdp"));

  self->turn = json_object_get_int_member (signal, "turn");
  tell (self, "set-remote-description", description);
  if (is_offer)
    describe (self, "create-answer", "answer");
}

static void
take_signal (Hostile *self, JsonObject *signal)
{
  if (g_str_equal (json_object_get_string_member (signal, "kind"), "description"))
    take_description (self, signal);
  else if (*json_object_get_string_member (signal, "candidate") != '\0')
    g_signal_emit_by_name (self->webrtc, "add-ice-candidate",
                           (guint) json_object_get_int_member (signal, "mline"),
                           json_object_get_string_member (signal, "candidate"));
}

static void
take_key (Hostile *self, guint32 epoch, const char *hex)
{
  guint8 bytes[GH_MEDIA_KEY_SIZE];
  g_autoptr (GhSecret) key = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < sizeof bytes; i++)
    bytes[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4
                         | g_ascii_xdigit_value (hex[2 * i + 1]));
  key = gh_secret_new (bytes, sizeof bytes);
  if (!gh_media_session_install (self->session, epoch, key, &error)
      || !gh_media_session_send_with (self->session, epoch, &error))
    g_error ("%s", error->message);
  attack_set_key (self->attack, epoch, key);
}

static void
do_line (Hostile *self, const char *text)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (JsonNode) root = json_from_string (text, &error);
  JsonObject *object;
  const char *what;

  if (root == NULL)
    g_error ("%s", error->message);
  object = json_node_get_object (root);
  what = json_object_get_string_member (object, "do");
  if (g_str_equal (what, "key"))
    take_key (self, (guint32) json_object_get_int_member (object, "epoch"),
              json_object_get_string_member (object, "key"));
  else if (g_str_equal (what, "offer"))
    {
      self->turn = json_object_get_int_member (object, "turn");
      describe (self, "create-offer", "offer");
    }
  else if (g_str_equal (what, "signal"))
    take_signal (self, json_object_get_object_member (object, "signal"));
  else if (g_str_equal (what, "attack"))
    attack_set_kind (self->attack, json_object_get_string_member (object, "kind"));
}

static void
on_line (GObject *source, GAsyncResult *result, gpointer data)
{
  Hostile *self = data;
  g_autofree char *text = g_data_input_stream_read_line_finish (self->lines, result, NULL, NULL);

  if (text == NULL)
    {
      g_main_loop_quit (self->loop);
      return;
    }
  do_line (self, text);
  g_data_input_stream_read_line_async (self->lines, G_PRIORITY_DEFAULT, NULL, on_line, self);
}

static void
on_pad_added (GstElement *webrtc, GstPad *pad, Hostile *self)
{
  GstElement *sink = gst_element_factory_make ("fakesink", NULL);
  g_autoptr (GstPad) target = NULL;

  if (GST_PAD_DIRECTION (pad) != GST_PAD_SRC)
    {
      gst_object_unref (gst_object_ref_sink (sink));
      return;
    }
  g_object_set (sink, "async", FALSE, "sync", FALSE, NULL);
  gst_bin_add (GST_BIN (self->pipeline), sink);
  gst_element_sync_state_with_parent (sink);
  target = gst_element_get_static_pad (sink, "sink");
  gst_pad_link (pad, target);
}

/* An offer that lacks a line is refused before anything of it is looked at. */
static void
add_other_lines (Hostile *self)
{
  for (guint i = GHC_LINE_VOICE + 1; i < GHC_N_LINES; i++)
    {
      g_autoptr (GstCaps) caps = gst_caps_from_string (ghc_line_get_caps ((GhcLine) i));
      g_autoptr (GstWebRTCRTPTransceiver) transceiver = NULL;

      g_signal_emit_by_name (self->webrtc, "add-transceiver",
                             GST_WEBRTC_RTP_TRANSCEIVER_DIRECTION_RECVONLY, caps, &transceiver);
      g_assert_nonnull (transceiver);
    }
}

static void
set_up (Hostile *self, char **argv)
{
  g_autofree char *source = g_strdup_printf (
    "audiotestsrc is-live=true freq=%s volume=0.2 samplesperbuffer=480 ! "
    "audio/x-raw,rate=48000,channels=1 ! opusenc frame-size=10 ! rtpopuspay pt=111 ! "
    "application/x-rtp,media=audio,encoding-name=OPUS,payload=111 ! identity",
    argv[5]);
  g_autoptr (GError) error = NULL;
  g_autoptr (GObject) ice = NULL;
  GstElement *tone = gst_parse_bin_from_description (source, TRUE, &error);
  gboolean has_address = FALSE;

  g_assert_no_error (error);
  self->ufrag = argv[6];
  self->password = argv[7];
  self->session = gh_media_session_new (argv[1], argv[2], NULL);
  self->leg = gh_media_leg_new (self->session, argv[3]);
  self->webrtc = gh_media_leg_make_webrtcbin (self->leg, NULL, &error);
  g_assert_no_error (error);
  self->attack = attack_new (self->webrtc, argv[1], argv[2], argv[3]);
  g_object_set (self->webrtc, "latency", 20, NULL);
  g_object_get (self->webrtc, "ice-agent", &ice, NULL);
  g_signal_emit_by_name (ice, "add-local-ip-address", argv[4], &has_address);
  self->pipeline = gst_pipeline_new (NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), tone, self->webrtc, NULL);
  g_assert_true (gst_element_link (tone, self->webrtc));
  add_other_lines (self);
  g_signal_connect (self->webrtc, "pad-added", G_CALLBACK (on_pad_added), self);
  g_signal_connect (self->webrtc, "on-ice-candidate", G_CALLBACK (on_candidate), self);
  gst_element_set_state (self->pipeline, GST_STATE_PLAYING);
}

int
main (int argc, char **argv)
{
  Hostile self = { 0 };
  g_autoptr (GInputStream) input = g_unix_input_stream_new (0, FALSE);

  gst_init (NULL, NULL);
  if (argc != 8)
    {
      fprintf (stderr, "usage: hostile-peer CALL-ID MEMBER-ID VICTIM-MEMBER-ID LOCAL-ADDRESS TONE-HZ "
                       "ICE-UFRAG ICE-PASSWORD\n");
      return 64;
    }
  set_up (&self, argv);
  self.loop = g_main_loop_new (NULL, FALSE);
  self.lines = g_data_input_stream_new (input);
  g_timeout_add (100, on_tell, &self);
  g_data_input_stream_read_line_async (self.lines, G_PRIORITY_DEFAULT, NULL, on_line, &self);
  g_main_loop_run (self.loop);
  gst_element_set_state (self.pipeline, GST_STATE_NULL);
  return 0;
}
