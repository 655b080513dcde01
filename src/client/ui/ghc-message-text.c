/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-message-text.h"

#include <glib/gi18n.h>

#include <string.h>

/* What ends an address when it is the last character: more often the sentence's than the address's. */
#define TRAILING ".,;:!?'\"»”’"

static gboolean
is_address_character (gunichar c)
{
  return !g_unichar_isspace (c) && c != '<' && c != '>' && c != '"' && c != '`' && g_unichar_isprint (c);
}

static const char *
find_address_end (const char *start)
{
  const char *end = start;
  int open = 0;

  while (*end != '\0' && is_address_character (g_utf8_get_char (end)))
    {
      open += *end == '(' ? 1 : 0;
      if (*end == ')' && --open < 0)
        break;
      end = g_utf8_next_char (end);
    }

  while (end > start)
    {
      const char *last = g_utf8_prev_char (end);

      if (g_utf8_strchr (TRAILING, -1, g_utf8_get_char (last)) == NULL)
        break;
      end = last;
    }

  return end;
}

static void
append_escaped (GString    *markup,
                const char *text,
                gsize       length)
{
  g_autofree char *escaped = g_markup_escape_text (text, length);

  g_string_append (markup, escaped);
}

/**
 * ghc_message_text_has_address:
 * @text: what somebody wrote
 *
 * Returns: %FALSE when there can be no link in @text, so that it needs no markup
 */
gboolean
ghc_message_text_has_address (const char *text)
{
  g_return_val_if_fail (text != NULL, FALSE);

  return strstr (text, "://") != NULL;
}

/**
 * ghc_message_text_to_markup:
 * @text: what somebody wrote: plain text, valid UTF-8
 *
 * Everything is escaped, and http and https addresses become links whose text is the address itself, so that a link never
 * says one thing and opens another.
 *
 * Returns: (transfer full): Pango markup
 */
char *
ghc_message_text_to_markup (const char *text)
{
  const char *done = text;
  GString *markup;

  g_return_val_if_fail (text != NULL, NULL);

  markup = g_string_sized_new (strlen (text) + 32);
  for (const char *at = text; (at = strstr (at, "http")) != NULL;)
    {
      const char *rest = at + 4;
      const char *end;

      rest += *rest == 's' ? 1 : 0;
      if ((at > text && g_unichar_isalnum (g_utf8_get_char (g_utf8_prev_char (at)))) || !g_str_has_prefix (rest, "://"))
        {
          at = rest;
          continue;
        }

      end = find_address_end (at);
      if (end <= rest + 3)
        {
          at = rest;
          continue;
        }

      append_escaped (markup, done, at - done);
      g_string_append (markup, "<a href=\"");
      append_escaped (markup, at, end - at);
      g_string_append (markup, "\">");
      append_escaped (markup, at, end - at);
      g_string_append (markup, "</a>");
      done = at = end;
    }

  append_escaped (markup, done, strlen (done));
  return g_string_free_and_steal (markup);
}

/**
 * ghc_message_text_dup_time:
 *
 * Returns: (transfer full): the time of day, as the person's locale writes it
 */
char *
ghc_message_text_dup_time (gint64 timestamp_ms)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (timestamp_ms / 1000);

  /* Translators: the time of day; use "%-I:%M %p" where clocks have twelve hours */
  return date != NULL ? g_date_time_format (date, _("%H:%M")) : g_strdup ("");
}

/**
 * ghc_message_text_dup_moment:
 *
 * Returns: (transfer full): day and time in full, for a tooltip
 */
char *
ghc_message_text_dup_moment (gint64 timestamp_ms)
{
  g_autoptr (GDateTime) date = g_date_time_new_from_unix_local (timestamp_ms / 1000);

  /* Translators: a moment in full, such as "Tuesday, 17 November 2026, 10:42" */
  return date != NULL ? g_date_time_format (date, _("%A, %-d %B %Y, %H:%M")) : g_strdup ("");
}
