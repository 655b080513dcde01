/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-keys.h"

#include "gh-base58.h"
#include "gh-json-builder.h"
#include "ghd-store-keys.h"

struct _GhdKeys
{
  GObject parent_instance;
  GhdPool *pool;
  char *server;
  GhJson *json;
};

G_DEFINE_FINAL_TYPE (GhdKeys, ghd_keys, G_TYPE_OBJECT)

static void
ghd_keys_finalize (GObject *object)
{
  GhdKeys *self = GHD_KEYS (object);

  g_clear_object (&self->pool);
  g_clear_pointer (&self->server, g_free);
  g_clear_pointer (&self->json, gh_json_unref);

  G_OBJECT_CLASS (ghd_keys_parent_class)->finalize (object);
}

static void
ghd_keys_class_init (GhdKeysClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_keys_finalize;
}

static void
ghd_keys_init (GhdKeys *self)
{
  self->json = gh_json_new_empty_object ();
}

/**
 * ghd_keys_new:
 * @server: whose keys: this server's name
 */
GhdKeys *
ghd_keys_new (GhdPool *pool, const char *server)
{
  GhdKeys *self = g_object_new (GHD_TYPE_KEYS, NULL);

  self->pool = g_object_ref (pool);
  self->server = g_strdup (server);

  return self;
}

static DexFuture *
start_fiber (gpointer data)
{
  GhdKeys *self = data;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GPtrArray) rows = NULL;
  GError *error = NULL;

  rows = dex_await_boxed (ghd_store_keys_list (self->pool), &error);
  if (rows == NULL)
    return dex_future_new_for_error (error);

  for (guint i = 0; i < rows->len; i++)
    {
      const GhdServerKeyRow *row = g_ptr_array_index (rows, i);
      g_autofree char *text = gh_base58_encode (row->public_key, sizeof row->public_key);

      if (g_str_equal (row->server, self->server))
        gh_json_builder_add_string (builder, row->key_id, text);
    }
  gh_json_unref (self->json);
  self->json = gh_json_builder_finish (builder);

  return dex_future_new_true ();
}

/**
 * ghd_keys_start:
 *
 * Reads the keys, of which none is added while the server runs.
 *
 * Returns: (transfer full): resolves to %TRUE when they are known
 */
DexFuture *
ghd_keys_start (GhdKeys *self)
{
  g_return_val_if_fail (GHD_IS_KEYS (self), NULL);

  return dex_scheduler_spawn (NULL, 0, start_fiber, g_object_ref (self), g_object_unref);
}

/**
 * ghd_keys_get_json:
 *
 * Returns: (transfer none): `{"ed25519:…": BASE58, …}`: today's key and all earlier ones
 */
GhJson *
ghd_keys_get_json (GhdKeys *self)
{
  g_return_val_if_fail (GHD_IS_KEYS (self), NULL);

  return self->json;
}
