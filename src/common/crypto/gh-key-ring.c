/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-key-ring.h"

#include "gh-error.h"

#include <string.h>

struct _GhKeyRing
{
  gatomicrefcount ref_count;
  GHashTable *keys; /* "server key_id" to 32 bytes */
};

G_DEFINE_BOXED_TYPE (GhKeyRing, gh_key_ring, gh_key_ring_ref, gh_key_ring_unref)

/**
 * gh_key_ring_new:
 *
 * Returns: (transfer full): an empty ring
 */
GhKeyRing *
gh_key_ring_new (void)
{
  GhKeyRing *self = g_new0 (GhKeyRing, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->keys = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  return self;
}

/**
 * gh_key_ring_ref:
 * @self: a ring
 *
 * Returns: (transfer full): the same ring
 */
GhKeyRing *
gh_key_ring_ref (GhKeyRing *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_key_ring_unref:
 * @self: (transfer full): a ring
 */
void
gh_key_ring_unref (GhKeyRing *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->keys);
  g_free (self);
}

/* Neither a server's name nor a key's id has a space. */
static char *
slot (const char *server, const char *key_id)
{
  return g_strconcat (server, " ", key_id, NULL);
}

/**
 * gh_key_ring_add:
 * @self: a ring that no other thread reads yet
 * @server: whose key it is
 * @key_id: "ed25519:…"
 * @public_key: the key
 * @error: return location
 *
 * A key that is there already may be added again; another key under its id is refused, for then one
 * of the two is false.
 *
 * Returns: %FALSE with %GH_ERROR_CONFLICT, reason "key.changed", or %GH_ERROR_INVALID, reason
 *   "key.id" for an id that is empty or has a space
 */
gboolean
gh_key_ring_add (GhKeyRing *self, const char *server, const char *key_id,
                 const guint8 public_key[GH_SIGNING_PUBLIC_SIZE], GError **error)
{
  g_autofree char *name = NULL;
  const guint8 *known;

  g_return_val_if_fail (self != NULL && server != NULL && key_id != NULL, FALSE);
  g_return_val_if_fail (public_key != NULL, FALSE);

  if (*server == '\0' || *key_id == '\0' || strchr (server, ' ') != NULL
      || strchr (key_id, ' ') != NULL)
    return gh_set_error (error, GH_ERROR_INVALID, "key.id", NULL,
                         "This is not the name of a server’s key");
  name = slot (server, key_id);
  known = g_hash_table_lookup (self->keys, name);
  if (known != NULL && memcmp (known, public_key, GH_SIGNING_PUBLIC_SIZE) != 0)
    return gh_set_error (error, GH_ERROR_CONFLICT, "key.changed", NULL,
                         "The key %s of %s is another one than before", key_id, server);
  if (known == NULL)
    g_hash_table_insert (self->keys, g_steal_pointer (&name),
                         g_memdup2 (public_key, GH_SIGNING_PUBLIC_SIZE));
  return TRUE;
}

/**
 * gh_key_ring_lookup:
 * @self: a ring
 * @server: a server's name
 * @key_id: "ed25519:…"
 *
 * Returns: (transfer none) (nullable): the key, GH_SIGNING_PUBLIC_SIZE bytes
 */
const guint8 *
gh_key_ring_lookup (GhKeyRing *self, const char *server, const char *key_id)
{
  g_autofree char *name = NULL;

  g_return_val_if_fail (self != NULL && server != NULL && key_id != NULL, NULL);

  name = slot (server, key_id);
  return g_hash_table_lookup (self->keys, name);
}

/**
 * gh_key_ring_verify:
 * @self: a ring
 * @server: who claims to have signed
 * @key_id: with which key
 * @data: (array length=size): what was signed; for an event, the bytes of its hash
 * @size: how many bytes
 * @signature: the signature, perhaps from the network
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_NOT_FOUND, reason "key.unknown", or %GH_ERROR_INVALID, reason
 *   "signature.false"
 */
gboolean
gh_key_ring_verify (GhKeyRing *self, const char *server, const char *key_id, gconstpointer data,
                    gsize size, const guint8 signature[GH_SIGNING_SIGNATURE_SIZE], GError **error)
{
  const guint8 *public_key;

  g_return_val_if_fail (self != NULL && server != NULL && key_id != NULL, FALSE);

  public_key = gh_key_ring_lookup (self, server, key_id);
  if (public_key == NULL)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "key.unknown", NULL,
                         "The key %s of %s is not known here", key_id, server);
  if (!gh_signing_verify (public_key, data, size, signature))
    return gh_set_error (error, GH_ERROR_INVALID, "signature.false", NULL,
                         "The signature with key %s of %s is false", key_id, server);
  return TRUE;
}
