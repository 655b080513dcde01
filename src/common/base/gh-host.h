/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* Server names: a DNS name in lower case (punycode for international names), an IPv4 address or an
 * IPv6 address in brackets, with an optional :port. At most GH_HOST_MAX_BYTES with the port. */
#define GH_HOST_MAX_BYTES 255

gboolean gh_host_is_valid (const char *host);
gboolean gh_host_check (const char *host, const char *field, GError **error);
gboolean gh_host_split (const char *text, char **host, guint16 *port, GError **error);
gboolean gh_host_is_loopback (const char *host);

G_END_DECLS
