/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-auth.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghc-operation.h"

#include <glib/gi18n.h>

/* A token is renewed so long before its end, or at two thirds of a short life. */
#define MARGIN_MS (60 * 1000)

struct _GhcAuth
{
  GObject parent_instance;

  GhcHttp *http;
  GhcTokenStore *store;
  char *account_id;
  char *label;
  GhcTokens *tokens;
  DexFuture *renewal;
  char *status;
  gint64 renew_at_us; /* by the monotonic clock */
  guint timer;
};

enum
{
  SIGNAL_CHANGED,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcAuth, ghc_auth, G_TYPE_OBJECT)

static void
ghc_auth_dispose (GObject *object)
{
  GhcAuth *self = GHC_AUTH (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  dex_clear (&self->renewal);
  g_clear_object (&self->http);
  g_clear_object (&self->store);

  G_OBJECT_CLASS (ghc_auth_parent_class)->dispose (object);
}

static void
ghc_auth_finalize (GObject *object)
{
  GhcAuth *self = GHC_AUTH (object);

  g_clear_pointer (&self->tokens, ghc_tokens_unref);
  g_free (self->account_id);
  g_free (self->label);
  g_free (self->status);

  G_OBJECT_CLASS (ghc_auth_parent_class)->finalize (object);
}

static void
ghc_auth_class_init (GhcAuthClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_auth_dispose;
  object_class->finalize = ghc_auth_finalize;

  signals[SIGNAL_CHANGED] = g_signal_new ("changed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 0);
}

static void
ghc_auth_init (GhcAuth *self)
{
}

GhcAuth *
ghc_auth_new (GhcHttp *http, GhcTokenStore *store, const char *account_id, const char *label)
{
  GhcAuth *self;

  g_return_val_if_fail (GHC_IS_HTTP (http), NULL);
  g_return_val_if_fail (GHC_IS_TOKEN_STORE (store), NULL);
  g_return_val_if_fail (account_id != NULL, NULL);

  self = g_object_new (GHC_TYPE_AUTH, NULL);
  self->http = g_object_ref (http);
  self->store = g_object_ref (store);
  self->account_id = g_strdup (account_id);
  self->label = g_strdup (label);

  return self;
}

gboolean
ghc_auth_get_signed_in (GhcAuth *self)
{
  g_return_val_if_fail (GHC_IS_AUTH (self), FALSE);

  return self->tokens != NULL;
}

/**
 * ghc_auth_get_status:
 *
 * Returns: (transfer none) (nullable): why one is signed out, for a person
 */
const char *
ghc_auth_get_status (GhcAuth *self)
{
  g_return_val_if_fail (GHC_IS_AUTH (self), NULL);

  return self->status;
}

static GError *
signed_out_error (GhcAuth *self)
{
  return gh_error_new_literal (GH_ERROR_UNAUTHENTICATED, "session.signed_out", NULL, 0,
                               self->status != NULL ? self->status
                                                    : _ ("You are signed out on this computer."));
}

static gboolean
on_time_to_renew (gpointer data)
{
  GhcAuth *self = data;

  self->timer = 0;
  if (self->tokens != NULL)
    dex_future_disown (ghc_auth_renew (self, self->tokens->access_token));

  return G_SOURCE_REMOVE;
}

/* The server's clock may differ from ours: how long a token lives is told by the server's, which it has
 * said with its latest answer, and is no less than a moment nor more than an hour. */
static void
schedule (GhcAuth *self)
{
  gint64 lifetime_ms = CLAMP (self->tokens->access_expires_ts - ghc_http_get_server_ms (self->http),
                              3000, 60 * 60 * 1000);
  gint64 delay_ms = MAX (lifetime_ms - MARGIN_MS, lifetime_ms * 2 / 3);

  g_clear_handle_id (&self->timer, g_source_remove);
  self->renew_at_us = gh_time_monotonic_us () + delay_ms * 1000;
  self->timer = g_timeout_add_full (G_PRIORITY_DEFAULT, (guint) delay_ms, on_time_to_renew, self,
                                    NULL);
}

static void
take (GhcAuth *self, GhcTokens *tokens)
{
  g_clear_pointer (&self->tokens, ghc_tokens_unref);
  self->tokens = ghc_tokens_ref (tokens);
  g_clear_pointer (&self->status, g_free);
  schedule (self);
}

static void
lose (GhcAuth *self, const char *status)
{
  g_clear_handle_id (&self->timer, g_source_remove);
  g_clear_pointer (&self->tokens, ghc_tokens_unref);
  g_set_str (&self->status, status);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

static DexFuture *
load_fiber (gpointer data)
{
  GhcAuth *self = data;
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcTokens)
    tokens = dex_await_boxed (ghc_token_store_load (self->store, self->account_id), &error);

  /* Somebody signed in meanwhile. */
  if (self->tokens != NULL)
    return dex_future_new_true ();

  if (tokens == NULL)
    {
      lose (self, error->message);
      return dex_future_new_for_error (signed_out_error (self));
    }

  /* Its age is not known: it is renewed as soon as our clock says so. */
  take (self, tokens);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);

  return dex_future_new_true ();
}

DexFuture *
ghc_auth_load (GhcAuth *self)
{
  g_return_val_if_fail (GHC_IS_AUTH (self), NULL);

  if (self->tokens != NULL)
    return dex_future_new_true ();

  return dex_scheduler_spawn (NULL, 0, load_fiber, g_object_ref (self), g_object_unref);
}

void
ghc_auth_adopt (GhcAuth *self, GhcTokens *tokens)
{
  g_return_if_fail (GHC_IS_AUTH (self));
  g_return_if_fail (tokens != NULL);

  take (self, tokens);
  g_signal_emit (self, signals[SIGNAL_CHANGED], 0);
}

/**
 * ghc_auth_get_tokens:
 *
 * Returns: (transfer none) (nullable): what there is now
 */
GhcTokens *
ghc_auth_get_tokens (GhcAuth *self)
{
  g_return_val_if_fail (GHC_IS_AUTH (self), NULL);

  return self->tokens;
}

/* What answers nonsense may be a proxy in trouble: it is asked again later, like a server that is
 * away. */
static GhcTokens *
read_tokens (GhJson *reply, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GhcTokens *tokens = ghc_tokens_new_from_json (reply, &local_error);

  if (tokens == NULL)
    {
      g_message ("New tokens can’t be read: %s", local_error->message);
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "server.answer", NULL,
                    _ ("The server’s answer can’t be understood."));
    }

  return tokens;
}

static GhcTokens *
ask_for_tokens (GhcAuth *self, GhcTokens *before, GError **error)
{
  const GhcOperation *operation = ghc_operation_find ("session.refresh");
  g_autoptr (GhJson) data = ghc_data_new ("s", "refresh_token", before->refresh_token, NULL);
  g_autoptr (GBytes) body = NULL;
  g_autofree char *path = ghc_operation_make_path (operation, data, &body);
  g_autoptr (GhJson) reply =
    dex_await_boxed (ghc_http_call (self->http, NULL, operation->method, path, body, NULL), error);

  return reply != NULL ? read_tokens (reply, error) : NULL;
}

/* A reply that was lost on its way: the server takes the same token again while nobody has used
 * the pair that it gave for it. Whoever gave up asking does not want to know any more. */
static GhcTokens *
ask_until_heard (GhcAuth *self, GhcTokens *before, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  GhcTokens *tokens = ask_for_tokens (self, before, &local_error);

  if (tokens != NULL)
    return tokens;
  if (self->tokens != before || g_error_matches (local_error, G_IO_ERROR, G_IO_ERROR_CANCELLED)
      || gh_error_get_code (local_error) != GH_ERROR_UNAVAILABLE
      || gh_error_get_retry_after_ms (local_error) > 0)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return ask_for_tokens (self, before, error);
}

/* Whether the server has said that this sign-in is over, rather than that it can't answer now. */
static gboolean
is_refused (const GError *error)
{
  switch (gh_error_get_code (error))
    {
    case GH_ERROR_UNAUTHENTICATED:
    case GH_ERROR_INVALID:
    case GH_ERROR_DENIED:
      return TRUE;
    case GH_ERROR_NOT_FOUND:
    case GH_ERROR_CONFLICT:
    case GH_ERROR_TOO_LARGE:
    case GH_ERROR_LIMITED:
    case GH_ERROR_UNAVAILABLE:
    case GH_ERROR_INTERNAL:
    default:
      return FALSE;
    }
}

static DexFuture *
renew_fiber (gpointer data)
{
  GhcAuth *self = data;
  g_autoptr (GhcTokens) before = ghc_tokens_ref (self->tokens);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcTokens) tokens = ask_until_heard (self, before, &error);

  /* Kept before it is used: who is cut off in between comes back with the old pair, which the
   * server takes as long as the new one is unused. */
  if (tokens != NULL && self->tokens == before)
    dex_await (ghc_token_store_save (self->store, self->account_id, self->label, tokens), NULL);
  dex_clear (&self->renewal);

  /* Signed out, or in again, meanwhile. */
  if (self->tokens != before)
    {
      if (self->tokens == NULL)
        return dex_future_new_for_error (signed_out_error (self));
      return dex_future_new_for_string (self->tokens->access_token);
    }

  if (tokens != NULL)
    {
      take (self, tokens);
      return dex_future_new_for_string (tokens->access_token);
    }

  if (!is_refused (error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  dex_future_disown (ghc_token_store_remove (self->store, self->account_id));
  lose (self, error->message);

  return dex_future_new_for_error (signed_out_error (self));
}

DexFuture *
ghc_auth_renew (GhcAuth *self, const char *refused)
{
  g_return_val_if_fail (GHC_IS_AUTH (self), NULL);
  g_return_val_if_fail (refused != NULL, NULL);

  if (self->tokens == NULL)
    return dex_future_new_for_error (signed_out_error (self));
  if (self->renewal != NULL)
    return dex_ref (self->renewal);
  if (!g_str_equal (self->tokens->access_token, refused))
    return dex_future_new_for_string (self->tokens->access_token);

  self->renewal = dex_scheduler_spawn (NULL, 0, renew_fiber, g_object_ref (self), g_object_unref);
  dex_future_disown (dex_ref (self->renewal));

  return dex_ref (self->renewal);
}

DexFuture *
ghc_auth_get_token (GhcAuth *self)
{
  g_return_val_if_fail (GHC_IS_AUTH (self), NULL);

  if (self->tokens == NULL)
    return dex_future_new_for_error (signed_out_error (self));
  if (self->renewal != NULL || gh_time_monotonic_us () >= self->renew_at_us)
    return ghc_auth_renew (self, self->tokens->access_token);

  return dex_future_new_for_string (self->tokens->access_token);
}

void
ghc_auth_close (GhcAuth *self)
{
  g_return_if_fail (GHC_IS_AUTH (self));

  g_clear_handle_id (&self->timer, g_source_remove);
}
