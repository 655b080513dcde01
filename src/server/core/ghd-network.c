/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-network.h"

#include <gio/gio.h>
#include <string.h>

/**
 * ghd_network_of:
 * @address: of a peer
 *
 * Returns: (transfer full): what stands for one subscriber of a network: an IPv4 address, the /64 of an
 *   IPv6 address, within which anybody can have any number of them
 */
char *
ghd_network_of (const char *address)
{
  g_autoptr (GInetAddress) inet = NULL;
  const guint8 *bytes;

  g_return_val_if_fail (address != NULL, NULL);

  if (strchr (address, ':') == NULL)
    return g_strdup (address);
  inet = g_inet_address_new_from_string (address);
  if (inet == NULL || g_inet_address_get_family (inet) != G_SOCKET_FAMILY_IPV6)
    return g_strdup (address);

  bytes = g_inet_address_to_bytes (inet);
  return g_strdup_printf ("%02x%02x:%02x%02x:%02x%02x:%02x%02x::/64", bytes[0], bytes[1], bytes[2],
                          bytes[3], bytes[4], bytes[5], bytes[6], bytes[7]);
}
