/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-gateway.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "ghc-refusal.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

/* A server that does not say hello and ready within this time is taken for away. */
#define READY_TIMEOUT_MS 20000

struct _GhcGateway
{
  GObject parent_instance;

  char *server_url;
  SoupSession *soup;
  SoupWebsocketConnection *socket;
  DexPromise *ready;   /* until the server is */
  GHashTable *waiting; /* request id → DexPromise */
  GCancellable *cancellable;
  char *token;
  GhJson *presence;
  gint64 identify_position;
  gint64 position;
  gint64 heartbeat_ms;
  guint64 n_requests;
  gint64 n_heartbeats;
  guint timer;
  guint check_timer;
  gboolean heard; /* since the last heartbeat */
  gboolean is_open;
  gboolean is_over;
};

enum
{
  SIGNAL_EVENT,
  SIGNAL_EPHEMERAL,
  SIGNAL_READY,
  SIGNAL_CLOSED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcGateway, ghc_gateway, G_TYPE_OBJECT)

static GError *
lost_error (void)
{
  return gh_error_new_literal (GH_ERROR_UNAVAILABLE, "gateway.closed", NULL, 0,
                               _ ("The connection to the server was lost."));
}

/* Whoever waits hears of it, once. */
static void
finish (GhcGateway *self, guint code, const char *reason, GError *error)
{
  g_autoptr (GhcGateway) keep = g_object_ref (self);
  g_autoptr (GError) cause = error;
  g_autoptr (GPtrArray) promises = NULL;
  gboolean was_open = self->is_open;

  if (self->is_over)
    return;

  self->is_over = TRUE;
  self->is_open = FALSE;
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->check_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);

  if (self->ready != NULL)
    dex_promise_reject (self->ready, g_error_copy (cause));
  dex_clear (&self->ready);

  promises = g_hash_table_steal_all_values (self->waiting);
  for (guint i = 0; i < promises->len; i++)
    dex_promise_reject (g_ptr_array_index (promises, i), lost_error ());

  if (was_open)
    g_signal_emit (self, signals[SIGNAL_CLOSED], 0, code, reason);
}

static void
send_frame (GhcGateway *self, GBytes *frame)
{
  if (self->socket != NULL
      && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_send_message (self->socket, SOUP_WEBSOCKET_DATA_TEXT, frame);
}

static GError *
close_error (guint code, const char *reason)
{
  if (code == GH_CLOSE_TOKEN)
    return ghc_refusal_translate (
      gh_error_new_literal (GH_ERROR_UNAUTHENTICATED, "gateway.token", NULL, 0,
                            reason != NULL && *reason != '\0'
                              ? reason
                              : _ ("The server no longer accepts this sign-in. Sign in again.")));

  return lost_error ();
}

/* Two intervals without a word: the connection is dead, whatever the system believes. */
static gboolean
on_heartbeat (gpointer data)
{
  GhcGateway *self = data;
  g_autoptr (GBytes) frame = NULL;

  if (!self->heard)
    {
      self->timer = 0;
      finish (self, 0, "", lost_error ());
      return G_SOURCE_REMOVE;
    }

  self->heard = FALSE;
  frame = gh_frame_encode_heartbeat (++self->n_heartbeats);
  send_frame (self, frame);

  return G_SOURCE_CONTINUE;
}

static gboolean
on_ready_timeout (gpointer data)
{
  GhcGateway *self = data;

  self->timer = 0;
  finish (self, 0, "",
          gh_error_new_literal (GH_ERROR_UNAVAILABLE, "server.silent", NULL, 0,
                                _ ("The server doesn’t answer.")));

  return G_SOURCE_REMOVE;
}

static void
on_hello (GhcGateway *self, GhFrame *frame)
{
  g_autoptr (GBytes) identify = NULL;

  if (self->token == NULL)
    return;

  self->heartbeat_ms = CLAMP (frame->heartbeat_ms, 1000, 10 * 60 * 1000);
  identify = gh_frame_encode_identify (self->token, self->identify_position);
  g_clear_pointer (&self->token, g_free);
  send_frame (self, identify);
}

static void
on_ready (GhcGateway *self, GhFrame *frame)
{
  g_autoptr (DexPromise) ready = g_steal_pointer (&self->ready);

  if (ready == NULL || self->heartbeat_ms == 0)
    return;

  self->is_open = TRUE;
  self->position = frame->position;
  self->presence = gh_json_ref (frame->presence);
  self->heard = TRUE;
  g_clear_handle_id (&self->timer, g_source_remove);
  self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) self->heartbeat_ms, on_heartbeat,
                                    self, NULL);
  g_signal_emit (self, signals[SIGNAL_READY], 0);
  dex_promise_resolve_boolean (ready, TRUE);
}

static void
on_reply (GhcGateway *self, GhFrame *frame)
{
  gpointer id;
  gpointer value;
  g_autoptr (DexPromise) promise = NULL;

  if (!g_hash_table_steal_extended (self->waiting, frame->id, &id, &value))
    return;

  g_free (id);
  promise = value;
  if (frame->error != NULL)
    dex_promise_reject (promise, ghc_refusal_translate (g_error_copy (frame->error)));
  else
    dex_promise_resolve_boxed (promise, GH_TYPE_JSON, gh_json_ref (frame->data));
}

static void
on_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message,
            GhcGateway *self)
{
  g_autoptr (GhcGateway) keep = g_object_ref (self);
  g_autoptr (GhFrame) frame = NULL;
  g_autoptr (GError) error = NULL;
  gsize size;
  const char *data = g_bytes_get_data (message, &size);

  self->heard = TRUE;
  g_clear_handle_id (&self->check_timer, g_source_remove);
  frame = gh_frame_parse_server (data, size, &error);
  if (frame == NULL)
    {
      /* What we do not understand may be from a newer server; what is broken is not worth ending
         for. */
      g_debug ("A frame was passed over: %s", error->message);
      return;
    }

  switch (frame->op)
    {
    case GH_FRAME_HELLO:
      on_hello (self, frame);
      break;
    case GH_FRAME_READY:
      on_ready (self, frame);
      break;
    case GH_FRAME_REPLY:
      on_reply (self, frame);
      break;
    case GH_FRAME_EVENT:
      if (self->is_open)
        g_signal_emit (self, signals[SIGNAL_EVENT], 0, frame->event);
      break;
    case GH_FRAME_EPHEMERAL:
      if (self->is_open)
        g_signal_emit (self, signals[SIGNAL_EPHEMERAL], 0, frame->type, frame->content);
      break;
    case GH_FRAME_HEARTBEAT:
    case GH_FRAME_IDENTIFY:
    case GH_FRAME_REQUEST:
    default:
      break;
    }
}

static void
on_closed (SoupWebsocketConnection *socket, GhcGateway *self)
{
  guint code = soup_websocket_connection_get_close_code (socket);
  const char *reason = soup_websocket_connection_get_close_data (socket);

  finish (self, code, reason != NULL ? reason : "", close_error (code, reason));
}

static void
on_connected (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (GhcGateway) self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (SoupWebsocketConnection)
    socket = soup_session_websocket_connect_finish (SOUP_SESSION (object), result, &error);

  if (socket == NULL)
    {
      if (error->domain == G_TLS_ERROR)
        finish (self, 0, "",
                gh_error_new (GH_ERROR_UNAVAILABLE, "server.certificate", NULL, 0,
                              _ ("The server can’t prove who it is: %s"), error->message));
      else
        finish (self, 0, "",
                gh_error_new_literal (GH_ERROR_UNAVAILABLE, "server.unreachable", NULL, 0,
                                      _ ("The server can’t be reached.")));
      return;
    }
  if (self->is_over)
    {
      soup_websocket_connection_close (socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
      return;
    }

  self->socket = g_steal_pointer (&socket);
  soup_websocket_connection_set_max_incoming_payload_size (self->socket, GH_LIMIT_SERVER_FRAME);
  g_signal_connect_object (self->socket, "message", G_CALLBACK (on_message), self, 0);
  g_signal_connect_object (self->socket, "closed", G_CALLBACK (on_closed), self, 0);
}

static void
ghc_gateway_dispose (GObject *object)
{
  GhcGateway *self = GHC_GATEWAY (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_handle_id (&self->check_timer, g_source_remove);
  g_cancellable_cancel (self->cancellable);
  if (self->socket != NULL
      && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_GOING_AWAY, NULL);
  g_clear_object (&self->socket);
  g_clear_object (&self->soup);

  G_OBJECT_CLASS (ghc_gateway_parent_class)->dispose (object);
}

static void
ghc_gateway_finalize (GObject *object)
{
  GhcGateway *self = GHC_GATEWAY (object);

  g_clear_pointer (&self->waiting, g_hash_table_unref);
  g_clear_pointer (&self->presence, gh_json_unref);
  g_clear_object (&self->cancellable);
  dex_clear (&self->ready);
  g_free (self->server_url);
  g_free (self->token);

  G_OBJECT_CLASS (ghc_gateway_parent_class)->finalize (object);
}

static void
ghc_gateway_class_init (GhcGatewayClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_gateway_dispose;
  object_class->finalize = ghc_gateway_finalize;

  signals[SIGNAL_EVENT] = g_signal_new ("event", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 1,
                                        GH_TYPE_EVENT | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_EPHEMERAL] = g_signal_new ("ephemeral", G_TYPE_FROM_CLASS (klass),
                                            G_SIGNAL_RUN_LAST, 0, NULL, NULL, NULL, G_TYPE_NONE, 2,
                                            G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE,
                                            GH_TYPE_JSON | G_SIGNAL_TYPE_STATIC_SCOPE);
  signals[SIGNAL_READY] = g_signal_new ("ready", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                        NULL, NULL, NULL, G_TYPE_NONE, 0);
  signals[SIGNAL_CLOSED] = g_signal_new ("closed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 2, G_TYPE_UINT,
                                         G_TYPE_STRING | G_SIGNAL_TYPE_STATIC_SCOPE);
}

static void
unref_promise (gpointer promise)
{
  dex_unref (promise);
}

static void
ghc_gateway_init (GhcGateway *self)
{
  self->waiting = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, unref_promise);
  self->cancellable = g_cancellable_new ();
  self->soup = soup_session_new_with_options ("user-agent", "guildhall/" GUILDHALL_VERSION,
                                              "timeout", 0, NULL);
  /* Compression would cost 94 KiB for each connection, and messages are short. */
  soup_session_remove_feature_by_type (self->soup, SOUP_TYPE_WEBSOCKET_EXTENSION_MANAGER);
}

GhcGateway *
ghc_gateway_new (const char *server_url)
{
  GhcGateway *self;

  g_return_val_if_fail (server_url != NULL, NULL);

  self = g_object_new (GHC_TYPE_GATEWAY, NULL);
  self->server_url = g_strdup (server_url);

  return self;
}

DexFuture *
ghc_gateway_open (GhcGateway *self, const char *token, gint64 position)
{
  g_autofree char *url = NULL;
  g_autoptr (SoupMessage) message = NULL;

  g_return_val_if_fail (GHC_IS_GATEWAY (self), NULL);
  g_return_val_if_fail (self->ready == NULL && !self->is_open && !self->is_over, NULL);
  g_return_val_if_fail (token != NULL, NULL);

  url = g_strconcat (self->server_url, "/client/v1/gateway", NULL);
  message = soup_message_new (SOUP_METHOD_GET, url);
  if (message == NULL)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_INVALID, "server.invalid", "server", 0,
                            _ ("This isn’t the address of a server.")));

  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);
  self->token = g_strdup (token);
  self->identify_position = position;
  self->ready = dex_promise_new ();
  self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, READY_TIMEOUT_MS, on_ready_timeout, self,
                                    NULL);
  soup_session_websocket_connect_async (self->soup, message, NULL, NULL, G_PRIORITY_DEFAULT,
                                        self->cancellable, on_connected, g_object_ref (self));

  return dex_ref (DEX_FUTURE (self->ready));
}

gboolean
ghc_gateway_is_open (GhcGateway *self)
{
  g_return_val_if_fail (GHC_IS_GATEWAY (self), FALSE);

  return self->is_open;
}

gint64
ghc_gateway_get_position (GhcGateway *self)
{
  g_return_val_if_fail (GHC_IS_GATEWAY (self), 0);

  return self->position;
}

GhJson *
ghc_gateway_get_presence (GhcGateway *self)
{
  g_return_val_if_fail (GHC_IS_GATEWAY (self), NULL);

  return self->presence;
}

DexFuture *
ghc_gateway_request (GhcGateway *self, const char *operation, GhJson *data)
{
  g_autofree char *id = NULL;
  g_autoptr (GBytes) frame = NULL;
  DexPromise *promise;

  g_return_val_if_fail (GHC_IS_GATEWAY (self), NULL);
  g_return_val_if_fail (operation != NULL, NULL);
  g_return_val_if_fail (data != NULL, NULL);

  if (!self->is_open)
    return dex_future_new_for_error (lost_error ());

  id = g_strdup_printf ("%" G_GUINT64_FORMAT, ++self->n_requests);
  frame = gh_frame_encode_request (id, operation, data);
  if (g_bytes_get_size (frame) > GH_LIMIT_FRAME)
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_TOO_LARGE, "gateway.frame", NULL, 0,
                            _ ("This is too much to send at once.")));

  promise = dex_promise_new ();
  g_hash_table_insert (self->waiting, g_steal_pointer (&id), dex_ref (promise));
  send_frame (self, frame);

  return DEX_FUTURE (promise);
}

static gboolean
on_check_over (gpointer data)
{
  GhcGateway *self = data;

  self->check_timer = 0;
  finish (self, 0, "", lost_error ());

  return G_SOURCE_REMOVE;
}

void
ghc_gateway_check (GhcGateway *self, guint patience_ms)
{
  g_autoptr (GBytes) frame = NULL;

  g_return_if_fail (GHC_IS_GATEWAY (self));

  if (self->is_over || self->check_timer != 0)
    return;
  /* What was begun from an address that is gone does not come to an end by itself. */
  if (!self->is_open)
    {
      finish (self, 0, "", lost_error ());
      return;
    }

  frame = gh_frame_encode_heartbeat (++self->n_heartbeats);
  send_frame (self, frame);
  self->check_timer = g_timeout_add (patience_ms, on_check_over, self);
}

/**
 * ghc_gateway_close:
 *
 * Ends the connection; the signal "closed" is emitted at once if it was open.
 */
void
ghc_gateway_close (GhcGateway *self)
{
  g_return_if_fail (GHC_IS_GATEWAY (self));

  if (self->socket != NULL
      && soup_websocket_connection_get_state (self->socket) == SOUP_WEBSOCKET_STATE_OPEN)
    soup_websocket_connection_close (self->socket, SOUP_WEBSOCKET_CLOSE_NORMAL, NULL);
  finish (self, SOUP_WEBSOCKET_CLOSE_NORMAL, "", lost_error ());
}
