/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as a frame of the gateway, from either side: what is accepted is written again and read back
 * as the same. */
#include "fuzz.h"

#include "gh-frame.h"

static GBytes *
encode (GhFrame *frame)
{
  g_autoptr (GBytes) data = NULL;

  switch (frame->op)
    {
    case GH_FRAME_HELLO:
      return gh_frame_encode_hello (frame->heartbeat_ms, frame->server);
    case GH_FRAME_IDENTIFY:
      return gh_frame_encode_identify (frame->token, frame->position);
    case GH_FRAME_READY:
      return gh_frame_encode_ready (frame->user_id, frame->device_id, frame->position,
                                    frame->session, frame->presence);
    case GH_FRAME_EVENT:
      return gh_frame_encode_event (frame->event);
    case GH_FRAME_REQUEST:
      return gh_frame_encode_request (frame->id, frame->operation, frame->data);
    case GH_FRAME_REPLY:
      if (frame->error != NULL)
        return gh_frame_encode_error (frame->id, frame->error);
      data = gh_json_to_bytes (frame->data);
      return gh_frame_encode_reply (frame->id, data);
    case GH_FRAME_HEARTBEAT:
      return gh_frame_encode_heartbeat (frame->n);
    case GH_FRAME_EPHEMERAL:
    default:
      return gh_frame_encode_ephemeral (frame->type, frame->content);
    }
}

static void
compare (GhFrame *a, GhFrame *b)
{
  must (a->op == b->op);
  must (g_strcmp0 (a->id, b->id) == 0);
  must (g_strcmp0 (a->operation, b->operation) == 0);
  must (g_strcmp0 (a->token, b->token) == 0);
  must (g_strcmp0 (a->type, b->type) == 0);
  must (g_strcmp0 (a->session, b->session) == 0);
  must (a->position == b->position);
  must (a->n == b->n);
  must (a->heartbeat_ms == b->heartbeat_ms);
  must ((a->data == NULL) == (b->data == NULL));
  must (a->data == NULL || gh_json_equal (a->data, b->data));
  must (a->content == NULL || gh_json_equal (a->content, b->content));
  must (a->presence == NULL || gh_json_equal (a->presence, b->presence));
  must ((a->error == NULL) == (b->error == NULL));
  must (a->error == NULL || gh_error_get_code (a->error) == gh_error_get_code (b->error));
  must (a->event == NULL
        || g_bytes_equal (gh_event_get_bytes (a->event), gh_event_get_bytes (b->event)));
}

static void
try (const guint8 *data, gsize size,
     GhFrame *(*parse) (const char *data, gsize size, GError **error))
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhFrame) frame = parse ((const char *) data, size, &error);
  g_autoptr (GhFrame) again = NULL;
  g_autoptr (GBytes) bytes = NULL;

  must_tell (frame != NULL, error);
  if (frame == NULL)
    return;
  bytes = encode (frame);
  again = parse (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes), &error);
  /* Escaped again, a frame at the limit can be a little over it. */
  if (again == NULL && gh_error_get_code (error) == GH_ERROR_TOO_LARGE)
    return;
  must_tell (again != NULL, error);
  compare (frame, again);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;

  try (data, size, gh_frame_parse_client);
  try (data, size, gh_frame_parse_server);
  error = gh_error_from_body ((const char *) data, size, 400);
  must (error != NULL && error->domain == GH_ERROR);
  return 0;
}
