/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-network.h"

#include "gh-network.h"

#include <ifaddrs.h>
#include <net/if.h>
#include <netdb.h>
#include <netinet/in.h>

/* Addresses come one after the other. */
#define SETTLE_MS 150

struct _GhcNetwork
{
  GObject parent_instance;
  GNetworkMonitor *monitor;
  char *addresses;
  guint settle;
};

typedef enum
{
  CHANGED,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcNetwork, ghc_network, G_TYPE_OBJECT)

static int
compare (gconstpointer a, gconstpointer b)
{
  return g_strcmp0 (*(const char *const *) a, *(const char *const *) b);
}

/* Those that another computer could reach, in an order that does not change. */
static char *
list_addresses (void)
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

/**
 * ghc_network_has_address:
 *
 * Returns: whether this computer has an address that others could reach
 */
gboolean
ghc_network_has_address (void)
{
  g_autofree char *addresses = list_addresses ();

  return *addresses != '\0';
}

/**
 * ghc_network_check:
 * @self: the network
 *
 * Looks whether it changed. It does so by itself, too, when the system says so.
 */
void
ghc_network_check (GhcNetwork *self)
{
  g_autofree char *addresses = NULL;

  g_return_if_fail (GHC_IS_NETWORK (self));

  addresses = list_addresses ();
  /* Without any there is nothing to begin anew with. */
  if (*addresses == '\0' || !g_set_str (&self->addresses, addresses))
    return;
  g_signal_emit (self, signals[CHANGED], 0);
}

static gboolean
on_settled (gpointer data)
{
  GhcNetwork *self = data;

  self->settle = 0;
  ghc_network_check (self);
  return G_SOURCE_REMOVE;
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean is_available, GhcNetwork *self)
{
  g_clear_handle_id (&self->settle, g_source_remove);
  self->settle = g_timeout_add (SETTLE_MS, on_settled, self);
}

static void
ghc_network_dispose (GObject *object)
{
  GhcNetwork *self = GHC_NETWORK (object);

  g_clear_handle_id (&self->settle, g_source_remove);
  if (self->monitor != NULL)
    g_signal_handlers_disconnect_by_data (self->monitor, self);
  self->monitor = NULL;
  g_clear_pointer (&self->addresses, g_free);
  G_OBJECT_CLASS (ghc_network_parent_class)->dispose (object);
}

static void
ghc_network_class_init (GhcNetworkClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_network_dispose;
  signals[CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                   NULL, NULL, G_TYPE_NONE, 0);
}

static void
ghc_network_init (GhcNetwork *self)
{
  self->addresses = list_addresses ();
  self->monitor = gh_network_get_monitor ();
  g_signal_connect (self->monitor, "network-changed", G_CALLBACK (on_network_changed), self);
}

/**
 * ghc_network_new:
 *
 * Returns: (transfer full): the network as it is now
 */
GhcNetwork *
ghc_network_new (void)
{
  return g_object_new (GHC_TYPE_NETWORK, NULL);
}
