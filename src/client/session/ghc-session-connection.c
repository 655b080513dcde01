/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-random.h"
#include "gh-time.h"
#include "ghc-operation.h"
#include "ghc-server-info-private.h"

#include <glib/gi18n.h>

/* A server that says it is going away is being replaced: nearly always its successor takes whoever
 * comes, so nobody waits long; but not everybody comes at the same moment. */
#define RETURN_MS 250

static void
reject_all (GPtrArray *promises, const GError *error)
{
  g_autoptr (GPtrArray) all = g_ptr_array_new ();

  for (guint i = 0; i < promises->len; i++)
    g_ptr_array_add (all, dex_ref (g_ptr_array_index (promises, i)));
  g_ptr_array_set_size (promises, 0);

  for (guint i = 0; i < all->len; i++)
    {
      g_autoptr (DexPromise) promise = g_ptr_array_index (all, i);

      dex_promise_reject (promise, g_error_copy (error));
    }
}

/**
 * ghc_session_when_online:
 *
 * Returns: (transfer full): resolves to TRUE once connected and caught up; rejects when the session
 *   is closed
 */
DexFuture *
ghc_session_when_online (GhcSession *self)
{
  DexPromise *promise;

  if (self->closing)
    return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_UNAVAILABLE, "session.closed",
                                                           NULL, 0,
                                                           _ ("The account has been closed.")));
  if (self->connection == GHC_CONNECTION_ONLINE)
    return dex_future_new_true ();

  promise = dex_promise_new ();
  g_ptr_array_add (self->online, dex_ref (promise));

  return DEX_FUTURE (promise);
}

static void
tell_online (GhcSession *self)
{
  g_autoptr (GPtrArray) all = g_steal_pointer (&self->online);

  self->online = g_ptr_array_new_with_free_func (dex_unref);
  for (guint i = 0; i < all->len; i++)
    dex_promise_resolve_boolean (g_ptr_array_index (all, i), TRUE);
}

/**
 * ghc_session_wake:
 *
 * Whatever the connection waits for: it looks again now.
 */
void
ghc_session_wake (GhcSession *self)
{
  g_autoptr (DexPromise) wake = g_steal_pointer (&self->wake);

  if (wake != NULL)
    dex_promise_resolve_boolean (wake, TRUE);
}

static gboolean
on_countdown (gpointer data)
{
  GhcSession *self = data;
  gint64 left_us = self->retry_at_us - gh_time_monotonic_us ();

  ghc_session_set_retry_in_s (self, left_us > 0
                                      ? (guint) ((left_us + G_USEC_PER_SEC - 1) / G_USEC_PER_SEC)
                                      : 0);

  return G_SOURCE_CONTINUE;
}

/* Until @delay_ms have passed, or somebody wakes us; for ever when it is 0. */
static void
pause_for (GhcSession *self, guint delay_ms)
{
  if (self->closing)
    return;

  self->wake = dex_promise_new ();
  if (delay_ms == 0)
    {
      dex_await (dex_ref (DEX_FUTURE (self->wake)), NULL);
    }
  else
    {
      self->retry_at_us = gh_time_monotonic_us () + (gint64) delay_ms * 1000;
      on_countdown (self);
      self->countdown = g_timeout_add (500, on_countdown, self);
      dex_await (dex_future_first (dex_ref (DEX_FUTURE (self->wake)),
                                   dex_timeout_new_msec ((int) delay_ms), NULL),
                 NULL);
      g_clear_handle_id (&self->countdown, g_source_remove);
      ghc_session_set_retry_in_s (self, 0);
    }
  dex_clear (&self->wake);
}

static void
on_event (GhcGateway *gateway, GhEvent *event, GhcSession *self)
{
  if (gateway == self->gateway)
    ghc_session_take_event (self, event);
}

static void
on_ephemeral (GhcGateway *gateway, const char *type, GhJson *content, GhcSession *self)
{
  if (gateway != self->gateway)
    return;

  ghc_account_fold_ephemeral (self->account, type, content);
  ghc_session_take_call_frame (self, type, content);
  if (g_str_equal (type, GH_EPHEMERAL_PROFILE))
    ghc_session_keep_profile (self, content);
  else if (g_str_equal (type, GH_EPHEMERAL_PRESENCE)
           && g_strcmp0 (gh_json_peek_string (content, "user_id"),
                         ghc_account_get_user_id (self->account)) == 0)
    ghc_session_hear_presence (self, gh_json_peek_string (content, "presence"));
}

static void
on_ready (GhcGateway *gateway, GhcSession *self)
{
  const char *own_id = ghc_account_get_user_id (self->account);
  GhJson *presence = ghc_gateway_get_presence (gateway);

  if (gateway != self->gateway)
    return;

  /* Here, and not where "ready" is waited for: what is told after it may be in the same read. */
  ghc_account_fold_presence (self->account, presence);
  ghc_session_hear_presence (self, gh_json_peek_string (presence, own_id));
  ghc_session_calls_back (self);
}

static void
on_closed (GhcGateway *gateway, guint code, const char *reason, GhcSession *self)
{
  if (gateway != self->gateway)
    return;

  self->lost_code = code;
  ghc_session_calls_away (self);
  if (self->lost != NULL)
    dex_promise_resolve_boolean (self->lost, TRUE);
}

static void
drop_gateway (GhcSession *self)
{
  g_autoptr (GhcGateway) gateway = g_steal_pointer (&self->gateway);

  if (gateway != NULL)
    ghc_gateway_close (gateway);
  ghc_session_calls_away (self);
  self->holding = FALSE;
  g_queue_clear_full (&self->held, (GDestroyNotify) gh_event_unref);
  ghc_account_stop_typing (self->account);
  ghc_session_forget_typing (self);
  /* Who waits for the end of this connection does so no longer. */
  if (self->lost != NULL && dex_future_is_pending (DEX_FUTURE (self->lost)))
    dex_promise_resolve_boolean (self->lost, TRUE);
  dex_clear (&self->lost);
}

static DexFuture *
server_info_fiber (gpointer data)
{
  GhcSession *self = data;
  const GhcOperation *operation = ghc_operation_find ("server.info");
  g_autoptr (GhJson) reply = NULL;
  g_autoptr (GhcServerInfo) info = NULL;

  reply = dex_await_boxed (ghc_http_call (self->http, NULL, operation->method, operation->path,
                                          NULL, NULL),
                           NULL);
  info = reply != NULL ? ghc_server_info_new_from_json (self->server_url, reply, NULL) : NULL;
  if (info != NULL)
    {
      ghc_session_set_server (self, info);
      ghc_session_learn_keys (self, ghc_server_info_get_keys (info));
    }

  return dex_future_new_true ();
}

/* Only the first time: when that was in vain, it is as after any other loss. */
static gboolean
is_sent_back (GhcSession *self)
{
  return self->lost_code == GH_CLOSE_GOING_AWAY && self->backoff.n_attempts == 0;
}

/* How long to wait after one more attempt that was in vain. Those in a call have no more than the time for
 * which the others hold their places, and that begins when the first of them is back. */
static guint
next_pause_ms (GhcSession *self)
{
  guint pause_ms = gh_backoff_next_ms (&self->backoff);

  if (self->seat == NULL || pause_ms <= GH_RECONNECT_IN_CALL_MAX_MS)
    return pause_ms;
  return GH_RECONNECT_IN_CALL_MAX_MS / 2 + gh_random_uniform (GH_RECONNECT_IN_CALL_MAX_MS / 2);
}

/* From the first word to the last of one connection. Returns FALSE with @error when it could not be
 * made, TRUE when it was and is over. */
static gboolean
live (GhcSession *self, GError **error)
{
  g_autofree char *token = dex_await_string (ghc_auth_get_token (self->auth), error);
  g_autoptr (GhcGateway) gateway = NULL;
  g_autoptr (DexFuture) info = NULL;

  if (token == NULL || self->closing)
    return token != NULL;

  if (self->server == NULL)
    info = ghc_session_spawn (self, server_info_fiber, g_object_ref (self), g_object_unref);

  gateway = ghc_gateway_new (self->server_url);
  self->gateway = g_object_ref (gateway);
  self->holding = TRUE;
  self->held_overflowed = FALSE;
  self->lost = dex_promise_new ();
  self->lost_code = 0;
  g_signal_connect_object (gateway, "event", G_CALLBACK (on_event), self, 0);
  g_signal_connect_object (gateway, "ephemeral", G_CALLBACK (on_ephemeral), self, 0);
  g_signal_connect_object (gateway, "ready", G_CALLBACK (on_ready), self, 0);
  g_signal_connect_object (gateway, "closed", G_CALLBACK (on_closed), self, 0);

  if (!dex_await (ghc_gateway_open (gateway, token, self->position > 0 ? self->position : -1),
                  error))
    {
      g_autoptr (GError) local_error = NULL;

      if (!g_error_matches (*error, GH_ERROR, GH_ERROR_UNAUTHENTICATED))
        return FALSE;

      /* Our token is not good although its time is not up: another one, or somebody signs in. */
      g_free (dex_await_string (ghc_auth_renew (self->auth, token), &local_error));
      if (local_error != NULL)
        {
          g_clear_error (error);
          g_propagate_error (error, g_steal_pointer (&local_error));
        }
      return FALSE;
    }

  ghc_session_set_connection (self, GHC_CONNECTION_CATCHING_UP, _ ("Catching up…"));
  if (!ghc_session_catch_up (self, error))
    return FALSE;
  /* The first time the keys must be known before there is anything to check. */
  if (info != NULL && self->ring == NULL)
    dex_await (g_steal_pointer (&info), NULL);
  if (!ghc_gateway_is_open (gateway))
    return TRUE;

  gh_backoff_reset (&self->backoff);
  ghc_session_set_connection (self, GHC_CONNECTION_ONLINE, NULL);
  tell_online (self);
  ghc_session_announce_presence (self);
  ghc_session_load_unknown (self);

  dex_await (dex_ref (DEX_FUTURE (self->lost)), NULL);

  /* Signed out from elsewhere: found out at once, rather than by a failed attempt. */
  if (self->lost_code == GH_CLOSE_TOKEN && !self->closing)
    g_free (dex_await_string (ghc_auth_renew (self->auth, token), NULL));

  return TRUE;
}

static DexFuture *
connection_fiber (gpointer data)
{
  GhcSession *self = data;

  while (!self->closing)
    {
      g_autoptr (GError) error = NULL;
      gboolean was_connected;

      if (!ghc_auth_get_signed_in (self->auth))
        {
          if (self->seat != NULL)
            ghc_session_end_call (self, self->seat, "signed-out");
          ghc_session_set_connection (self, GHC_CONNECTION_SIGNED_OUT,
                                      ghc_auth_get_status (self->auth));
          pause_for (self, 0);
          continue;
        }

      ghc_session_set_connection (self, GHC_CONNECTION_CONNECTING, _ ("Connecting…"));
      was_connected = live (self, &error);
      drop_gateway (self);
      if (self->closing || !ghc_auth_get_signed_in (self->auth))
        continue;

      /* What was lost with an address is made again from the new one, without a pause. */
      if (ghc_session_take_new_network (self))
        continue;

      if (is_sent_back (self))
        {
          ghc_session_set_connection (self, GHC_CONNECTION_CONNECTING, _ ("Connecting…"));
          gh_backoff_next_ms (&self->backoff); /* counts it */
          pause_for (self, 1 + gh_random_uniform (RETURN_MS));
          continue;
        }

      ghc_session_set_connection (self, GHC_CONNECTION_OFFLINE,
                                  was_connected ? _ ("The connection to the server was lost.")
                                                : error->message);
      pause_for (self, next_pause_ms (self));
    }

  return dex_future_new_true ();
}

/**
 * ghc_session_connect:
 *
 * Begins to connect, and stays connected until ghc_session_disconnect().
 */
void
ghc_session_connect (GhcSession *self)
{
  dex_future_disown (
    ghc_session_spawn (self, connection_fiber, g_object_ref (self), g_object_unref));
}

/**
 * ghc_session_disconnect:
 *
 * For good: whoever waits is told.
 */
void
ghc_session_disconnect (GhcSession *self)
{
  g_autoptr (GError) error = gh_error_new_literal (GH_ERROR_UNAVAILABLE, "session.closed", NULL, 0,
                                                   _ ("The account has been closed."));

  self->closing = TRUE;
  g_clear_handle_id (&self->countdown, g_source_remove);
  if (self->gateway != NULL)
    ghc_gateway_close (self->gateway);
  reject_all (self->online, error);
  ghc_session_wake (self);
}

void
ghc_session_retry_now (GhcSession *self)
{
  g_return_if_fail (GHC_IS_SESSION (self));

  if (self->connection != GHC_CONNECTION_OFFLINE)
    return;

  gh_backoff_reset (&self->backoff);
  ghc_session_wake (self);
}
