/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-server-keys.h"

#include "gh-base58.h"
#include "gh-error.h"

#include <string.h>

/* No server has changed its key as often. */
#define MAX_KEYS 100

static gboolean
add_key (GhKeyRing *ring, const char *server, const char *key_id, GhJson *value, GError **error)
{
  const char *text = gh_json_as_string (value);
  guint8 public_key[GH_SIGNING_PUBLIC_SIZE];
  g_autofree char *expected = NULL;

  if (text == NULL
      || !gh_base58_decode_exact (text, strlen (text), public_key, GH_SIGNING_PUBLIC_SIZE))
    return gh_set_error (error, GH_ERROR_INVALID, "keys.key", "signing_keys",
                         "A public key must be %d bytes in base58", GH_SIGNING_PUBLIC_SIZE);

  expected = gh_signing_key_id_for_public (public_key);
  if (!g_str_equal (expected, key_id))
    return gh_set_error (error, GH_ERROR_INVALID, "keys.id", "signing_keys",
                         "A public key must be named after itself");

  return gh_key_ring_add (ring, server, key_id, public_key, error);
}

/**
 * ghc_server_keys_read:
 * @keys: a server's public keys as it says them, `{"ed25519:…": BASE58, …}`; hostile input, checked
 *   here
 * @server: the server's name, the host part of its ids
 *
 * Returns: (transfer full) (nullable): the keys; NULL with %GH_ERROR_INVALID
 */
GhKeyRing *
ghc_server_keys_read (GhJson *keys, const char *server, GError **error)
{
  g_autoptr (GhKeyRing) ring = NULL;
  GhJsonIter iter;
  const char *key_id;
  GhJson *element;

  g_return_val_if_fail (keys != NULL, NULL);
  g_return_val_if_fail (server != NULL, NULL);

  if (!gh_json_is_object (keys) || gh_json_get_length (keys) == 0
      || gh_json_get_length (keys) > MAX_KEYS)
    {
      gh_set_error (error, GH_ERROR_INVALID, "keys.number", "signing_keys",
                    "A server must have between 1 and %d public keys", MAX_KEYS);
      return NULL;
    }

  ring = gh_key_ring_new ();
  gh_json_iter_init (&iter, keys);
  while (gh_json_iter_next (&iter, &key_id, &element))
    {
      g_autoptr (GhJson) value = element;

      if (!add_key (ring, server, key_id, value, error))
        return NULL;
    }

  return g_steal_pointer (&ring);
}
