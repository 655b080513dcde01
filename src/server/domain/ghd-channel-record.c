/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-channel-record.h"

#include "gh-json-builder.h"

/**
 * ghd_channel_record_init:
 *
 * Fills in what @channel is now; valid as long as the channel is not folded.
 */
void
ghd_channel_record_init (GhdChannelRecord *self, GhdChannel *channel)
{
  *self = (GhdChannelRecord) {
    .kind = channel->kind,
    .name = channel->name,
    .is_private = channel->is_private,
    .auto_join = channel->auto_join,
    .parent = channel->parent,
    .order = channel->order,
    .overrides = channel->overrides,
  };
}

static void
add_overrides (GhJsonBuilder *builder, GHashTable *overrides)
{
  GHashTableIter iter;
  const char *target;
  const GhPermissionOverride *override;

  gh_json_builder_open_object (builder, "overrides");
  g_hash_table_iter_init (&iter, overrides);
  while (g_hash_table_iter_next (&iter, (gpointer *) &target, (gpointer *) &override))
    {
      gh_json_builder_open_object (builder, target);
      gh_json_builder_add_int (builder, "allow", override->allow);
      gh_json_builder_add_int (builder, "deny", override->deny);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
}

GhJson *
ghd_channel_record_to_json (const GhdChannelRecord *self)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "kind", ghd_channel_kind_to_string (self->kind));
  gh_json_builder_add_string (builder, "name", self->name);
  gh_json_builder_add_bool (builder, "private", self->is_private);
  if (self->auto_join)
    gh_json_builder_add_bool (builder, "auto_join", TRUE);
  gh_json_builder_add_optional_string (builder, "parent", self->parent);
  gh_json_builder_add_int (builder, "order", self->order);
  if (self->overrides != NULL && g_hash_table_size (self->overrides) > 0)
    add_overrides (builder, self->overrides);

  return gh_json_builder_finish (builder);
}

/**
 * ghd_channel_create_content:
 *
 * Returns: (transfer full): the first event of a channel's own room
 */
GhJson *
ghd_channel_create_content (const char *guild_id, GhdChannelKind kind, gboolean is_private)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "guild_id", guild_id);
  gh_json_builder_add_string (builder, "kind", ghd_channel_kind_to_string (kind));
  gh_json_builder_add_bool (builder, "private", is_private);

  return gh_json_builder_finish (builder);
}
