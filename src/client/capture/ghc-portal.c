/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What all of the desktop's portals have in common when they fail. */
#include "ghc-portal.h"

#include <gio/gio.h>

#define BUS_NAME "org.freedesktop.portal.Desktop"
/* https://flatpak.github.io/xdg-desktop-portal/docs/, of the names of errors */
#define ERROR_PREFIX "org.freedesktop.portal.Error."

/**
 * ghc_portal_get_fault:
 * @error: what libportal answered; not that somebody cancelled it
 *
 * Returns: what that says of the portal
 */
GhcPortalFault
ghc_portal_get_fault (const GError *error)
{
  static const GDBusError missing[] = {
    G_DBUS_ERROR_SERVICE_UNKNOWN, G_DBUS_ERROR_NAME_HAS_NO_OWNER, G_DBUS_ERROR_UNKNOWN_INTERFACE,
    G_DBUS_ERROR_UNKNOWN_METHOD,  G_DBUS_ERROR_UNKNOWN_OBJECT,    G_DBUS_ERROR_UNKNOWN_PROPERTY,
    G_DBUS_ERROR_INVALID_ARGS,
  };
  g_autofree char *name = g_dbus_error_get_remote_error (error);

  if (g_strcmp0 (name, ERROR_PREFIX "NotAllowed") == 0
      || g_error_matches (error, G_DBUS_ERROR, G_DBUS_ERROR_ACCESS_DENIED))
    return GHC_PORTAL_REFUSED;
  if (name != NULL && g_str_has_prefix (name, ERROR_PREFIX))
    return GHC_PORTAL_FAILED;

  for (guint i = 0; i < G_N_ELEMENTS (missing); i++)
    if (g_error_matches (error, G_DBUS_ERROR, (int) missing[i]))
      return GHC_PORTAL_MISSING;
  return error->domain == G_IO_ERROR && error->code != G_IO_ERROR_FAILED
             && error->code != G_IO_ERROR_TIMED_OUT
           ? GHC_PORTAL_MISSING
           : GHC_PORTAL_FAILED;
}

/* --- A portal that goes away never answers -------------------------------------------------- */

struct _GhcPortalWatch
{
  DexPromise *answer;
  guint id;
  gboolean was_there;
};

static void
on_appeared (GDBusConnection *bus, const char *name, const char *owner, gpointer data)
{
  GhcPortalWatch *self = data;

  self->was_there = TRUE;
}

/* Told also of one that is yet to be started. */
static void
on_vanished (GDBusConnection *bus, const char *name, gpointer data)
{
  GhcPortalWatch *self = data;

  if (self->was_there && dex_future_is_pending (DEX_FUTURE (self->answer)))
    dex_promise_reject (self->answer, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                                                           "The portal went away"));
}

/**
 * ghc_portal_watch_new:
 * @answer: what is waited for
 *
 * Rejects @answer with %G_IO_ERROR_FAILED when the portal goes away before it comes.
 *
 * Returns: (transfer full): to be freed when the answer is there
 */
GhcPortalWatch *
ghc_portal_watch_new (DexPromise *answer)
{
  GhcPortalWatch *self = g_new0 (GhcPortalWatch, 1);

  self->answer = dex_ref (answer);
  self->id = g_bus_watch_name (G_BUS_TYPE_SESSION, BUS_NAME, G_BUS_NAME_WATCHER_FLAGS_NONE,
                               on_appeared, on_vanished, self, NULL);
  return self;
}

/**
 * ghc_portal_watch_free:
 * @self: (transfer full):
 */
void
ghc_portal_watch_free (GhcPortalWatch *self)
{
  g_bus_unwatch_name (self->id);
  dex_unref (self->answer);
  g_free (self);
}
