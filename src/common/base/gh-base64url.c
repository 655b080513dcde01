/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-base64url.h"

#include "gh-sodium.h"

#include <sodium.h>
#include <string.h>

/**
 * gh_base64url_encode:
 * @data: (array length=size): bytes
 * @size: how many
 *
 * Returns: (transfer full): text without padding
 */
char *
gh_base64url_encode (gconstpointer data, gsize size)
{
  gsize length;
  char *text;

  g_return_val_if_fail (data != NULL || size == 0, NULL);
  g_return_val_if_fail (size < G_MAXSIZE / 2, NULL);

  length = sodium_base64_encoded_len (size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  text = g_malloc (length);
  sodium_bin2base64 (text, length, data, size, sodium_base64_VARIANT_URLSAFE_NO_PADDING);
  return text;
}

static gboolean
decode (const char *text, gsize length, guint8 *out, gsize capacity, gsize *size)
{
  const char *end = NULL;

  return sodium_base642bin (out, capacity, text, length, NULL, size, &end,
                            sodium_base64_VARIANT_URLSAFE_NO_PADDING)
           == 0
         && end == text + length;
}

/**
 * gh_base64url_decode_exact:
 * @text: text, perhaps from the network
 * @out: where the bytes go
 * @size: how many bytes it must be
 *
 * Returns: %FALSE when @text does not spell exactly @size bytes
 */
gboolean
gh_base64url_decode_exact (const char *text, gpointer out, gsize size)
{
  gsize length;
  gsize decoded;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (out != NULL, FALSE);

  length = strnlen (text, size * 2 + 4);
  return decode (text, length, out, size, &decoded) && decoded == size;
}
