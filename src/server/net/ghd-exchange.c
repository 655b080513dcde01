/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-exchange.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "ghd-refusal.h"
#include "ghd-request-id.h"

#include <string.h>

/* A body up to this size is read and thrown away when the request is refused, so that the connection
 * can be used again; for more it is closed. */
#define SMALL_BODY (64 * 1024)

struct _GhdExchange
{
  SoupServerMessage *message; /* owns us */
  char *request_id;
  GInetAddress *inet;
  char *address;
  GhdRouteMatch match;
  GObject *caller;
  gboolean has_body; /* it has not been read to its end */
  gboolean is_refused;
  gboolean is_paused;
  goffset body_size; /* announced; -1 when it is not */
  gsize max_body;
  gsize n_body;
};

static const struct
{
  const char *name;
  const char *value;
} security_headers[] = {
  { "X-Content-Type-Options", "nosniff" },
  { "Referrer-Policy", "no-referrer" },
  { "Cross-Origin-Resource-Policy", "same-origin" },
  { "Content-Security-Policy",
    "default-src 'none'; style-src 'self'; img-src 'self'; base-uri 'none'; form-action 'none'; "
    "frame-ancestors 'none'" },
};

static GQuark
exchange_quark (void)
{
  return g_quark_from_static_string ("ghd-exchange");
}

static void
exchange_free (gpointer data)
{
  GhdExchange *self = data;

  ghd_route_match_clear (&self->match);
  g_clear_object (&self->caller);
  g_clear_object (&self->inet);
  g_free (self->address);
  g_free (self->request_id);
  g_free (self);
}

/* An IPv4 address in IPv6's clothes, as proxies write it that listen to both at once, is what it is. */
static GInetAddress *
unmap (GInetAddress *inet)
{
  static const guint8 mapped[12] = { [10] = 0xff, [11] = 0xff };
  const guint8 *bytes = g_inet_address_to_bytes (inet);
  GInetAddress *ipv4;

  if (g_inet_address_get_family (inet) != G_SOCKET_FAMILY_IPV6
      || memcmp (bytes, mapped, sizeof mapped) != 0)
    return inet;

  ipv4 = g_inet_address_new_from_bytes (bytes + sizeof mapped, G_SOCKET_FAMILY_IPV4);
  g_object_unref (inet);
  return ipv4;
}

/* The proxy appends whom it speaks for: only the last entry is its own word. */
static GInetAddress *
parse_forwarded (const char *header)
{
  const char *comma = strrchr (header, ',');
  g_autofree char *last = g_strstrip (g_strdup (comma != NULL ? comma + 1 : header));
  GInetAddress *inet;
  char *text = last;

  if (last[0] == '[' && strchr (last, ']') != NULL)
    {
      text = last + 1;
      *strchr (last, ']') = '\0';
    }
  else if (strchr (last, ':') != NULL && strchr (last, ':') == strrchr (last, ':'))
    {
      *strchr (last, ':') = '\0'; /* IPv4 with a port */
    }

  inet = g_inet_address_new_from_string (text);
  return inet != NULL ? unmap (inet) : NULL;
}

static GInetAddress *
find_address (GhdExchange *self, gboolean behind_proxy)
{
  const char *forwarded = behind_proxy ? ghd_exchange_get_header (self, "X-Forwarded-For") : NULL;
  GInetAddress *inet = forwarded != NULL ? parse_forwarded (forwarded) : NULL;

  return inet != NULL ? inet
                      : g_object_ref (ghd_visitor_get_address (ghd_exchange_get_visitor (self)));
}

static void
on_got_chunk (SoupServerMessage *message, GBytes *chunk, gpointer user_data)
{
  GhdExchange *self = user_data;
  g_autoptr (GError) error = NULL;

  self->n_body += g_bytes_get_size (chunk);
  if (self->is_refused || self->n_body <= self->max_body)
    return;

  error = gh_error_new (GH_ERROR_TOO_LARGE, "request.too_large", NULL, 0,
                        "At most %" G_GSIZE_FORMAT " bytes can be sent here", self->max_body);
  self->body_size = -1;
  ghd_exchange_fail (self, error);
}

static void
on_got_body (SoupServerMessage *message, gpointer user_data)
{
  GhdExchange *self = user_data;
  GhdVisitor *visitor = ghd_exchange_get_visitor (self);

  self->has_body = FALSE;
  if (visitor != NULL && !self->is_refused)
    ghd_visitor_enter (visitor, GHD_VISITOR_WAITING, 0);
}

/**
 * ghd_exchange_new:
 * @message: has its headers
 * @behind_proxy: whether to believe X-Forwarded-For
 *
 * Returns: (transfer none):
 */
GhdExchange *
ghd_exchange_new (SoupServerMessage *message, gboolean behind_proxy)
{
  GhdExchange *self = g_new0 (GhdExchange, 1);
  SoupMessageHeaders *headers = soup_server_message_get_request_headers (message);

  self->message = message;
  self->request_id = ghd_request_id_new ();
  self->inet = find_address (self, behind_proxy);
  self->address = g_inet_address_to_string (self->inet);

  switch (soup_message_headers_get_encoding (headers))
    {
    case SOUP_ENCODING_CONTENT_LENGTH:
      self->body_size = soup_message_headers_get_content_length (headers);
      break;
    case SOUP_ENCODING_NONE:
      self->body_size = 0;
      break;
    default:
      self->body_size = -1;
      break;
    }
  self->has_body = self->body_size != 0;

  g_object_set_qdata_full (G_OBJECT (message), exchange_quark (), self, exchange_free);
  g_signal_connect (message, "got-chunk", G_CALLBACK (on_got_chunk), self);
  g_signal_connect (message, "got-body", G_CALLBACK (on_got_body), self);

  ghd_exchange_set_header (self, "X-Request-Id", self->request_id);
  for (gsize i = 0; i < G_N_ELEMENTS (security_headers); i++)
    ghd_exchange_set_header (self, security_headers[i].name, security_headers[i].value);
  if (g_strcmp0 (g_uri_get_scheme (soup_server_message_get_uri (message)), "https") == 0)
    ghd_exchange_set_header (self, "Strict-Transport-Security", "max-age=31536000");

  return self;
}

/**
 * ghd_exchange_from_message:
 *
 * Returns: (transfer none) (nullable): %NULL before it has its headers
 */
GhdExchange *
ghd_exchange_from_message (SoupServerMessage *message)
{
  return g_object_get_qdata (G_OBJECT (message), exchange_quark ());
}

SoupServerMessage *
ghd_exchange_get_message (GhdExchange *self)
{
  return self->message;
}

/**
 * ghd_exchange_get_visitor:
 *
 * Returns: (transfer none) (nullable): %NULL when its connection was taken
 */
GhdVisitor *
ghd_exchange_get_visitor (GhdExchange *self)
{
  return ghd_visitor_from_message (self->message);
}

/**
 * ghd_exchange_get_inet:
 *
 * Returns: (transfer none): who asks, seen through the proxy if there is one
 */
GInetAddress *
ghd_exchange_get_inet (GhdExchange *self)
{
  return self->inet;
}

const char *
ghd_exchange_get_address (GhdExchange *self)
{
  return self->address;
}

const char *
ghd_exchange_get_request_id (GhdExchange *self)
{
  return self->request_id;
}

const char *
ghd_exchange_get_path (GhdExchange *self)
{
  return g_uri_get_path (soup_server_message_get_uri (self->message));
}

const char *
ghd_exchange_get_query (GhdExchange *self)
{
  return g_uri_get_query (soup_server_message_get_uri (self->message));
}

const char *
ghd_exchange_get_header (GhdExchange *self, const char *name)
{
  return soup_message_headers_get_list (soup_server_message_get_request_headers (self->message),
                                        name);
}

/**
 * ghd_exchange_dup_token:
 *
 * RFC 6750, section 2.1.
 *
 * Returns: (transfer full) (nullable): the bearer token; %NULL with an error when there is none, or
 *   what is there is something else
 */
char *
ghd_exchange_dup_token (GhdExchange *self, GError **error)
{
  const char *header = ghd_exchange_get_header (self, "Authorization");

  if (header == NULL)
    {
      gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "token.missing", NULL, "Sign in first");
      return NULL;
    }

  if (g_ascii_strncasecmp (header, "Bearer ", 7) != 0 || strlen (header + 7) > GH_LIMIT_TOKEN)
    {
      gh_set_error (error, GH_ERROR_UNAUTHENTICATED, "token.invalid", NULL,
                    "The header Authorization must hold a bearer token");
      return NULL;
    }

  return g_strstrip (g_strdup (header + 7));
}

GhdRouteMatch *
ghd_exchange_get_match (GhdExchange *self)
{
  return &self->match;
}

/**
 * ghd_exchange_get_caller:
 *
 * Returns: (transfer none) (nullable): who was found out to ask
 */
GObject *
ghd_exchange_get_caller (GhdExchange *self)
{
  return self->caller;
}

void
ghd_exchange_set_caller (GhdExchange *self, GObject *caller)
{
  g_set_object (&self->caller, caller);
}

/**
 * ghd_exchange_expect:
 * @max_body: bytes that may come; more is refused as soon as it is known
 *
 * Call once the headers are there.
 */
void
ghd_exchange_expect (GhdExchange *self, gsize max_body)
{
  GhdVisitor *visitor = ghd_exchange_get_visitor (self);

  self->max_body = max_body;

  if (self->body_size > 0 && (guint64) self->body_size > max_body)
    {
      g_autoptr (GError) error = NULL;

      error = gh_error_new (GH_ERROR_TOO_LARGE, "request.too_large", NULL, 0,
                            "At most %" G_GSIZE_FORMAT " bytes can be sent here", max_body);
      ghd_exchange_fail (self, error);
      return;
    }

  if (visitor != NULL && self->has_body)
    ghd_visitor_enter (visitor, GHD_VISITOR_SENDING,
                       self->body_size > 0 ? (gsize) self->body_size : max_body);
}

/**
 * ghd_exchange_pause:
 *
 * The answer takes a while. Keep a reference to the message meanwhile.
 */
void
ghd_exchange_pause (GhdExchange *self)
{
  self->is_paused = TRUE;
  soup_server_message_pause (self->message);
}

void
ghd_exchange_resume (GhdExchange *self)
{
  if (!self->is_paused)
    return;

  self->is_paused = FALSE;
  soup_server_message_unpause (self->message);
}

/**
 * ghd_exchange_is_refused:
 *
 * Returns: whether it was answered before its body was read
 */
gboolean
ghd_exchange_is_refused (GhdExchange *self)
{
  return self->is_refused;
}

void
ghd_exchange_set_header (GhdExchange *self, const char *name, const char *value)
{
  soup_message_headers_replace (soup_server_message_get_response_headers (self->message), name,
                                value);
}

/* What libsoup has no words for. */
static const char *
find_phrase (guint status)
{
  switch (status)
    {
    case GHD_STATUS_UPGRADE_REQUIRED:
      return "Upgrade Required";
    case GHD_STATUS_TOO_MANY_REQUESTS:
      return "Too Many Requests";
    case GHD_STATUS_HEADERS_TOO_LARGE:
      return "Request Header Fields Too Large";
    default:
      return NULL;
    }
}

static const char *
describe_caching (GhdCaching caching)
{
  switch (caching)
    {
    case GHD_CACHING_BRIEFLY:
      return "public, max-age=300";
    case GHD_CACHING_FOREVER:
      return "private, max-age=31536000, immutable";
    case GHD_CACHING_NEVER:
    default:
      return "no-store";
    }
}

/**
 * ghd_exchange_respond:
 * @content_type: (nullable): %NULL when there is no @body
 * @body: (nullable):
 *
 * Answers, also while the request's body is still coming: what is small is then read and ignored;
 * otherwise the answer goes out at once and the connection ends with it.
 */
void
ghd_exchange_respond (GhdExchange *self, guint status, const char *content_type, GBytes *body,
                      GhdCaching caching)
{
  GhdVisitor *visitor = ghd_exchange_get_visitor (self);
  gsize size = body != NULL ? g_bytes_get_size (body) : 0;

  soup_server_message_set_status (self->message, status, find_phrase (status));
  ghd_exchange_set_header (self, "Cache-Control", describe_caching (caching));
  if (content_type != NULL)
    ghd_exchange_set_header (self, "Content-Type", content_type);
  if (size > 0)
    soup_message_body_append_bytes (soup_server_message_get_response_body (self->message), body);

  if (self->has_body)
    {
      self->is_refused = TRUE;
      soup_message_body_set_accumulate (soup_server_message_get_request_body (self->message),
                                        FALSE);
    }

  if (self->has_body && (self->body_size < 0 || self->body_size > SMALL_BODY))
    {
      ghd_refusal_send (self->message, visitor, body);
      return;
    }

  if (visitor != NULL)
    ghd_visitor_enter (visitor, self->has_body ? GHD_VISITOR_SENDING : GHD_VISITOR_READING, size);
  ghd_exchange_resume (self);
}

/**
 * ghd_exchange_fail:
 *
 * Answers with the error body of the contract.
 */
void
ghd_exchange_fail (GhdExchange *self, const GError *error)
{
  ghd_exchange_fail_as (self, gh_error_code_to_http_status (gh_error_get_code (error)), error);
}

/**
 * ghd_exchange_fail_as:
 * @status: of HTTP, where it is more exact than the error's code
 */
void
ghd_exchange_fail_as (GhdExchange *self, guint status, const GError *error)
{
  g_autoptr (GBytes) body = gh_error_to_body (error);
  gint64 retry_after_ms = gh_error_get_retry_after_ms (error);

  if (retry_after_ms > 0 || status == GHD_STATUS_TOO_MANY_REQUESTS
      || status == SOUP_STATUS_SERVICE_UNAVAILABLE)
    {
      g_autofree char *seconds = NULL;

      seconds = g_strdup_printf ("%" G_GINT64_FORMAT, MAX ((retry_after_ms + 999) / 1000, 1));
      ghd_exchange_set_header (self, "Retry-After", seconds);
    }
  if (status == SOUP_STATUS_UNAUTHORIZED)
    ghd_exchange_set_header (self, "WWW-Authenticate", "Bearer");

  ghd_exchange_respond (self, status, "application/json", body, GHD_CACHING_NEVER);
}
