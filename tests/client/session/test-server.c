/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-server-private.h"

#include "gh-base58.h"
#include "gh-error.h"
#include "gh-frame.h"

/* --- the gateway --------------------------------------------------------------------------- */

/* Not told to anybody: only its acknowledgement matters. */
static GhEvent *
make_change (TestServer *self)
{
  g_autofree char *txn_id = g_strdup_printf ("change-%" G_GINT64_FORMAT, self->position);
  g_autofree char *text = g_strdup_printf ("{\"txn_id\":\"%s\",\"content\":{}}", txn_id);
  g_autoptr (GhJson) data = gh_json_parse (text, strlen (text), NULL);

  return test_server_commit (self, data);
}

static void
send_frame (SoupWebsocketConnection *socket, GBytes *frame)
{
  g_autoptr (GBytes) taken = frame;

  soup_websocket_connection_send_message (socket, SOUP_WEBSOCKET_DATA_TEXT, taken);
}

static void
send_presence (SoupWebsocketConnection *socket, const char *user_id, const char *word)
{
  GhJsonBuilder *builder = gh_json_builder_new ();
  g_autoptr (GBytes) bytes = NULL;
  g_autoptr (GhJson) content = NULL;

  gh_json_builder_add_string (builder, "user_id", user_id);
  gh_json_builder_add_string (builder, "presence", word);
  bytes = test_server_take_bytes (builder);
  content = gh_json_parse_bytes (bytes, NULL);
  send_frame (socket, gh_frame_encode_ephemeral (GH_EPHEMERAL_PRESENCE, content));
}

/* Whoever is not there is not in the list. */
static GhJson *
make_presence (TestServer *self)
{
  GhJsonBuilder *builder = gh_json_builder_new ();
  g_autoptr (GBytes) bytes = NULL;

  if (self->own_at_ready != NULL)
    gh_json_builder_add_string (builder, TEST_SERVER_USER, self->own_at_ready);
  if (self->brook_at_ready != NULL)
    gh_json_builder_add_string (builder, TEST_SERVER_OTHER, self->brook_at_ready);
  bytes = test_server_take_bytes (builder);

  return gh_json_parse_bytes (bytes, NULL);
}

static void
greet (TestServer *self, SoupWebsocketConnection *socket)
{
  g_autoptr (GhJson) presence = make_presence (self);

  send_frame (socket, gh_frame_encode_ready (TEST_SERVER_USER, TEST_SERVER_DEVICE, self->position, "s1", presence));
  if (self->brook_then != NULL)
    send_presence (socket, TEST_SERVER_OTHER, self->brook_then);
}

static void
send_message (TestServer *self, SoupWebsocketConnection *socket, GhFrame *frame)
{
  gint64 before = self->position;
  GhEvent *event = test_server_commit (self, frame->data);
  gboolean is_new = self->position > before;
  g_autoptr (GBytes) reply = test_server_make_acknowledgement (self, event);

  if (is_new && (self->event_first || self->loses_reply))
    send_frame (socket, gh_frame_encode_event (event));
  if (self->loses_reply)
    {
      self->loses_reply = FALSE;
      soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
      return;
    }

  send_frame (socket, gh_frame_encode_reply (frame->id, reply));
  if (is_new && !self->event_first)
    send_frame (socket, gh_frame_encode_event (event));
}

/* The answer was made before a change of which the frame before it tells. */
static GBytes *
send_profile (TestServer *self, SoupWebsocketConnection *socket)
{
  g_autoptr (GhJson) newer = test_server_make_profile (TEST_SERVER_NEWER_BIO, 2000);
  g_autoptr (GhJson) older = test_server_make_profile ("Of yesterday", 1000);

  send_frame (socket, gh_frame_encode_ephemeral (GH_EPHEMERAL_PROFILE, newer));

  return gh_json_to_bytes (older);
}

/* NULL when it refuses. */
static GBytes *
list_profiles (TestServer *self, GhFrame *frame)
{
  gint64 since_ts = gh_json_peek_int (frame->data, "since_ts", -1);

  g_array_append_val (self->profiles_asked, since_ts);
  if (self->n_refused == 0)
    return g_bytes_new_static ("{\"profiles\":[]}", 15);

  self->n_refused--;
  return NULL;
}

static void
answer (TestServer *self, SoupWebsocketConnection *socket, GhFrame *frame)
{
  g_autoptr (GBytes) reply = NULL;

  if (g_str_equal (frame->operation, "message.send"))
    {
      send_message (self, socket, frame);
      return;
    }

  if (g_str_equal (frame->operation, "guild.list"))
    {
      /* Told while the list was made, which is older. */
      if (self->brook_then != NULL)
        send_presence (socket, TEST_SERVER_OTHER, self->brook_then);
      reply = test_server_make_guilds (self);
    }
  else if (g_str_equal (frame->operation, "presence.set") && self->refuses_presence)
    {
      g_autoptr (GError) refusal = gh_error_new_literal (GH_ERROR_LIMITED, "presence.limited", NULL, 1000, "Not so often");

      self->refuses_presence = FALSE;
      send_frame (socket, gh_frame_encode_error (frame->id, refusal));
      return;
    }
  else if (g_str_equal (frame->operation, "presence.set"))
    {
      g_set_str (&self->told_presence, gh_json_peek_string (frame->data, "presence"));
      reply = g_bytes_new_static ("{}", 2);
    }
  else if (g_str_equal (frame->operation, "guild.edit"))
    reply = test_server_make_acknowledgement (self, make_change (self));
  else if (g_str_equal (frame->operation, "profile.get"))
    reply = send_profile (self, socket);
  else if (g_str_equal (frame->operation, "profile.changed"))
    reply = list_profiles (self, frame);
  else if (g_str_equal (frame->operation, "message.history"))
    reply = test_server_make_history (self);
  else if (g_str_equal (frame->operation, "events.after"))
    {
      GhJsonBuilder *builder = gh_json_builder_new ();

      gh_json_builder_open_array (builder, "events");
      gh_json_builder_close (builder);
      if (self->n_missed > 0)
        self->n_missed--;
      gh_json_builder_add_int (builder, "position", self->position - self->n_missed);
      gh_json_builder_add_bool (builder, "more", self->n_missed > 0);
      reply = test_server_take_bytes (builder);
    }
  else
    reply = g_bytes_new_static ("{}", 2);

  if (reply == NULL)
    {
      g_autoptr (GError) error = gh_error_new_literal (GH_ERROR_LIMITED, "rate.account", NULL, 1000,
                                                       "Too fast");

      send_frame (socket, gh_frame_encode_error (frame->id, error));
      return;
    }

  send_frame (socket, gh_frame_encode_reply (frame->id, reply));
}

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message,
            TestServer *self)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  g_autoptr (GhFrame) frame = gh_frame_parse_client (data, size, &error);

  g_assert_no_error (error);
  switch (frame->op)
    {
    case GH_FRAME_IDENTIFY:
      if (!self->busy)
        greet (self, socket);
      break;
    case GH_FRAME_REQUEST:
      answer (self, socket, frame);
      break;
    case GH_FRAME_HEARTBEAT:
      send_frame (socket, gh_frame_encode_heartbeat (frame->n));
      break;
    case GH_FRAME_HELLO:
    case GH_FRAME_READY:
    case GH_FRAME_EVENT:
    case GH_FRAME_REPLY:
    case GH_FRAME_EPHEMERAL:
    default:
      g_assert_not_reached ();
    }
}

static void
on_closed (SoupWebsocketConnection *socket, TestServer *self)
{
  g_ptr_array_remove (self->sockets, socket);
}

static void
on_gateway (SoupServer *soup, SoupServerMessage *message, const char *path,
            SoupWebsocketConnection *socket, gpointer data)
{
  TestServer *self = data;

  g_ptr_array_add (self->sockets, g_object_ref (socket));
  g_signal_connect (socket, "message", G_CALLBACK (on_message), self);
  g_signal_connect (socket, "closed", G_CALLBACK (on_closed), self);
  send_frame (socket, gh_frame_encode_hello (30000, TEST_SERVER_NAME));
}

/* --- HTTP ---------------------------------------------------------------------------------- */

static void
respond (SoupServerMessage *message, guint status, GBytes *body)
{
  g_autoptr (GBytes) taken = body;

  soup_server_message_set_status (message, status, NULL);
  soup_message_headers_set_content_type (soup_server_message_get_response_headers (message),
                                         "application/json", NULL);
  soup_message_body_append_bytes (soup_server_message_get_response_body (message), taken);
}

static void
refuse (SoupServerMessage *message)
{
  g_autoptr (GError) error = gh_error_new_literal (GH_ERROR_UNAUTHENTICATED, "session.reused", NULL,
                                                   0, "Sign in again");

  respond (message, 401, gh_error_to_body (error));
}

static guint
pair_of (const char *token)
{
  const char *number = strrchr (token, '-');

  return number != NULL ? (guint) g_ascii_strtoull (number + 1, NULL, 10) : 0;
}

/* A pair that was given may not have arrived: the one before it stays good until that is used. */
static void
renew (TestServer *self, SoupServerMessage *message)
{
  g_autoptr (GBytes)
    body = soup_message_body_flatten (soup_server_message_get_request_body (message));
  g_autoptr (GhJson) data = gh_json_parse_bytes (body, NULL);
  const char *token = gh_json_peek_string (data, "refresh_token");

  g_ptr_array_add (self->renewals, g_strdup (token));
  if (pair_of (token) < self->n_used)
    {
      refuse (message);
      return;
    }

  self->n_used = pair_of (token);
  if (self->garbles)
    {
      self->garbles = FALSE;
      respond (message, 200, g_bytes_new_static ("{\"welcome\":true}", 16));
      return;
    }

  respond (message, 200, test_server_make_tokens (self));
  if (self->n_lost > 0)
    {
      self->n_lost--;
      g_socket_close (soup_server_message_get_socket (message), NULL);
    }
}

static void
on_request (SoupServer *soup, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer data)
{
  TestServer *self = data;
  const char *authorization =
    soup_message_headers_get_one (soup_server_message_get_request_headers (message),
                                  "Authorization");

  if (authorization != NULL)
    self->n_used = MAX (self->n_used, pair_of (authorization));

  if (g_str_equal (path, "/client/v1/server"))
    respond (message, 200, test_server_make_info (self));
  else if (g_str_equal (path, "/client/v1/register"))
    respond (message, 200, test_server_make_tokens (self));
  else if (g_str_equal (path, "/client/v1/refresh"))
    renew (self, message);
  else if (g_str_has_suffix (path, "/messages")
           && soup_server_message_get_method (message) == SOUP_METHOD_POST)
    {
      g_autoptr (GBytes)
        body = soup_message_body_flatten (soup_server_message_get_request_body (message));
      g_autoptr (GhJson) request = gh_json_parse_bytes (body, NULL);

      respond (message, 200, test_server_make_acknowledgement (self, test_server_commit (self, request)));
    }
  else
    respond (message, 200, g_bytes_new_static ("{}", 2));
}

/* --- the double ---------------------------------------------------------------------------- */

static char *
make_room_id (guint8 number)
{
  guint8 bytes[16];
  g_autofree char *local = NULL;

  memset (bytes, number, sizeof bytes);
  local = gh_base58_encode (bytes, sizeof bytes);

  return g_strconcat ("!", local, ":" TEST_SERVER_NAME, NULL);
}

TestServer *
test_server_new (gboolean has_keys)
{
  TestServer *self = g_new0 (TestServer, 1);
  g_autoptr (GError) error = NULL;
  GSList *uris;

  self->has_keys = has_keys;
  self->key = gh_signing_key_generate ();
  self->stranger = gh_signing_key_generate ();
  self->guild_id = make_room_id (1);
  self->channel_id = make_room_id (2);
  self->txns = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) gh_event_unref);
  self->renewals = g_ptr_array_new_with_free_func (g_free);
  self->sockets = g_ptr_array_new_with_free_func (g_object_unref);
  self->profiles_asked = g_array_new (FALSE, FALSE, sizeof (gint64));
  self->position = 1;
  self->daemon.folder = g_dir_make_tmp ("guildhall-double-XXXXXX", &error);
  g_assert_no_error (error);

  self->soup = soup_server_new ("server-header", "double ", NULL);
  soup_server_add_handler (self->soup, NULL, on_request, self, NULL);
  soup_server_add_websocket_handler (self->soup, "/client/v1/gateway", NULL, NULL, on_gateway, self,
                                     NULL);
  soup_server_listen_local (self->soup, 0, SOUP_SERVER_LISTEN_IPV4_ONLY, &error);
  g_assert_no_error (error);
  uris = soup_server_get_uris (self->soup);
  self->daemon.url = g_strdup_printf ("http://127.0.0.1:%d", g_uri_get_port (uris->data));
  g_slist_free_full (uris, (GDestroyNotify) g_uri_unref);

  return self;
}

void
test_server_free (TestServer *self)
{
  for (guint i = 0; i < self->sockets->len; i++)
    g_signal_handlers_disconnect_by_data (g_ptr_array_index (self->sockets, i), self);
  g_ptr_array_unref (self->sockets);
  soup_server_disconnect (self->soup);
  g_object_unref (self->soup);
  test_remove_folder (self->daemon.folder);
  gh_signing_key_unref (self->key);
  gh_signing_key_unref (self->stranger);
  g_hash_table_unref (self->txns);
  g_ptr_array_unref (self->renewals);
  g_array_unref (self->profiles_asked);
  g_free (self->daemon.folder);
  g_free (self->daemon.url);
  g_free (self->guild_id);
  g_free (self->channel_id);
  g_free (self->refresh_token);
  g_free (self->told_presence);
  g_free (self);
}

void
test_server_set_busy (TestServer *self, gboolean busy)
{
  self->busy = busy;
}

TestDaemon *
test_server_get_daemon (TestServer *self)
{
  return &self->daemon;
}

void
test_server_set_receipts (TestServer *self, TestReceipts receipts, gboolean event_first)
{
  self->receipts = receipts;
  self->event_first = event_first;
}

void
test_server_lose_reply (TestServer *self)
{
  self->loses_reply = TRUE;
}

void
test_server_miss_pages (TestServer *self, guint n)
{
  self->n_missed = n;
  self->position += n;
}

void
test_server_change_key (TestServer *self)
{
  gh_signing_key_unref (self->key);
  self->key = gh_signing_key_generate ();
}

void
test_server_set_presence (TestServer *self, const char *word, const char *ready, const char *then,
                          const char *own)
{
  self->brook = word;
  self->brook_at_ready = ready;
  self->brook_then = then;
  self->own_at_ready = own;
}

void
test_server_tell_own_presence (TestServer *self, const char *own)
{
  for (guint i = 0; i < self->sockets->len; i++)
    send_presence (g_ptr_array_index (self->sockets, i), TEST_SERVER_USER, own);
}

const char *
test_server_get_told_presence (TestServer *self)
{
  return self->told_presence;
}

void
test_server_forget_told_presence (TestServer *self)
{
  g_clear_pointer (&self->told_presence, g_free);
}

void
test_server_refuse_presence (TestServer *self)
{
  self->refuses_presence = TRUE;
}

gboolean
test_server_has_refused_presence (TestServer *self)
{
  return !self->refuses_presence;
}

void
test_server_hang_up (TestServer *self)
{
  /* None leaves the list before its "closed", which comes later. */
  for (guint i = 0; i < self->sockets->len; i++)
    {
      SoupWebsocketConnection *socket = g_ptr_array_index (self->sockets, i);

      if (soup_websocket_connection_get_state (socket) == SOUP_WEBSOCKET_STATE_OPEN)
        soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
    }
}

void
test_server_lose_renewals (TestServer *self, guint n)
{
  self->n_lost = n;
}

void
test_server_garble_renewal (TestServer *self)
{
  self->garbles = TRUE;
}

GPtrArray *
test_server_get_renewals (TestServer *self)
{
  return self->renewals;
}

const char *
test_server_get_latest_refresh_token (TestServer *self)
{
  return self->refresh_token;
}

void
test_server_refuse_profiles (TestServer *self, guint n)
{
  self->n_refused = n;
}

GArray *
test_server_get_profiles_asked (TestServer *self)
{
  return self->profiles_asked;
}
