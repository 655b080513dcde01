/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-base58.h"

#include <string.h>

/* Five digits at a time: 58^5 is the largest power whose multiples by a 32-bit word fit 64 bits. */
#define DIGITS 5
#define RADIX 656356768u
#define MAX_WORDS (GH_BASE58_MAX_SIZE / 4 + 1)
/* log (256) / log (58) = 1.3658 digits for each byte */
#define MAX_TEXT (GH_BASE58_MAX_SIZE * 138 / 100 + 2)

static const char alphabet[] = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";

static const guint32 powers[DIGITS + 1] = { 1, 58, 3364, 195112, 11316496, RADIX };

/* The value of a digit plus one, so that zero means "not a digit". */
static const guint8 values[128] = {
  ['1'] = 1,  ['2'] = 2,  ['3'] = 3,  ['4'] = 4,  ['5'] = 5,  ['6'] = 6,  ['7'] = 7,  ['8'] = 8,
  ['9'] = 9,  ['A'] = 10, ['B'] = 11, ['C'] = 12, ['D'] = 13, ['E'] = 14, ['F'] = 15, ['G'] = 16,
  ['H'] = 17, ['J'] = 18, ['K'] = 19, ['L'] = 20, ['M'] = 21, ['N'] = 22, ['P'] = 23, ['Q'] = 24,
  ['R'] = 25, ['S'] = 26, ['T'] = 27, ['U'] = 28, ['V'] = 29, ['W'] = 30, ['X'] = 31, ['Y'] = 32,
  ['Z'] = 33, ['a'] = 34, ['b'] = 35, ['c'] = 36, ['d'] = 37, ['e'] = 38, ['f'] = 39, ['g'] = 40,
  ['h'] = 41, ['i'] = 42, ['j'] = 43, ['k'] = 44, ['m'] = 45, ['n'] = 46, ['o'] = 47, ['p'] = 48,
  ['q'] = 49, ['r'] = 50, ['s'] = 51, ['t'] = 52, ['u'] = 53, ['v'] = 54, ['w'] = 55, ['x'] = 56,
  ['y'] = 57, ['z'] = 58,
};

/**
 * gh_base58_encode:
 * @data: (array length=size): bytes
 * @size: how many, at most GH_BASE58_MAX_SIZE
 *
 * Returns: (transfer full): text; each leading zero byte is a "1"
 */
char *
gh_base58_encode (gconstpointer data, gsize size)
{
  const guint8 *bytes = data;
  guint32 words[MAX_WORDS] = { 0 };
  char text[MAX_TEXT + DIGITS];
  char *end = text + sizeof text;
  char *at = end;
  gsize n_zeros = 0;
  gsize n_words;
  gsize first = 0;

  g_return_val_if_fail (data != NULL || size == 0, NULL);
  g_return_val_if_fail (size <= GH_BASE58_MAX_SIZE, NULL);

  while (n_zeros < size && bytes[n_zeros] == 0)
    n_zeros++;

  n_words = (size + 3) / 4;
  for (gsize i = 0; i < size; i++)
    words[n_words - 1 - (size - 1 - i) / 4] |= (guint32) bytes[i] << (8 * ((size - 1 - i) % 4));

  while (first < n_words)
    {
      guint64 rest = 0;

      for (gsize i = first; i < n_words; i++)
        {
          rest = rest << 32 | words[i];
          words[i] = (guint32) (rest / RADIX);
          rest %= RADIX;
        }
      while (first < n_words && words[first] == 0)
        first++;
      for (guint i = 0; i < DIGITS; i++)
        {
          *--at = alphabet[rest % 58];
          rest /= 58;
        }
    }

  while (at < end && *at == '1')
    at++;
  while (n_zeros-- > 0)
    *--at = '1';
  return g_strndup (at, (gsize) (end - at));
}

/* Decodes into the end of @words; returns the number of bytes with the leading zeros that the text
 * spells, or -1. */
static gssize
decode (const char *text, gsize length, guint32 words[MAX_WORDS])
{
  gsize n_zeros = 0;
  gsize n_used = 0;
  gsize size;

  if (length > MAX_TEXT)
    return -1;

  while (n_zeros < length && text[n_zeros] == '1')
    n_zeros++;

  for (gsize i = n_zeros; i < length;)
    {
      gsize n_digits = MIN (DIGITS, length - i);
      guint64 carry = 0;

      for (gsize end = i + n_digits; i < end; i++)
        {
          guchar c = (guchar) text[i];

          if (c >= sizeof values || values[c] == 0)
            return -1;
          carry = carry * 58 + values[c] - 1u;
        }
      for (gsize word = 0; word < n_used || carry != 0; word++)
        {
          if (word == MAX_WORDS)
            return -1;
          carry += (guint64) words[MAX_WORDS - 1 - word] * powers[n_digits];
          words[MAX_WORDS - 1 - word] = (guint32) carry;
          carry >>= 32;
          n_used = MAX (n_used, word + 1);
        }
    }

  /* The topmost word is never zero: it was made by a carry. */
  size = n_used * 4;
  if (n_used > 0)
    size -= (gsize) __builtin_clz (words[MAX_WORDS - n_used]) / 8;
  size += n_zeros;
  return size <= GH_BASE58_MAX_SIZE ? (gssize) size : -1;
}

static void
store (const guint32 words[MAX_WORDS], guint8 *out, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[size - 1 - i] = (guint8) (words[MAX_WORDS - 1 - i / 4] >> (8 * (i % 4)));
}

/* Whether the text is a number of 32 bytes whose first is not zero, as nearly every hash is. Takes a
 * fraction of decoding it: texts of one length compare as their numbers do, for the alphabet is in ASCII's
 * order. */
static gboolean
is_usual_hash (const char *text, gsize length)
{
  static const char least[] = "4uQeVj5tqViQh7yWWGStvkEG1Zmhx6uasJtWCJziofM";
  static const char greatest[] = "JEKNVnkbo3jma5nREBBJCDoXFVeKkD56V3xKrvRmWxFG";
  gboolean is_in_range = (length == strlen (least) && memcmp (text, least, length) >= 0)
                         || (length == strlen (greatest) && text[0] != '1'
                             && memcmp (text, greatest, length) <= 0);

  if (!is_in_range)
    return FALSE;
  for (gsize i = 0; i < length; i++)
    {
      guchar c = (guchar) text[i];

      if (c >= sizeof values || values[c] == 0)
        return FALSE;
    }
  return TRUE;
}

/**
 * gh_base58_decode:
 * @text: text, perhaps from the network
 * @size: (out): number of bytes
 *
 * Returns: (transfer full) (nullable): the bytes, or %NULL when @text has a character that is none of
 *   the alphabet's or spells more than GH_BASE58_MAX_SIZE bytes
 */
guint8 *
gh_base58_decode (const char *text, gsize *size)
{
  guint32 words[MAX_WORDS] = { 0 };
  gssize length;
  guint8 *out;

  g_return_val_if_fail (text != NULL, NULL);
  g_return_val_if_fail (size != NULL, NULL);

  length = decode (text, strnlen (text, MAX_TEXT + 1), words);
  if (length < 0)
    return NULL;
  out = g_malloc ((gsize) length + 1);
  store (words, out, (gsize) length);
  out[length] = 0;
  *size = (gsize) length;
  return out;
}

/**
 * gh_base58_decode_exact:
 * @text: text, perhaps from the network; need not end in NUL
 * @length: how many characters of it
 * @out: (nullable): where the bytes go; %NULL only to check
 * @size: how many bytes it must be
 *
 * Returns: %FALSE when @text does not spell exactly @size bytes
 */
gboolean
gh_base58_decode_exact (const char *text, gsize length, gpointer out, gsize size)
{
  guint32 words[MAX_WORDS] = { 0 };

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (size <= GH_BASE58_MAX_SIZE, FALSE);

  if (out == NULL && size == 32 && is_usual_hash (text, length))
    return TRUE;
  if (decode (text, length, words) != (gssize) size)
    return FALSE;
  if (out != NULL)
    store (words, out, size);
  return TRUE;
}
