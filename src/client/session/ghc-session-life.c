/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a session begins, ends, and is signed in again. */
#include "ghc-session-internal.h"

#include "gh-error.h"
#include "ghc-operation.h"

#include <glib/gi18n.h>

/* Signing out waits so long for a server that does not answer. */
#define LOGOUT_MS 3000

GhcTokens *
ghc_session_get_tokens (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return ghc_auth_get_tokens (self->auth);
}

void
ghc_session_take_tokens (GhcSession *self, GhcTokens *tokens)
{
  g_return_if_fail (GHC_IS_SESSION (self));
  g_return_if_fail (tokens != NULL);

  ghc_auth_adopt (self->auth, tokens);
}

/* The keyring may ask the person first: what was kept is shown before that. */
static DexFuture *
sign_in_fiber (gpointer data)
{
  GhcSession *self = data;

  dex_await (ghc_auth_load (self->auth), NULL);
  if (!self->closing)
    {
      ghc_session_watch_network (self);
      ghc_session_connect (self);
    }

  return dex_future_new_true ();
}

static DexFuture *
start_fiber (gpointer data)
{
  GhcSession *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcCacheState) state = dex_await_boxed (ghc_cache_load_state (self->cache), &error);

  if (state != NULL)
    ghc_session_restore (self, state);
  else
    ghc_session_warn (
      self, _ ("Messages can’t be kept on this computer, so they are loaded again each time."));

  ghc_session_set_ready (self);
  if (!self->closing)
    dex_future_disown (
      ghc_session_spawn (self, sign_in_fiber, g_object_ref (self), g_object_unref));

  return dex_future_new_true ();
}

DexFuture *
ghc_session_start (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  if (self->started == NULL)
    self->started = ghc_session_spawn (self, start_fiber, g_object_ref (self), g_object_unref);

  return dex_ref (self->started);
}

/* Everything that is under way ends; nothing is asked of the server any more. */
static void
stop (GhcSession *self)
{
  if (self->closing)
    return;

  if (self->seat != NULL)
    ghc_session_end_call (self, self->seat, "signed-out");
  ghc_outbox_close (self->outbox);
  ghc_session_disconnect (self);
  ghc_auth_close (self->auth);
  ghc_session_write_batch (self);
  ghc_session_keep_now (self);
  ghc_session_clear_timers (self);
}

/* So that the others see it at once, rather than when the server misses us. */
static void
leave_call (GhcSession *self)
{
  dex_await (dex_future_first (ghc_session_leave_call (self), dex_timeout_new_msec (LOGOUT_MS),
                               NULL),
             NULL);
}

static DexFuture *
close_fiber (gpointer data)
{
  GhcSession *self = data;

  leave_call (self);
  stop (self);
  dex_await (ghc_cache_close (self->cache), NULL);

  return dex_future_new_true ();
}

DexFuture *
ghc_session_close (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return ghc_session_spawn (self, close_fiber, g_object_ref (self), g_object_unref);
}

static DexFuture *
end_fiber (gpointer data)
{
  GhcSession *self = data;
  g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

  leave_call (self);
  if (ghc_auth_get_signed_in (self->auth))
    dex_await (dex_future_first (ghc_session_request (self, "session.logout", nothing),
                                 dex_timeout_new_msec (LOGOUT_MS), NULL),
               NULL);
  stop (self);
  ghc_http_abort (self->http);
  dex_await (ghc_cache_remove (self->cache), NULL);
  dex_await (ghc_media_remove (self->media), NULL);

  return dex_future_new_true ();
}

DexFuture *
ghc_session_end (GhcSession *self)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);

  return ghc_session_spawn (self, end_fiber, g_object_ref (self), g_object_unref);
}

typedef struct
{
  GhcSession *self;
  GhJson *data;
} SignIn;

static void
sign_in_free (SignIn *sign_in)
{
  g_object_unref (sign_in->self);
  gh_json_unref (sign_in->data);
  g_free (sign_in);
}

static DexFuture *
sign_in_again_fiber (gpointer data)
{
  SignIn *sign_in = data;
  GhcSession *self = sign_in->self;
  const GhcOperation *operation = ghc_operation_find ("session.login");
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) body = NULL;
  g_autofree char *path = ghc_operation_make_path (operation, sign_in->data, &body);
  g_autofree char *label = g_strdup_printf ("Guildhall: %s",
                                            ghc_account_get_user_id (self->account));
  g_autoptr (GhJson) reply =
    dex_await_boxed (ghc_http_call (self->http, NULL, operation->method, path, body, NULL), &error);
  g_autoptr (GhcTokens) tokens = reply != NULL ? ghc_tokens_new_from_json (reply, &error) : NULL;

  if (tokens == NULL)
    {
      if (g_error_matches (error, GH_ERROR, GH_ERROR_UNAUTHENTICATED)
          && gh_error_get_field (error) == NULL)
        gh_error_set_field (error, "password");
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  dex_await (ghc_token_store_save (self->store, self->account_id, label, tokens), NULL);
  ghc_session_take_tokens (self, tokens);

  return dex_future_new_true ();
}

DexFuture *
ghc_session_sign_in_again (GhcSession *self, const char *password)
{
  g_autofree char *device_name = NULL;
  SignIn *sign_in;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (password != NULL, NULL);

  device_name = g_strdup_printf ("Guildhall, %s", g_get_host_name ());
  sign_in = g_new0 (SignIn, 1);
  sign_in->self = g_object_ref (self);
  sign_in->data = ghc_data_new ("s", "username",
                                ghc_user_get_username (ghc_account_get_user (self->account)), "s",
                                "password", password, "s", "device_name", device_name, NULL);

  return ghc_session_spawn (self, sign_in_again_fiber, sign_in, (GDestroyNotify) sign_in_free);
}
