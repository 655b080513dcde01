/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-host.h"

#include "gh-error.h"

#include <gio/gio.h>
#include <string.h>

#define LABEL_MAX 63
#define NAME_MAX_BYTES 253

/* A label of a DNS name: RFC 1123 section 2.1, in lower case. */
static gboolean
is_label (const char *label, gsize length)
{
  if (length == 0 || length > LABEL_MAX || label[0] == '-' || label[length - 1] == '-')
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      if (!g_ascii_islower (label[i]) && !g_ascii_isdigit (label[i]) && label[i] != '-')
        return FALSE;
    }
  return TRUE;
}

static gboolean
is_ipv4 (const char *text, gsize length)
{
  guint n_parts = 0;

  for (gsize i = 0; i < length;)
    {
      guint value = 0;
      gsize start = i;

      for (; i < length && g_ascii_isdigit (text[i]) && i - start < 3; i++)
        value = value * 10 + (guint) (text[i] - '0');
      if (i == start || value > 255 || (i - start > 1 && text[start] == '0'))
        return FALSE;
      n_parts++;
      if (i == length)
        return n_parts == 4;
      if (text[i++] != '.')
        return FALSE;
    }
  return FALSE;
}

static gboolean
is_name (const char *text, gsize length)
{
  const char *end = text + length;
  const char *last = text;

  if (length == 0 || length > NAME_MAX_BYTES)
    return FALSE;
  for (const char *label = text;;)
    {
      const char *dot = memchr (label, '.', (gsize) (end - label));
      const char *stop = dot != NULL ? dot : end;

      if (!is_label (label, (gsize) (stop - label)))
        return FALSE;
      last = label;
      if (dot == NULL)
        break;
      label = dot + 1;
    }
  /* A name whose last label is a number is meant as an address (WHATWG URL, "ends in a number"). */
  for (const char *c = last; c < end; c++)
    {
      if (!g_ascii_isdigit (*c))
        return TRUE;
    }
  return is_ipv4 (text, length);
}

/* The canonical spelling of an IPv6 address (RFC 5952), or NULL. */
static char *
canonical_ipv6 (const char *text, gsize length)
{
  g_autofree char *copy = NULL;
  g_autoptr (GInetAddress) address = NULL;

  if (length == 0 || length > 45 || memchr (text, '%', length) != NULL)
    return NULL;
  copy = g_strndup (text, length);
  address = g_inet_address_new_from_string (copy);
  if (address == NULL || g_inet_address_get_family (address) != G_SOCKET_FAMILY_IPV6)
    return NULL;
  return g_inet_address_to_string (address);
}

static gboolean
parse_port (const char *text, guint16 *port)
{
  guint value = 0;

  if (*text < '1' || *text > '9')
    return FALSE;
  for (; g_ascii_isdigit (*text) && value <= G_MAXUINT16; text++)
    value = value * 10 + (guint) (*text - '0');
  if (*text != '\0' || value > G_MAXUINT16)
    return FALSE;
  *port = (guint16) value;
  return TRUE;
}

/* Splits "host[:port]"; the host with its brackets. @rest is NULL without a port. */
static gboolean
cut (const char *text, gsize *host_length, const char **rest)
{
  const char *end;

  if (text[0] == '[')
    {
      const char *bracket = strchr (text, ']');

      if (bracket == NULL)
        return FALSE;
      end = bracket + 1;
    }
  else
    {
      end = text + strcspn (text, ":");
    }
  if (*end != '\0' && *end != ':')
    return FALSE;
  *host_length = (gsize) (end - text);
  *rest = *end == ':' ? end + 1 : NULL;
  return TRUE;
}

/**
 * gh_host_is_valid:
 * @host: (nullable): a server name, perhaps from the network
 *
 * Returns: whether it is the one spelling of a DNS name in lower case, an IPv4 address or an IPv6
 *   address in brackets, with an optional port
 */
gboolean
gh_host_is_valid (const char *host)
{
  const char *rest;
  gsize length;
  guint16 port;

  if (host == NULL || strnlen (host, GH_HOST_MAX_BYTES + 1) > GH_HOST_MAX_BYTES)
    return FALSE;
  if (!cut (host, &length, &rest))
    return FALSE;
  if (rest != NULL && !parse_port (rest, &port))
    return FALSE;
  if (host[0] == '[')
    {
      g_autofree char *address = canonical_ipv6 (host + 1, length - 2);

      return address != NULL && strlen (address) == length - 2
             && memcmp (address, host + 1, length - 2) == 0;
    }
  return is_name (host, length);
}

/**
 * gh_host_check:
 * @host: (nullable): a server name, perhaps from the network
 * @field: (nullable): the field to name in the error
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "host.invalid"
 */
gboolean
gh_host_check (const char *host, const char *field, GError **error)
{
  if (gh_host_is_valid (host))
    return TRUE;
  return gh_set_error (error, GH_ERROR_INVALID, "host.invalid", field,
                       "This is not the name of a server");
}

/**
 * gh_host_split:
 * @text: "host", "host:port" or "[IPv6]:port" as a person types it
 * @host: (out) (transfer full): the host in its one spelling, IPv6 with brackets
 * @port: (out): the port, 0 when none was given
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "host.invalid" or "host.port"
 */
gboolean
gh_host_split (const char *text, char **host, guint16 *port, GError **error)
{
  g_autofree char *lower = NULL;
  const char *rest;
  gsize length;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (host != NULL, FALSE);
  g_return_val_if_fail (port != NULL, FALSE);

  *port = 0;
  if (strnlen (text, GH_HOST_MAX_BYTES + 1) > GH_HOST_MAX_BYTES || !cut (text, &length, &rest))
    return gh_host_check (NULL, NULL, error);
  if (rest != NULL && !parse_port (rest, port))
    return gh_set_error (error, GH_ERROR_INVALID, "host.port", NULL,
                         "The port after the colon must be a number from 1 to 65535");

  lower = g_ascii_strdown (text, (gssize) length);
  if (lower[0] == '[')
    {
      g_autofree char *address = canonical_ipv6 (lower + 1, length - 2);

      if (address == NULL)
        return gh_host_check (NULL, NULL, error);
      *host = g_strdup_printf ("[%s]", address);
      return TRUE;
    }
  if (!is_name (lower, length))
    return gh_host_check (NULL, NULL, error);
  *host = g_steal_pointer (&lower);
  return TRUE;
}

/**
 * gh_host_is_loopback:
 * @host: a server name, with or without a port
 *
 * Returns: whether it always means this machine: localhost and names below it (RFC 6761 section 6.3),
 *   127.0.0.0/8 and ::1
 */
gboolean
gh_host_is_loopback (const char *host)
{
  const char *rest;
  gsize length;

  g_return_val_if_fail (host != NULL, FALSE);

  if (!cut (host, &length, &rest))
    return FALSE;
  if (length == strlen ("[::1]") && memcmp (host, "[::1]", length) == 0)
    return TRUE;
  if (length >= strlen ("localhost")
      && memcmp (host + length - strlen ("localhost"), "localhost", strlen ("localhost")) == 0)
    return length == strlen ("localhost") || host[length - strlen (".localhost")] == '.';
  return g_str_has_prefix (host, "127.") && is_ipv4 (host, length);
}
