/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of the connection to the server when the computer's network changes. */
#include "ghc-session-internal.h"

#include "gh-network.h"
#include "gh-time.h"
#include "gh-weak.h"

/* Addresses come and go one after the other. */
#define SETTLE_MS 50

/* The server answers sooner, or what is between is not there any more. In a call every moment counts, and a
 * connection that is made in vain costs nobody anything. */
#define PATIENCE_MS 2000
#define PATIENCE_IN_CALL_MS 250

/* A connection that breaks within such a time broke because of it. */
#define CAUSED_US (5 * G_USEC_PER_SEC)

static gboolean
on_settled (gpointer data)
{
  GhcSession *self = data;
  g_autofree char *addresses = gh_network_list_addresses ();

  self->network_timer = 0;
  /* Without any there is nothing to connect from. */
  if (*addresses == '\0' || !g_set_str (&self->addresses, addresses) || self->closing)
    return G_SOURCE_REMOVE;

  if (self->gateway != NULL)
    {
      self->network_us = gh_time_monotonic_us ();
      ghc_gateway_check (self->gateway, self->seat != NULL ? PATIENCE_IN_CALL_MS : PATIENCE_MS);
    }

  return G_SOURCE_REMOVE;
}

/**
 * ghc_session_take_new_network:
 *
 * Returns: whether the connection broke because the network is another one; only once for each
 */
gboolean
ghc_session_take_new_network (GhcSession *self)
{
  gboolean is_cause = self->network_us != 0
                      && gh_time_monotonic_us () - self->network_us < CAUSED_US;

  self->network_us = 0;

  return is_cause;
}

static void
on_network_changed (GNetworkMonitor *monitor, gboolean is_available, GhcSession *self)
{
  if (is_available && self->connection == GHC_CONNECTION_OFFLINE)
    ghc_session_retry_now (self);
  if (self->network_timer == 0)
    self->network_timer = g_timeout_add (SETTLE_MS, on_settled, self);
}

static DexFuture *
on_monitor_found (DexFuture *future, gpointer data)
{
  g_autoptr (GhcSession) self = g_weak_ref_get (data);
  const GValue *value = dex_future_get_value (future, NULL);

  if (self != NULL && value != NULL)
    g_signal_connect_object (g_value_get_object (value), "network-changed",
                             G_CALLBACK (on_network_changed), self, 0);

  return dex_future_new_true ();
}

static gpointer
find_monitor (gpointer data)
{
  g_autoptr (DexPromise) promise = data;

  dex_promise_resolve_object (promise, g_object_ref (gh_network_get_monitor ()));

  return NULL;
}

/**
 * ghc_session_watch_network:
 *
 * Tries again at once when the network returns, and finds out at once when a connection went with an
 * address. Finding the monitor asks other programs and can block, so that is done on a thread; its
 * signals come here.
 */
void
ghc_session_watch_network (GhcSession *self)
{
  DexPromise *promise = dex_promise_new ();

  self->addresses = gh_network_list_addresses ();
  g_thread_unref (g_thread_new ("network-monitor", find_monitor, dex_ref (promise)));
  dex_future_disown (dex_future_then (DEX_FUTURE (promise), on_monitor_found,
                                      gh_weak_ref_new (self), gh_weak_ref_free));
}
