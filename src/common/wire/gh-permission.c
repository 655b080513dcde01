/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-permission.h"

#include <glib/gi18n-lib.h>
#include <string.h>

static const GhPermissionInfo infos[GH_N_PERMISSIONS] = {
  { GH_PERMISSION_VIEW_CHANNELS, "view_channels", N_ ("View Channels"),
    N_ ("See what is written in public channels, and join them") },
  { GH_PERMISSION_SEND_MESSAGES, "send_messages", N_ ("Send Messages"),
    N_ ("Write in text channels") },
  { GH_PERMISSION_MANAGE_MESSAGES, "manage_messages", N_ ("Manage Messages"),
    N_ ("Remove and pin other people’s messages") },
  { GH_PERMISSION_ATTACH_FILES, "attach_files", N_ ("Attach Files"),
    N_ ("Send pictures and other files") },
  { GH_PERMISSION_MENTION_EVERYONE, "mention_everyone", N_ ("Mention Everyone"),
    N_ ("Notify all members of a channel at once") },
  { GH_PERMISSION_CREATE_INVITE, "create_invite", N_ ("Create Invites"),
    N_ ("Create links that let new people join") },
  { GH_PERMISSION_CONNECT, "connect", N_ ("Connect"), N_ ("Join the call of a voice channel") },
  { GH_PERMISSION_SPEAK, "speak", N_ ("Speak"), N_ ("Be heard in voice channels") },
  { GH_PERMISSION_MUTE_MEMBERS, "mute_members", N_ ("Mute Members"),
    N_ ("Mute others for everyone in a voice channel") },
  { GH_PERMISSION_MOVE_MEMBERS, "move_members", N_ ("Move Members"),
    N_ ("Move others between voice channels") },
  { GH_PERMISSION_KICK_MEMBERS, "kick_members", N_ ("Remove Members"),
    N_ ("Remove people, who can come back with an invite") },
  { GH_PERMISSION_BAN_MEMBERS, "ban_members", N_ ("Ban Members"),
    N_ ("Remove people for good, and let banned people back in") },
  { GH_PERMISSION_MANAGE_CHANNELS, "manage_channels", N_ ("Manage Channels"),
    N_ ("Create, rename, sort and delete channels and categories") },
  { GH_PERMISSION_MANAGE_ROLES, "manage_roles", N_ ("Manage Roles"),
    N_ ("Create, change and give roles below their own") },
  { GH_PERMISSION_MANAGE_GUILD, "manage_guild", N_ ("Manage Guild"),
    N_ ("Change the name, description and icon, and revoke invites") },
  { GH_PERMISSION_ADMINISTRATOR, "administrator", N_ ("Administrator"),
    N_ ("Have all permissions, but can’t see into other people’s private channels") },
  { GH_PERMISSION_VIDEO, "video", N_ ("Share Screen and Camera"),
    N_ ("Show their screen and camera in calls") },
};

/* Roles together: a denial by one is undone by the permission of another. */
static GhPermissions
apply_overrides (const GhPermissionInput *input, GhPermissions permissions)
{
  GhPermissions allow = 0;
  GhPermissions deny = 0;

  permissions &= ~(input->everyone_override.deny & GH_PERMISSIONS_OVERRIDABLE);
  permissions |= input->everyone_override.allow & GH_PERMISSIONS_OVERRIDABLE;

  for (gsize i = 0; i < input->n_role_overrides; i++)
    {
      allow |= input->role_overrides[i].allow;
      deny |= input->role_overrides[i].deny;
    }
  permissions &= ~(deny & GH_PERMISSIONS_OVERRIDABLE);
  permissions |= allow & GH_PERMISSIONS_OVERRIDABLE;

  permissions &= ~(input->member_override.deny & GH_PERMISSIONS_OVERRIDABLE);
  permissions |= input->member_override.allow & GH_PERMISSIONS_OVERRIDABLE;
  return permissions;
}

/**
 * gh_permissions_compute:
 * @input: all that decides
 *
 * The one rule, for server and client alike:
 *
 * 1. Who is not in the guild may do nothing.
 * 2. In the guild one has what @everyone and one's roles allow together; the owner, and who has
 *    %GH_PERMISSION_ADMINISTRATOR, has everything.
 * 3. In a channel its overrides follow, for all but those two: first @everyone's, then all of one's
 *    roles (denials, then permissions), then one's own; only for %GH_PERMISSIONS_OVERRIDABLE.
 * 4. Viewing a private channel is a matter of having joined it and of nothing else: who has may, who
 *    has not may not, the owner included.
 * 5. Who may not view a channel has none of %GH_PERMISSIONS_CONTENT in it.
 *
 * Returns: what this person may do there
 */
GhPermissions
gh_permissions_compute (const GhPermissionInput *input)
{
  GhPermissions permissions;

  g_return_val_if_fail (input != NULL, GH_PERMISSIONS_NONE);

  if (!input->is_member)
    return GH_PERMISSIONS_NONE;

  permissions = input->everyone;
  for (gsize i = 0; i < input->n_roles; i++)
    permissions |= input->roles[i];
  permissions &= GH_PERMISSIONS_ALL;

  if (input->is_owner || (permissions & GH_PERMISSION_ADMINISTRATOR) != 0)
    permissions = GH_PERMISSIONS_ALL;
  else if (input->in_channel)
    permissions = apply_overrides (input, permissions);

  if (!input->in_channel)
    return permissions;
  if (input->is_private && input->is_joined)
    permissions |= GH_PERMISSION_VIEW_CHANNELS;
  else if (input->is_private)
    permissions &= ~GH_PERMISSION_VIEW_CHANNELS;
  if ((permissions & GH_PERMISSION_VIEW_CHANNELS) == 0)
    permissions &= ~GH_PERMISSIONS_CONTENT;
  return permissions;
}

/**
 * gh_permissions_allow:
 * @permissions: what gh_permissions_compute() gave
 * @wanted: one or more flags
 *
 * That an administrator has everything is in @permissions already.
 *
 * Returns: whether all of @wanted are there
 */
gboolean
gh_permissions_allow (GhPermissions permissions, GhPermissions wanted)
{
  return (permissions & wanted) == wanted;
}

/**
 * gh_permissions_can_grant:
 * @mine: what one may do oneself in the guild
 * @before: what a role or override allows
 * @after: what it shall allow
 *
 * Returns: whether the change gives nobody a flag that one has not got
 */
gboolean
gh_permissions_can_grant (GhPermissions mine, GhPermissions before, GhPermissions after)
{
  return (after & ~before & ~mine) == 0;
}

/**
 * gh_power_is_above:
 * @is_owner: whether one owns the guild
 * @highest: the order of one's highest role; 0 for @everyone
 * @other_is_owner: whether the other person does; %FALSE for a role
 * @other_highest: the order of the other person's highest role, or of the role itself
 *
 * Returns: whether one may act on that person or role: only on what is strictly below
 */
gboolean
gh_power_is_above (gboolean is_owner, gint64 highest, gboolean other_is_owner, gint64 other_highest)
{
  if (other_is_owner)
    return FALSE;
  return is_owner || highest > other_highest;
}

/**
 * gh_permission_infos:
 * @n_infos: (out): how many flags there are
 *
 * Returns: (transfer none) (array length=n_infos): all flags in the order of their bits
 */
const GhPermissionInfo *
gh_permission_infos (gsize *n_infos)
{
  g_return_val_if_fail (n_infos != NULL, NULL);

  *n_infos = G_N_ELEMENTS (infos);
  return infos;
}

/**
 * gh_permission_shown:
 * @place: from 0 to %GH_N_PERMISSIONS - 1
 *
 * A list for people goes by what belongs together, and bits by when they came.
 *
 * Returns: the index among gh_permission_infos() of the flag at @place of such a list
 */
gsize
gh_permission_shown (gsize place)
{
  static const guint8 order[GH_N_PERMISSIONS] = { 0, 1,  2, 3,  4,  5,  6,  7, 16,
                                                  8, 9, 10, 11, 12, 13, 14, 15 };

  g_return_val_if_fail (place < GH_N_PERMISSIONS, 0);

  return order[place];
}
