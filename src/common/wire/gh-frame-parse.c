/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-frame-private.h"

#include "gh-error.h"
#include "gh-event-private.h"
#include "gh-secret.h"

#include <string.h>

typedef gboolean (*ParseFunc) (GhFrame *self, GError **error);

static gboolean
refuse (const char *field, const char *sentence, GError **error)
{
  return gh_set_error (error, GH_ERROR_INVALID, "frame.field", field, "%s", sentence);
}

static gboolean
parse_id (GhFrame *self, GError **error)
{
  if (!gh_json_get_string (self->json, "id", 1, GH_LIMIT_REQUEST_ID, &self->id, error))
    return FALSE;
  for (const char *c = self->id; *c != '\0'; c++)
    {
      if (*c < 0x20 || *c > 0x7e)
        return refuse ("id", "The id of a request has printable ASCII characters only", error);
    }
  return TRUE;
}

static gboolean
parse_hello (GhFrame *self, GError **error)
{
  return gh_json_get_int (self->json, "heartbeat_ms", 100, 24 * 60 * 60 * 1000, &self->heartbeat_ms,
                          error)
         && gh_json_get_string (self->json, "server", 1, GH_LIMIT_ID, &self->server, error);
}

static gboolean
parse_identify (GhFrame *self, GError **error)
{
  return gh_json_get_string (self->json, "token", 1, GH_LIMIT_TOKEN, &self->token, error)
         && gh_json_get_optional_int (self->json, "position", 0, GH_LIMIT_JSON_INT, -1,
                                      &self->position, error);
}

static gboolean
parse_ready (GhFrame *self, GError **error)
{
  return gh_json_get_id (self->json, "user_id", GH_ID_USER, &self->user_id, error)
         && gh_json_get_id (self->json, "device_id", GH_ID_DEVICE, &self->device_id, error)
         && gh_json_get_int (self->json, "position", 0, GH_LIMIT_JSON_INT, &self->position, error)
         && gh_json_get_string (self->json, "session", 1, GH_LIMIT_SESSION, &self->session, error)
         && gh_json_get_object (self->json, "presence", &self->presence, error);
}

static gboolean
parse_event (GhFrame *self, GError **error)
{
  g_autoptr (GhJson) event = NULL;

  if (!gh_json_get_object (self->json, "event", &event, error))
    return FALSE;
  self->event = gh_event_from_json (event, error);
  return self->event != NULL;
}

static gboolean
parse_request (GhFrame *self, GError **error)
{
  if (!parse_id (self, error)
      || !gh_json_get_string (self->json, "do", 1, GH_LIMIT_OPERATION, &self->operation, error)
      || !gh_json_get_optional_object (self->json, "data", &self->data, error))
    return FALSE;
  for (const char *c = self->operation; *c != '\0'; c++)
    {
      if (!g_ascii_islower (*c) && *c != '_' && *c != '.')
        return refuse ("do", "This is not the name of an operation", error);
    }
  if (self->data == NULL)
    self->data = gh_json_new_empty_object ();
  return TRUE;
}

static gboolean
parse_reply (GhFrame *self, GError **error)
{
  g_autoptr (GhJson) wrong = NULL;

  if (!parse_id (self, error)
      || !gh_json_get_optional_object (self->json, "data", &self->data, error)
      || !gh_json_get_optional_object (self->json, "error", &wrong, error))
    return FALSE;
  if ((self->data == NULL) == (wrong == NULL))
    return refuse ("data", "A reply has either data or an error", error);
  if (wrong != NULL)
    self->error = gh_error_from_json (wrong);
  return TRUE;
}

static gboolean
parse_heartbeat (GhFrame *self, GError **error)
{
  return gh_json_get_int (self->json, "n", 0, GH_LIMIT_JSON_INT, &self->n, error);
}

static gboolean
parse_ephemeral (GhFrame *self, GError **error)
{
  if (!gh_json_get_string (self->json, "type", 1, GH_LIMIT_EVENT_TYPE, &self->type, error)
      || !gh_json_get_object (self->json, "content", &self->content, error))
    return FALSE;
  return gh_event_type_is_valid (self->type)
         || refuse ("type", "This is not a type of ephemeral frames", error);
}

static const struct
{
  const char *name;
  gboolean from_client;
  gboolean from_server;
  ParseFunc parse;
} ops[] = {
  [GH_FRAME_HELLO] = { "hello", FALSE, TRUE, parse_hello },
  [GH_FRAME_IDENTIFY] = { "identify", TRUE, FALSE, parse_identify },
  [GH_FRAME_READY] = { "ready", FALSE, TRUE, parse_ready },
  [GH_FRAME_EVENT] = { "event", FALSE, TRUE, parse_event },
  [GH_FRAME_REQUEST] = { "request", TRUE, FALSE, parse_request },
  [GH_FRAME_REPLY] = { "reply", FALSE, TRUE, parse_reply },
  [GH_FRAME_HEARTBEAT] = { "heartbeat", TRUE, TRUE, parse_heartbeat },
  [GH_FRAME_EPHEMERAL] = { "ephemeral", FALSE, TRUE, parse_ephemeral },
};

static GhFrame *
parse (const char *data, gsize size, gsize limit, gboolean is_client, GError **error)
{
  g_autoptr (GhFrame) self = NULL;
  const char *name;

  if (size > limit)
    {
      gh_set_error (error, GH_ERROR_TOO_LARGE, "frame.size", NULL,
                    "The frame is larger than %" G_GSIZE_FORMAT " bytes", limit);
      return NULL;
    }
  self = g_new0 (GhFrame, 1);
  self->position = -1;
  self->json = gh_json_parse_object (data, size, error);
  if (self->json == NULL || !gh_json_get_string (self->json, "op", 1, 16, &name, error))
    return NULL;

  for (guint i = 0; i < G_N_ELEMENTS (ops); i++)
    {
      if (strcmp (name, ops[i].name) != 0 || !(is_client ? ops[i].from_client : ops[i].from_server))
        continue;
      self->op = (GhFrameOp) i;
      return ops[i].parse (self, error) ? g_steal_pointer (&self) : NULL;
    }
  gh_set_error (error, GH_ERROR_INVALID, "frame.op", "op", "There are no frames with op “%s”",
                name);
  return NULL;
}

/**
 * gh_frame_parse_client:
 * @data: one message of a client's WebSocket; need not end in NUL
 * @size: its length
 * @error: return location
 *
 * For the server.
 *
 * Returns: (transfer full) (nullable): the frame, or %NULL with %GH_ERROR_TOO_LARGE (reason
 *   "frame.size", beyond GH_LIMIT_FRAME) or %GH_ERROR_INVALID: reasons of #GhJson, "frame.op",
 *   "frame.field"
 */
GhFrame *
gh_frame_parse_client (const char *data, gsize size, GError **error)
{
  g_return_val_if_fail (data != NULL || size == 0, NULL);

  return parse (data, size, GH_LIMIT_FRAME, TRUE, error);
}

/**
 * gh_frame_parse_server:
 * @data: one message of the server's WebSocket; need not end in NUL
 * @size: its length
 * @error: return location
 *
 * For the client. Events are verified by gh_event_from_json().
 *
 * Returns: (transfer full) (nullable): the frame, or %NULL with an error as of
 *   gh_frame_parse_client(), the limit being GH_LIMIT_SERVER_FRAME, and of gh_event_from_json()
 */
GhFrame *
gh_frame_parse_server (const char *data, gsize size, GError **error)
{
  g_return_val_if_fail (data != NULL || size == 0, NULL);

  return parse (data, size, GH_LIMIT_SERVER_FRAME, FALSE, error);
}

/**
 * gh_frame_free:
 * @self: (transfer full): a frame
 */
void
gh_frame_free (GhFrame *self)
{
  g_return_if_fail (self != NULL);

  /* The document is ours alone, and its text is ordinary memory that will be used again. */
  if (self->token != NULL)
    gh_secret_wipe ((char *) self->token, strlen (self->token));
  g_clear_pointer (&self->data, gh_json_unref);
  g_clear_pointer (&self->content, gh_json_unref);
  g_clear_pointer (&self->presence, gh_json_unref);
  g_clear_pointer (&self->event, gh_event_unref);
  g_clear_error (&self->error);
  g_clear_pointer (&self->json, gh_json_unref);
  g_free (self);
}
