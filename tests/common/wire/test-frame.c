/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-event-draft.h"
#include "gh-frame.h"
#include "gh-signing-key.h"
#include "random-json.h"

#include <string.h>

#define USER "@ada:example.org"
#define ROOM "!37G9X3VBf9g7tEbWtLBu9Z:example.org"
#define DEVICE "D9EGJCxbxRGT"

static GhJson *
parse_json (const char *text)
{
  g_autoptr (GError) error = NULL;
  GhJson *json = gh_json_parse (text, strlen (text), &error);

  g_assert_no_error (error);
  return json;
}

static GhEvent *
make_event (void)
{
  g_autoptr (GhSigningKey) key = gh_signing_key_generate ();
  g_autoptr (GhJson) content = parse_json ("{\"msgtype\":\"m.text\",\"body\":\"}\\\"{ ñ\"}");
  g_autoptr (GhEventDraft)
    draft = gh_event_draft_new (ROOM, GH_EVENT_ROOM_MESSAGE, NULL, USER, content);
  GhEventSigner signer = { "example.org", gh_signing_key_get_id (key), gh_signing_key_sign, key };
  g_autoptr (GError) error = NULL;
  GhEvent *event = gh_event_draft_finish (draft, 3, NULL, NULL, &signer, &error);

  g_assert_no_error (error);
  return event;
}

typedef GhFrame *(*ParseFunc) (const char *data, gsize size, GError **error);

/* Parses @bytes, after having proved that whoever may not send it is refused, and that so is the frame
 * cut anywhere. */
static GhFrame *
read_back (GBytes *bytes, ParseFunc parse, ParseFunc other)
{
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  GhFrame *frame;

  if (other != NULL)
    {
      g_assert_null (other (data, size, &error));
      assert_refused (error, GH_ERROR_INVALID, "frame.op");
    }
  for (gsize cut = 0; cut < size; cut++)
    {
      g_autofree char *part = g_memdup2 (data, cut);

      g_assert_null (parse (part, cut, &error));
      assert_refused (error, GH_ERROR_INVALID, "json.syntax");
    }
  frame = parse (data, size, &error);
  g_assert_no_error (error);
  return frame;
}

static void
test_hello (void)
{
  g_autoptr (GBytes) bytes = gh_frame_encode_hello (30000, "example.org");
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_server, gh_frame_parse_client);

  g_assert_cmpint (frame->op, ==, GH_FRAME_HELLO);
  g_assert_cmpint (frame->heartbeat_ms, ==, 30000);
  g_assert_cmpstr (frame->server, ==, "example.org");
}

static void
test_identify (void)
{
  for (gint64 position = -1; position < 2; position++)
    {
      g_autoptr (GBytes) bytes = gh_frame_encode_identify ("to\"ken", position);
      g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_client, gh_frame_parse_server);

      g_assert_cmpint (frame->op, ==, GH_FRAME_IDENTIFY);
      g_assert_cmpstr (frame->token, ==, "to\"ken");
      g_assert_cmpint (frame->position, ==, position);
    }
}

static void
test_ready (void)
{
  g_autoptr (GhJson) presence = parse_json ("{\"" USER "\":\"online\"}");
  g_autoptr (GBytes) bytes = gh_frame_encode_ready (USER, DEVICE, 0, "s1", presence);
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_server, gh_frame_parse_client);

  g_assert_cmpint (frame->op, ==, GH_FRAME_READY);
  g_assert_cmpstr (frame->user_id, ==, USER);
  g_assert_cmpstr (frame->device_id, ==, DEVICE);
  g_assert_cmpstr (frame->session, ==, "s1");
  g_assert_cmpint (frame->position, ==, 0);
  g_assert_cmpstr (gh_json_peek_string (frame->presence, USER), ==, "online");
}

static void
test_event (void)
{
  g_autoptr (GhEvent) event = make_event ();
  g_autoptr (GBytes) bytes = gh_frame_encode_event (event);
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_server, gh_frame_parse_client);
  g_autoptr (GError) error = NULL;
  g_autofree char *forged = NULL;
  char *at;

  g_assert_cmpint (frame->op, ==, GH_FRAME_EVENT);
  g_assert_cmpstr (gh_event_get_id (frame->event), ==, gh_event_get_id (event));
  g_assert_true (g_bytes_equal (gh_event_get_bytes (frame->event), gh_event_get_bytes (event)));

  forged = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  at = strstr (forged, "m.text");
  g_assert_nonnull (at);
  at[2] = 'T';
  g_assert_null (gh_frame_parse_server (forged, strlen (forged), &error));
  g_assert_cmpstr (gh_error_get_field (error), ==, "event.content_hash");
  assert_refused (error, GH_ERROR_INVALID, "event.content_hash");
}

static void
test_request (void)
{
  g_autoptr (GhJson) data = parse_json ("{\"content\":{\"body\":\"x\"}}");
  g_autoptr (GBytes) bytes = gh_frame_encode_request ("r \"1", "message.send", data);
  g_autoptr (GBytes) empty = gh_frame_encode_request ("r2", "guild.list", NULL);
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_client, gh_frame_parse_server);
  g_autoptr (GhFrame) second = read_back (empty, gh_frame_parse_client, gh_frame_parse_server);

  g_assert_cmpint (frame->op, ==, GH_FRAME_REQUEST);
  g_assert_cmpstr (frame->id, ==, "r \"1");
  g_assert_cmpstr (frame->operation, ==, "message.send");
  g_assert_true (gh_json_equal (frame->data, data));
  g_assert_cmpuint (gh_json_get_length (second->data), ==, 0);
  g_assert_true (gh_json_is_object (second->data));
}

static void
test_reply (void)
{
  g_autoptr (GBytes) data = g_bytes_new_static ("{\"b\":1,\"a\":2}", strlen ("{\"b\":1,\"a\":2}"));
  g_autoptr (GBytes) bytes = gh_frame_encode_reply ("r\\\"1", data);
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_server, gh_frame_parse_client);

  g_assert_cmpint (frame->op, ==, GH_FRAME_REPLY);
  g_assert_cmpstr (frame->id, ==, "r\\\"1");
  g_assert_null (frame->error);
  g_assert_cmpint (gh_json_peek_int (frame->data, "a", 0), ==, 2);
}

static void
test_error (void)
{
  g_autoptr (GError)
    refused = gh_error_new (GH_ERROR_LIMITED, "message.rate", "content", 1500, "Too fast");
  g_autoptr (GError) secret = g_error_new (G_FILE_ERROR, G_FILE_ERROR_NOENT, "/etc/secret");
  g_autoptr (GBytes) bytes = gh_frame_encode_error ("r1", refused);
  g_autoptr (GBytes) hidden = gh_frame_encode_error ("r1", secret);
  g_autoptr (GBytes) body = gh_error_to_body (refused);
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_server, gh_frame_parse_client);
  g_autoptr (GhFrame) second = read_back (hidden, gh_frame_parse_server, gh_frame_parse_client);
  g_autoptr (GError)
    from_body = gh_error_from_body (g_bytes_get_data (body, NULL), g_bytes_get_size (body), 429);

  g_assert_null (frame->data);
  for (guint i = 0; i < 2; i++)
    {
      const GError *error = i == 0 ? frame->error : from_body;

      g_assert_error (error, GH_ERROR, GH_ERROR_LIMITED);
      g_assert_cmpstr (error->message, ==, "Too fast");
      g_assert_cmpstr (gh_error_get_reason (error), ==, "message.rate");
      g_assert_cmpstr (gh_error_get_field (error), ==, "content");
      g_assert_cmpint (gh_error_get_retry_after_ms (error), ==, 1500);
    }
  g_assert_error (second->error, GH_ERROR, GH_ERROR_INTERNAL);
  g_assert_null (strstr (second->error->message, "secret"));
}

static void
test_error_bodies (void)
{
  static const struct
  {
    const char *body;
    guint status;
    GhError code;
  } table[] = {
    { NULL, 503, GH_ERROR_UNAVAILABLE },
    { "", 404, GH_ERROR_NOT_FOUND },
    { "<html>Bad gateway</html>", 502, GH_ERROR_UNAVAILABLE },
    { "[]", 409, GH_ERROR_CONFLICT },
    { "{\"error\":\"no\"}", 403, GH_ERROR_DENIED },
    { "{\"error\":{}}", 403, GH_ERROR_INTERNAL },
    { "{\"error\":{\"code\":\"denied\"}}", 500, GH_ERROR_DENIED },
    { "{\"error\":{\"code\":\"new\",\"retry_after_ms\":-5,\"message\":7}}", 400,
      GH_ERROR_INTERNAL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError)
        error = gh_error_from_body (table[i].body,
                                    table[i].body != NULL ? strlen (table[i].body) : 0,
                                    table[i].status);

      g_assert_error (error, GH_ERROR, (int) table[i].code);
      g_assert_cmpuint (strlen (error->message), >, 0);
      g_assert_cmpint (gh_error_get_retry_after_ms (error), ==, 0);
    }
}

static void
test_heartbeat (void)
{
  g_autoptr (GBytes) bytes = gh_frame_encode_heartbeat (7);
  g_autoptr (GhFrame) client = read_back (bytes, gh_frame_parse_client, NULL);
  g_autoptr (GhFrame) server = read_back (bytes, gh_frame_parse_server, NULL);

  g_assert_cmpint (client->op, ==, GH_FRAME_HEARTBEAT);
  g_assert_cmpint (client->n, ==, 7);
  g_assert_cmpint (server->n, ==, 7);
}

static void
test_ephemeral (void)
{
  g_autoptr (GhJson) content = parse_json ("{\"user_id\":\"" USER "\",\"typing\":true}");
  g_autoptr (GBytes) bytes = gh_frame_encode_ephemeral (GH_EPHEMERAL_TYPING, content);
  g_autoptr (GhFrame) frame = read_back (bytes, gh_frame_parse_server, gh_frame_parse_client);

  g_assert_cmpint (frame->op, ==, GH_FRAME_EPHEMERAL);
  g_assert_cmpstr (frame->type, ==, GH_EPHEMERAL_TYPING);
  g_assert_true (gh_json_peek_bool (frame->content, "typing", FALSE));
}

static void
test_refusals (void)
{
  static const struct
  {
    gboolean is_client;
    const char *text;
    const char *reason;
    const char *field;
  } table[] = {
    { TRUE, "[]", "json.type", NULL },
    { TRUE, "{}", "json.missing", "op" },
    { TRUE, "{\"op\":1}", "json.type", "op" },
    { TRUE, "{\"op\":\"fly\"}", "frame.op", "op" },
    { TRUE, "{\"op\":\"this-is-far-too-long\"}", "json.range", "op" },
    { TRUE, "{\"op\":\"identify\"}", "json.missing", "token" },
    { TRUE, "{\"op\":\"identify\",\"token\":\"\"}", "json.range", "token" },
    { TRUE, "{\"op\":\"identify\",\"token\":7}", "json.type", "token" },
    { TRUE, "{\"op\":\"identify\",\"token\":\"x\",\"position\":-1}", "json.range", "position" },
    { TRUE, "{\"op\":\"request\",\"do\":\"a\"}", "json.missing", "id" },
    { TRUE, "{\"op\":\"request\",\"id\":\"\",\"do\":\"a\"}", "json.range", "id" },
    { TRUE, "{\"op\":\"request\",\"id\":\"\\n\",\"do\":\"a\"}", "frame.field", "id" },
    { TRUE, "{\"op\":\"request\",\"id\":\"ñ\",\"do\":\"a\"}", "frame.field", "id" },
    { TRUE, "{\"op\":\"request\",\"id\":\"1\"}", "json.missing", "do" },
    { TRUE, "{\"op\":\"request\",\"id\":\"1\",\"do\":\"Message.send\"}", "frame.field", "do" },
    { TRUE, "{\"op\":\"request\",\"id\":\"1\",\"do\":\"a\",\"data\":[]}", "json.type", "data" },
    { TRUE, "{\"op\":\"heartbeat\"}", "json.missing", "n" },
    { TRUE, "{\"op\":\"heartbeat\",\"n\":1.5}", "json.number", NULL },
    { TRUE, "{\"op\":\"heartbeat\",\"n\":1,\"n\":1}", "json.duplicate", NULL },
    { FALSE, "{\"op\":\"hello\",\"heartbeat_ms\":0,\"server\":\"x\"}", "json.range",
      "heartbeat_ms" },
    { FALSE, "{\"op\":\"ready\",\"user_id\":\"ada\"}", "id.invalid", "user_id" },
    { FALSE, "{\"op\":\"event\"}", "json.missing", "event" },
    { FALSE, "{\"op\":\"event\",\"event\":{}}", "json.missing", "event.event_id" },
    { FALSE, "{\"op\":\"reply\",\"id\":\"1\"}", "frame.field", "data" },
    { FALSE, "{\"op\":\"reply\",\"id\":\"1\",\"data\":{},\"error\":{}}", "frame.field", "data" },
    { FALSE, "{\"op\":\"ephemeral\",\"type\":\"a b\",\"content\":{}}", "frame.field", "type" },
    { FALSE, "{\"op\":\"ephemeral\",\"type\":\"m.typing\"}", "json.missing", "content" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      ParseFunc parse = table[i].is_client ? gh_frame_parse_client : gh_frame_parse_server;
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_null (parse (table[i].text, strlen (table[i].text), &error));
      g_assert_cmpstr (gh_error_get_field (error), ==, table[i].field);
      assert_refused (error, GH_ERROR_INVALID, table[i].reason);
    }
}

static void
test_too_large (void)
{
  for (gsize size = GH_LIMIT_FRAME - 1; size <= GH_LIMIT_FRAME + 1; size++)
    {
      g_autofree char *text = g_strnfill (size, ' ');
      g_autoptr (GError) error = NULL;
      g_autoptr (GhFrame) frame = NULL;

      memcpy (text, "{\"op\":\"heartbeat\",\"n\":1}", strlen ("{\"op\":\"heartbeat\",\"n\":1}"));
      frame = gh_frame_parse_client (text, size, &error);
      if (size <= GH_LIMIT_FRAME)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_null (frame);
      assert_refused (error, GH_ERROR_TOO_LARGE, "frame.size");
    }
}

static void
test_any_order (void)
{
  g_autoptr (GhEvent) event = make_event ();
  g_autoptr (GBytes) bytes = gh_frame_encode_event (event);
  g_autofree char *text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));

  for (guint i = 0; i < 200; i++)
    {
      g_autofree char *scrambled = random_json_scramble (text);
      g_autoptr (GError) error = NULL;
      g_autoptr (GhFrame) frame = gh_frame_parse_server (scrambled, strlen (scrambled), &error);

      g_assert_no_error (error);
      g_assert_true (g_bytes_equal (gh_event_get_bytes (frame->event), gh_event_get_bytes (event)));
    }
}

static void
test_damaged (void)
{
  static const char *const frames[] = {
    "{\"op\":\"identify\",\"token\":\"abc\",\"position\":5}",
    "{\"op\":\"request\",\"id\":\"1\",\"do\":\"message.send\",\"data\":{\"content\":{\"body\":\"x\"}}}",
    "{\"op\":\"reply\",\"id\":\"1\",\"error\":{\"code\":\"denied\",\"reason\":\"a.b\",\"message\":\"m\"}}",
    "{\"op\":\"ready\",\"user_id\":\"" USER "\",\"device_id\":\"" DEVICE
    "\",\"position\":1,\"session\":\"s\",\"presence\":{}}",
  };

  for (guint i = 0; i < 8000; i++)
    {
      const char *frame = frames[i % G_N_ELEMENTS (frames)];
      gsize size = strlen (frame);
      g_autofree char *text = g_strdup (frame);
      g_autoptr (GError) error = NULL;
      g_autoptr (GError) other = NULL;
      g_autoptr (GhFrame) client = NULL;
      g_autoptr (GhFrame) server = NULL;

      for (int n = g_test_rand_int_range (1, 4); n > 0; n--)
        text[g_test_rand_int_range (0, (gint32) size)] = (char) g_test_rand_int_range (0, 256);
      client = gh_frame_parse_client (text, size, &error);
      server = gh_frame_parse_server (text, size, &other);
      g_assert_true ((client == NULL) == (error != NULL));
      g_assert_true ((server == NULL) == (other != NULL));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/frame/hello", test_hello);
  g_test_add_func ("/frame/identify", test_identify);
  g_test_add_func ("/frame/ready", test_ready);
  g_test_add_func ("/frame/event", test_event);
  g_test_add_func ("/frame/request", test_request);
  g_test_add_func ("/frame/reply", test_reply);
  g_test_add_func ("/frame/error", test_error);
  g_test_add_func ("/frame/error-bodies", test_error_bodies);
  g_test_add_func ("/frame/heartbeat", test_heartbeat);
  g_test_add_func ("/frame/ephemeral", test_ephemeral);
  g_test_add_func ("/frame/refusals", test_refusals);
  g_test_add_func ("/frame/too-large", test_too_large);
  g_test_add_func ("/frame/any-order", test_any_order);
  g_test_add_func ("/frame/damaged", test_damaged);
  return g_test_run ();
}
