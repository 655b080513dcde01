/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as what a person wrote: cleaned once is clean, and nothing is left that moves other text. */
#include "fuzz.h"

#include "gh-base58.h"
#include "gh-base64url.h"
#include "gh-utf8.h"

static void
try_encodings (const char *text)
{
  gsize size;
  g_autofree guint8 *from_base58 = gh_base58_decode (text, &size);
  g_autofree char *base58 = from_base58 != NULL ? gh_base58_encode (from_base58, size) : NULL;
  g_autofree guint8 *from_base64 = NULL;
  g_autofree char *base64 = NULL;

  must (base58 == NULL || strcmp (base58, text) == 0);
  size = strlen (text) * 3 / 4;
  from_base64 = g_malloc (size + 1);
  if (gh_base64url_decode_exact (text, from_base64, size))
    base64 = gh_base64url_encode (from_base64, size);
  must (base64 == NULL || strcmp (base64, text) == 0);
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autofree char *text = g_strndup ((const char *) data, size);
  g_autoptr (GError) error = NULL;
  g_autofree char *name = NULL;
  g_autofree char *name_again = NULL;
  g_autofree char *body = NULL;
  g_autofree char *body_again = NULL;
  g_autofree char *cut = NULL;
  gboolean is_fit;

  try_encodings (text);
  is_fit = gh_utf8_check (text, 1, 32, 256, "name", "The name", &error);
  must_tell (is_fit, error);
  if (!g_utf8_validate (text, -1, NULL))
    {
      must (!is_fit);
      return 0;
    }

  name = gh_utf8_clean_name (text);
  name_again = gh_utf8_clean_name (name);
  must (g_utf8_validate (name, -1, NULL));
  must (strcmp (name, name_again) == 0);
  must (strpbrk (name, "\n\r\t\033") == NULL);
  must (strstr (name, "\u202e") == NULL && strstr (name, "\u2066") == NULL);

  body = gh_utf8_clean_text (text);
  body_again = gh_utf8_clean_text (body);
  must (g_utf8_validate (body, -1, NULL));
  must (strcmp (body, body_again) == 0);
  must (strlen (body) <= strlen (text));

  cut = gh_utf8_truncate (text, 5);
  must (g_str_has_prefix (text, cut));
  must (gh_utf8_count_graphemes (cut) == MIN (gh_utf8_count_graphemes (text), 5));
  return 0;
}
