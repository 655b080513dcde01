/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-network.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

/**
 * gh_network_get_monitor:
 *
 * In place of g_network_monitor_get_default(), which must not be called first. A proxy resolver may ask
 * for the monitor while GIO holds the lock of its modules (libproxy's does), and the monitor, when it is
 * made, takes that lock: made by two threads in different order, they wait for each other for ever. So
 * here the resolver always comes first. May block the first time: it asks other programs.
 *
 * Returns: (transfer none): the process's network monitor
 */
GNetworkMonitor *
gh_network_get_monitor (void)
{
  g_proxy_resolver_get_default ();
  return g_network_monitor_get_default ();
}

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/**
 * gh_network_list_addresses:
 *
 * Those of this computer that another one could reach. Asks the system, and nobody else.
 *
 * Returns: (transfer full): them, in an order that does not change, with spaces between; empty when
 *   there is none
 */
char *
gh_network_list_addresses (void)
{
  g_autoptr (GPtrArray) found = g_ptr_array_new_null_terminated (8, g_free, TRUE);
  struct ifaddrs *all = NULL;

  if (getifaddrs (&all) != 0)
    return g_strdup ("?");
  for (struct ifaddrs *at = all; at != NULL; at = at->ifa_next)
    {
      char host[NI_MAXHOST];
      int family = at->ifa_addr != NULL ? at->ifa_addr->sa_family : AF_UNSPEC;
      socklen_t size = family == AF_INET ? sizeof (struct sockaddr_in) : sizeof (struct sockaddr_in6);

      if ((family != AF_INET && family != AF_INET6) || (at->ifa_flags & IFF_UP) == 0
          || (at->ifa_flags & IFF_LOOPBACK) != 0
          || getnameinfo (at->ifa_addr, size, host, sizeof host, NULL, 0, NI_NUMERICHOST) != 0)
        continue;
      g_ptr_array_add (found, g_strdup (host));
    }
  freeifaddrs (all);
  g_ptr_array_sort (found, compare);
  return found->len > 0 ? g_strjoinv (" ", (char **) found->pdata) : g_strdup ("");
}
