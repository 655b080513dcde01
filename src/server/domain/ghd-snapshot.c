/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-snapshot.h"

#include "gh-limits.h"

#include <string.h>

/* Members that the snapshots of one answer list together: with 200 bytes each it is a megabyte, or two
 * for whoever is in very many guilds; were each to have the longest status, six times that. */
#define MAX_LISTED 5000
#define MIN_SHARE 50
/* Who comes while profiles are read has none in memory: they are read then, but not for ever. */
#define MAX_ROUNDS 3

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

/* The ids are the members' own: they are good until the next wait. */
static void
add_listed (GPtrArray *user_ids, GhdGuild *guild, const char *after, guint limit)
{
  GPtrArray *members = ghd_guild_list_members (guild);
  guint start = find_start (members, after);
  guint end = start + MIN (limit, members->len - start);

  for (guint i = start; i < end; i++)
    g_ptr_array_add (user_ids, ((GhdMember *) g_ptr_array_index (members, i))->user_id);
}

/* @complete: (out): whether all were in memory, so that nothing waited */
static gboolean
load_missing (GPtrArray *user_ids, GhdProfiles *profiles, gboolean *complete, GError **error)
{
  *complete = TRUE;
  for (guint i = 0; i < user_ids->len && *complete; i++)
    *complete = ghd_profiles_peek (profiles, g_ptr_array_index (user_ids, i)) != NULL;

  return *complete || ghd_profiles_load (profiles, user_ids, error);
}

/* Whoever was removed while the profiles were read is not shown the answer. */
static gboolean
load_page (GhdGuild *guild, const char *user_id, const char *after, guint limit,
           GhdProfiles *profiles, GError **error)
{
  gboolean complete = FALSE;

  for (guint i = 0; i < MAX_ROUNDS && !complete; i++)
    {
      g_autoptr (GPtrArray) user_ids = g_ptr_array_new ();

      add_listed (user_ids, guild, after, limit);
      if (!load_missing (user_ids, profiles, &complete, error))
        return FALSE;
    }

  return ghd_guilds_require_member (guild, user_id, error);
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

/* How many members each of @n_guilds snapshots may list: all snapshots together stay of a size that can be
 * sent at once, whatever the guilds' sizes; what is left out is to be had by pages. */
static guint
share (guint n_guilds)
{
  return CLAMP (MAX_LISTED / MAX (n_guilds, 1), MIN_SHARE, GH_LIMIT_MEMBERS_PAGE);
}

/* Never waits; @user_id is in the guild. */
static void
build_now (GhJsonBuilder *builder, GhdGuild *guild, const char *user_id, guint max_members,
           GhdProfiles *profiles, GhdPresence *presence, GhdGuilds *guilds)
{
  g_autoptr (GPtrArray) roles = ghd_guild_list_roles (guild);
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (guild);
  GhdMember *me = ghd_guild_get_member (guild, user_id);

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
  gh_json_builder_add_strings (builder, "my_roles", (const char *const *) me->roles);
}

/**
 * ghd_snapshot_build_members:
 * @user_id: who asks
 * @after: (nullable): the user id that the page before ended with
 *
 * Adds "members", "next" when there are more, and the "position" at which it is so.
 *
 * Returns: %FALSE with %GH_ERROR_NOT_FOUND "guild.unknown" when @user_id was removed meanwhile, or with
 *   %GH_ERROR_UNAVAILABLE
 */
gboolean
ghd_snapshot_build_members (GhJsonBuilder *builder, GhdGuild *guild, const char *user_id,
                            const char *after, guint limit, GhdProfiles *profiles,
                            GhdPresence *presence, GhdGuilds *guilds, GError **error)
{
  if (!load_page (guild, user_id, after, limit, profiles, error))
    return FALSE;

  /* Nothing waits from here on. */
  gh_json_builder_add_int (builder, "position", ghd_guilds_get_position (guilds));
  build_page (builder, guild, after, limit, TRUE, profiles, presence);
  return TRUE;
}

/**
 * ghd_snapshot_build:
 * @user_id: who asks
 *
 * Adds the members of a snapshot (docs/protocol.md) to the object that @builder is in. All is of one
 * moment, and "position" says which.
 *
 * Returns: %FALSE with %GH_ERROR_NOT_FOUND "guild.unknown" when @user_id was removed meanwhile, or with
 *   %GH_ERROR_UNAVAILABLE
 */
gboolean
ghd_snapshot_build (GhJsonBuilder *builder, GhdGuild *guild, const char *user_id,
                    GhdProfiles *profiles, GhdPresence *presence, GhdGuilds *guilds, GError **error)
{
  if (!load_page (guild, user_id, NULL, share (1), profiles, error))
    return FALSE;

  build_now (builder, guild, user_id, share (1), profiles, presence, guilds);
  return TRUE;
}

/**
 * ghd_snapshot_build_list:
 *
 * Adds "position" and "guilds", the snapshots of all guilds of @user_id. They are of one moment: with a
 * wait between two, what is told meanwhile would be newer than the first, and older than the answer.
 */
gboolean
ghd_snapshot_build_list (GhJsonBuilder *builder, const char *user_id, GhdProfiles *profiles,
                         GhdPresence *presence, GhdGuilds *guilds, GError **error)
{
  g_autoptr (GPtrArray) own = ghd_guilds_list_for_user (guilds, user_id, error);
  gboolean complete = FALSE;

  if (own == NULL)
    return FALSE;

  for (guint i = 0; i < MAX_ROUNDS && !complete; i++)
    {
      g_autoptr (GPtrArray) user_ids = g_ptr_array_new ();

      for (guint j = 0; j < own->len; j++)
        add_listed (user_ids, g_ptr_array_index (own, j), NULL, share (own->len));
      if (!load_missing (user_ids, profiles, &complete, error))
        return FALSE;

      /* Memberships may have changed while that was read. */
      g_clear_pointer (&own, g_ptr_array_unref);
      own = ghd_guilds_peek_for_user (guilds, user_id);
    }

  /* Nothing waits from here on: what is committed later follows this position. */
  gh_json_builder_add_int (builder, "position", ghd_guilds_get_position (guilds));
  gh_json_builder_open_array (builder, "guilds");
  for (guint i = 0; i < own->len; i++)
    {
      gh_json_builder_open_object (builder, NULL);
      build_now (builder, g_ptr_array_index (own, i), user_id, share (own->len), profiles, presence,
                 guilds);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  return TRUE;
}
