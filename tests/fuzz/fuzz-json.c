/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Any bytes as JSON: what is accepted has one canonical form, which reads back as the same. */
#include "fuzz.h"

#include "gh-json-builder.h"
#include "gh-limits.h"

static void
walk (GhJson *json, guint depth)
{
  GhJsonIter iter;
  GhJson *member;
  const char *name;

  must (depth <= GH_LIMIT_JSON_DEPTH);
  gh_json_iter_init (&iter, json);
  while (gh_json_iter_next (&iter, &name, &member))
    {
      g_autoptr (GhJson) owned = member;
      g_autoptr (GhJson) found = NULL;
      g_autoptr (GError) error = NULL;
      const char *text;
      gint64 number;

      must ((name != NULL) == gh_json_is_object (json));
      if (name != NULL)
        {
          found = gh_json_peek_member (json, name);
          must (found != NULL && gh_json_equal (found, owned));
          if (!gh_json_get_optional_string (json, name, 1, 64, &text, &error))
            must_tell (FALSE, error);
          g_clear_error (&error);
          if (gh_json_get_int (json, name, -GH_LIMIT_JSON_INT, GH_LIMIT_JSON_INT, &number, &error))
            must (gh_json_get_value_type (owned) == GH_JSON_INT);
          else
            must_tell (FALSE, error);
        }
      walk (owned, depth + 1);
    }
}

int
LLVMFuzzerTestOneInput (const guint8 *data, gsize size)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) json = gh_json_parse ((const char *) data, size, &error);
  g_autoptr (GhJson) again = NULL;
  g_autoptr (GhJson) from_compact = NULL;
  g_autoptr (GhJson) rebuilt = NULL;
  g_autoptr (GBytes) canonical = NULL;
  g_autoptr (GBytes) second = NULL;
  g_autoptr (GBytes) compact = NULL;
  g_autoptr (GhJsonBuilder) builder = NULL;

  must_tell (json != NULL, error);
  if (json == NULL)
    return 0;

  canonical = gh_json_to_canonical (json);
  again = gh_json_parse_bytes (canonical, &error);
  must_tell (again != NULL, error);
  must (again != NULL && gh_json_equal (json, again));
  second = gh_json_to_canonical (again);
  must (g_bytes_equal (canonical, second));

  compact = gh_json_to_bytes (json);
  from_compact = gh_json_parse_bytes (compact, &error);
  must (from_compact != NULL && gh_json_equal (json, from_compact));

  must (gh_json_get_depth (json) <= GH_LIMIT_JSON_DEPTH);
  walk (json, 0);
  if (gh_json_get_depth (json) < GH_LIMIT_JSON_DEPTH)
    {
      builder = gh_json_builder_new_array ();
      gh_json_builder_add_json (builder, NULL, json);
      rebuilt = gh_json_builder_finish (builder);
      must (rebuilt != NULL && gh_json_get_depth (rebuilt) == gh_json_get_depth (json) + 1);
    }
  return 0;
}
