/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-health.h"

#include "gh-json-builder.h"

typedef struct
{
  const char *name;
  GhdHealthCheck check;
  gpointer part;
} Entry;

struct _GhdHealth
{
  GArray *entries;
};

GhdHealth *
ghd_health_new (void)
{
  GhdHealth *self = g_new0 (GhdHealth, 1);

  self->entries = g_array_new (FALSE, FALSE, sizeof (Entry));

  return self;
}

void
ghd_health_free (GhdHealth *self)
{
  g_array_unref (self->entries);
  g_free (self);
}

/**
 * ghd_health_add:
 * @name: static
 * @part: must outlive @self
 */
void
ghd_health_add (GhdHealth *self, const char *name, GhdHealthCheck check, gpointer part)
{
  Entry entry = { name, check, part };

  g_array_append_val (self->entries, entry);
}

/**
 * ghd_health_report:
 * @is_well: (out): whether every part works
 *
 * Returns: (transfer full): {"status":"ok"|"failing","parts":{NAME:{"ok":…,"state":…}}}
 */
GBytes *
ghd_health_report (GhdHealth *self, gboolean *is_well)
{
  g_autoptr (GhJsonBuilder) parts = gh_json_builder_new ();
  g_autoptr (GhJsonBuilder) report = gh_json_builder_new ();
  g_autoptr (GhJson) finished = NULL;

  *is_well = TRUE;
  for (guint i = 0; i < self->entries->len; i++)
    {
      const Entry *entry = &g_array_index (self->entries, Entry, i);
      const char *state = NULL;
      gboolean works = entry->check (entry->part, &state);

      *is_well = *is_well && works;
      gh_json_builder_open_object (parts, entry->name);
      gh_json_builder_add_bool (parts, "ok", works);
      gh_json_builder_add_optional_string (parts, "state", state);
      gh_json_builder_close (parts);
    }
  finished = gh_json_builder_finish (parts);

  gh_json_builder_add_string (report, "status", *is_well ? "ok" : "failing");
  gh_json_builder_add_json (report, "parts", finished);

  return gh_json_builder_finish_bytes (report);
}
