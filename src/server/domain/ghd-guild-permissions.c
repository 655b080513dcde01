/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guild.h"

#include "gh-id.h"

/*
 * Gathers what the pure permission function of the wire layer wants to know, and remembers its
 * answers until something changes that could change them.
 */

static GhPermissionOverride
override_for (GhdChannel *channel, const char *target)
{
  GhPermissionOverride *override = g_hash_table_lookup (channel->overrides, target);

  return override != NULL ? *override : (GhPermissionOverride) { 0, 0 };
}

static GhPermissions
compute (GhdGuild *self, GhdMember *member, GhdChannel *channel)
{
  guint n_roles = g_strv_length (member->roles);
  g_autofree GhPermissions *roles = g_new0 (GhPermissions, n_roles);
  g_autofree GhPermissionOverride *overrides = g_new0 (GhPermissionOverride, n_roles);
  GhdRole *everyone = ghd_guild_get_role (self, GH_ROLE_EVERYONE);
  GhPermissionInput input = {
    .is_member = TRUE,
    .is_owner = ghd_guild_is_owner (self, member->user_id),
    .everyone = everyone != NULL ? everyone->permissions : GH_PERMISSIONS_NONE,
    .roles = roles,
    .n_roles = n_roles,
  };

  for (guint i = 0; i < n_roles; i++)
    {
      GhdRole *role = ghd_guild_get_role (self, member->roles[i]);

      roles[i] = role != NULL ? role->permissions : GH_PERMISSIONS_NONE;
      if (channel != NULL && role != NULL)
        overrides[i] = override_for (channel, member->roles[i]);
    }

  if (channel != NULL)
    {
      input.in_channel = TRUE;
      input.is_private = channel->is_private;
      input.is_joined = ghd_channel_is_joined (channel, member->user_id);
      input.everyone_override = override_for (channel, GH_ROLE_EVERYONE);
      input.role_overrides = overrides;
      input.n_role_overrides = n_roles;
      input.member_override = override_for (channel, member->user_id);
    }

  return gh_permissions_compute (&input);
}

/**
 * ghd_guild_get_permissions:
 * @channel: (nullable): a channel of the guild, or NULL for the guild as a whole
 *
 * Returns: what @user_id may do; nothing at all when not a member
 */
GhPermissions
ghd_guild_get_permissions (GhdGuild *self, const char *user_id, GhdChannel *channel)
{
  GhdMember *member;
  guint64 generation;
  gpointer cached;
  GhPermissions permissions;

  g_return_val_if_fail (GHD_IS_GUILD (self), GH_PERMISSIONS_NONE);

  member = ghd_guild_get_member (self, user_id);
  if (member == NULL)
    return GH_PERMISSIONS_NONE;

  generation = ghd_guild_get_generation (self);
  if (channel == NULL)
    {
      if (member->generation != generation)
        {
          member->permissions = compute (self, member, NULL);
          member->generation = generation;
        }
      return member->permissions;
    }

  if (channel->generation != generation)
    {
      g_hash_table_remove_all (channel->permissions);
      channel->generation = generation;
    }
  else if (g_hash_table_lookup_extended (channel->permissions, user_id, NULL, &cached))
    return GPOINTER_TO_UINT (cached);

  permissions = compute (self, member, channel);
  g_hash_table_insert (channel->permissions, g_strdup (user_id), GUINT_TO_POINTER (permissions));

  return permissions;
}

/**
 * ghd_guild_get_power:
 *
 * Returns: the order of the strongest role of @user_id: 0 for everyone, -1 for who is no member
 */
gint64
ghd_guild_get_power (GhdGuild *self, const char *user_id)
{
  GhdMember *member;
  gint64 highest = 0;

  g_return_val_if_fail (GHD_IS_GUILD (self), -1);

  member = ghd_guild_get_member (self, user_id);
  if (member == NULL)
    return -1;

  for (guint i = 0; member->roles[i] != NULL; i++)
    {
      GhdRole *role = ghd_guild_get_role (self, member->roles[i]);

      if (role != NULL)
        highest = MAX (highest, role->order);
    }

  return highest;
}

/**
 * ghd_guild_is_above:
 *
 * Returns: whether @user_id stands strictly above @other_user_id
 */
gboolean
ghd_guild_is_above (GhdGuild *self, const char *user_id, const char *other_user_id)
{
  return gh_power_is_above (ghd_guild_is_owner (self, user_id), ghd_guild_get_power (self, user_id),
                            ghd_guild_is_owner (self, other_user_id),
                            ghd_guild_get_power (self, other_user_id));
}

/**
 * ghd_guild_is_above_role:
 *
 * Returns: whether @user_id stands strictly above a role of that @order
 */
gboolean
ghd_guild_is_above_role (GhdGuild *self, const char *user_id, gint64 order)
{
  return gh_power_is_above (ghd_guild_is_owner (self, user_id), ghd_guild_get_power (self, user_id),
                            FALSE, order);
}

/**
 * ghd_guild_may_read:
 *
 * Returns: whether @user_id may read what is said in @channel: joined, and allowed to view it.
 *   Nothing else counts for a private channel, not even ownership of the guild.
 */
gboolean
ghd_guild_may_read (GhdGuild *self, GhdChannel *channel, const char *user_id)
{
  return channel->kind != GHD_CHANNEL_CATEGORY && ghd_channel_is_joined (channel, user_id)
         && gh_permissions_allow (ghd_guild_get_permissions (self, user_id, channel),
                                  GH_PERMISSION_VIEW_CHANNELS);
}

/**
 * ghd_guild_add_rooms:
 * @room_ids: (element-type utf8): gets copies of the ids of those rooms that @user_id, a member, may
 *   read: the guild's own and channels'
 */
void
ghd_guild_add_rooms (GhdGuild *self, const char *user_id, GPtrArray *room_ids)
{
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (self);

  g_ptr_array_add (room_ids, g_strdup (ghd_guild_get_id (self)));
  for (guint i = 0; i < channels->len; i++)
    {
      GhdChannel *channel = g_ptr_array_index (channels, i);

      if (ghd_guild_may_read (self, channel, user_id))
        g_ptr_array_add (room_ids, g_strdup (channel->channel_id));
    }
}
