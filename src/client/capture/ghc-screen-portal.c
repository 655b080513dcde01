/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-screen-portal.h"

#include "gh-error.h"
#include "ghc-portal.h"

#include <glib/gi18n-lib.h>

struct _GhcScreenPortal
{
  GObject parent_instance;
  GCancellable *asking; /* (nullable) */
};

G_DEFINE_FINAL_TYPE (GhcScreenPortal, ghc_screen_portal, G_TYPE_OBJECT)

typedef struct
{
  XdpPortal *portal;
  XdpParent *parent;
  gboolean cursor;
  char *restore_token;
  GCancellable *cancellable;
} Ask;

static void
ask_free (Ask *ask)
{
  g_clear_object (&ask->portal);
  g_clear_pointer (&ask->parent, xdp_parent_free);
  g_free (ask->restore_token);
  g_object_unref (ask->cancellable);
  g_free (ask);
}

static void
ghc_screen_portal_dispose (GObject *object)
{
  ghc_screen_portal_cancel (GHC_SCREEN_PORTAL (object));
  G_OBJECT_CLASS (ghc_screen_portal_parent_class)->dispose (object);
}

static void
ghc_screen_portal_class_init (GhcScreenPortalClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_screen_portal_dispose;
}

static void
ghc_screen_portal_init (GhcScreenPortal *self)
{
}

/**
 * ghc_screen_portal_new:
 *
 * Returns: (transfer full): one that has asked nothing
 */
GhcScreenPortal *
ghc_screen_portal_new (void)
{
  return g_object_new (GHC_TYPE_SCREEN_PORTAL, NULL);
}

/* --- libportal's answers as futures --------------------------------------------------------- */

/* What the desktop cannot do, in words for a person. */
static GError *
explain (GError *error)
{
  g_autoptr (GError) cause = error;

  if (g_error_matches (cause, G_IO_ERROR, G_IO_ERROR_CANCELLED))
    return g_steal_pointer (&cause);
  g_message ("The desktop does not share a screen: %s", cause->message);
  switch (ghc_portal_get_fault (cause))
    {
    case GHC_PORTAL_MISSING:
      return gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.no-portal", NULL, 0,
                                   _ ("This desktop has no way to share a screen. Install "
                                      "xdg-desktop-portal and the part of it for your desktop, for "
                                      "example xdg-desktop-portal-gnome."));
    case GHC_PORTAL_REFUSED:
      return gh_error_new_literal (GH_ERROR_DENIED, "capture.refused", NULL, 0,
                                   _ ("The desktop doesn’t let Guildhall share the screen. Allow "
                                      "it in the system settings."));
    case GHC_PORTAL_FAILED:
    default:
      return gh_error_new_literal (GH_ERROR_UNAVAILABLE, "capture.portal", NULL, 0,
                                   _ ("The desktop couldn’t share the screen. Try again."));
    }
}

static void
on_created (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) answer = data;
  GError *error = NULL;
  g_autoptr (XdpSession)
    session = xdp_portal_create_screencast_session_finish (XDP_PORTAL (object), result, &error);

  if (!dex_future_is_pending (DEX_FUTURE (answer)))
    {
      /* It came too late. */
      if (session != NULL)
        xdp_session_close (session);
      g_clear_error (&error);
    }
  else if (session != NULL)
    dex_promise_resolve_object (answer, g_steal_pointer (&session));
  else
    dex_promise_reject (answer, error);
}

static void
on_started (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) answer = data;
  GError *error = NULL;
  gboolean is_started = xdp_session_start_finish (XDP_SESSION (object), result, &error);

  if (!dex_future_is_pending (DEX_FUTURE (answer)))
    g_clear_error (&error);
  else if (is_started)
    dex_promise_resolve_boolean (answer, TRUE);
  else
    dex_promise_reject (answer, error);
}

static void
on_cancelled (GCancellable *cancellable, gpointer data)
{
  DexPromise *answer = data;

  if (dex_future_is_pending (DEX_FUTURE (answer)))
    dex_promise_reject (answer, g_error_new_literal (G_IO_ERROR, G_IO_ERROR_CANCELLED,
                                                     "Sharing is not wanted any more"));
}

/* libportal never answers a request that was cancelled while the person was being asked. */
static gulong
watch (Ask *ask, DexPromise *answer)
{
  return g_signal_connect_data (ask->cancellable, "cancelled", G_CALLBACK (on_cancelled),
                                dex_ref (answer), (GClosureNotify) dex_unref, 0);
}

static XdpSession *
create_session (Ask *ask, GError **error)
{
  g_autoptr (DexPromise) answer = dex_promise_new ();
  g_autoptr (GhcPortalWatch) portal = ghc_portal_watch_new (answer);
  gulong handler = watch (ask, answer);
  GError *cause = NULL;
  XdpSession *session;

  xdp_portal_create_screencast_session (ask->portal, XDP_OUTPUT_MONITOR | XDP_OUTPUT_WINDOW,
                                        XDP_SCREENCAST_FLAG_NONE,
                                        ask->cursor ? XDP_CURSOR_MODE_EMBEDDED
                                                    : XDP_CURSOR_MODE_HIDDEN,
                                        XDP_PERSIST_MODE_PERSISTENT, ask->restore_token,
                                        ask->cancellable, on_created, dex_ref (answer));
  session = dex_await_object (dex_ref (DEX_FUTURE (answer)), &cause);
  g_signal_handler_disconnect (ask->cancellable, handler);
  if (session == NULL)
    g_propagate_error (error, explain (cause));
  return session;
}

static gboolean
start_session (Ask *ask, XdpSession *session, GError **error)
{
  g_autoptr (DexPromise) answer = dex_promise_new ();
  g_autoptr (GhcPortalWatch) portal = ghc_portal_watch_new (answer);
  gulong handler = watch (ask, answer);
  GError *cause = NULL;
  gboolean is_started;

  xdp_session_start (session, ask->parent, ask->cancellable, on_started, dex_ref (answer));
  is_started = dex_await (dex_ref (DEX_FUTURE (answer)), &cause);
  g_signal_handler_disconnect (ask->cancellable, handler);
  if (!is_started)
    g_propagate_error (error, explain (cause));
  return is_started;
}

static DexFuture *
ask_fiber (gpointer data)
{
  Ask *ask = data;
  GError *error = NULL;
  g_autoptr (XdpSession) session = NULL;
  GhcScreenSource *source;

  ask->portal = xdp_portal_initable_new (&error);
  if (ask->portal == NULL)
    return dex_future_new_for_error (explain (error));
  session = create_session (ask, &error);
  if (session == NULL)
    return dex_future_new_for_error (error);
  if (!start_session (ask, session, &error)
      || (source = ghc_screen_source_new (session, &error)) == NULL)
    {
      xdp_session_close (session);
      return dex_future_new_for_error (error);
    }
  return dex_future_new_take_object (source);
}

/**
 * ghc_screen_portal_ask:
 * @self: a portal
 * @parent: (nullable): the window that the desktop's dialog belongs to; copied
 * @cursor: whether the mouse pointer is to be seen
 * @restore_token: (nullable): of an earlier share, to share the same again without a question; the
 *   desktop asks after all when it does not know it any more
 *
 * Lets the person choose. What was asked before and is not answered is cancelled.
 *
 * Returns: (transfer full): resolves to a #GhcScreenSource; rejects with %G_IO_ERROR_CANCELLED when the
 *   person does not want to or ghc_screen_portal_cancel() was called, of which nothing is to be shown,
 *   and with a sentence for people when the desktop cannot (%GH_ERROR_UNAVAILABLE) or must not
 *   (%GH_ERROR_DENIED)
 */
DexFuture *
ghc_screen_portal_ask (GhcScreenPortal *self, XdpParent *parent, gboolean cursor,
                       const char *restore_token)
{
  Ask *ask;

  g_return_val_if_fail (GHC_IS_SCREEN_PORTAL (self), NULL);

  ghc_screen_portal_cancel (self);
  self->asking = g_cancellable_new ();
  ask = g_new0 (Ask, 1);
  ask->parent = parent != NULL ? xdp_parent_copy (parent) : NULL;
  ask->cursor = cursor;
  ask->restore_token = g_strdup (restore_token);
  ask->cancellable = g_object_ref (self->asking);
  return dex_scheduler_spawn (NULL, 0, ask_fiber, ask, (GDestroyNotify) ask_free);
}

/**
 * ghc_screen_portal_cancel:
 * @self: a portal
 *
 * Takes back the question, if it is still open: its dialog goes away.
 */
void
ghc_screen_portal_cancel (GhcScreenPortal *self)
{
  g_return_if_fail (GHC_IS_SCREEN_PORTAL (self));

  if (self->asking != NULL)
    g_cancellable_cancel (self->asking);
  g_clear_object (&self->asking);
}
