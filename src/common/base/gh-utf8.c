/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-utf8.h"

#include "gh-error.h"

#include <string.h>

/* More marks on one letter than any script needs spill over the lines above and below. */
#define MAX_MARKS 6

#define ZWNJ 0x200c
#define ZWJ 0x200d
#define BLACK_FLAG 0x1f3f4

static gboolean
is_tag (gunichar c)
{
  return c >= 0xe0020 && c <= 0xe007f;
}

static gboolean
is_mark (gunichar c)
{
  GUnicodeType type = g_unichar_type (c);

  return type == G_UNICODE_NON_SPACING_MARK || type == G_UNICODE_ENCLOSING_MARK
         || type == G_UNICODE_SPACING_MARK;
}

/* Extend, SpacingMark and ZWJ of UAX 29: what never starts a cluster. */
static gboolean
is_extending (gunichar c)
{
  return c == ZWNJ || c == ZWJ || (c >= 0x1f3fb && c <= 0x1f3ff) || is_tag (c) || is_mark (c);
}

/* Near enough to Extended_Pictographic for joining by ZWJ. */
static gboolean
is_pictographic (gunichar c)
{
  return c >= 0x1f000 || (c >= 0x2190 && g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL);
}

static gboolean
is_regional (gunichar c)
{
  return c >= 0x1f1e6 && c <= 0x1f1ff;
}

/* Hangul syllables of UAX 29: GB6, GB7, GB8. */
static gboolean
joins_hangul (gunichar before, gunichar after)
{
  GUnicodeBreakType a = g_unichar_break_type (before);
  GUnicodeBreakType b = g_unichar_break_type (after);

  switch ((int) a)
    {
    case G_UNICODE_BREAK_HANGUL_L_JAMO:
      return b == G_UNICODE_BREAK_HANGUL_L_JAMO || b == G_UNICODE_BREAK_HANGUL_V_JAMO
             || b == G_UNICODE_BREAK_HANGUL_LV_SYLLABLE || b == G_UNICODE_BREAK_HANGUL_LVT_SYLLABLE;
    case G_UNICODE_BREAK_HANGUL_V_JAMO:
    case G_UNICODE_BREAK_HANGUL_LV_SYLLABLE:
      return b == G_UNICODE_BREAK_HANGUL_V_JAMO || b == G_UNICODE_BREAK_HANGUL_T_JAMO;
    case G_UNICODE_BREAK_HANGUL_T_JAMO:
    case G_UNICODE_BREAK_HANGUL_LVT_SYLLABLE:
      return b == G_UNICODE_BREAK_HANGUL_T_JAMO;
    default:
      return FALSE;
    }
}

/* The end of the cluster that begins at @at, which is not at the end of the text. */
static const char *
next_grapheme (const char *at)
{
  gunichar base = g_utf8_get_char (at);
  gunichar before = base;

  at = g_utf8_next_char (at);
  if (base == '\r' && *at == '\n')
    return at + 1;
  if (g_unichar_iscntrl (base))
    return at;
  if (is_regional (base) && is_regional (g_utf8_get_char (at)))
    at = g_utf8_next_char (at);

  while (*at != '\0')
    {
      gunichar c = g_utf8_get_char (at);

      if (!is_extending (c) && !(before == ZWJ && is_pictographic (base) && is_pictographic (c))
          && !joins_hangul (before, c))
        break;
      before = c;
      at = g_utf8_next_char (at);
    }
  return at;
}

/**
 * gh_utf8_count_graphemes:
 * @text: valid UTF-8
 *
 * Counts what people take for one character: extended grapheme clusters of UAX 29 (marks, emoji
 * sequences, flags, Hangul syllables), without the few rules that need tables GLib does not have
 * (prepended marks and Indic conjuncts, which count as two).
 *
 * Returns: how many there are
 */
gsize
gh_utf8_count_graphemes (const char *text)
{
  gsize n = 0;

  g_return_val_if_fail (text != NULL, 0);

  for (const char *at = text; *at != '\0'; at = next_grapheme (at))
    n++;
  return n;
}

/**
 * gh_utf8_truncate:
 * @text: valid UTF-8
 * @max_graphemes: how many characters to keep
 *
 * Returns: (transfer full): the beginning of @text, never cut inside a character
 */
char *
gh_utf8_truncate (const char *text, gsize max_graphemes)
{
  const char *at = text;

  g_return_val_if_fail (text != NULL, NULL);

  while (*at != '\0' && max_graphemes-- > 0)
    at = next_grapheme (at);
  return g_strndup (text, (gsize) (at - text));
}

/* Characters that look like a space or like nothing, though Unicode calls some of them letters. */
static gboolean
is_blank (gunichar c)
{
  return g_unichar_isspace (c) || g_unichar_type (c) == G_UNICODE_SPACE_SEPARATOR
         || g_unichar_type (c) == G_UNICODE_LINE_SEPARATOR
         || g_unichar_type (c) == G_UNICODE_PARAGRAPH_SEPARATOR || c == 0x115f || c == 0x1160
         || c == 0x3164 || c == 0xffa0 || c == 0x2800;
}

/**
 * gh_utf8_clean_name:
 * @text: valid UTF-8 as somebody typed it
 *
 * Makes a name that stays on its line and in its place: composed (NFC), control and format characters
 * (bidirectional overrides among them) and private-use characters removed, blanks of all kinds turned
 * into single spaces and trimmed, and at most six marks on a letter. What joins emoji and letters of
 * scripts that need joiners stays.
 *
 * Returns: (transfer full): the cleaned name, perhaps empty
 */
char *
gh_utf8_clean_name (const char *text)
{
  g_autofree char *composed = NULL;
  GString *out;
  gboolean is_waiting = FALSE; /* a space that is only written before something else */
  gunichar before = 0;
  guint n_marks = 0;

  g_return_val_if_fail (text != NULL, NULL);

  composed = g_utf8_normalize (text, -1, G_NORMALIZE_NFC);
  if (composed == NULL)
    return g_strdup ("");

  out = g_string_sized_new (strlen (composed));
  for (const char *at = composed; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);
      GUnicodeType type = g_unichar_type (c);

      if (is_blank (c))
        {
          is_waiting = out->len > 0;
          before = 0;
          continue;
        }
      if (type == G_UNICODE_CONTROL || type == G_UNICODE_PRIVATE_USE || type == G_UNICODE_SURROGATE)
        continue;
      /* Joiners only between what they join, tags only behind the flag they belong to. */
      if (type == G_UNICODE_FORMAT
          && !((c == ZWJ || c == ZWNJ) && before != 0 && before != ZWJ && before != ZWNJ)
          && !(is_tag (c) && (before == BLACK_FLAG || is_tag (before))))
        continue;
      n_marks = is_mark (c) ? n_marks + 1 : 0;
      if (n_marks > MAX_MARKS || (n_marks > 0 && before == 0))
        continue;

      if (is_waiting)
        g_string_append_c (out, ' ');
      is_waiting = FALSE;
      g_string_append_unichar (out, c);
      before = c;
    }
  while (g_str_has_suffix (out->str, "\u200d") || g_str_has_suffix (out->str, "\u200c"))
    g_string_truncate (out, out->len - strlen ("\u200d"));
  /* What was removed can have stood between two parts of one character. */
  g_free (composed);
  composed = g_utf8_normalize (out->str, (gssize) out->len, G_NORMALIZE_NFC);
  g_string_free (out, TRUE);
  return g_steal_pointer (&composed);
}

/**
 * gh_utf8_clean_text:
 * @text: valid UTF-8 of one or more lines
 *
 * For messages, topics and biographies: line ends become `\n`, other control characters go except the
 * tab, and so do the embeddings and overrides that reorder what follows (the harmless isolates and
 * marks stay); blanks at the end are trimmed.
 *
 * Returns: (transfer full): the cleaned text, perhaps empty
 */
char *
gh_utf8_clean_text (const char *text)
{
  GString *out;

  g_return_val_if_fail (text != NULL, NULL);

  out = g_string_sized_new (strlen (text));
  for (const char *at = text; *at != '\0'; at = g_utf8_next_char (at))
    {
      gunichar c = g_utf8_get_char (at);

      if (c == '\r')
        {
          if (at[1] != '\n')
            g_string_append_c (out, '\n');
          continue;
        }
      if (g_unichar_iscntrl (c) && c != '\n' && c != '\t')
        continue;
      if (c >= 0x202a && c <= 0x202e)
        continue;
      g_string_append_unichar (out, c);
    }
  while (out->len > 0 && g_ascii_isspace (out->str[out->len - 1]))
    g_string_truncate (out, out->len - 1);
  return g_string_free_and_steal (out);
}

/**
 * gh_utf8_check:
 * @text: text, perhaps from the network
 * @min_graphemes: fewest characters as people count them
 * @max_graphemes: most characters
 * @max_bytes: most bytes
 * @field: (nullable): the field to name in the error
 * @what: the subject of the sentence, such as "The name"
 * @error: return location
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason "text.utf8", "text.short" or "text.long"
 */
gboolean
gh_utf8_check (const char *text, gsize min_graphemes, gsize max_graphemes, gsize max_bytes,
               const char *field, const char *what, GError **error)
{
  gsize size;
  gsize n;

  g_return_val_if_fail (text != NULL, FALSE);
  g_return_val_if_fail (what != NULL, FALSE);

  size = strlen (text);
  if (!g_utf8_validate (text, (gssize) size, NULL))
    return gh_set_error (error, GH_ERROR_INVALID, "text.utf8", field, "%s is not valid text", what);
  n = gh_utf8_count_graphemes (text);
  if (n < min_graphemes && min_graphemes == 1)
    return gh_set_error (error, GH_ERROR_INVALID, "text.short", field, "%s can’t be empty", what);
  if (n < min_graphemes)
    return gh_set_error (error, GH_ERROR_INVALID, "text.short", field,
                         "%s needs at least %" G_GSIZE_FORMAT " characters", what, min_graphemes);
  if (n > max_graphemes)
    return gh_set_error (error, GH_ERROR_INVALID, "text.long", field,
                         "%s can have at most %" G_GSIZE_FORMAT " characters", what, max_graphemes);
  if (size > max_bytes)
    return gh_set_error (error, GH_ERROR_INVALID, "text.long", field,
                         "%s is too long by %" G_GSIZE_FORMAT " bytes", what, size - max_bytes);
  return TRUE;
}
