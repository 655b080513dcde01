/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-snapshot.h"

#include "gh-limits.h"

#include <string.h>

/* Members that the snapshots of one answer list together: with 200 bytes each it is a megabyte, or two
 * for whoever is in very many guilds; were each to have the longest status, six times that. */
#define MAX_LISTED 5000
#define MIN_SHARE 50

static void
build_role (GhJsonBuilder *builder, GhdRole *role)
{
  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "role_id", role->role_id);
  gh_json_builder_add_string (builder, "name", role->name);
  if (role->color >= 0)
    gh_json_builder_add_int (builder, "color", role->color);
  gh_json_builder_add_int (builder, "permissions", role->permissions);
  gh_json_builder_add_int (builder, "order", role->order);
  gh_json_builder_add_bool (builder, "hoist", role->hoist);
  gh_json_builder_close (builder);
}

static void
build_overrides (GhJsonBuilder *builder, GhdChannel *channel)
{
  GHashTableIter iter;
  const char *target;
  const GhPermissionOverride *override;

  gh_json_builder_open_object (builder, "overrides");
  g_hash_table_iter_init (&iter, channel->overrides);
  while (g_hash_table_iter_next (&iter, (gpointer *) &target, (gpointer *) &override))
    {
      gh_json_builder_open_object (builder, target);
      gh_json_builder_add_int (builder, "allow", override->allow);
      gh_json_builder_add_int (builder, "deny", override->deny);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);
}

/* Name and lock are for everybody in the guild; topic and messages only for who may read them. */
static void
build_channel (GhJsonBuilder *builder, GhdGuild *guild, GhdChannel *channel, const char *user_id)
{
  GhdMembership membership = ghd_channel_get_membership (channel, user_id);

  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "channel_id", channel->channel_id);
  gh_json_builder_add_string (builder, "kind", ghd_channel_kind_to_string (channel->kind));
  gh_json_builder_add_string (builder, "name", channel->name);
  gh_json_builder_add_bool (builder, "private", channel->is_private);
  gh_json_builder_add_bool (builder, "auto_join", channel->auto_join);
  gh_json_builder_add_optional_string (builder, "parent", channel->parent);
  gh_json_builder_add_int (builder, "order", channel->order);
  build_overrides (builder, channel);
  if (membership == GHD_MEMBERSHIP_JOIN || membership == GHD_MEMBERSHIP_INVITE)
    gh_json_builder_add_string (builder, "membership", ghd_membership_to_string (membership));
  if (ghd_guild_may_read (guild, channel, user_id))
    {
      gh_json_builder_add_optional_string (builder, "topic", channel->topic);
      if (channel->last_position > 0)
        gh_json_builder_add_int (builder, "last_position", channel->last_position);
    }
  gh_json_builder_close (builder);
}

static void
build_member (GhJsonBuilder *builder, GhdMember *member, GhdProfiles *profiles,
              GhdPresence *presence)
{
  GhdAccountRow *profile = ghd_profiles_peek (profiles, member->user_id);
  GhdPresenceState state = ghd_presence_get_seen (presence, member->user_id);

  gh_json_builder_open_object (builder, NULL);
  gh_json_builder_add_string (builder, "user_id", member->user_id);
  gh_json_builder_add_string (builder, "display_name",
                              profile != NULL ? profile->display_name : member->user_id);
  if (profile != NULL)
    {
      gh_json_builder_add_optional_string (builder, "image", profile->image_id);
      ghd_profile_build_status (profile, builder);
      gh_json_builder_add_int (builder, "changed_ts", profile->changed_ts);
    }
  gh_json_builder_add_strings (builder, "roles", (const char *const *) member->roles);
  gh_json_builder_add_int (builder, "joined_ts", member->joined_ts);
  gh_json_builder_add_string (builder, "presence", ghd_presence_state_to_string (state));
  gh_json_builder_close (builder);
}

/* The first member after @after, in the order of user ids. */
static guint
find_start (GPtrArray *members, const char *after)
{
  guint low = 0, high = members->len;

  while (after != NULL && low < high)
    {
      guint middle = low + (high - low) / 2;

      if (strcmp (((GhdMember *) g_ptr_array_index (members, middle))->user_id, after) > 0)
        high = middle;
      else
        low = middle + 1;
    }

  return low;
}

static void
add_listed (GPtrArray *user_ids, GhdGuild *guild, const char *after, guint limit)
{
  GPtrArray *members = ghd_guild_list_members (guild);
  guint start = find_start (members, after);
  guint end = start + MIN (limit, members->len - start);

  for (guint i = start; i < end; i++)
    g_ptr_array_add (user_ids, g_strdup (((GhdMember *) g_ptr_array_index (members, i))->user_id));
}

static gboolean
load_profiles (GhdGuild *guild, const char *after, guint limit, GhdProfiles *profiles,
               GError **error)
{
  g_autoptr (GPtrArray) user_ids = g_ptr_array_new_with_free_func (g_free);

  add_listed (user_ids, guild, after, limit);

  return ghd_profiles_load (profiles, user_ids, error);
}

static void
build_page (GhJsonBuilder *builder, GhdGuild *guild, const char *after, guint limit,
            gboolean with_next, GhdProfiles *profiles, GhdPresence *presence)
{
  GPtrArray *members = ghd_guild_list_members (guild);
  guint start = find_start (members, after);
  guint end = start + MIN (limit, members->len - start);

  gh_json_builder_open_array (builder, "members");
  for (guint i = start; i < end; i++)
    build_member (builder, g_ptr_array_index (members, i), profiles, presence);
  gh_json_builder_close (builder);

  if (with_next && end < members->len)
    gh_json_builder_add_string (builder, "next",
                                ((GhdMember *) g_ptr_array_index (members, end - 1))->user_id);
}

/**
 * ghd_snapshot_build_members:
 * @after: (nullable): the user id that the page before ended with
 *
 * Adds "members", "next" when there are more, and the "position" at which it is so.
 */
gboolean
ghd_snapshot_build_members (GhJsonBuilder *builder, GhdGuild *guild, const char *after, guint limit,
                            GhdProfiles *profiles, GhdPresence *presence, GhdGuilds *guilds,
                            GError **error)
{
  if (!load_profiles (guild, after, limit, profiles, error))
    return FALSE;

  /* Nothing waits from here on. */
  gh_json_builder_add_int (builder, "position", ghd_guilds_get_position (guilds));
  build_page (builder, guild, after, limit, TRUE, profiles, presence);
  return TRUE;
}

/**
 * ghd_snapshot_share:
 * @n_guilds: how many snapshots go into one answer
 *
 * Returns: how many members each of them may list: all snapshots together stay of a size that can be
 *   sent at once, whatever the guilds' sizes; what is left out is to be had by pages
 */
guint
ghd_snapshot_share (guint n_guilds)
{
  return CLAMP (MAX_LISTED / MAX (n_guilds, 1), MIN_SHARE, GH_LIMIT_MEMBERS_PAGE);
}

/**
 * ghd_snapshot_prepare:
 * @guilds: (element-type GhdGuild): of which snapshots are to be built
 * @max_members: see ghd_snapshot_share()
 *
 * Waits until the profiles for all of them are in memory, so that they are of one moment: with a wait
 * between two, what is told meanwhile would be newer than the first, and older than the answer.
 */
gboolean
ghd_snapshot_prepare (GPtrArray *guilds, guint max_members, GhdProfiles *profiles, GError **error)
{
  g_autoptr (GPtrArray) user_ids = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < guilds->len; i++)
    add_listed (user_ids, g_ptr_array_index (guilds, i), NULL, max_members);

  return ghd_profiles_load (profiles, user_ids, error);
}

/**
 * ghd_snapshot_build:
 * @max_members: see ghd_snapshot_share()
 *
 * Adds the members of a snapshot (docs/protocol.md) to the object that @builder is in. Everything but
 * the profiles is of one moment, and "position" says which.
 */
gboolean
ghd_snapshot_build (GhJsonBuilder *builder, GhdGuild *guild, const char *user_id, guint max_members,
                    GhdProfiles *profiles, GhdPresence *presence, GhdGuilds *guilds, GError **error)
{
  g_autoptr (GPtrArray) roles = NULL;
  g_autoptr (GPtrArray) channels = NULL;
  GhdMember *me;

  if (!load_profiles (guild, NULL, max_members, profiles, error))
    return FALSE;

  /* Nothing waits from here on. */
  me = ghd_guild_get_member (guild, user_id);
  roles = ghd_guild_list_roles (guild);
  channels = ghd_guild_list_channels (guild);

  gh_json_builder_add_string (builder, "guild_id", ghd_guild_get_id (guild));
  gh_json_builder_add_string (builder, "name", ghd_guild_get_name (guild));
  gh_json_builder_add_string (builder, "description",
                              ghd_guild_get_description (guild) != NULL
                                ? ghd_guild_get_description (guild)
                                : "");
  gh_json_builder_add_optional_string (builder, "icon", ghd_guild_get_icon (guild));
  gh_json_builder_add_string (builder, "owner", ghd_guild_get_owner (guild));
  gh_json_builder_add_int (builder, "permissions",
                           ghd_guild_get_permissions (guild, user_id, NULL));
  gh_json_builder_add_int (builder, "position", ghd_guilds_get_position (guilds));

  gh_json_builder_open_array (builder, "roles");
  for (guint i = 0; i < roles->len; i++)
    build_role (builder, g_ptr_array_index (roles, i));
  gh_json_builder_close (builder);

  gh_json_builder_open_array (builder, "channels");
  for (guint i = 0; i < channels->len; i++)
    build_channel (builder, guild, g_ptr_array_index (channels, i), user_id);
  gh_json_builder_close (builder);

  gh_json_builder_add_int (builder, "members_count", ghd_guild_count_members (guild));
  build_page (builder, guild, NULL, max_members, FALSE, profiles, presence);
  gh_json_builder_open_array (builder, "my_roles");
  for (guint i = 0; me != NULL && me->roles[i] != NULL; i++)
    gh_json_builder_add_string (builder, NULL, me->roles[i]);
  gh_json_builder_close (builder);

  return TRUE;
}
