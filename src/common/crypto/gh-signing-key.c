/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-signing-key.h"

#include "gh-base58.h"
#include "gh-base64url.h"
#include "gh-error.h"
#include "gh-file.h"
#include "gh-hash.h"
#include "gh-sodium.h"

#include <sodium.h>
#include <string.h>

/* A file is one line: this word, a space, and the seed (RFC 8032 section 5.1.5) in base64url. */
#define FILE_WORD "guildhall-ed25519-seed"
#define FILE_MAX_SIZE 256
#define ID_BYTES 8

G_STATIC_ASSERT (GH_SIGNING_PUBLIC_SIZE == crypto_sign_PUBLICKEYBYTES);
G_STATIC_ASSERT (GH_SIGNING_SIGNATURE_SIZE == crypto_sign_BYTES);

struct _GhSigningKey
{
  gatomicrefcount ref_count;
  GhSecret *seed;
  GhSecret *secret; /* as libsodium wants it: seed and public key */
  guint8 public_key[GH_SIGNING_PUBLIC_SIZE];
  char *id;
};

G_DEFINE_BOXED_TYPE (GhSigningKey, gh_signing_key, gh_signing_key_ref, gh_signing_key_unref)

/**
 * gh_signing_key_id_for_public:
 * @public_key: a public key
 *
 * Returns: (transfer full): the id that its signatures carry, "ed25519:…"
 */
char *
gh_signing_key_id_for_public (const guint8 public_key[GH_SIGNING_PUBLIC_SIZE])
{
  GhHash hash;
  g_autofree char *text = NULL;

  g_return_val_if_fail (public_key != NULL, NULL);

  hash = gh_hash_data (public_key, GH_SIGNING_PUBLIC_SIZE);
  text = gh_base58_encode (hash.bytes, ID_BYTES);
  return g_strconcat ("ed25519:", text, NULL);
}

/**
 * gh_signing_key_new_from_seed:
 * @seed: 32 bytes (RFC 8032 section 5.1.5)
 *
 * Returns: (transfer full): the key pair that follows from it
 */
GhSigningKey *
gh_signing_key_new_from_seed (GhSecret *seed)
{
  guint8 secret[crypto_sign_SECRETKEYBYTES];
  GhSigningKey *self;

  g_return_val_if_fail (seed != NULL, NULL);
  g_return_val_if_fail (gh_secret_get_size (seed) == crypto_sign_SEEDBYTES, NULL);

  gh_sodium_init ();
  self = g_new0 (GhSigningKey, 1);
  g_atomic_ref_count_init (&self->ref_count);
  self->seed = gh_secret_ref (seed);
  crypto_sign_seed_keypair (self->public_key, secret, gh_secret_get_data (seed));
  self->secret = gh_secret_new (secret, sizeof secret);
  gh_secret_wipe (secret, sizeof secret);
  self->id = gh_signing_key_id_for_public (self->public_key);
  return self;
}

/**
 * gh_signing_key_generate:
 *
 * Returns: (transfer full): a new random key pair
 */
GhSigningKey *
gh_signing_key_generate (void)
{
  g_autoptr (GhSecret) seed = gh_secret_new_random (crypto_sign_SEEDBYTES);

  return gh_signing_key_new_from_seed (seed);
}

/* The seed of a file's text; NULL when it is not such a file. */
static GhSecret *
parse_file (GhSecret *text)
{
  const char *line = gh_secret_get_string (text);
  gsize size = gh_secret_get_size (text);
  gsize head = strlen (FILE_WORD " ");
  char encoded[64] = { 0 };
  guint8 seed[crypto_sign_SEEDBYTES];
  GhSecret *secret = NULL;

  while (size > 0 && (line[size - 1] == '\n' || line[size - 1] == '\r'))
    size--;
  if (size <= head || size - head >= sizeof encoded || memcmp (line, FILE_WORD " ", head) != 0)
    return NULL;
  memcpy (encoded, line + head, size - head);
  if (gh_base64url_decode_exact (encoded, seed, sizeof seed))
    secret = gh_secret_new (seed, sizeof seed);
  gh_secret_wipe (encoded, sizeof encoded);
  gh_secret_wipe (seed, sizeof seed);
  return secret;
}

/**
 * gh_signing_key_load:
 * @path: a file written by gh_signing_key_load_or_create()
 * @error: return location
 *
 * Blocks.
 *
 * Returns: (transfer full) (nullable): the key pair, or %NULL with an error of %G_IO_ERROR that names
 *   the file: %G_IO_ERROR_NOT_FOUND, %G_IO_ERROR_PERMISSION_DENIED when others can read it,
 *   %G_IO_ERROR_INVALID_DATA when it is no key
 */
GhSigningKey *
gh_signing_key_load (const char *path, GError **error)
{
  g_autoptr (GhSecret) text = NULL;
  g_autoptr (GhSecret) seed = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  text = gh_file_read_private (path, FILE_MAX_SIZE, error);
  if (text == NULL)
    return NULL;
  seed = parse_file (text);
  if (seed == NULL)
    {
      g_set_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA,
                   "“%s” is damaged: it does not hold a signing key. Restore it from a backup.",
                   path);
      return NULL;
    }
  return gh_signing_key_new_from_seed (seed);
}

static gboolean
save (GhSigningKey *self, const char *path, GError **error)
{
  char encoded[64];
  char line[sizeof FILE_WORD + sizeof encoded + 2];
  gboolean is_done;

  sodium_bin2base64 (encoded, sizeof encoded, gh_secret_get_data (self->seed),
                     crypto_sign_SEEDBYTES, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  g_snprintf (line, sizeof line, FILE_WORD " %s\n", encoded);
  is_done = gh_file_write_private (path, line, strlen (line), FALSE, error);
  gh_secret_wipe (encoded, sizeof encoded);
  gh_secret_wipe (line, sizeof line);
  return is_done;
}

/**
 * gh_signing_key_load_or_create:
 * @path: a file in a directory that exists
 * @created: (out) (optional): whether there was no key yet
 * @error: return location
 *
 * Loads the key, or makes one where there is no file: readable by its owner only (0600), whole or not
 * at all, and of two processes that start at once both get the same key. Blocks.
 *
 * Returns: (transfer full) (nullable): the key pair, or %NULL with an error as of
 *   gh_signing_key_load()
 */
GhSigningKey *
gh_signing_key_load_or_create (const char *path, gboolean *created, GError **error)
{
  g_autoptr (GhSigningKey) self = NULL;
  g_autoptr (GError) local = NULL;

  g_return_val_if_fail (path != NULL, NULL);

  if (created != NULL)
    *created = FALSE;
  self = gh_signing_key_load (path, &local);
  if (self != NULL)
    return g_steal_pointer (&self);
  if (!g_error_matches (local, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local));
      return NULL;
    }

  g_clear_error (&local);
  self = gh_signing_key_generate ();
  if (save (self, path, &local))
    {
      if (created != NULL)
        *created = TRUE;
      return g_steal_pointer (&self);
    }
  /* Somebody else made it in the meantime: theirs counts. */
  if (g_error_matches (local, G_IO_ERROR, G_IO_ERROR_EXISTS))
    return gh_signing_key_load (path, error);
  g_propagate_error (error, g_steal_pointer (&local));
  return NULL;
}

/**
 * gh_signing_key_ref:
 * @self: a key pair
 *
 * Returns: (transfer full): the same key pair
 */
GhSigningKey *
gh_signing_key_ref (GhSigningKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_signing_key_unref:
 * @self: (transfer full): a key pair
 */
void
gh_signing_key_unref (GhSigningKey *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  gh_secret_unref (self->seed);
  gh_secret_unref (self->secret);
  g_free (self->id);
  g_free (self);
}

/**
 * gh_signing_key_get_id:
 * @self: a key pair
 *
 * Returns: (transfer none): the id that its signatures carry, "ed25519:…"
 */
const char *
gh_signing_key_get_id (GhSigningKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->id;
}

/**
 * gh_signing_key_get_public:
 * @self: a key pair
 *
 * Returns: (transfer none): the public key, GH_SIGNING_PUBLIC_SIZE bytes
 */
const guint8 *
gh_signing_key_get_public (GhSigningKey *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return self->public_key;
}

/**
 * gh_signing_key_sign:
 * @data: (array length=size): what to sign; for an event, the bytes of its hash
 * @size: how many bytes
 * @signature: (out): where the signature goes
 * @key: (type GhSigningKey): a key pair; last, so that this fits a signer's callback
 * @error: return location
 *
 * Takes some 20 microseconds; any thread may.
 *
 * Returns: %TRUE
 */
gboolean
gh_signing_key_sign (gconstpointer data, gsize size, guint8 signature[GH_SIGNING_SIGNATURE_SIZE],
                     gpointer key, GError **error)
{
  GhSigningKey *self = key;

  g_return_val_if_fail (self != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  if (crypto_sign_detached (signature, NULL, data, size, gh_secret_get_data (self->secret)) == 0)
    return TRUE;
  return gh_set_error (error, GH_ERROR_INTERNAL, "signature.failed", NULL,
                       "libsodium could not sign");
}

/**
 * gh_signing_verify:
 * @public_key: whose
 * @data: (array length=size): what was signed
 * @size: how many bytes
 * @signature: the signature, perhaps from the network
 *
 * Ed25519 as RFC 8032 says, with libsodium's refusal of weak keys and of second spellings of a
 * signature. Takes some 50 microseconds; any thread may.
 *
 * Returns: whether it is true
 */
gboolean
gh_signing_verify (const guint8 public_key[GH_SIGNING_PUBLIC_SIZE], gconstpointer data, gsize size,
                   const guint8 signature[GH_SIGNING_SIGNATURE_SIZE])
{
  g_return_val_if_fail (public_key != NULL && signature != NULL, FALSE);
  g_return_val_if_fail (data != NULL || size == 0, FALSE);

  gh_sodium_init ();
  return crypto_sign_verify_detached (signature, data, size, public_key) == 0;
}
