/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "ghc-operation.h"

/* 16 random bytes: never the same twice. */
#define TXN_ID_BYTES 16

typedef struct
{
  GhcSession *self;
  const GhcOperation *operation;
  GhJson *data;
  GBytes *upload;
  GhcTransfer *transfer;
  gsize most_bytes; /* of a download; 0: the answer is JSON */
} Request;

static void
request_free (Request *request)
{
  g_object_unref (request->self);
  gh_json_unref (request->data);
  g_clear_pointer (&request->upload, g_bytes_unref);
  g_clear_object (&request->transfer);
  g_free (request);
}

static Request *
request_new (GhcSession *self, const char *operation, GhJson *data)
{
  Request *request = g_new0 (Request, 1);

  request->self = g_object_ref (self);
  request->operation = ghc_operation_find (operation);
  request->data = gh_json_ref (data);

  return request;
}

/* One exchange over HTTP with @token. */
static DexFuture *
send_http (Request *request, const char *token)
{
  g_autoptr (GBytes) body = NULL;
  g_autofree char *path = ghc_operation_make_path (request->operation, request->data, &body);

  if (request->upload != NULL)
    return ghc_http_upload (request->self->http, token, request->operation->method, path,
                            request->upload, request->transfer);
  if (request->most_bytes > 0)
    return ghc_http_download (request->self->http, token, path, request->most_bytes);

  return ghc_http_call (request->self->http, token, request->operation->method, path, body, NULL);
}

static gpointer
await_http (Request *request, const char *token, GError **error)
{
  return dex_await_boxed (send_http (request, token), error);
}

/* A token can be taken back before its time: then it is renewed and the request sent once more. */
static gpointer
ask_over_http (Request *request, GError **error)
{
  g_autofree char *token = dex_await_string (ghc_auth_get_token (request->self->auth), error);
  g_autofree char *renewed = NULL;
  g_autoptr (GError) local_error = NULL;
  gpointer reply;

  if (token == NULL)
    return NULL;

  reply = await_http (request, token, &local_error);
  if (reply != NULL)
    return reply;
  if (!g_error_matches (local_error, GH_ERROR, GH_ERROR_UNAUTHENTICATED)
      || gh_error_get_field (local_error) != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  renewed = dex_await_string (ghc_auth_renew (request->self->auth, token), error);

  return renewed != NULL ? await_http (request, renewed, error) : NULL;
}

static gboolean
may_use_gateway (Request *request)
{
  GhcGateway *gateway = request->self->gateway;

  return (request->operation->flags & GHC_OPERATION_HTTP_ONLY) == 0 && gateway != NULL
         && ghc_gateway_is_open (gateway);
}

static gboolean
is_worth_http (Request *request, const GError *error)
{
  const char *reason = gh_error_get_reason (error);

  if (g_strcmp0 (reason, "gateway.frame") == 0)
    return TRUE;

  return g_strcmp0 (reason, "gateway.closed") == 0
         && (request->operation->flags & GHC_OPERATION_REPEATABLE) != 0;
}

/* The outbox looks at those of messages itself: they are kept. */
static void
check_receipt (Request *request, GhJson *reply)
{
  if (!g_str_equal (request->operation->name, "message.send"))
    ghc_session_check_receipt (request->self, reply);
}

static DexFuture *
request_fiber (gpointer data)
{
  Request *request = data;
  g_autoptr (GError) error = NULL;
  gpointer reply;

  if (may_use_gateway (request))
    {
      reply = dex_await_boxed (ghc_gateway_request (request->self->gateway,
                                                    request->operation->name, request->data),
                               &error);
      if (reply != NULL)
        {
          check_receipt (request, reply);
          return dex_future_new_take_boxed (GH_TYPE_JSON, reply);
        }
      if (request->self->closing || !is_worth_http (request, error))
        return dex_future_new_for_error (g_steal_pointer (&error));
      g_clear_error (&error);
    }

  reply = ask_over_http (request, &error);
  if (reply == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  if (request->most_bytes > 0)
    return dex_future_new_take_boxed (G_TYPE_BYTES, reply);

  check_receipt (request, reply);

  return dex_future_new_take_boxed (GH_TYPE_JSON, reply);
}

static DexFuture *
spawn (Request *request)
{
  return ghc_session_spawn (request->self, request_fiber, request, (GDestroyNotify) request_free);
}

/**
 * ghc_session_request:
 *
 * Asks the server, over the gateway when it is open, else over HTTP.
 *
 * Returns: (transfer full): resolves to a #GhJson object; rejects with what the server said
 */
DexFuture *
ghc_session_request (GhcSession *self, const char *operation, GhJson *data)
{
  return spawn (request_new (self, operation, data));
}

static DexFuture *
give_true (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

/**
 * ghc_session_do:
 * @data: (transfer full)
 *
 * As ghc_session_request(), where the reply does not matter.
 *
 * Returns: (transfer full): resolves to TRUE
 */
DexFuture *
ghc_session_do (GhcSession *self, const char *operation, GhJson *data)
{
  g_autoptr (GhJson) taken = data;

  return dex_future_then (ghc_session_request (self, operation, taken), give_true, NULL, NULL);
}

typedef struct
{
  GhcSession *self;
  const char *operation;
  GhJson *data;
  const char *name;
  GType type;
  GhcSessionReadFunc read;
  GCompareDataFunc compare;
} List;

static void
list_free (List *list)
{
  g_object_unref (list->self);
  gh_json_unref (list->data);
  g_free (list);
}

static DexFuture *
list_fiber (gpointer data)
{
  List *list = data;
  g_autoptr (GListStore) store = g_list_store_new (list->type);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson)
    reply = dex_await_boxed (ghc_session_request (list->self, list->operation, list->data), &error);
  g_autoptr (GhJson) array = NULL;
  GhJsonIter iter;
  GhJson *json;

  if (reply == NULL || !gh_json_get_array (reply, list->name, G_MAXUINT16, &array, &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  gh_json_iter_init (&iter, array);
  while (gh_json_iter_next (&iter, NULL, &json))
    {
      g_autoptr (GhJson) element = json;
      g_autoptr (GObject) object = list->read (list->self, element, &error);

      if (object == NULL)
        return dex_future_new_for_error (g_steal_pointer (&error));
      g_list_store_append (store, object);
    }
  if (list->compare != NULL)
    g_list_store_sort (store, list->compare, NULL);

  return dex_future_new_take_object (g_steal_pointer (&store));
}

/**
 * ghc_session_list:
 * @operation: a literal
 * @data: (transfer full): what is asked
 * @name: the array in the reply, a literal
 * @type: of the objects that @read makes of its elements
 * @compare: (nullable): their order, else the server's
 *
 * As ghc_session_request(), for an operation that gives a list.
 *
 * Returns: (transfer full): resolves to a #GListModel of @type; rejects also with
 *   %GH_ERROR_INVALID when one of the elements is not sound
 */
DexFuture *
ghc_session_list (GhcSession *self, const char *operation, GhJson *data, const char *name,
                  GType type, GhcSessionReadFunc read, GCompareDataFunc compare)
{
  List *list = g_new0 (List, 1);

  list->self = g_object_ref (self);
  list->operation = operation;
  list->data = data;
  list->name = name;
  list->type = type;
  list->read = read;
  list->compare = compare;

  return ghc_session_spawn (self, list_fiber, list, (GDestroyNotify) list_free);
}

/**
 * ghc_session_upload:
 *
 * Returns: (transfer full): resolves to a #GhJson object
 */
DexFuture *
ghc_session_upload (GhcSession *self, const char *operation, GhJson *data, GBytes *body,
                    GhcTransfer *transfer)
{
  Request *request = request_new (self, operation, data);

  request->upload = g_bytes_ref (body);
  g_set_object (&request->transfer, transfer);

  return spawn (request);
}

/**
 * ghc_session_download:
 *
 * Returns: (transfer full): resolves to #GBytes
 */
DexFuture *
ghc_session_download (GhcSession *self, const char *operation, GhJson *data, gsize most_bytes)
{
  Request *request = request_new (self, operation, data);

  request->most_bytes = most_bytes;

  return spawn (request);
}

/**
 * ghc_session_make_txn_id:
 *
 * Returns: (transfer full): a name for a request, so that sending it again makes nothing twice
 */
char *
ghc_session_make_txn_id (void)
{
  return gh_random_token (TXN_ID_BYTES);
}
