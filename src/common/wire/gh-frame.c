/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-frame-private.h"

#include "gh-json-private.h"

#include <string.h>

static GhJsonBuilder *
begin (const char *op)
{
  GhJsonBuilder *builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "op", op);
  return builder;
}

/* @head, then @bytes as they are, then the brace that closes the frame. */
static GBytes *
wrap (const char *head, gsize head_size, GBytes *bytes)
{
  gsize size;
  const char *data = g_bytes_get_data (bytes, &size);
  char *frame = g_malloc (head_size + size + 1);

  memcpy (frame, head, head_size);
  memcpy (frame + head_size, data, size);
  frame[head_size + size] = '}';
  return g_bytes_new_take (frame, head_size + size + 1);
}

/**
 * gh_frame_encode_hello:
 * @heartbeat_ms: how often the client shall send a heartbeat
 * @server: the server's name
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_hello (gint64 heartbeat_ms, const char *server)
{
  g_autoptr (GhJsonBuilder) builder = begin ("hello");

  gh_json_builder_add_int (builder, "heartbeat_ms", heartbeat_ms);
  gh_json_builder_add_string (builder, "server", server);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_frame_encode_identify:
 * @token: the access token
 * @position: the last position that the client has, or -1
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_identify (const char *token, gint64 position)
{
  g_autoptr (GhJsonBuilder) builder = begin ("identify");

  gh_json_builder_add_string (builder, "token", token);
  if (position >= 0)
    gh_json_builder_add_int (builder, "position", position);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_frame_encode_ready:
 * @user_id: who has signed in
 * @device_id: on which device
 * @position: the last position before live events
 * @session: a name for this connection
 * @presence: an object: user id to state, of people who are not offline
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_ready (const char *user_id, const char *device_id, gint64 position,
                       const char *session, GhJson *presence)
{
  g_autoptr (GhJsonBuilder) builder = begin ("ready");

  gh_json_builder_add_string (builder, "user_id", user_id);
  gh_json_builder_add_string (builder, "device_id", device_id);
  gh_json_builder_add_int (builder, "position", position);
  gh_json_builder_add_string (builder, "session", session);
  gh_json_builder_add_json (builder, "presence", presence);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_frame_encode_event:
 * @event: an event
 *
 * The event's bytes are copied into the frame, not written again.
 *
 * Returns: (transfer full): a frame, the same for every subscriber
 */
GBytes *
gh_frame_encode_event (GhEvent *event)
{
  static const char head[] = "{\"op\":\"event\",\"event\":";

  g_return_val_if_fail (event != NULL, NULL);

  return wrap (head, strlen (head), gh_event_get_bytes (event));
}

/**
 * gh_frame_encode_request:
 * @id: the client's name for the request
 * @operation: such as "message.send"
 * @data: (nullable): an object
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_request (const char *id, const char *operation, GhJson *data)
{
  g_autoptr (GhJsonBuilder) builder = begin ("request");

  gh_json_builder_add_string (builder, "id", id);
  gh_json_builder_add_string (builder, "do", operation);
  if (data != NULL)
    gh_json_builder_add_json (builder, "data", data);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_frame_encode_reply:
 * @id: the id of the request
 * @data: a JSON object as bytes, copied as they are
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_reply (const char *id, GBytes *data)
{
  g_autoptr (GString) head = g_string_new ("{\"op\":\"reply\",\"id\":");

  g_return_val_if_fail (id != NULL, NULL);
  g_return_val_if_fail (data != NULL, NULL);

  gh_json_append_string (head, id, strlen (id));
  g_string_append (head, ",\"data\":");
  return wrap (head->str, head->len, data);
}

/**
 * gh_frame_encode_error:
 * @id: the id of the request
 * @error: any error; only its public message is told
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_error (const char *id, const GError *error)
{
  g_autoptr (GhJsonBuilder) builder = begin ("reply");

  gh_json_builder_add_string (builder, "id", id);
  gh_json_builder_open_object (builder, "error");
  gh_error_build (error, builder);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_frame_encode_heartbeat:
 * @n: a number that the answer repeats
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_heartbeat (gint64 n)
{
  g_autoptr (GhJsonBuilder) builder = begin ("heartbeat");

  gh_json_builder_add_int (builder, "n", n);
  return gh_json_builder_finish_bytes (builder);
}

/**
 * gh_frame_encode_ephemeral:
 * @type: such as %GH_EPHEMERAL_TYPING
 * @content: an object
 *
 * Returns: (transfer full): a frame
 */
GBytes *
gh_frame_encode_ephemeral (const char *type, GhJson *content)
{
  g_autoptr (GhJsonBuilder) builder = begin ("ephemeral");

  gh_json_builder_add_string (builder, "type", type);
  gh_json_builder_add_json (builder, "content", content);
  return gh_json_builder_finish_bytes (builder);
}
