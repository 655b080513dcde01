/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-template.h"

#include <string.h>

static const GhdTemplateValue *
find (const GhdTemplateValue *values, gsize n_values, const char *name, gsize length)
{
  for (gsize i = 0; i < n_values; i++)
    if (strlen (values[i].name) == length && strncmp (values[i].name, name, length) == 0)
      return &values[i];

  return NULL;
}

static void
append (GString *out, const GhdTemplateValue *value)
{
  g_autofree char *escaped = NULL;

  if (value->html != NULL)
    {
      g_string_append (out, value->html);
    }
  else if (value->text != NULL)
    {
      escaped = g_markup_escape_text (value->text, -1);
      g_string_append (out, escaped);
    }
}

/**
 * ghd_template_fill:
 * @page: text with names in double braces; ours, not somebody else's
 *
 * Returns: (transfer full): the page with each name replaced; one without a value vanishes
 */
GBytes *
ghd_template_fill (GBytes *page, const GhdTemplateValue *values, gsize n_values)
{
  g_autoptr (GString) out = g_string_new (NULL);
  gsize size;
  const char *at = g_bytes_get_data (page, &size);
  const char *end = at + size;

  while (at < end)
    {
      const char *open = g_strstr_len (at, end - at, "{{");
      const char *close = open != NULL ? g_strstr_len (open, end - open, "}}") : NULL;
      const GhdTemplateValue *value;

      if (close == NULL)
        {
          g_string_append_len (out, at, end - at);
          break;
        }

      g_string_append_len (out, at, open - at);
      value = find (values, n_values, open + 2, close - open - 2);
      if (value != NULL)
        append (out, value);
      at = close + 2;
    }

  return g_string_free_to_bytes (g_steal_pointer (&out));
}
