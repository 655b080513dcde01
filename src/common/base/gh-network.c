/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-network.h"

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
