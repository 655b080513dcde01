/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-hash.h"

#include "gh-base58.h"

#include <blake3.h>
#include <string.h>

G_STATIC_ASSERT (GH_HASH_SIZE == BLAKE3_OUT_LEN);

/**
 * gh_hash_parts:
 * @parts: (array length=n_parts): pieces, hashed as if they were one buffer
 * @n_parts: how many
 *
 * Returns: their BLAKE3 hash
 */
GhHash
gh_hash_parts (const GhHashPart *parts, gsize n_parts)
{
  blake3_hasher hasher;
  GhHash hash;

  blake3_hasher_init (&hasher);
  for (gsize i = 0; i < n_parts; i++)
    blake3_hasher_update (&hasher, parts[i].data, parts[i].size);
  blake3_hasher_finalize (&hasher, hash.bytes, sizeof hash.bytes);
  return hash;
}

/**
 * gh_hash_data:
 * @data: (array length=size): bytes
 * @size: how many
 *
 * Returns: their BLAKE3 hash
 */
GhHash
gh_hash_data (gconstpointer data, gsize size)
{
  return gh_hash_parts (&(GhHashPart) { data, size }, 1);
}

/**
 * gh_hash_bytes:
 * @bytes: bytes
 *
 * Returns: their BLAKE3 hash
 */
GhHash
gh_hash_bytes (GBytes *bytes)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (bytes, &size);

  return gh_hash_data (data, size);
}

/**
 * gh_hash_equal:
 * @a: a hash
 * @b: another
 *
 * For hashes that are no secrets: not in constant time.
 *
 * Returns: whether both are the same
 */
gboolean
gh_hash_equal (const GhHash *a, const GhHash *b)
{
  return memcmp (a->bytes, b->bytes, GH_HASH_SIZE) == 0;
}

/**
 * gh_hash_to_string:
 * @self: a hash
 *
 * Returns: (transfer full): its base58 text
 */
char *
gh_hash_to_string (const GhHash *self)
{
  return gh_base58_encode (self->bytes, GH_HASH_SIZE);
}

/**
 * gh_hash_from_string:
 * @text: base58 text, perhaps from the network
 * @out: (out): the hash
 *
 * Returns: %FALSE when @text does not spell 32 bytes
 */
gboolean
gh_hash_from_string (const char *text, GhHash *out)
{
  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  return gh_base58_decode_exact (text, strnlen (text, GH_HASH_MAX_TEXT + 1), out->bytes,
                                 GH_HASH_SIZE);
}
