/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-http-call.h"

#include "gh-error.h"
#include "ghd-arguments.h"

/* A request whose answer is being worked out. */
typedef struct
{
  GhdApi *api;
  SoupServerMessage *message;
} Pending;

static Pending *
pending_new (GhdApi *api, GhdExchange *exchange)
{
  Pending *pending = g_new0 (Pending, 1);

  pending->api = g_object_ref (api);
  pending->message = g_object_ref (ghd_exchange_get_message (exchange));
  ghd_exchange_pause (exchange);

  return pending;
}

static void
pending_free (gpointer data)
{
  Pending *pending = data;

  g_object_unref (pending->message);
  g_object_unref (pending->api);
  g_free (pending);
}

static DexFuture *
authenticate (GhdApi *api, GhdExchange *exchange)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *token = NULL;

  /* A token that has run out must not stand in the way of refreshing it. */
  if (ghd_exchange_get_match (exchange)->operation->scope != GHD_SCOPE_PUBLIC)
    {
      token = ghd_exchange_dup_token (exchange, &error);
      if (token == NULL)
        return ghd_api_refuse (api, NULL, ghd_exchange_get_address (exchange),
                               g_steal_pointer (&error));
    }

  return ghd_api_authenticate (api, ghd_exchange_get_address (exchange), token);
}

static DexFuture *
admit_fiber (gpointer data)
{
  Pending *pending = data;
  GhdExchange *exchange = ghd_exchange_from_message (pending->message);
  g_autoptr (GObject) caller = NULL;
  g_autoptr (GError) error = NULL;

  caller = dex_await_object (authenticate (pending->api, exchange), &error);
  if (caller == NULL)
    {
      ghd_exchange_fail (exchange, error);
    }
  else
    {
      ghd_exchange_set_caller (exchange, caller);
      ghd_exchange_resume (exchange);
    }

  return NULL;
}

static GhJson *
parse_body (SoupServerMessage *message, GError **error)
{
  g_autoptr (GBytes) bytes = NULL;
  const char *data;
  gsize size;

  bytes = soup_message_body_flatten (soup_server_message_get_request_body (message));
  data = g_bytes_get_data (bytes, &size);

  return size > 0 ? gh_json_parse_object (data, size, error) : gh_json_new_empty_object ();
}

static gboolean
call (Pending *pending, GhdExchange *exchange, GError **error)
{
  GhdRouteMatch *match = ghd_exchange_get_match (exchange);
  gboolean is_raw = match->operation->flags & GHD_OPERATION_RAW_BODY;
  gboolean is_traced;
  g_autoptr (GhdCaller) caller = NULL;
  g_autoptr (GhdReply) reply = NULL;
  g_autoptr (GhJson) body = NULL;
  g_autoptr (GhJson) data = NULL;
  g_autoptr (GBytes) raw = NULL;
  g_autoptr (GError) local_error = NULL;
  GhdTraceContext parent;

  if (ghd_exchange_get_caller (exchange) != NULL)
    caller = GHD_CALLER (g_object_ref (ghd_exchange_get_caller (exchange)));
  else
    caller = dex_await_object (authenticate (pending->api, exchange), error);
  if (caller == NULL)
    return FALSE;

  if (is_raw)
    raw = soup_message_body_flatten (soup_server_message_get_request_body (pending->message));
  else
    body = parse_body (pending->message, &local_error);

  if (local_error == NULL)
    data = ghd_arguments_merge (match, ghd_exchange_get_query (exchange), body, &local_error);
  if (data == NULL)
    return dex_await (ghd_api_refuse (pending->api, caller, ghd_exchange_get_address (exchange),
                                      g_steal_pointer (&local_error)),
                      error);

  is_traced = ghd_tracer_receive (ghd_api_get_tracer (pending->api),
                                  ghd_exchange_get_header (exchange, "traceparent"), &parent);
  reply =
    dex_await_object (ghd_api_call (pending->api, caller, ghd_exchange_get_request_id (exchange),
                                    is_traced ? &parent : NULL,
                                    match->operation->name, data, raw),
                      error);
  if (reply == NULL)
    return FALSE;

  ghd_exchange_respond (exchange, SOUP_STATUS_OK, ghd_reply_get_content_type (reply),
                        ghd_reply_get_bytes (reply),
                        ghd_reply_is_immutable (reply) ? GHD_CACHING_FOREVER : GHD_CACHING_NEVER);

  return TRUE;
}

static DexFuture *
call_fiber (gpointer data)
{
  Pending *pending = data;
  GhdExchange *exchange = ghd_exchange_from_message (pending->message);
  g_autoptr (GError) error = NULL;

  if (!call (pending, exchange, &error))
    ghd_exchange_fail (exchange, error);

  return NULL;
}

static void
spawn (GhdApi *api, GhdExchange *exchange, DexFiberFunc fiber)
{
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, fiber, pending_new (api, exchange), pending_free));
}

/**
 * ghd_http_call_admit:
 *
 * Holds back the body of a request until it is known who asks; refuses it when nobody does.
 */
void
ghd_http_call_admit (GhdApi *api, GhdExchange *exchange)
{
  spawn (api, exchange, admit_fiber);
}

/**
 * ghd_http_call_run:
 * @exchange: for an operation, with its body
 *
 * Runs the operation and answers with what comes of it.
 */
void
ghd_http_call_run (GhdApi *api, GhdExchange *exchange)
{
  spawn (api, exchange, call_fiber);
}
