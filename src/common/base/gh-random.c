/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-random.h"

#include "gh-base58.h"
#include "gh-base64url.h"
#include "gh-secret.h"
#include "gh-sodium.h"

#include <sodium.h>

/**
 * gh_random_bytes:
 * @out: (array length=size): where to
 * @size: how many bytes
 */
void
gh_random_bytes (gpointer out, gsize size)
{
  g_return_if_fail (out != NULL || size == 0);

  gh_sodium_init ();
  randombytes_buf (out, size);
}

/**
 * gh_random_uniform:
 * @upper: exclusive bound, at least 1
 *
 * Returns: a number from 0 to @upper - 1, all equally likely
 */
guint32
gh_random_uniform (guint32 upper)
{
  g_return_val_if_fail (upper > 0, 0);

  gh_sodium_init ();
  return randombytes_uniform (upper);
}

/**
 * gh_random_token:
 * @n_bytes: how many random bytes, at most GH_BASE58_MAX_SIZE; 32 for what must not be guessed
 *
 * Returns: (transfer full): them in base64url; wipe it with gh_secret_wipe() when it was a secret
 */
char *
gh_random_token (gsize n_bytes)
{
  guint8 bytes[GH_BASE58_MAX_SIZE];
  char *text;

  g_return_val_if_fail (n_bytes <= sizeof bytes, NULL);

  gh_random_bytes (bytes, n_bytes);
  text = gh_base64url_encode (bytes, n_bytes);
  gh_secret_wipe (bytes, n_bytes);
  return text;
}

/**
 * gh_random_base58:
 * @n_bytes: how many random bytes, at most GH_BASE58_MAX_SIZE
 *
 * Returns: (transfer full): them in base58, for ids and codes that people may have to read
 */
char *
gh_random_base58 (gsize n_bytes)
{
  guint8 bytes[GH_BASE58_MAX_SIZE];

  g_return_val_if_fail (n_bytes <= sizeof bytes, NULL);

  gh_random_bytes (bytes, n_bytes);
  return gh_base58_encode (bytes, n_bytes);
}

/**
 * gh_backoff_next_ms:
 * @self: a back-off
 *
 * Counts one more failure.
 *
 * Returns: how long to wait: between half and all of min_ms * 2^failures, at most max_ms
 */
guint
gh_backoff_next_ms (GhBackoff *self)
{
  guint64 ceiling;
  guint half;

  g_return_val_if_fail (self != NULL, 0);
  g_return_val_if_fail (self->min_ms > 0 && self->min_ms <= self->max_ms, 0);

  ceiling = (guint64) self->min_ms << MIN (self->n_attempts, 31u);
  ceiling = MIN (ceiling, (guint64) self->max_ms);
  if (self->n_attempts < G_MAXUINT)
    self->n_attempts++;
  half = (guint) ceiling / 2;
  return half + gh_random_uniform ((guint) ceiling - half + 1);
}

/**
 * gh_backoff_reset:
 * @self: a back-off
 *
 * It worked: the next failure waits the shortest time again.
 */
void
gh_backoff_reset (GhBackoff *self)
{
  g_return_if_fail (self != NULL);

  self->n_attempts = 0;
}
