/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-change.h"

/* The change is made; that the stream is slow to tell of it must not hold up whoever asked for it. */
#define PATIENCE_MS 5000

typedef struct
{
  GhcSession *self;
  const char *operation;
  GhJson *data;
} Change;

static void
change_free (gpointer data)
{
  Change *change = data;

  g_object_unref (change->self);
  gh_json_unref (change->data);
  g_free (change);
}

static DexFuture *
change_fiber (gpointer data)
{
  Change *change = data;
  GError *error = NULL;
  GhJson *reply;
  gint64 position;

  reply = dex_await_boxed (ghc_session_request (change->self, change->operation, change->data),
                           &error);
  if (reply == NULL)
    return dex_future_new_for_error (error);

  position = gh_json_peek_int (reply, "position", 0);
  if (position > 0)
    dex_await (dex_future_first (ghc_session_await_position (change->self, position),
                                 dex_timeout_new_msec (PATIENCE_MS), NULL),
               NULL);

  return dex_future_new_take_boxed (GH_TYPE_JSON, reply);
}

/**
 * ghc_session_change:
 * @data: (transfer full)
 *
 * Asks the server for a change, and waits until the event that it made has been folded.
 *
 * Returns: (transfer full): resolves to the reply, a #GhJson object
 */
DexFuture *
ghc_session_change (GhcSession *self, const char *operation, GhJson *data)
{
  Change *change = g_new0 (Change, 1);

  change->self = g_object_ref (self);
  change->operation = operation;
  change->data = data;
  return ghc_session_spawn (self, change_fiber, change, change_free);
}

static DexFuture *
give_true (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

/**
 * ghc_session_change_quiet:
 * @data: (transfer full)
 *
 * As ghc_session_change(), where the reply does not matter.
 *
 * Returns: (transfer full): resolves to TRUE
 */
DexFuture *
ghc_session_change_quiet (GhcSession *self, const char *operation, GhJson *data)
{
  return dex_future_then (ghc_session_change (self, operation, data), give_true, NULL, NULL);
}
