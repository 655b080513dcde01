/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-http.h"

#include "gh-error.h"
#include "gh-limits.h"
#include "ghd-exchange.h"
#include "ghd-http-call.h"
#include "ghd-pages.h"
#include "ghd-routes.h"

#include <string.h>
#include <sys/socket.h>

#define BASE "/client/v1"
#define GATEWAY BASE "/gateway"
#define ECHO "/debug/echo" /* only with debug.websocket-echo */

/* libsoup reads up to 100 KiB of headers; more than this is refused. */
#define MAX_HEADERS (16 * 1024)
#define MAX_ADDRESS (8 * 1024)

struct _GhdHttp
{
  GObject parent_instance;
  GhdApi *api;
  GhdSettings *settings;
  GhdMetrics *metrics;
  GhdGateway *gateway;
  GhdHealth *health;
  GhdRoutes *routes;
  GhdPages *pages;
  SoupServer *server;
  GSocket *peer; /* of the socket that libsoup believes to listen on */
  guint n_requests;
  DexPromise *drained;
  gboolean is_draining;
  gboolean has_echo;
};

G_DEFINE_FINAL_TYPE (GhdHttp, ghd_http, G_TYPE_OBJECT)

static gsize
measure_headers (SoupMessageHeaders *headers)
{
  SoupMessageHeadersIter iter;
  const char *name;
  const char *value;
  gsize size = 0;

  soup_message_headers_iter_init (&iter, headers);
  while (soup_message_headers_iter_next (&iter, &name, &value))
    size += strlen (name) + strlen (value) + 4;

  return size;
}

static gboolean
is_loopback (GhdExchange *exchange)
{
  GInetAddress *nearest = ghd_visitor_get_address (ghd_exchange_get_visitor (exchange));

  /* A proxy on this machine speaks for others; who it names must be local too. */
  return g_inet_address_get_is_loopback (nearest)
         && g_inet_address_get_is_loopback (ghd_exchange_get_inet (exchange))
         && (ghd_exchange_get_header (exchange, "X-Forwarded-For") == NULL
             || ghd_exchange_get_inet (exchange) != nearest);
}

/* --- what is there --- */

/* What a path that is not an operation's serves, by the methods that it has. */
static const char *
list_methods (GhdHttp *self, const char *path)
{
  if (g_str_equal (path, GATEWAY) || (self->has_echo && g_str_equal (path, ECHO)))
    return "GET, OPTIONS";
  if (g_str_equal (path, "/health") || g_str_equal (path, "/metrics")
      || ghd_pages_has (self->pages, path))
    return "GET, HEAD, OPTIONS";

  return NULL;
}

static gboolean
allows (const char *methods, const char *method)
{
  g_auto (GStrv) list = g_strsplit (methods, ", ", -1);

  return g_strv_contains ((const char *const *) list, method);
}

/* Answers whatever asks for nothing that is there. Returns: whether it did. */
static gboolean
answer_misdirected (GhdHttp *self, GhdExchange *exchange)
{
  const char *method = soup_server_message_get_method (ghd_exchange_get_message (exchange));
  const char *path = ghd_exchange_get_path (exchange);
  g_autofree char *of_operations = ghd_routes_list (self->routes, path);
  const char *methods = of_operations != NULL ? of_operations : list_methods (self, path);
  g_autoptr (GError) error = NULL;

  /* An operation with this method would have been found, were its path text. */
  if (methods == NULL
      || (of_operations != NULL && allows (methods, method) && !g_str_equal (method, "OPTIONS")))
    {
      error = gh_error_new (GH_ERROR_NOT_FOUND, "request.not_found", NULL, 0,
                            "There is nothing at this address");
      ghd_exchange_fail (exchange, error);
      return TRUE;
    }

  if (g_str_equal (method, "OPTIONS"))
    {
      ghd_exchange_set_header (exchange, "Allow", methods);
      /* Not 204, after which libsoup would end the connection. */
      ghd_exchange_respond (exchange, SOUP_STATUS_OK, NULL, NULL, GHD_CACHING_NEVER);
      return TRUE;
    }

  if (!allows (methods, method))
    {
      error = gh_error_new (GH_ERROR_INVALID, "request.method", NULL, 0,
                            "“%s” cannot be done here, only %s", method, methods);
      ghd_exchange_set_header (exchange, "Allow", methods);
      ghd_exchange_fail_as (exchange, SOUP_STATUS_METHOD_NOT_ALLOWED, error);
      return TRUE;
    }

  return FALSE;
}

/* Where a body ends must be beyond doubt: RFC 9112, section 11.2. */
static gboolean
is_ambiguous (GhdExchange *exchange)
{
  const char *length = ghd_exchange_get_header (exchange, "Content-Length");

  return length != NULL
         && (strchr (length, ',') != NULL
             || ghd_exchange_get_header (exchange, "Transfer-Encoding") != NULL);
}

/* Answers what must not be read any further. Returns: whether it did. */
static gboolean
answer_unreadable (GhdExchange *exchange)
{
  SoupServerMessage *message = ghd_exchange_get_message (exchange);
  g_autoptr (GError) error = NULL;
  guint status;

  if (is_ambiguous (exchange))
    {
      status = SOUP_STATUS_BAD_REQUEST;
      error = gh_error_new (GH_ERROR_INVALID, "request.length", NULL, 0,
                            "The request gives its length in more than one way");
      ghd_exchange_set_header (exchange, "Connection", "close");
    }
  else if (strlen (ghd_exchange_get_path (exchange)) > MAX_ADDRESS
           || (ghd_exchange_get_query (exchange) != NULL
               && strlen (ghd_exchange_get_query (exchange)) > MAX_ADDRESS))
    {
      status = SOUP_STATUS_REQUEST_URI_TOO_LONG;
      error = gh_error_new (GH_ERROR_TOO_LARGE, "request.address_too_long", NULL, 0,
                            "The address is too long");
    }
  else if (measure_headers (soup_server_message_get_request_headers (message)) > MAX_HEADERS)
    {
      status = GHD_STATUS_HEADERS_TOO_LARGE;
      error = gh_error_new (GH_ERROR_TOO_LARGE, "request.headers_too_large", NULL, 0,
                            "The headers of the request are too large");
    }
  else
    {
      return FALSE;
    }

  ghd_exchange_fail_as (exchange, status, error);

  return TRUE;
}

/* --- what watches the daemon --- */

static void
serve_health (GhdHttp *self, GhdExchange *exchange)
{
  gboolean is_well;
  g_autoptr (GBytes) report = ghd_health_report (self->health, &is_well);

  ghd_exchange_respond (exchange, is_well ? SOUP_STATUS_OK : SOUP_STATUS_SERVICE_UNAVAILABLE,
                        "application/json", report, GHD_CACHING_NEVER);
}

static void
serve_metrics (GhdHttp *self, GhdExchange *exchange)
{
  g_autoptr (GBytes) text = NULL;
  char *rendered;

  if (!ghd_settings_get_bool (self->settings, GHD_SETTING_SERVER_PUBLIC_METRICS)
      && !is_loopback (exchange))
    {
      g_autoptr (GError) error = NULL;

      error = gh_error_new (GH_ERROR_DENIED, "metrics.loopback", NULL, 0,
                            "Metrics are only told on the server’s own machine");
      ghd_exchange_fail (exchange, error);
      return;
    }

  rendered = ghd_metrics_render (self->metrics);
  text = g_bytes_new_take (rendered, strlen (rendered));
  ghd_exchange_respond (exchange, SOUP_STATUS_OK, "text/plain; version=0.0.4; charset=utf-8", text,
                        GHD_CACHING_NEVER);
}

/* --- libsoup's side --- */

static void
on_message_gone (gpointer user_data, GObject *where_it_was)
{
  GhdHttp *self = user_data;

  self->n_requests--;
  if (self->n_requests == 0 && self->drained != NULL)
    {
      dex_promise_resolve_boolean (self->drained, TRUE);
      dex_clear (&self->drained);
    }
  g_object_unref (self);
}

static void
on_headers (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  GhdHttp *self = user_data;
  GhdExchange *exchange;
  GhdRouteMatch *match;
  gsize max_body;

  if (ghd_visitor_from_message (message) == NULL)
    return; /* its connection is gone */

  exchange = ghd_exchange_new (message, ghd_settings_get_bool (self->settings,
                                                               GHD_SETTING_SERVER_BEHIND_PROXY));
  match = ghd_exchange_get_match (exchange);

  self->n_requests++;
  g_object_weak_ref (G_OBJECT (message), on_message_gone, g_object_ref (self));
  if (self->is_draining)
    ghd_exchange_set_header (exchange, "Connection", "close");

  if (answer_unreadable (exchange))
    return;

  if (!ghd_routes_find (self->routes, soup_server_message_get_method (message),
                        ghd_exchange_get_path (exchange), match))
    {
      if (!answer_misdirected (self, exchange))
        ghd_exchange_expect (exchange, 0);
      return;
    }

  max_body = ghd_api_max_body (self->api, match->operation);
  ghd_exchange_expect (exchange, max_body);

  /* Nobody fills our memory before we know who it is. */
  if (max_body > GH_LIMIT_BODY && !ghd_exchange_is_refused (exchange)
      && match->operation->scope != GHD_SCOPE_PUBLIC)
    ghd_http_call_admit (self->api, exchange);
}

static void
on_request (SoupServer *server, SoupServerMessage *message, const char *path, GHashTable *query,
            gpointer user_data)
{
  GhdHttp *self = user_data;
  GhdExchange *exchange = ghd_exchange_from_message (message);

  if (exchange == NULL)
    soup_server_message_set_status (message, SOUP_STATUS_BAD_REQUEST, NULL);
  else if (ghd_exchange_get_match (exchange)->operation != NULL)
    ghd_http_call_run (self->api, exchange);
  else if (g_str_equal (ghd_exchange_get_path (exchange), GATEWAY))
    ghd_gateway_upgrade (self->gateway, exchange, GHD_LINK_GATEWAY);
  else if (self->has_echo && g_str_equal (ghd_exchange_get_path (exchange), ECHO))
    ghd_gateway_upgrade (self->gateway, exchange, GHD_LINK_ECHO);
  else if (g_str_equal (ghd_exchange_get_path (exchange), "/health"))
    serve_health (self, exchange);
  else if (g_str_equal (ghd_exchange_get_path (exchange), "/metrics"))
    serve_metrics (self, exchange);
  else
    ghd_pages_serve (self->pages, exchange);
}

/* "OPTIONS *" has no path by which libsoup could find a handler. */
static void
on_request_read (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  if (soup_server_message_get_status (message) == 0
      && soup_server_message_is_options_ping (message))
    {
      soup_message_headers_replace (soup_server_message_get_response_headers (message), "Allow",
                                    "GET, HEAD, POST, PUT, PATCH, DELETE, OPTIONS");
      soup_server_message_set_status (message, SOUP_STATUS_OK, NULL);
    }
}

static void
on_request_started (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  GhdVisitor *visitor = ghd_visitor_from_message (message);

  if (visitor != NULL)
    ghd_visitor_enter (visitor, GHD_VISITOR_ASKING, 0);
}

static void
on_request_over (SoupServer *server, SoupServerMessage *message, gpointer user_data)
{
  GhdVisitor *visitor = ghd_visitor_from_message (message);

  if (visitor != NULL)
    ghd_visitor_enter (visitor, GHD_VISITOR_RESTING, 0);
}

/* libsoup keeps connections open between requests only while it listens somewhere itself. So it is
 * given one end of a pair of sockets, at whose other end nobody ever speaks. */
static gboolean
pretend_to_listen (GhdHttp *self, GError **error)
{
  g_autoptr (GSocket) socket = NULL;
  int pair[2];

  if (socketpair (AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) < 0)
    {
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED,
                           "No pair of sockets could be made");
      return FALSE;
    }

  socket = g_socket_new_from_fd (pair[0], error);
  self->peer = g_socket_new_from_fd (pair[1], error);

  return socket != NULL && self->peer != NULL
         && soup_server_listen_socket (self->server, socket, 0, error);
}

static void
ghd_http_dispose (GObject *object)
{
  GhdHttp *self = GHD_HTTP (object);

  if (self->server != NULL)
    {
      soup_server_disconnect (self->server);
      g_signal_handlers_disconnect_by_data (self->server, self);
      soup_server_remove_handler (self->server, "/");
    }
  g_clear_object (&self->server);
  g_clear_object (&self->peer);
  g_clear_pointer (&self->routes, ghd_routes_free);
  g_clear_pointer (&self->pages, ghd_pages_free);
  g_clear_object (&self->gateway);
  g_clear_object (&self->api);
  g_clear_object (&self->settings);
  g_clear_object (&self->metrics);
  dex_clear (&self->drained);

  G_OBJECT_CLASS (ghd_http_parent_class)->dispose (object);
}

static void
ghd_http_class_init (GhdHttpClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghd_http_dispose;
}

static void
ghd_http_init (GhdHttp *self)
{
}

/**
 * ghd_http_new:
 * @health: must outlive this
 */
GhdHttp *
ghd_http_new (GhdApi *api, GhdSettings *settings, GhdMetrics *metrics, GhdGateway *gateway,
              GhdHealth *health, GError **error)
{
  g_autoptr (GhdHttp) self = g_object_new (GHD_TYPE_HTTP, NULL);
  const GhdOperation *operations;
  gsize n_operations;

  operations = ghd_api_operations (&n_operations);
  self->api = g_object_ref (api);
  self->settings = g_object_ref (settings);
  self->metrics = g_object_ref (metrics);
  self->gateway = g_object_ref (gateway);
  self->health = health;
  self->has_echo = ghd_settings_get_bool (settings, GHD_SETTING_DEBUG_WEBSOCKET_ECHO);
  self->routes = ghd_routes_new (BASE, operations, n_operations);
  self->pages = ghd_pages_new (api, settings);

  /* An escaped slash is part of a segment, so the path must come as it was sent. */
  self->server = soup_server_new ("raw-paths", TRUE, NULL);
  soup_server_add_early_handler (self->server, "/", on_headers, self, NULL);
  soup_server_add_handler (self->server, "/", on_request, self, NULL);
  g_signal_connect (self->server, "request-started", G_CALLBACK (on_request_started), self);
  g_signal_connect (self->server, "request-read", G_CALLBACK (on_request_read), self);
  g_signal_connect (self->server, "request-finished", G_CALLBACK (on_request_over), self);
  g_signal_connect (self->server, "request-aborted", G_CALLBACK (on_request_over), self);

  if (!pretend_to_listen (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * ghd_http_get_server:
 *
 * Returns: (transfer none): what connections are to be given to
 */
SoupServer *
ghd_http_get_server (GhdHttp *self)
{
  g_return_val_if_fail (GHD_IS_HTTP (self), NULL);

  return self->server;
}

/**
 * ghd_http_last_call:
 *
 * From now on each connection ends with the request that it is at, or with its next one.
 */
void
ghd_http_last_call (GhdHttp *self)
{
  g_return_if_fail (GHD_IS_HTTP (self));

  self->is_draining = TRUE;
}

/**
 * ghd_http_drain:
 *
 * Returns: (transfer full): resolves to %TRUE once no request is left
 */
DexFuture *
ghd_http_drain (GhdHttp *self)
{
  g_return_val_if_fail (GHD_IS_HTTP (self), NULL);

  if (self->n_requests == 0)
    return dex_future_new_true ();

  if (self->drained == NULL)
    self->drained = dex_promise_new ();

  return dex_ref (DEX_FUTURE (self->drained));
}
