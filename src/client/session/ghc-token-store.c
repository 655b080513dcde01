/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-token-store.h"

#include <glib/gi18n.h>
#include <libsecret/secret.h>
#include <string.h>

#include "gh-error.h"
#include "gh-json-builder.h"

struct _GhcTokenStore
{
  GObject parent_instance;
  char *profile;
  GHashTable *kept; /* account id → GhcTokens, while the Secret Service is not there */
  gboolean has_warned;
  DexFuture *last; /* (nullable): what was begun last */
};

enum
{
  SIGNAL_WARNING,
  N_SIGNALS
};
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcTokenStore, ghc_token_store, G_TYPE_OBJECT)

static const SecretSchema schema = {
  "org.guildhall.Guildhall",
  SECRET_SCHEMA_NONE,
  {
    { "account", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { "profile", SECRET_SCHEMA_ATTRIBUTE_STRING },
    { NULL, 0 },
  },
  0,
  0,
  0,
  0,
  0,
  0,
  0,
  0,
};

static void
ghc_token_store_finalize (GObject *object)
{
  GhcTokenStore *self = GHC_TOKEN_STORE (object);

  g_clear_pointer (&self->profile, g_free);
  g_clear_pointer (&self->kept, g_hash_table_unref);
  dex_clear (&self->last);

  G_OBJECT_CLASS (ghc_token_store_parent_class)->finalize (object);
}

static void
ghc_token_store_class_init (GhcTokenStoreClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_token_store_finalize;

  signals[SIGNAL_WARNING] = g_signal_new ("warning", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST,
                                          0, NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_token_store_init (GhcTokenStore *self)
{
  self->kept = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                      (GDestroyNotify) ghc_tokens_unref);
}

/**
 * ghc_token_store_new:
 * @profile: (nullable): keeps the entries of a second instance apart
 */
GhcTokenStore *
ghc_token_store_new (const char *profile)
{
  GhcTokenStore *self = g_object_new (GHC_TYPE_TOKEN_STORE, NULL);

  self->profile = g_strdup (profile != NULL ? profile : "");
  return self;
}

static GHashTable *
build_attributes (GhcTokenStore *self, const char *account_id)
{
  return secret_attributes_build (&schema, "account", account_id, "profile", self->profile, NULL);
}

static void
on_lookup (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  char *secret = secret_password_lookup_finish (result, &error);

  if (error != NULL)
    dex_promise_reject (promise, error);
  else if (secret == NULL)
    dex_promise_reject (promise, gh_error_new (GH_ERROR_NOT_FOUND, "tokens.unknown", NULL, 0,
                                               _ ("You are signed out on this computer.")));
  else
    {
      /* The copy that travels is libsecret's; it is wiped when it has been read. */
      dex_promise_resolve_string (promise, g_strdup (secret));
      secret_password_free (secret);
    }
}

static void
on_store (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;

  if (secret_password_store_finish (result, &error))
    dex_promise_resolve_boolean (promise, TRUE);
  else
    dex_promise_reject (promise, error);
}

static void
on_clear (GObject *object, GAsyncResult *result, gpointer data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;

  /* FALSE without an error: there was nothing to remove. */
  secret_password_clear_finish (result, &error);
  if (error == NULL)
    dex_promise_resolve_boolean (promise, TRUE);
  else
    dex_promise_reject (promise, error);
}

typedef struct
{
  GhcTokenStore *self;
  char *account_id;
  char *label;
  GhcTokens *tokens;
  DexFuture *before; /* (nullable) */
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_clear_pointer (&task->tokens, ghc_tokens_unref);
  dex_clear (&task->before);
  g_free (task->account_id);
  g_free (task->label);
  g_free (task);
}

static Task *
task_new (GhcTokenStore *self, const char *account_id)
{
  Task *task = g_new0 (Task, 1);

  task->self = g_object_ref (self);
  task->account_id = g_strdup (account_id);
  return task;
}

/* One after the other, in the order in which they were asked for: what is removed stays removed, and
 * libsecret takes it badly when an item goes while it is about to remove that itself. */
static DexFuture *
take_turn (GhcTokenStore *self, DexFiberFunc fiber, Task *task)
{
  task->before = g_steal_pointer (&self->last);
  self->last = dex_scheduler_spawn (NULL, 0, fiber, task, task_free);
  return dex_ref (self->last);
}

static void
wait_for_turn (Task *task)
{
  if (task->before != NULL)
    dex_await (g_steal_pointer (&task->before), NULL);
}

static DexFuture *
load_fiber (gpointer data)
{
  Task *task = data;
  GhcTokenStore *self = task->self;
  GhcTokens *tokens;
  g_autoptr (GHashTable) attributes = NULL;
  g_autoptr (GhJson) json = NULL;
  g_autofree char *secret = NULL;
  DexPromise *promise;
  GError *error = NULL;

  wait_for_turn (task);
  tokens = g_hash_table_lookup (self->kept, task->account_id);
  if (tokens != NULL)
    return dex_future_new_take_boxed (GHC_TYPE_TOKENS, ghc_tokens_ref (tokens));

  promise = dex_promise_new ();
  attributes = build_attributes (self, task->account_id);
  secret_password_lookupv (&schema, attributes, NULL, on_lookup, dex_ref (promise));
  secret = dex_await_string (DEX_FUTURE (promise), &error);
  if (secret == NULL)
    {
      if (error->domain == GH_ERROR)
        return dex_future_new_for_error (error);
      g_message ("The keyring cannot be read: %s", error->message);
      g_error_free (error);
      return dex_future_new_for_error (
        gh_error_new (GH_ERROR_UNAVAILABLE, "tokens.keyring", NULL, 0,
                      _ ("The keyring that keeps you signed in can’t be opened.")));
    }

  json = gh_json_parse_object (secret, strlen (secret), &error);
  tokens = json != NULL ? ghc_tokens_new_from_json (json, &error) : NULL;
  if (tokens == NULL)
    return dex_future_new_for_error (error);

  return dex_future_new_take_boxed (GHC_TYPE_TOKENS, tokens);
}

/**
 * ghc_token_store_load:
 *
 * Returns: (transfer full): resolves to #GhcTokens; rejects with %GH_ERROR_NOT_FOUND when there are none, or with
 *   %GH_ERROR_UNAVAILABLE when the keyring cannot be opened
 */
DexFuture *
ghc_token_store_load (GhcTokenStore *self, const char *account_id)
{
  g_return_val_if_fail (GHC_IS_TOKEN_STORE (self), NULL);

  return take_turn (self, load_fiber, task_new (self, account_id));
}

static char *
write_tokens (GhcTokens *tokens)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) json = NULL;

  gh_json_builder_add_string (builder, "device_id", tokens->device_id);
  gh_json_builder_add_string (builder, "access_token", tokens->access_token);
  gh_json_builder_add_string (builder, "refresh_token", tokens->refresh_token);
  gh_json_builder_add_int (builder, "access_expires_ts", tokens->access_expires_ts);
  json = gh_json_builder_finish (builder);
  return gh_json_to_string (json);
}

static DexFuture *
save_fiber (gpointer data)
{
  Task *task = data;
  GhcTokenStore *self = task->self;
  g_autoptr (GHashTable) attributes = build_attributes (self, task->account_id);
  g_autofree char *secret = write_tokens (task->tokens);
  g_autoptr (GError) error = NULL;
  DexPromise *promise = dex_promise_new ();

  wait_for_turn (task);
  secret_password_storev (&schema, attributes, SECRET_COLLECTION_DEFAULT, task->label, secret, NULL,
                          on_store, dex_ref (promise));
  if (dex_await (DEX_FUTURE (promise), &error))
    {
      g_hash_table_remove (self->kept, task->account_id);
      return dex_future_new_true ();
    }

  g_message ("The keyring cannot be written: %s", error->message);
  g_hash_table_insert (self->kept, g_strdup (task->account_id), ghc_tokens_ref (task->tokens));
  if (!self->has_warned)
    {
      self->has_warned = TRUE;
      g_signal_emit (
        self, signals[SIGNAL_WARNING], 0,
        _ ("The keyring can’t be opened, so you will have to sign in again next time."));
    }
  return dex_future_new_false ();
}

/**
 * ghc_token_store_save:
 * @label: what the person sees in the keyring, such as "Guildhall: @ada:example.org"
 *
 * Returns: (transfer full): resolves to TRUE when they will be there at the next start, FALSE when only until the end of the
 *   program; never rejects
 */
DexFuture *
ghc_token_store_save (GhcTokenStore *self, const char *account_id, const char *label,
                      GhcTokens *tokens)
{
  Task *task;

  g_return_val_if_fail (GHC_IS_TOKEN_STORE (self), NULL);
  g_return_val_if_fail (tokens != NULL, NULL);

  task = task_new (self, account_id);
  task->label = g_strdup (label);
  task->tokens = ghc_tokens_ref (tokens);
  return take_turn (self, save_fiber, task);
}

static DexFuture *
remove_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GHashTable) attributes = build_attributes (task->self, task->account_id);
  DexPromise *promise = dex_promise_new ();
  g_autoptr (GError) error = NULL;
  gboolean was_kept;

  wait_for_turn (task);
  was_kept = g_hash_table_remove (task->self->kept, task->account_id);
  secret_password_clearv (&schema, attributes, NULL, on_clear, dex_ref (promise));
  if (!dex_await (DEX_FUTURE (promise), &error) && !was_kept)
    return dex_future_new_for_error (
      gh_error_new (GH_ERROR_UNAVAILABLE, "tokens.keyring", NULL, 0,
                    _ ("The keyring can’t be opened, so what keeps you signed in is still "
                       "in it. Remove it with the Passwords application.")));
  return dex_future_new_true ();
}

/**
 * ghc_token_store_remove:
 *
 * Returns: (transfer full): resolves to TRUE when nothing of the account is kept any more; rejects with
 *   %GH_ERROR_UNAVAILABLE
 */
DexFuture *
ghc_token_store_remove (GhcTokenStore *self, const char *account_id)
{
  g_return_val_if_fail (GHC_IS_TOKEN_STORE (self), NULL);

  return take_turn (self, remove_fiber, task_new (self, account_id));
}
