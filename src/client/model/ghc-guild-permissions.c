/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-channel-private.h"
#include "ghc-guild-private.h"

#include "ghc-account.h"

gboolean
ghc_guild_can (GhcGuild *self, GhPermissions wanted)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), FALSE);

  return gh_permissions_allow (self->permissions, wanted);
}

gboolean
ghc_guild_get_is_owner (GhcGuild *self)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), FALSE);

  return self->is_owner;
}

gboolean
ghc_guild_get_can_manage_guild (GhcGuild *self)
{
  return ghc_guild_can (self, GH_PERMISSION_MANAGE_GUILD);
}

gboolean
ghc_guild_get_can_manage_channels (GhcGuild *self)
{
  return ghc_guild_can (self, GH_PERMISSION_MANAGE_CHANNELS);
}

gboolean
ghc_guild_get_can_manage_roles (GhcGuild *self)
{
  return ghc_guild_can (self, GH_PERMISSION_MANAGE_ROLES);
}

gboolean
ghc_guild_get_can_create_invite (GhcGuild *self)
{
  return ghc_guild_can (self, GH_PERMISSION_CREATE_INVITE);
}

gboolean
ghc_guild_get_can_kick (GhcGuild *self)
{
  return ghc_guild_can (self, GH_PERMISSION_KICK_MEMBERS);
}

gboolean
ghc_guild_get_can_ban (GhcGuild *self)
{
  return ghc_guild_can (self, GH_PERMISSION_BAN_MEMBERS);
}

static const char *
my_user_id (GhcGuild *self)
{
  return self->account != NULL ? ghc_account_get_user_id (self->account) : NULL;
}

static int
my_power (GhcGuild *self)
{
  int power = 0;

  for (guint i = 0; self->my_role_ids[i] != NULL; i++)
    {
      GhcRole *role = g_hash_table_lookup (self->roles_by_id, self->my_role_ids[i]);

      if (role != NULL)
        power = MAX (power, ghc_role_get_order (role));
    }

  return power;
}

gboolean
ghc_guild_can_act_on (GhcGuild *self, GhcMember *member)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), FALSE);
  g_return_val_if_fail (GHC_IS_MEMBER (member), FALSE);

  if (g_strcmp0 (ghc_user_get_user_id (ghc_member_get_user (member)), my_user_id (self)) == 0)
    return FALSE;

  return gh_power_is_above (self->is_owner, my_power (self), ghc_member_get_is_owner (member),
                            ghc_member_get_power (member));
}

gboolean
ghc_guild_can_edit_role (GhcGuild *self, GhcRole *role)
{
  g_return_val_if_fail (GHC_IS_GUILD (self), FALSE);
  g_return_val_if_fail (GHC_IS_ROLE (role), FALSE);

  return ghc_guild_get_can_manage_roles (self)
         && gh_power_is_above (self->is_owner, my_power (self), FALSE, ghc_role_get_order (role));
}

/**
 * ghc_guild_resolve_member:
 *
 * What follows from one member's roles has changed, and nothing else.
 */
void
ghc_guild_resolve_member (GhcGuild *self, GhcMember *member)
{
  g_autoptr (GPtrArray) roles = g_ptr_array_new ();
  const char *const *role_ids = ghc_member_get_role_ids (member);

  for (guint i = 0; role_ids[i] != NULL; i++)
    {
      GhcRole *role = g_hash_table_lookup (self->roles_by_id, role_ids[i]);

      if (role != NULL && !ghc_role_get_is_everyone (role) && !g_ptr_array_find (roles, role, NULL))
        g_ptr_array_add (roles, role);
    }

  ghc_member_resolve (member, roles,
                      g_strcmp0 (ghc_user_get_user_id (ghc_member_get_user (member)), self->owner)
                        == 0);
}

static GhPermissionOverride
override_for (GhcChannel *channel, const char *target)
{
  GhPermissionOverride override = { 0 };

  if (target != NULL)
    ghc_channel_get_override (channel, target, &override.allow, &override.deny);

  return override;
}

static void
resolve_channel (GhcGuild *self, GhcChannel *channel, GhPermissionInput *input, GArray *overrides)
{
  GhPermissionInput in_channel = *input;

  g_array_set_size (overrides, 0);
  for (guint i = 0; self->my_role_ids[i] != NULL; i++)
    {
      GhPermissionOverride override = override_for (channel, self->my_role_ids[i]);

      g_array_append_val (overrides, override);
    }

  in_channel.in_channel = TRUE;
  in_channel.is_private = ghc_channel_get_private (channel);
  in_channel.is_joined = ghc_channel_get_joined (channel);
  in_channel.everyone_override = override_for (channel, GH_ROLE_EVERYONE);
  in_channel.role_overrides = (const GhPermissionOverride *) (gpointer) overrides->data;
  in_channel.n_role_overrides = overrides->len;
  in_channel.member_override = override_for (channel, my_user_id (self));

  ghc_channel_set_permissions (channel, gh_permissions_compute (&in_channel));
}

static void
set_permissions (GhcGuild *self, GhPermissions permissions, gboolean is_owner)
{
  static const struct
  {
    GhPermissions flag;
    GhcGuildProperty property;
  } flags[] = {
    { GH_PERMISSION_MANAGE_GUILD, GHC_GUILD_PROP_CAN_MANAGE_GUILD },
    { GH_PERMISSION_MANAGE_CHANNELS, GHC_GUILD_PROP_CAN_MANAGE_CHANNELS },
    { GH_PERMISSION_MANAGE_ROLES, GHC_GUILD_PROP_CAN_MANAGE_ROLES },
    { GH_PERMISSION_CREATE_INVITE, GHC_GUILD_PROP_CAN_CREATE_INVITE },
    { GH_PERMISSION_KICK_MEMBERS, GHC_GUILD_PROP_CAN_KICK },
    { GH_PERMISSION_BAN_MEMBERS, GHC_GUILD_PROP_CAN_BAN },
  };
  GhPermissions before = self->permissions;

  if (self->is_owner != is_owner)
    {
      self->is_owner = is_owner;
      ghc_guild_notify (self, GHC_GUILD_PROP_IS_OWNER);
    }
  if (before == permissions)
    return;

  self->permissions = permissions;
  ghc_guild_notify (self, GHC_GUILD_PROP_PERMISSIONS);
  for (guint i = 0; i < G_N_ELEMENTS (flags); i++)
    {
      if (gh_permissions_allow (before, flags[i].flag)
          != gh_permissions_allow (permissions, flags[i].flag))
        ghc_guild_notify (self, flags[i].property);
    }
}

/**
 * ghc_guild_resolve:
 *
 * Works out what follows from roles, owner and overrides: members' colours and power, and what one
 * may do in the guild and in each channel, by the same function that the server uses.
 */
void
ghc_guild_resolve (GhcGuild *self)
{
  GListModel *members = ghc_member_list_get_all (self->members);
  GListModel *channels = ghc_channel_list_get_all (self->channels);
  GhcRole *everyone = g_hash_table_lookup (self->roles_by_id, GH_ROLE_EVERYONE);
  g_autoptr (GArray) permissions = g_array_new (FALSE, FALSE, sizeof (GhPermissions));
  g_autoptr (GArray) overrides = g_array_new (FALSE, FALSE, sizeof (GhPermissionOverride));
  GhPermissionInput input = { 0 };

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcMember) member = g_list_model_get_item (members, i);

      ghc_guild_resolve_member (self, member);
    }

  for (guint i = 0; self->my_role_ids[i] != NULL; i++)
    {
      GhcRole *role = g_hash_table_lookup (self->roles_by_id, self->my_role_ids[i]);
      GhPermissions flags = role != NULL ? ghc_role_get_permissions (role) : GH_PERMISSIONS_NONE;

      g_array_append_val (permissions, flags);
    }

  input.is_member = TRUE;
  input.is_owner = self->owner != NULL && g_strcmp0 (self->owner, my_user_id (self)) == 0;
  input.everyone = everyone != NULL ? ghc_role_get_permissions (everyone) : GH_PERMISSIONS_NONE;
  input.roles = (const GhPermissions *) (gpointer) permissions->data;
  input.n_roles = permissions->len;

  set_permissions (self, gh_permissions_compute (&input), input.is_owner);

  for (guint i = 0; i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);

      resolve_channel (self, channel, &input, overrides);
    }
}
