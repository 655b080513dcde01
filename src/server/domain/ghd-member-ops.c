/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-member-ops.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-json-builder.h"
#include "ghd-edit.h"
#include "ghd-store-accounts.h"

/* A role that somebody gets or loses must stand below who gives it, and must not give more than
 * they have themselves. */
static gboolean
may_give_role (GhdGuild *guild, const char *user_id, const char *role_id, GError **error)
{
  GhdRole *role = ghd_guild_get_role (guild, role_id);
  GhPermissions mine = ghd_guild_get_permissions (guild, user_id, NULL);

  if (role == NULL)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "role.unknown", "roles",
                         "There is no such role in this guild.");
  if (!ghd_guild_is_above_role (guild, user_id, role->order))
    return gh_set_error (error, GH_ERROR_DENIED, "role.power", "roles",
                         "You can give and take only roles below your strongest one.");
  if (!gh_permissions_can_grant (mine, GH_PERMISSIONS_NONE, role->permissions))
    return gh_set_error (error, GH_ERROR_DENIED, "role.permissions", "roles",
                         "The role “%s” has permissions that you don’t have.", role->name);

  return TRUE;
}

static gboolean
may_change_roles (GhdGuild *guild, const char *user_id, GhdMember *member,
                  const char *const *wanted, GError **error)
{
  for (guint i = 0; wanted[i] != NULL; i++)
    if (!ghd_member_has_role (member, wanted[i])
        && !may_give_role (guild, user_id, wanted[i], error))
      return FALSE;

  for (guint i = 0; member->roles[i] != NULL; i++)
    {
      GhdRole *role = ghd_guild_get_role (guild, member->roles[i]);

      if (role != NULL && !g_strv_contains (wanted, member->roles[i])
          && !ghd_guild_is_above_role (guild, user_id, role->order))
        return gh_set_error (error, GH_ERROR_DENIED, "role.power", "roles",
                             "You can give and take only roles below your strongest one.");
    }

  return TRUE;
}

/* Those of @wanted that exist, each once, without everyone. */
static GhJson *
roles_content (GhdGuild *guild, const char *const *wanted)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GHashTable) seen = g_hash_table_new (g_str_hash, g_str_equal);

  gh_json_builder_open_array (builder, "roles");
  for (guint i = 0; wanted[i] != NULL; i++)
    if (!g_str_equal (wanted[i], GH_ROLE_EVERYONE) && ghd_guild_get_role (guild, wanted[i]) != NULL
        && g_hash_table_add (seen, (gpointer) wanted[i]))
      gh_json_builder_add_string (builder, NULL, wanted[i]);
  gh_json_builder_close (builder);

  return gh_json_builder_finish (builder);
}

/**
 * ghd_member_set_roles:
 * @roles: all that @target is to have; everyone is understood
 *
 * One may change one's own roles too, but only those below one's strongest.
 */
GhdCommit *
ghd_member_set_roles (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                      const char *target, const char *const *roles, const char *txn_id,
                      GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) content = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_MEMBER_ROLES, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_ROLES, error)
      || !ghd_require_member (edit->guild, target, "user_id", error))
    return NULL;
  if (!g_str_equal (user_id, target) && !ghd_require_above (edit->guild, user_id, target, error))
    return NULL;
  if (!may_change_roles (edit->guild, user_id, ghd_guild_get_member (edit->guild, target), roles,
                         error))
    return NULL;

  content = roles_content (edit->guild, roles);
  ghd_edit_add (edit, guild_id, GH_EVENT_GUILD_MEMBER_ROLES, target, content);

  return ghd_edit_commit (edit, error);
}

GhdCommit *
ghd_member_kick (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *target,
                 const char *reason, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_KICK_MEMBERS, error)
      || !ghd_require_member (edit->guild, target, "user_id", error)
      || !ghd_require_above (edit->guild, user_id, target, error))
    return NULL;

  ghd_edit_remove_member (edit, target, GHD_MEMBERSHIP_LEAVE, reason);

  return ghd_edit_commit (edit, error);
}

/**
 * ghd_member_ban:
 * @target: a member, or somebody who is not (any more)
 */
GhdCommit *
ghd_member_ban (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *target,
                const char *reason, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhdAccountRow) account = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_BAN_MEMBERS, error)
      || !ghd_require_above (edit->guild, user_id, target, error))
    return NULL;
  if (ghd_guild_is_banned (edit->guild, target))
    {
      gh_set_error (error, GH_ERROR_CONFLICT, "member.banned_already", "user_id",
                    "This person is banned already.");
      return NULL;
    }

  account = dex_await_boxed (ghd_store_accounts_get (ghd_guilds_get_pool (guilds), target), error);
  if (account == NULL)
    return NULL;

  ghd_edit_remove_member (edit, target, GHD_MEMBERSHIP_BAN, reason);

  return ghd_edit_commit (edit, error);
}

/**
 * ghd_member_unban:
 *
 * Lifts a ban; the person is not a member by that, but may accept an invitation again.
 */
GhdCommit *
ghd_member_unban (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *target,
                  const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) content = ghd_membership_content (GHD_MEMBERSHIP_LEAVE, NULL);

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_BAN_MEMBERS, error))
    return NULL;
  if (!ghd_guild_is_banned (edit->guild, target))
    {
      gh_set_error (error, GH_ERROR_NOT_FOUND, "member.not_banned", "user_id",
                    "This person is not banned.");
      return NULL;
    }

  ghd_edit_add (edit, guild_id, GH_EVENT_ROOM_MEMBER, target, content);

  return ghd_edit_commit (edit, error);
}
