/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-http.h"

#include <glib/gi18n.h>
#include <libsoup/soup.h>

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-time.h"
#include "ghc-refusal.h"

#define BASE_PATH "/client/v1"

/* A server that says nothing for this long is taken for away. */
#define TIMEOUT_S 30

/* No answer in JSON is longer; a guild with a thousand members has some 300 KiB. */
#define MAX_JSON_BYTES (16 * 1024 * 1024)

struct _GhcHttp
{
  GObject parent_instance;
  char *url;
  SoupSession *session;
  gint64 server_ms; /* the server's time when it last answered; 0 when it has not */
  gint64 server_us; /* the monotonic time of that answer */
};

G_DEFINE_FINAL_TYPE (GhcHttp, ghc_http, G_TYPE_OBJECT)

static void
ghc_http_finalize (GObject *object)
{
  GhcHttp *self = GHC_HTTP (object);

  soup_session_abort (self->session);
  g_clear_object (&self->session);
  g_clear_pointer (&self->url, g_free);

  G_OBJECT_CLASS (ghc_http_parent_class)->finalize (object);
}

static void
ghc_http_class_init (GhcHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_http_finalize;
}

static void
ghc_http_init (GhcHttp *self)
{
  self->session = soup_session_new_with_options ("user-agent", "guildhall/" GUILDHALL_VERSION,
                                                 "timeout", TIMEOUT_S, "max-conns-per-host", 6,
                                                 NULL);
}

/**
 * ghc_http_new:
 * @server_url: scheme, host and port, as gh_server_address_get_url() gives it
 */
GhcHttp *
ghc_http_new (const char *server_url)
{
  GhcHttp *self;

  g_return_val_if_fail (server_url != NULL, NULL);

  self = g_object_new (GHC_TYPE_HTTP, NULL);
  self->url = g_strdup (server_url);
  if (g_str_has_suffix (self->url, "/"))
    self->url[strlen (self->url) - 1] = '\0';
  return self;
}

const char *
ghc_http_get_url (GhcHttp *self)
{
  g_return_val_if_fail (GHC_IS_HTTP (self), NULL);

  return self->url;
}

/* RFC 9110, section 6.6.1: it is there whenever the server has a clock. */
static void
take_date (GhcHttp *self, SoupMessage *message)
{
  const char *text = soup_message_headers_get_one (soup_message_get_response_headers (message),
                                                   "Date");
  g_autoptr (GDateTime) date = text != NULL ? soup_date_time_new_from_http_string (text) : NULL;

  if (date == NULL)
    return;
  self->server_ms = g_date_time_to_unix (date) * 1000;
  self->server_us = gh_time_monotonic_us ();
}

/**
 * ghc_http_get_server_ms:
 *
 * What the clock of the server says, to within some seconds: that of this computer may be wrong.
 *
 * Returns: ms since the Unix epoch; by this computer's own clock as long as the server has not answered
 */
gint64
ghc_http_get_server_ms (GhcHttp *self)
{
  g_return_val_if_fail (GHC_IS_HTTP (self), 0);

  if (self->server_ms == 0)
    return gh_time_wall_ms ();
  return self->server_ms + (gh_time_monotonic_us () - self->server_us) / 1000;
}

/* One request on its way; lives until its promise is settled. */
typedef struct
{
  GhcHttp *http;
  DexPromise *promise;
  SoupMessage *message;
  GInputStream *stream;
  GByteArray *body;
  GhcTransfer *transfer;
  GCancellable *cancellable;
  gsize most_bytes;
  gboolean is_json;
} Request;

static void
request_free (Request *request)
{
  if (request->transfer != NULL)
    ghc_transfer_set_active (request->transfer, FALSE);
  g_clear_object (&request->http);
  dex_clear (&request->promise);
  g_clear_object (&request->message);
  g_clear_object (&request->stream);
  g_clear_object (&request->transfer);
  g_clear_object (&request->cancellable);
  g_clear_pointer (&request->body, g_byte_array_unref);
  g_free (request);
}

static void
reject (Request *request, GError *error)
{
  if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED) && error->domain != GH_ERROR)
    {
      GError *sentence;

      if (error->domain == G_TLS_ERROR)
        sentence = gh_error_new (GH_ERROR_UNAVAILABLE, "server.certificate", "server", 0,
                                 _ ("The server can’t prove who it is: %s"), error->message);
      else
        sentence =
          gh_error_new (GH_ERROR_UNAVAILABLE, "server.unreachable", "server", 0,
                        _ ("The server can’t be reached. Check the address and your connection."));
      g_error_free (error);
      error = sentence;
    }

  dex_promise_reject (request->promise, error);
  request_free (request);
}

/* What the server refused, or the news that no server of ours wrote this. */
static GError *
error_for_answer (Request *request)
{
  g_autoptr (GhJson)
    document = gh_json_parse_object ((const char *) request->body->data, request->body->len, NULL);

  if (document == NULL || !gh_json_has (document, "error"))
    return gh_error_new (GH_ERROR_NOT_FOUND, "server.unknown", "server", 0,
                         _ ("Something answers at this address, but it isn’t a Guildhall server."));

  return ghc_refusal_translate (
    gh_error_from_body ((const char *) request->body->data, request->body->len,
                        soup_message_get_status (request->message)));
}

static void
finish (Request *request)
{
  GhJson *json;

  if (!SOUP_STATUS_IS_SUCCESSFUL (soup_message_get_status (request->message)))
    {
      reject (request, error_for_answer (request));
      return;
    }

  if (!request->is_json)
    {
      dex_promise_resolve_boxed (request->promise, G_TYPE_BYTES,
                                 g_byte_array_free_to_bytes (g_steal_pointer (&request->body)));
      request_free (request);
      return;
    }

  json = gh_json_parse_object ((const char *) request->body->data, request->body->len, NULL);
  if (json == NULL)
    {
      reject (
        request,
        gh_error_new (GH_ERROR_NOT_FOUND, "server.unknown", "server", 0,
                      _ ("Something answers at this address, but it isn’t a Guildhall server.")));
      return;
    }

  dex_promise_resolve_boxed (request->promise, GH_TYPE_JSON, json);
  request_free (request);
}

static void
on_read (GObject *object, GAsyncResult *result, gpointer data)
{
  Request *request = data;
  GError *error = NULL;
  g_autoptr (GBytes)
    bytes = g_input_stream_read_bytes_finish (G_INPUT_STREAM (object), result, &error);

  if (bytes == NULL)
    {
      reject (request, error);
      return;
    }
  if (g_bytes_get_size (bytes) == 0)
    {
      finish (request);
      return;
    }

  /* A hostile server must not fill our memory. */
  if (request->body->len + g_bytes_get_size (bytes) > request->most_bytes)
    {
      reject (request, gh_error_new (GH_ERROR_TOO_LARGE, "server.answer", NULL, 0,
                                     _ ("The server sent more than was asked for.")));
      return;
    }

  g_byte_array_append (request->body, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  g_input_stream_read_bytes_async (request->stream, 64 * 1024, G_PRIORITY_DEFAULT,
                                   request->cancellable, on_read, request);
}

static void
on_sent (GObject *object, GAsyncResult *result, gpointer data)
{
  Request *request = data;
  GError *error = NULL;

  request->stream = soup_session_send_finish (SOUP_SESSION (object), result, &error);
  if (request->stream == NULL)
    {
      reject (request, error);
      return;
    }

  take_date (request->http, request->message);
  g_input_stream_read_bytes_async (request->stream, 64 * 1024, G_PRIORITY_DEFAULT,
                                   request->cancellable, on_read, request);
}

static void
on_wrote_body_data (GhcTransfer *transfer, guint n_bytes)
{
  ghc_transfer_add_sent (transfer, n_bytes);
}

static DexFuture *
send_request (GhcHttp *self, const char *token, const char *method, const char *path,
              const char *content_type, GBytes *body, GhcTransfer *transfer,
              GCancellable *cancellable, gboolean is_json, gsize most_bytes)
{
  g_autofree char *url = g_strconcat (self->url, BASE_PATH, path, NULL);
  g_autoptr (SoupMessage) message = soup_message_new (method, url);
  Request *request;
  DexFuture *future;

  if (message == NULL)
    return dex_future_new_for_error (gh_error_new (GH_ERROR_INVALID, "server.invalid", "server", 0,
                                                   _ ("This isn’t the address of a server.")));

  if (token != NULL)
    {
      g_autofree char *bearer = g_strconcat ("Bearer ", token, NULL);

      soup_message_headers_replace (soup_message_get_request_headers (message), "Authorization",
                                    bearer);
    }
  if (body != NULL)
    soup_message_set_request_body_from_bytes (message, content_type, body);
  /* A token must never follow a redirection to somebody else. */
  soup_message_add_flags (message, SOUP_MESSAGE_NO_REDIRECT);

  request = g_new0 (Request, 1);
  request->http = g_object_ref (self);
  request->promise = cancellable != NULL ? dex_promise_new () : dex_promise_new_cancellable ();
  request->cancellable = g_object_ref (
    cancellable != NULL ? cancellable : dex_promise_get_cancellable (request->promise));
  request->message = g_object_ref (message);
  request->body = g_byte_array_new ();
  request->is_json = is_json;
  request->most_bytes = most_bytes;
  if (transfer != NULL)
    {
      request->transfer = g_object_ref (transfer);
      ghc_transfer_set_total (transfer, g_bytes_get_size (body));
      ghc_transfer_set_active (transfer, TRUE);
      g_signal_connect_object (message, "wrote-body-data", G_CALLBACK (on_wrote_body_data),
                               transfer, G_CONNECT_SWAPPED);
    }

  future = dex_ref (DEX_FUTURE (request->promise));
  soup_session_send_async (self->session, message, G_PRIORITY_DEFAULT, request->cancellable,
                           on_sent, request);
  return future;
}

/**
 * ghc_http_call:
 * @token: (nullable): access token
 * @method: "GET", "POST"…
 * @path: below /client/v1, with its query
 * @json: (nullable): the body, a JSON object
 * @cancellable: (nullable): stops it
 *
 * Returns: (transfer full): resolves to the result, a #GhJson object (boxed); nothing in it is checked yet
 */
DexFuture *
ghc_http_call (GhcHttp *self, const char *token, const char *method, const char *path, GBytes *json,
               GCancellable *cancellable)
{
  g_return_val_if_fail (GHC_IS_HTTP (self), NULL);

  return send_request (self, token, method, path, "application/json", json, NULL, cancellable, TRUE,
                       MAX_JSON_BYTES);
}

/**
 * ghc_http_upload:
 * @data: the body, of any content
 * @transfer: (nullable): shows how far it is, and can stop it
 *
 * Returns: (transfer full): resolves to the result, a #GhJson object (boxed)
 */
DexFuture *
ghc_http_upload (GhcHttp *self, const char *token, const char *method, const char *path,
                 GBytes *data, GhcTransfer *transfer)
{
  g_return_val_if_fail (GHC_IS_HTTP (self), NULL);
  g_return_val_if_fail (data != NULL, NULL);

  return send_request (self, token, method, path, "application/octet-stream", data, transfer,
                       transfer != NULL ? ghc_transfer_get_cancellable (transfer) : NULL, TRUE,
                       MAX_JSON_BYTES);
}

/**
 * ghc_http_download:
 * @most_bytes: more is refused
 *
 * Returns: (transfer full): resolves to #GBytes
 */
DexFuture *
ghc_http_download (GhcHttp *self, const char *token, const char *path, gsize most_bytes)
{
  g_return_val_if_fail (GHC_IS_HTTP (self), NULL);

  return send_request (self, token, "GET", path, NULL, NULL, NULL, NULL, FALSE, most_bytes);
}

/**
 * ghc_http_abort:
 *
 * Ends all that is under way; each rejects with %G_IO_ERROR_CANCELLED.
 */
void
ghc_http_abort (GhcHttp *self)
{
  g_return_if_fail (GHC_IS_HTTP (self));

  soup_session_abort (self->session);
}
