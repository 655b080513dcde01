/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-role-ops.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-json-builder.h"
#include "ghd-edit.h"

static GhJson *
role_content (const char *name, const GhdRoleChange *role)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "name", name);
  if (role->color >= 0)
    gh_json_builder_add_int (builder, "color", role->color);
  gh_json_builder_add_int (builder, "permissions", role->permissions);
  gh_json_builder_add_int (builder, "order", role->order);
  if (role->hoist)
    gh_json_builder_add_bool (builder, "hoist", TRUE);

  return gh_json_builder_finish (builder);
}

static gboolean
may_grant (GhdGuild *guild, const char *user_id, GhPermissions before, GhPermissions after,
           GError **error)
{
  GhPermissions mine = ghd_guild_get_permissions (guild, user_id, NULL);

  if (gh_permissions_can_grant (mine, before, after))
    return TRUE;

  return gh_set_error (error, GH_ERROR_DENIED, "role.permissions", "permissions",
                       "You can’t give a role permissions that you don’t have yourself.");
}

static gboolean
may_place (GhdGuild *guild, const char *user_id, gint64 order, GError **error)
{
  if (ghd_guild_is_above_role (guild, user_id, order))
    return TRUE;

  return gh_set_error (error, GH_ERROR_DENIED, "role.power", "order",
                       "You can place roles only below your strongest one.");
}

GhdCommit *
ghd_role_create (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                 const GhdRoleChange *role, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) content = NULL;
  g_autofree char *role_id = gh_id_new (GH_ID_ROLE, ghd_guilds_get_server_name (guilds));
  GhdRoleChange wanted = *role;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_ROLE, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!wanted.has_color)
    wanted.color = -1;
  if (!wanted.has_order)
    wanted.order = 1;
  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_ROLES, error)
      || !may_place (edit->guild, user_id, wanted.order, error)
      || !may_grant (edit->guild, user_id, GH_PERMISSIONS_NONE, wanted.permissions, error))
    return NULL;
  if (ghd_guild_count_roles (edit->guild) >= GH_LIMIT_ROLES)
    {
      gh_set_error (error, GH_ERROR_DENIED, "role.too_many", NULL,
                    "This guild has %d roles, which is the limit.", GH_LIMIT_ROLES);
      return NULL;
    }

  content = role_content (wanted.name, &wanted);
  ghd_edit_add (edit, guild_id, GH_EVENT_GUILD_ROLE, role_id, content);

  return ghd_edit_commit (edit, error);
}

static GhdRole *
find_role (GhdEdit *edit, const char *role_id, GError **error)
{
  GhdRole *role = ghd_guild_get_role (edit->guild, role_id);

  if (!ghd_require_permission (edit->guild, NULL, edit->user_id, GH_PERMISSION_MANAGE_ROLES, error))
    return NULL;
  if (role == NULL)
    {
      gh_set_error (error, GH_ERROR_NOT_FOUND, "role.unknown", "role_id",
                    "There is no such role in this guild.");
      return NULL;
    }
  if (!ghd_require_above_role (edit->guild, edit->user_id, role->order, error))
    return NULL;

  return role;
}

/**
 * ghd_role_edit:
 *
 * The role of everyone keeps its name and its place below all others.
 */
GhdCommit *
ghd_role_edit (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *role_id,
               const GhdRoleChange *change, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) content = NULL;
  GhdRoleChange wanted = *change;
  GhdRole *role;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_ROLE, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  role = find_role (edit, role_id, error);
  if (role == NULL)
    return NULL;

  if (g_str_equal (role_id, GH_ROLE_EVERYONE)
      && (wanted.name != NULL || (wanted.has_order && wanted.order != 0)))
    {
      gh_set_error (error, GH_ERROR_DENIED, "role.everyone", "role_id",
                    "The role of everyone keeps its name and its place.");
      return NULL;
    }

  if (!wanted.has_color)
    wanted.color = role->color;
  if (!wanted.has_permissions)
    wanted.permissions = role->permissions;
  if (!wanted.has_order)
    wanted.order = role->order;
  if (!wanted.has_hoist)
    wanted.hoist = role->hoist;
  if (!may_place (edit->guild, user_id, wanted.order, error)
      || !may_grant (edit->guild, user_id, role->permissions, wanted.permissions, error))
    return NULL;

  content = role_content (wanted.name != NULL ? wanted.name : role->name, &wanted);
  ghd_edit_add (edit, guild_id, GH_EVENT_GUILD_ROLE, role_id, content);

  return ghd_edit_commit (edit, error);
}

GhdCommit *
ghd_role_delete (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *role_id,
                 const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_ROLE, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier_end (edit, role_id, error);

  if (find_role (edit, role_id, error) == NULL)
    return NULL;
  if (g_str_equal (role_id, GH_ROLE_EVERYONE))
    {
      gh_set_error (error, GH_ERROR_DENIED, "role.everyone", "role_id",
                    "The role of everyone can’t be deleted.");
      return NULL;
    }

  ghd_edit_add (edit, guild_id, GH_EVENT_GUILD_ROLE, role_id, nothing);

  return ghd_edit_commit (edit, error);
}
