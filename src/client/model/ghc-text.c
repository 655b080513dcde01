/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-text.h"

#include "gh-id.h"

static gboolean
is_joiner (gunichar c)
{
  return c == 0x200d;
}

/* The first grapheme cluster of @text, near enough for an avatar: a character, what combines
 * with it, and what is joined to it. Regional indicators come in pairs. */
static const char *
cluster_end (const char *text)
{
  gunichar first = g_utf8_get_char (text);
  const char *p = g_utf8_next_char (text);

  if (first >= 0x1f1e6 && first <= 0x1f1ff && *p != '\0')
    {
      gunichar second = g_utf8_get_char (p);

      if (second >= 0x1f1e6 && second <= 0x1f1ff)
        return g_utf8_next_char (p);
    }

  while (*p != '\0')
    {
      gunichar c = g_utf8_get_char (p);

      if (is_joiner (c))
        {
          p = g_utf8_next_char (p);
          if (*p != '\0')
            p = g_utf8_next_char (p);
        }
      else if (g_unichar_ismark (c) || (c >= 0xfe00 && c <= 0xfe0f)
               || (c >= 0x1f3fb && c <= 0x1f3ff))
        p = g_utf8_next_char (p);
      else
        break;
    }

  return p;
}

/* Letters and digits of any script, and pictures. */
static gboolean
starts_word (gunichar c)
{
  return g_unichar_isalnum (c) || g_unichar_type (c) == G_UNICODE_OTHER_SYMBOL;
}

char *
ghc_text_initials (const char *name)
{
  const char *first = NULL;
  const char *last = NULL;
  gboolean at_boundary = TRUE;
  g_autoptr (GString) initials = NULL;

  for (const char *p = name; p != NULL && *p != '\0'; p = g_utf8_next_char (p))
    {
      gunichar c = g_utf8_get_char (p);

      if (at_boundary && starts_word (c))
        {
          if (first == NULL)
            first = p;
          else
            last = p;
          at_boundary = FALSE;
        }
      else if (g_unichar_isspace (c) || c == '-' || c == '_' || c == '.')
        at_boundary = TRUE;
    }

  if (first == NULL)
    return g_strdup ("?");

  initials = g_string_new_len (first, cluster_end (first) - first);
  if (last != NULL)
    g_string_append_len (initials, last, cluster_end (last) - last);

  return g_utf8_strup (initials->str, initials->len);
}

guint
ghc_text_color_index (const char *id)
{
  return id != NULL ? gh_id_color_index (id, GHC_N_COLORS) : 0;
}
