/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-event.h"

G_BEGIN_DECLS

/* The gateway's close codes. */
#define GH_CLOSE_GOING_AWAY 1001
#define GH_CLOSE_MALFORMED 4000
#define GH_CLOSE_TOKEN 4001
#define GH_CLOSE_IDENTIFY 4002
#define GH_CLOSE_TOO_LARGE 4003
#define GH_CLOSE_HEARTBEAT 4008
#define GH_CLOSE_SLOW 4009

/* Types of ephemeral frames. */
#define GH_EPHEMERAL_PRESENCE "m.presence"
#define GH_EPHEMERAL_TYPING "m.typing"
#define GH_EPHEMERAL_PROFILE "m.profile"
#define GH_EPHEMERAL_CALL "m.call"
#define GH_EPHEMERAL_CALL_KEY "m.call.key"
#define GH_EPHEMERAL_CALL_SIGNAL "m.call.signal"
#define GH_EPHEMERAL_CALL_ENDED "m.call.ended"

typedef enum
{
  GH_FRAME_HELLO,     /* server: first */
  GH_FRAME_IDENTIFY,  /* client: first */
  GH_FRAME_READY,     /* server: signed in */
  GH_FRAME_EVENT,     /* server */
  GH_FRAME_REQUEST,   /* client */
  GH_FRAME_REPLY,     /* server */
  GH_FRAME_HEARTBEAT, /* both */
  GH_FRAME_EPHEMERAL, /* server */
} GhFrameOp;

/**
 * GhFrame:
 *
 * One message of the gateway, parsed and checked. Only the fields that belong to @op are set; all
 * strings belong to the frame.
 */
typedef struct
{
  GhFrameOp op;
  const char *id;        /* request, reply: at most GH_LIMIT_REQUEST_ID printable characters */
  const char *operation; /* request: "message.send" */
  GhJson *data;          /* request, reply (NULL when it is an error): an object */
  GError *error;         /* reply: what was refused */
  GhEvent *event;        /* event: verified */
  gint64 position;       /* identify (-1 when absent), ready */
  gint64 n;              /* heartbeat */
  gint64 heartbeat_ms;   /* hello */
  const char *server;    /* hello */
  const char *token;     /* identify; wiped when the frame is freed */
  const char *user_id;   /* ready */
  const char *device_id; /* ready */
  const char *session;   /* ready */
  GhJson *presence;      /* ready: {user id: state} */
  const char *type;      /* ephemeral */
  GhJson *content;       /* ephemeral: an object */

  /*< private >*/
  GhJson *json;
} GhFrame;

GhFrame *gh_frame_parse_client (const char *data, gsize size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
GhFrame *gh_frame_parse_server (const char *data, gsize size,
                                GError **error) G_GNUC_WARN_UNUSED_RESULT;
void gh_frame_free (GhFrame *self);

GBytes *gh_frame_encode_hello (gint64 heartbeat_ms, const char *server) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_identify (const char *token, gint64 position) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_ready (const char *user_id, const char *device_id, gint64 position,
                               const char *session, GhJson *presence) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_event (GhEvent *event) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_request (const char *id, const char *operation,
                                 GhJson *data) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_reply (const char *id, GBytes *data) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_error (const char *id, const GError *error) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_heartbeat (gint64 n) G_GNUC_WARN_UNUSED_RESULT;
GBytes *gh_frame_encode_ephemeral (const char *type, GhJson *content) G_GNUC_WARN_UNUSED_RESULT;

/* The error body of HTTP, {"error":{code,reason,message,field?,retry_after_ms?}}, and back. */
GBytes *gh_error_to_body (const GError *error) G_GNUC_WARN_UNUSED_RESULT;
GError *gh_error_from_body (const char *data, gsize size,
                            guint http_status) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhFrame, gh_frame_free)

G_END_DECLS
