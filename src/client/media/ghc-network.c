/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-network.h"

#include "gh-network.h"

/* Addresses come one after the other. */
#define SETTLE_MS 50

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

/**
 * ghc_network_has_address:
 *
 * Returns: whether this computer has an address that others could reach
 */
gboolean
ghc_network_has_address (void)
{
  g_autofree char *addresses = gh_network_list_addresses ();

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

  addresses = gh_network_list_addresses ();
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
  self->addresses = gh_network_list_addresses ();
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
