/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-json-private.h"

#include <stdlib.h>
#include <string.h>

#define FEW_KEYS 32

#define EACH_BYTE G_GUINT64_CONSTANT (0x0101010101010101)
#define HIGH_BITS G_GUINT64_CONSTANT (0x8080808080808080)

/* Whether one of eight bytes is to be escaped: a control character, a quotation mark or a backslash ("Bit
 * Twiddling Hacks", S. E. Anderson: does a word have a zero byte, or a byte less than n). */
static gboolean
needs_escape (guint64 eight)
{
  guint64 quotes = eight ^ (EACH_BYTE * '"');
  guint64 backslashes = eight ^ (EACH_BYTE * '\\');
  guint64 controls = (eight - EACH_BYTE * 0x20) & ~eight;

  quotes = (quotes - EACH_BYTE) & ~quotes;
  backslashes = (backslashes - EACH_BYTE) & ~backslashes;
  return ((quotes | backslashes | controls) & HIGH_BITS) != 0;
}

/* How many bytes from the beginning need no escape, or some fewer. */
static gsize
plain_length (const char *text, gsize size)
{
  gsize length = 0;
  guint64 eight;

  for (; length + sizeof eight <= size; length += sizeof eight)
    {
      memcpy (&eight, text + length, sizeof eight);
      if (needs_escape (eight))
        break;
    }
  return length;
}

/* What RFC 8259 demands to be escaped, in the one form that the Matrix rules allow. */
static void
append_escape (GString *out, guchar c)
{
  static const char hex[] = "0123456789abcdef";
  static const char shorts[] = {
    ['\b'] = 'b', ['\t'] = 't', ['\n'] = 'n', ['\f'] = 'f', ['\r'] = 'r', ['"'] = '"', ['\\'] = '\\'
  };
  char escape[6] = { '\\', 'u', '0', '0', hex[c >> 4], hex[c & 15] };
  gssize length = sizeof escape;

  if (shorts[c] != 0)
    {
      escape[1] = shorts[c];
      length = 2;
    }
  g_string_append_len (out, escape, length);
}

void
gh_json_append_string (GString *out, const char *text, gsize size)
{
  gsize start = 0;

  g_string_append_c (out, '"');
  for (gsize at = plain_length (text, size); at < size;)
    {
      guchar c = (guchar) text[at];

      if (c >= 0x20 && c != '"' && c != '\\')
        {
          at++;
          continue;
        }
      g_string_append_len (out, text + start, (gssize) (at - start));
      append_escape (out, c);
      start = ++at;
      at += plain_length (text + at, size - at);
    }
  g_string_append_len (out, text + start, (gssize) (size - start));
  g_string_append_c (out, '"');
}

void
gh_json_append_int (GString *out, gint64 number)
{
  char digits[24];
  char *at = digits + sizeof digits;
  guint64 rest = number < 0 ? -(guint64) number : (guint64) number;

  do
    {
      *--at = (char) ('0' + rest % 10);
      rest /= 10;
    }
  while (rest > 0);
  if (number < 0)
    *--at = '-';
  g_string_append_len (out, at, digits + sizeof digits - at);
}

GBytes *
gh_json_keep_text (GString *text)
{
  GBytes *bytes = g_bytes_new_take (g_memdup2 (text->str, text->len + 1), text->len);

  g_string_free (text, TRUE);
  return bytes;
}

static void append_value (GString *out, yyjson_val *value);

static void
append_object (GString *out, yyjson_val *object)
{
  gsize n = unsafe_yyjson_get_len (object);
  yyjson_val *few[FEW_KEYS];
  g_autofree yyjson_val **many = NULL;
  yyjson_val **keys = few;
  yyjson_val *key = unsafe_yyjson_get_first (object);
  gboolean is_sorted = TRUE;

  if (n > FEW_KEYS)
    keys = many = g_new (yyjson_val *, n);
  for (gsize i = 0; i < n; i++, key = unsafe_yyjson_get_next (key + 1))
    {
      keys[i] = key;
      is_sorted = is_sorted && (i == 0 || gh_json_compare_keys (&keys[i - 1], &keys[i]) < 0);
    }
  if (!is_sorted)
    qsort (keys, n, sizeof *keys, gh_json_compare_keys);

  g_string_append_c (out, '{');
  for (gsize i = 0; i < n; i++)
    {
      if (i > 0)
        g_string_append_c (out, ',');
      gh_json_append_string (out, unsafe_yyjson_get_str (keys[i]), unsafe_yyjson_get_len (keys[i]));
      g_string_append_c (out, ':');
      append_value (out, keys[i] + 1);
    }
  g_string_append_c (out, '}');
}

static void
append_array (GString *out, yyjson_val *array)
{
  gsize n = unsafe_yyjson_get_len (array);
  yyjson_val *element = unsafe_yyjson_get_first (array);

  g_string_append_c (out, '[');
  for (gsize i = 0; i < n; i++, element = unsafe_yyjson_get_next (element))
    {
      if (i > 0)
        g_string_append_c (out, ',');
      append_value (out, element);
    }
  g_string_append_c (out, ']');
}

static void
append_value (GString *out, yyjson_val *value)
{
  switch (unsafe_yyjson_get_type (value))
    {
    case YYJSON_TYPE_BOOL:
      g_string_append (out, unsafe_yyjson_get_bool (value) ? "true" : "false");
      break;
    case YYJSON_TYPE_NUM:
      gh_json_append_int (out, gh_json_integer (value));
      break;
    case YYJSON_TYPE_STR:
      gh_json_append_string (out, unsafe_yyjson_get_str (value), unsafe_yyjson_get_len (value));
      break;
    case YYJSON_TYPE_ARR:
      append_array (out, value);
      break;
    case YYJSON_TYPE_OBJ:
      append_object (out, value);
      break;
    default:
      g_string_append (out, "null");
    }
}

/**
 * gh_json_to_canonical:
 * @self: a value
 *
 * Writes canonical JSON (Matrix specification, appendix "Canonical JSON"): keys sorted by code point,
 * no white space, integers only, nothing escaped that need not be. A document is checked when it is
 * made, so this cannot fail.
 *
 * Returns: (transfer full): canonical JSON
 */
GBytes *
gh_json_to_canonical (GhJson *self)
{
  GString *out;

  g_return_val_if_fail (self != NULL, NULL);

  out = g_string_sized_new (512);
  append_value (out, self->value);
  return gh_json_keep_text (out);
}

/**
 * gh_json_to_bytes:
 * @self: a value
 *
 * Returns: (transfer full): compact JSON in the document's own order
 */
GBytes *
gh_json_to_bytes (GhJson *self)
{
  gsize size;
  char *text;

  g_return_val_if_fail (self != NULL, NULL);

  text = yyjson_val_write_opts (self->value, YYJSON_WRITE_NOFLAG, NULL, &size, NULL);
  if (text == NULL)
    g_error ("No memory to write JSON");
  return g_bytes_new_with_free_func (text, size, free, text);
}

/**
 * gh_json_to_string:
 * @self: a value
 *
 * Returns: (transfer full): compact JSON in the document's own order, ending in NUL
 */
char *
gh_json_to_string (GhJson *self)
{
  g_autoptr (GBytes) bytes = gh_json_to_bytes (self);
  gsize size;
  const char *text = g_bytes_get_data (bytes, &size);

  return g_strndup (text, size);
}
