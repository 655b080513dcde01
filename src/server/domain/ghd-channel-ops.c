/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-channel-ops.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-json-builder.h"
#include "ghd-channel-record.h"
#include "ghd-edit.h"

static gboolean
check_parent (GhdGuild *guild, GhdChannelKind kind, const char *parent, const char *field,
              GError **error)
{
  GhdChannel *category;

  if (parent == NULL)
    return TRUE;
  if (kind == GHD_CHANNEL_CATEGORY)
    return gh_set_error (error, GH_ERROR_INVALID, "channel.nesting", field,
                         "A category can’t be inside another.");

  category = ghd_guild_get_channel (guild, parent);
  if (category == NULL || category->kind != GHD_CHANNEL_CATEGORY)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "category.unknown", field,
                         "There is no such category in this guild.");

  return TRUE;
}

static void
add_record (GhdEdit *edit, const char *channel_id, const GhdChannelRecord *record)
{
  g_autoptr (GhJson) content = ghd_channel_record_to_json (record);

  ghd_edit_add (edit, ghd_guild_get_id (edit->guild), GH_EVENT_GUILD_CHANNEL, channel_id, content);
}

static GhJson *
topic_content (const char *topic)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "topic", topic);

  return gh_json_builder_finish (builder);
}

static gint64
next_order (GhdGuild *guild)
{
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (guild);
  gint64 order = 0;

  for (guint i = 0; i < channels->len; i++)
    order = MAX (order, ((GhdChannel *) g_ptr_array_index (channels, i))->order + 1);

  return MIN (order, GHD_CHANNEL_MAX_ORDER);
}

/* The channel's own room: its creation, who made it, and its topic; each cites what came before. */
static void
add_room (GhdEdit *edit, const char *channel_id, const GhdNewChannel *channel, guint record)
{
  GhdWrite *write = ghd_edit_get_write (edit);
  g_autoptr (GhJson) create = NULL;
  g_autoptr (GhJson) join = ghd_membership_content (GHD_MEMBERSHIP_JOIN, NULL);
  guint created, joined, topic;

  create = ghd_channel_create_content (ghd_guild_get_id (edit->guild), channel->kind,
                                       channel->is_private);
  created = ghd_edit_add (edit, channel_id, GH_EVENT_CHANNEL_CREATE, "", create);
  ghd_write_cite (write, created, record);
  joined = ghd_edit_add (edit, channel_id, GH_EVENT_ROOM_MEMBER, edit->user_id, join);
  ghd_write_cite (write, joined, created);

  if (channel->topic != NULL && channel->topic[0] != '\0')
    {
      g_autoptr (GhJson) content = topic_content (channel->topic);

      topic = ghd_edit_add (edit, channel_id, GH_EVENT_CHANNEL_TOPIC, "", content);
      ghd_write_cite (write, topic, created);
      ghd_write_cite (write, topic, joined);
    }
}

/**
 * ghd_channel_create:
 *
 * The commit's first event is the guild's record of the channel; its state key is the new id. Who
 * makes a channel is in it.
 */
GhdCommit *
ghd_channel_create (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                    const GhdNewChannel *channel, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) content = NULL;
  g_autofree char *channel_id = NULL;
  gboolean is_category = channel->kind == GHD_CHANNEL_CATEGORY;
  GhdChannelRecord record = {
    .kind = channel->kind,
    .name = channel->name,
    .is_private = channel->is_private,
    .parent = channel->parent,
  };
  guint index;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_CHANNEL, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_CHANNELS, error)
      || !check_parent (edit->guild, channel->kind, channel->parent, "parent", error))
    return NULL;
  if (is_category && (channel->is_private || (channel->topic != NULL && channel->topic[0] != '\0')))
    {
      gh_set_error (error, GH_ERROR_INVALID, "channel.category", "kind",
                    "A category is a heading: it can’t be private and has no topic.");
      return NULL;
    }
  if (ghd_guild_count_channels (edit->guild) >= GH_LIMIT_CHANNELS)
    {
      gh_set_error (error, GH_ERROR_DENIED, "channel.too_many", NULL,
                    "This guild has %d channels, which is the limit.",
                    GH_LIMIT_CHANNELS);
      return NULL;
    }

  channel_id = gh_id_new (is_category ? GH_ID_CATEGORY : GH_ID_ROOM,
                          ghd_guilds_get_server_name (guilds));
  record.order = next_order (edit->guild);
  content = ghd_channel_record_to_json (&record);
  index = ghd_edit_add (edit, guild_id, GH_EVENT_GUILD_CHANNEL, channel_id, content);
  if (!is_category)
    add_room (edit, channel_id, channel, index);

  return ghd_edit_commit (edit, error);
}

static gboolean
may_set_topic (GhdEdit *edit, const char *user_id, GError **error)
{
  if (edit->channel->kind == GHD_CHANNEL_CATEGORY)
    return gh_set_error (error, GH_ERROR_INVALID, "channel.category", "topic",
                         "A category has no topic.");
  if (!ghd_channel_is_joined (edit->channel, user_id))
    return gh_set_error (error, GH_ERROR_DENIED, "channel.not_joined", "topic",
                         "Only somebody who is in the channel can change its topic.");

  return TRUE;
}

/**
 * ghd_channel_edit:
 *
 * Name, place and category are the guild's matter: they need MANAGE_CHANNELS only, also for a
 * private channel that one cannot read. The topic is said inside the channel, by a member of it.
 */
GhdCommit *
ghd_channel_edit (GhdGuilds *guilds, const char *user_id, const char *channel_id,
                  const GhdChannelChange *change, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  GhdChannelRecord record;

  edit = ghd_edit_begin_channel (guilds, channel_id, user_id, txn_id, NULL, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, edit->channel, user_id, GH_PERMISSION_MANAGE_CHANNELS,
                               error))
    return NULL;
  if (change->has_parent
      && !check_parent (edit->guild, edit->channel->kind, change->parent, "parent", error))
    return NULL;
  if (change->topic != NULL && !may_set_topic (edit, user_id, error))
    return NULL;

  if (change->name != NULL || change->has_parent || change->has_order)
    {
      ghd_channel_record_init (&record, edit->channel);
      if (change->name != NULL)
        record.name = change->name;
      if (change->has_parent)
        record.parent = change->parent;
      if (change->has_order)
        record.order = change->order;
      add_record (edit, channel_id, &record);
    }

  if (change->topic != NULL)
    {
      g_autoptr (GhJson) content = topic_content (change->topic);

      ghd_edit_add (edit, channel_id, GH_EVENT_CHANNEL_TOPIC, "", content);
    }

  return ghd_edit_commit (edit, error);
}

/**
 * ghd_channel_reorder:
 *
 * One event for each channel whose place really changes; at least one, so that there is an answer.
 */
GhdCommit *
ghd_channel_reorder (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                     const GhdChannelPlace *places, gsize n_places, const char *txn_id,
                     GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);
  guint n_changed = 0;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_CHANNEL, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_CHANNELS, error))
    return NULL;

  for (gsize i = 0; i < n_places; i++)
    {
      const GhdChannelPlace *place = &places[i];
      GhdChannel *channel = ghd_guild_get_channel (edit->guild, place->channel_id);
      GhdChannelRecord record;

      if (channel == NULL)
        {
          gh_set_error (error, GH_ERROR_NOT_FOUND, "channel.unknown", "channels",
                        "One of the channels is not in this guild.");
          return NULL;
        }
      if (!g_hash_table_add (seen, (gpointer) place->channel_id))
        {
          gh_set_error (error, GH_ERROR_INVALID, "channel.twice", "channels",
                        "A channel is in the list twice.");
          return NULL;
        }
      if (place->has_parent
          && !check_parent (edit->guild, channel->kind, place->parent, "channels", error))
        return NULL;

      ghd_channel_record_init (&record, channel);
      record.order = place->order;
      if (place->has_parent)
        record.parent = place->parent;
      if (record.order == channel->order && g_strcmp0 (record.parent, channel->parent) == 0
          && (n_changed > 0 || i + 1 < n_places))
        continue;
      if (!ghd_require_permission (edit->guild, channel, user_id, GH_PERMISSION_MANAGE_CHANNELS,
                                   error))
        return NULL;

      add_record (edit, place->channel_id, &record);
      n_changed++;
    }

  return ghd_edit_commit (edit, error);
}

static gboolean
may_override (GhdEdit *edit, const char *target, GhPermissionOverride before,
              GhPermissionOverride after, GError **error)
{
  GhdGuild *guild = edit->guild;
  const char *user_id = edit->user_id;
  GhPermissions mine = ghd_guild_get_permissions (guild, user_id, edit->channel);

  if (gh_id_is_valid (GH_ID_USER, target))
    {
      if (!ghd_require_member (guild, target, "target", error)
          || !ghd_require_above (guild, user_id, target, error))
        return FALSE;
    }
  else
    {
      GhdRole *role = ghd_guild_get_role (guild, target);

      if (role == NULL)
        return gh_set_error (error, GH_ERROR_NOT_FOUND, "role.unknown", "target",
                             "There is no such role in this guild.");
      if (!ghd_require_above_role (guild, user_id, role->order, error))
        return FALSE;
    }

  if ((after.allow & after.deny) != 0)
    return gh_set_error (error, GH_ERROR_INVALID, "override.both", "allow",
                         "A permission can’t be both allowed and denied.");
  if (((after.allow | after.deny) & ~GH_PERMISSIONS_OVERRIDABLE) != 0)
    return gh_set_error (error, GH_ERROR_INVALID, "override.guild_wide", "allow",
                         "Only permissions that concern a channel can be changed for one.");
  /* Taking a denial away gives something as well, to oneself perhaps. */
  if ((((before.allow ^ after.allow) | (before.deny ^ after.deny)) & ~mine) != 0)
    return gh_set_error (error, GH_ERROR_DENIED, "role.permissions", "allow",
                         "You can change only permissions that you have in this channel.");

  return TRUE;
}

static gboolean
is_somebody (GhdGuild *guild, const char *target)
{
  return ghd_guild_get_role (guild, target) != NULL || ghd_guild_get_member (guild, target) != NULL;
}

/**
 * ghd_channel_set_override:
 * @target: a role's id or a member's
 * @override: both empty takes the override away
 *
 * Overrides for roles that are no more go with it: nobody could take them away.
 */
GhdCommit *
ghd_channel_set_override (GhdGuilds *guilds, const char *user_id, const char *channel_id,
                          const char *target, GhPermissionOverride override, const char *txn_id,
                          GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GHashTable) overrides = g_hash_table_new (g_str_hash, g_str_equal);
  GhPermissionOverride *current;
  GhdChannelRecord record;
  GHashTableIter iter;
  gpointer key, value;

  edit = ghd_edit_begin_channel (guilds, channel_id, user_id, txn_id, GH_EVENT_GUILD_CHANNEL,
                                 error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  current = g_hash_table_lookup (edit->channel->overrides, target);
  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_ROLES, error)
      || !may_override (edit, target, current != NULL ? *current : (GhPermissionOverride) { 0, 0 },
                        override, error))
    return NULL;

  g_hash_table_iter_init (&iter, edit->channel->overrides);
  while (g_hash_table_iter_next (&iter, &key, &value))
    if (is_somebody (edit->guild, key))
      g_hash_table_insert (overrides, key, value);
  if (override.allow != 0 || override.deny != 0)
    g_hash_table_insert (overrides, (gpointer) target, &override);
  else
    g_hash_table_remove (overrides, target);

  if (g_hash_table_size (overrides) > GH_LIMIT_OVERRIDES)
    {
      gh_set_error (error, GH_ERROR_DENIED, "override.too_many", "target",
                    "This channel has %d overrides, which is the limit.",
                    GH_LIMIT_OVERRIDES);
      return NULL;
    }

  ghd_channel_record_init (&record, edit->channel);
  record.overrides = overrides;
  add_record (edit, channel_id, &record);

  return ghd_edit_commit (edit, error);
}

/**
 * ghd_channel_delete:
 *
 * A category's channels stay, without a category.
 */
GhdCommit *
ghd_channel_delete (GhdGuilds *guilds, const char *user_id, const char *channel_id,
                    const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

  edit = ghd_edit_begin_channel (guilds, channel_id, user_id, txn_id, NULL, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier_end (edit, channel_id, error);

  if (!ghd_require_permission (edit->guild, edit->channel, user_id, GH_PERMISSION_MANAGE_CHANNELS,
                               error))
    return NULL;

  if (edit->channel->kind == GHD_CHANNEL_CATEGORY)
    {
      g_autoptr (GPtrArray) channels = ghd_guild_list_channels (edit->guild);

      for (guint i = 0; i < channels->len; i++)
        {
          GhdChannel *channel = g_ptr_array_index (channels, i);
          GhdChannelRecord record;

          if (g_strcmp0 (channel->parent, channel_id) != 0)
            continue;
          ghd_channel_record_init (&record, channel);
          record.parent = NULL;
          add_record (edit, channel->channel_id, &record);
        }
    }
  else
    ghd_edit_add (edit, channel_id, GH_EVENT_CHANNEL_DELETE, "", nothing);

  ghd_edit_add (edit, ghd_guild_get_id (edit->guild), GH_EVENT_GUILD_CHANNEL, channel_id, nothing);

  return ghd_edit_commit (edit, error);
}
