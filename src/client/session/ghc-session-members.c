/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-session-change.h"

#include "gh-error.h"
#include "gh-json-builder.h"

#include <glib/gi18n.h>

typedef struct
{
  GhcSession *self;
  GhcGuild *guild;
  GhJson *data;
} Task;

static void
task_free (gpointer data)
{
  Task *task = data;

  g_object_unref (task->self);
  g_object_unref (task->guild);
  gh_json_unref (task->data);
  g_free (task);
}

static DexFuture *
create_role_fiber (gpointer data)
{
  Task *task = data;
  g_autoptr (GhJson) reply = NULL;
  GError *error = NULL;
  const char *role_id;
  GhcRole *role;

  reply = dex_await_boxed (ghc_session_change (task->self, "role.create", gh_json_ref (task->data)),
                           &error);
  if (reply == NULL || !gh_json_get_id (reply, "role_id", GH_ID_ROLE, &role_id, &error))
    return dex_future_new_for_error (error);

  role = ghc_guild_lookup_role (task->guild, role_id);
  if (role == NULL
      && !ghc_session_refresh_guild (task->self, ghc_guild_get_guild_id (task->guild), &error))
    return dex_future_new_for_error (error);
  role = ghc_guild_lookup_role (task->guild, role_id);

  if (role == NULL)
    return dex_future_new_for_error (
      gh_error_new (GH_ERROR_NOT_FOUND, "role.gone", NULL, 0, _ ("This role no longer exists.")));
  return dex_future_new_take_object (g_object_ref (role));
}

static void
add_color (GhJsonBuilder *builder, int color)
{
  if (color != GHC_ROLE_NO_COLOR)
    gh_json_builder_add_int (builder, "color", color);
  else
    gh_json_builder_add_null (builder, "color");
}

/* What a role's data have in common; the caller adds what else there is, and finishes. */
static GhJsonBuilder *
begin_role (GhcGuild *guild, const char *name)
{
  GhJsonBuilder *builder = gh_json_builder_new ();
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  gh_json_builder_add_string (builder, "guild_id", ghc_guild_get_guild_id (guild));
  gh_json_builder_add_string (builder, "txn_id", txn_id);
  gh_json_builder_add_optional_string (builder, "name", name);
  return builder;
}

DexFuture *
ghc_session_create_role (GhcSession *self, GhcGuild *guild, const char *name, int color,
                         GhPermissions permissions)
{
  g_autoptr (GhJsonBuilder) builder = NULL;
  Task *task;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (name != NULL, NULL);

  builder = begin_role (guild, name);
  add_color (builder, color);
  gh_json_builder_add_int (builder, "permissions", permissions);
  task = g_new0 (Task, 1);
  task->self = g_object_ref (self);
  task->guild = g_object_ref (guild);
  task->data = gh_json_builder_finish (builder);
  return ghc_session_spawn (self, create_role_fiber, task, task_free);
}

DexFuture *
ghc_session_edit_role (GhcSession *self, GhcGuild *guild, GhcRole *role,
                       const GhcRoleChange *change)
{
  g_autoptr (GhJsonBuilder) builder = NULL;

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_ROLE (role), NULL);

  builder = begin_role (guild, change->name);
  gh_json_builder_add_string (builder, "role_id", ghc_role_get_role_id (role));
  if (change->has_color)
    add_color (builder, change->color);
  if (change->has_permissions)
    gh_json_builder_add_int (builder, "permissions", change->permissions);
  if (change->has_order)
    gh_json_builder_add_int (builder, "order", change->order);
  return ghc_session_change_quiet (self, "role.edit", gh_json_builder_finish (builder));
}

DexFuture *
ghc_session_delete_role (GhcSession *self, GhcGuild *guild, GhcRole *role)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_ROLE (role), NULL);

  return ghc_session_change_quiet (self, "role.delete",
                                   ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild),
                                                 "s", "role_id", ghc_role_get_role_id (role), "s",
                                                 "txn_id", txn_id, NULL));
}

DexFuture *
ghc_session_set_member_roles (GhcSession *self, GhcGuild *guild, GhcMember *member,
                              const char *const *role_ids)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_MEMBER (member), NULL);

  return ghc_session_change_quiet (
    self, "member.set_roles",
    ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "s", "user_id",
                  ghc_user_get_user_id (ghc_member_get_user (member)), "v", "roles", role_ids, "s",
                  "txn_id", txn_id, NULL));
}

static DexFuture *
remove_member (GhcSession *self, const char *operation, GhcGuild *guild, GhcMember *member,
               const char *reason)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  return ghc_session_change_quiet (
    self, operation,
    ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild), "s", "user_id",
                  ghc_user_get_user_id (ghc_member_get_user (member)), "o", "reason", reason, "s",
                  "txn_id", txn_id, NULL));
}

DexFuture *
ghc_session_kick_member (GhcSession *self, GhcGuild *guild, GhcMember *member, const char *reason)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_MEMBER (member), NULL);

  return remove_member (self, "member.kick", guild, member, reason);
}

DexFuture *
ghc_session_ban_member (GhcSession *self, GhcGuild *guild, GhcMember *member, const char *reason)
{
  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (GHC_IS_MEMBER (member), NULL);

  return remove_member (self, "member.ban", guild, member, reason);
}

DexFuture *
ghc_session_unban (GhcSession *self, GhcGuild *guild, const char *user_id)
{
  g_autofree char *txn_id = ghc_session_make_txn_id ();

  g_return_val_if_fail (GHC_IS_SESSION (self), NULL);
  g_return_val_if_fail (GHC_IS_GUILD (guild), NULL);
  g_return_val_if_fail (user_id != NULL, NULL);

  return ghc_session_change_quiet (self, "member.unban",
                                   ghc_data_new ("s", "guild_id", ghc_guild_get_guild_id (guild),
                                                 "s", "user_id", user_id, "s", "txn_id", txn_id,
                                                 NULL));
}
