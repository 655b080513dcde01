/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-link.h"

#include "gh-error.h"
#include "gh-host.h"

#include <string.h>

#define HTTP_PORT 80
#define HTTPS_PORT 443

typedef enum
{
  SCHEME_NONE, /* not written, or guildhall:// */
  SCHEME_HTTP,
  SCHEME_HTTPS,
} Scheme;

struct _GhServerAddress
{
  gatomicrefcount ref_count;
  char *host;
  char *authority;
  char *url;
  guint16 port;
  gboolean is_secure;
  gboolean is_loopback;
};

G_DEFINE_BOXED_TYPE (GhServerAddress, gh_server_address, gh_server_address_ref,
                     gh_server_address_unref)

static gboolean refuse (const char *reason, GError **error, const char *format, ...)
  G_GNUC_PRINTF (3, 4);

static gboolean
refuse (const char *reason, GError **error, const char *format, ...)
{
  g_autofree char *sentence = NULL;
  va_list args;

  va_start (args, format);
  sentence = g_strdup_vprintf (format, args);
  va_end (args);
  return gh_set_error (error, GH_ERROR_INVALID, reason, "server", "%s", sentence);
}

/* Goes over "scheme://"; @rest is what follows. */
static gboolean
read_scheme (const char *text, Scheme *scheme, const char **rest, GError **error)
{
  const char *mark = strstr (text, "://");
  gsize length = mark != NULL ? (gsize) (mark - text) : 0;

  *scheme = SCHEME_NONE;
  *rest = mark != NULL ? mark + strlen ("://") : text;
  if (mark == NULL || (length == 9 && g_ascii_strncasecmp (text, "guildhall", length) == 0))
    return TRUE;
  if (length == 5 && g_ascii_strncasecmp (text, "https", length) == 0)
    *scheme = SCHEME_HTTPS;
  else if (length == 4 && g_ascii_strncasecmp (text, "http", length) == 0)
    *scheme = SCHEME_HTTP;
  else
    return refuse ("server.invalid", error, "An address begins with https:// or with the name");
  return TRUE;
}

static gboolean
read_host (const char *text, char **host, guint16 *port, GError **error)
{
  g_autoptr (GError) local = NULL;

  if (strchr (text, '@') != NULL)
    return refuse (
      "server.invalid", error,
      "The address of a server has no username in it; leave out what is before the @");
  if (gh_host_split (text, host, port, &local))
    return TRUE;
  if (strcmp (gh_error_get_reason (local), "host.port") == 0)
    return refuse ("server.invalid", error, "%s", local->message);
  return refuse ("server.invalid", error,
                 "This is not the address of a server. One looks like chat.example.org");
}

static guint16
default_port (Scheme scheme, gboolean is_loopback)
{
  if (scheme == SCHEME_HTTP)
    return HTTP_PORT;
  return scheme == SCHEME_NONE && is_loopback ? GH_DEFAULT_PORT : HTTPS_PORT;
}

static void
write_forms (GhServerAddress *self)
{
  const char *scheme = self->is_secure ? "https" : "http";

  /* On this machine the port is always written: nobody expects 80 or 443 there. */
  if (self->is_secure && self->port == HTTPS_PORT && !self->is_loopback)
    self->authority = g_strdup (self->host);
  else
    self->authority = g_strdup_printf ("%s:%u", self->host, self->port);
  self->url = g_strdup_printf ("%s://%s", scheme, self->authority);
}

/**
 * gh_server_address_parse:
 * @text: what a person typed
 * @error: return location
 *
 * Returns: (transfer full) (nullable): an address, or %NULL with %GH_ERROR_INVALID and a sentence that
 *   says what to change
 */
GhServerAddress *
gh_server_address_parse (const char *text, GError **error)
{
  g_autoptr (GhServerAddress) self = NULL;
  g_autofree char *copy = NULL;
  g_autofree char *where = NULL;
  const char *rest;
  const char *path;
  Scheme scheme;

  g_return_val_if_fail (text != NULL, NULL);

  copy = g_strstrip (g_strdup (text));
  if (!g_str_is_ascii (copy))
    {
      refuse ("server.international", error,
              "Write the name of the server with the letters a to z. International names have such "
              "a form too; it begins with xn--");
      return NULL;
    }
  if (!read_scheme (copy, &scheme, &rest, error))
    return NULL;
  path = rest + strcspn (rest, "/?#");
  where = g_strndup (rest, (gsize) (path - rest));
  if (*where == '\0')
    {
      refuse ("server.empty", error, "Type the address of a server");
      return NULL;
    }
  if (*path != '\0' && strcmp (path, "/") != 0)
    {
      refuse ("server.path", error, "Only the name of the server is needed, without “%.64s”", path);
      return NULL;
    }

  self = g_new0 (GhServerAddress, 1);
  g_atomic_ref_count_init (&self->ref_count);
  if (!read_host (where, &self->host, &self->port, error))
    return NULL;
  self->is_loopback = gh_host_is_loopback (self->host);
  if (scheme == SCHEME_HTTP && !self->is_loopback)
    {
      refuse (
        "server.insecure", error,
        "What is said to %s over http could be read on the way. Use https, or leave http:// out",
        self->host);
      return NULL;
    }
  self->is_secure = scheme == SCHEME_HTTPS || !self->is_loopback;
  if (self->port == 0)
    self->port = default_port (scheme, self->is_loopback);
  write_forms (self);
  return g_steal_pointer (&self);
}

/**
 * gh_server_address_ref:
 * @self: an address
 *
 * Returns: (transfer full): the same address
 */
GhServerAddress *
gh_server_address_ref (GhServerAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_server_address_unref:
 * @self: (transfer full): an address
 */
void
gh_server_address_unref (GhServerAddress *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_free (self->host);
  g_free (self->authority);
  g_free (self->url);
  g_free (self);
}

/**
 * gh_server_address_get_port:
 * @self: an address
 *
 * Returns: the port, never 0
 */
guint16
gh_server_address_get_port (GhServerAddress *self)
{
  g_return_val_if_fail (self != NULL, 0);

  return self->port;
}

/**
 * gh_server_address_is_secure:
 * @self: an address
 *
 * Returns: whether it is spoken to with https
 */
gboolean
gh_server_address_is_secure (GhServerAddress *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_secure;
}

/**
 * gh_server_address_is_loopback:
 * @self: an address
 *
 * Returns: whether it is on this machine
 */
gboolean
gh_server_address_is_loopback (GhServerAddress *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->is_loopback;
}

/**
 * gh_server_address_get_authority:
 * @self: an address
 *
 * Returns: (transfer none): "host" or "host:port", short for people and for guildhall:// links
 */
const char *
gh_server_address_get_authority (GhServerAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->authority;
}

/**
 * gh_server_address_get_url:
 * @self: an address
 *
 * Returns: (transfer none): "https://host[:port]" or "http://host:port", without a slash at the end
 */
const char *
gh_server_address_get_url (GhServerAddress *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->url;
}

/**
 * gh_server_address_equal:
 * @a: an address
 * @b: another
 *
 * Returns: whether both are the same
 */
gboolean
gh_server_address_equal (GhServerAddress *a, GhServerAddress *b)
{
  g_return_val_if_fail (a != NULL, FALSE);
  g_return_val_if_fail (b != NULL, FALSE);

  return strcmp (a->url, b->url) == 0;
}
