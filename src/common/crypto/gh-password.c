/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-password.h"

#include "gh-error.h"
#include "gh-sodium.h"

#include <sodium.h>
#include <string.h>

/* libsodium's "interactive" cost: Argon2id version 1.3, t=2, m=64 MiB, p=1 (more than the second
 * choice of RFC 9106 section 4 asks in memory for servers, at fewer passes). */
#define PASSES crypto_pwhash_OPSLIMIT_INTERACTIVE
#define MEMORY crypto_pwhash_MEMLIMIT_INTERACTIVE

/**
 * gh_password_hash:
 * @password: a password of any length
 * @error: return location
 *
 * Uses one core for about a tenth of a second, and 64 MiB: call it on a worker.
 *
 * Returns: (transfer full) (nullable): "$argon2id$v=19$…" with a random salt, ASCII, less than 128
 *   bytes; %NULL with %GH_ERROR_UNAVAILABLE, reason "password.memory", when there is no memory
 */
char *
gh_password_hash (GhSecret *password, GError **error)
{
  g_autofree char *hash = NULL;

  g_return_val_if_fail (password != NULL, NULL);

  gh_sodium_init ();
  hash = g_malloc0 (crypto_pwhash_STRBYTES);
  if (crypto_pwhash_str_alg (hash, gh_secret_get_data (password), gh_secret_get_size (password),
                             PASSES, MEMORY, crypto_pwhash_ALG_ARGON2ID13)
      != 0)
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "password.memory", NULL,
                    "There is not enough memory to hash a password");
      return NULL;
    }
  return g_steal_pointer (&hash);
}

/**
 * gh_password_verify:
 * @password: what somebody typed
 * @hash: (nullable): a result of gh_password_hash(), or %NULL where there is no such account
 *
 * Without a hash it works as long as with one and says no, so that the time does not tell which
 * accounts exist. Uses one core for about a tenth of a second, and 64 MiB: call it on a worker.
 *
 * Returns: whether @password is the right one
 */
gboolean
gh_password_verify (GhSecret *password, const char *hash)
{
  char stored[crypto_pwhash_STRBYTES] = { 0 };

  g_return_val_if_fail (password != NULL, FALSE);

  gh_sodium_init ();
  if (hash == NULL)
    {
      guint8 salt[crypto_pwhash_SALTBYTES] = { 0 };
      guint8 out[32];
      int done;

      done = crypto_pwhash (out, sizeof out, gh_secret_get_data (password),
                            gh_secret_get_size (password), salt, PASSES, MEMORY,
                            crypto_pwhash_ALG_ARGON2ID13);
      sodium_memzero (out, sizeof out);
      (void) done;
      return FALSE;
    }
  /* libsodium reads all of its fixed size. */
  if (g_strlcpy (stored, hash, sizeof stored) >= sizeof stored)
    return FALSE;
  return crypto_pwhash_str_verify (stored, gh_secret_get_data (password),
                                   gh_secret_get_size (password))
         == 0;
}

/**
 * gh_password_needs_rehash:
 * @hash: a result of gh_password_hash(), perhaps of an earlier version
 *
 * Returns: whether it was made with another cost than today's, so that it should be made again when
 *   its password is next known
 */
gboolean
gh_password_needs_rehash (const char *hash)
{
  char stored[crypto_pwhash_STRBYTES] = { 0 };

  g_return_val_if_fail (hash != NULL, FALSE);

  gh_sodium_init ();
  if (g_strlcpy (stored, hash, sizeof stored) >= sizeof stored)
    return TRUE;
  return crypto_pwhash_str_needs_rehash (stored, PASSES, MEMORY) != 0;
}
