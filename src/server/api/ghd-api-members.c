/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#include "gh-error.h"
#include "gh-limits.h"
#include "ghd-member-ops.h"
#include "ghd-role-ops.h"

static GhdGuilds *
guilds_of (GhdCall *call)
{
  return ghd_domain_get_guilds (call->domain);
}

static GhdReply *
reply_commit (GhdCommit *commit)
{
  g_autoptr (GhdCommit) owned = commit;

  return owned != NULL ? ghd_call_reply_commit (owned) : NULL;
}

GHD_HANDLER (member_set_roles)
{
  g_auto (GStrv) roles = NULL;

  if (!gh_json_get_ids (call->data, "roles", GH_ID_ROLE, GH_LIMIT_MEMBER_ROLES, &roles, error))
    return NULL;

  return reply_commit (ghd_member_set_roles (guilds_of (call), ghd_call_get_user (call),
                                             ghd_call_get_string (call, "guild_id"),
                                             ghd_call_get_string (call, "user_id"),
                                             (const char *const *) roles,
                                             ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (member_kick)
{
  g_autofree char *reason = ghd_call_dup_text (call, "reason");

  return reply_commit (ghd_member_kick (guilds_of (call), ghd_call_get_user (call),
                                        ghd_call_get_string (call, "guild_id"),
                                        ghd_call_get_string (call, "user_id"), reason,
                                        ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (member_ban)
{
  g_autofree char *reason = ghd_call_dup_text (call, "reason");

  return reply_commit (ghd_member_ban (guilds_of (call), ghd_call_get_user (call),
                                       ghd_call_get_string (call, "guild_id"),
                                       ghd_call_get_string (call, "user_id"), reason,
                                       ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (member_unban)
{
  return reply_commit (ghd_member_unban (guilds_of (call), ghd_call_get_user (call),
                                         ghd_call_get_string (call, "guild_id"),
                                         ghd_call_get_string (call, "user_id"),
                                         ghd_call_get_string (call, "txn_id"), error));
}

static GhdRoleChange
role_change (GhdCall *call, const char *name)
{
  return (GhdRoleChange) {
    .name = name,
    .has_color = ghd_call_has (call, "color"),
    .color = ghd_call_get_int (call, "color", -1),
    .has_permissions = ghd_call_has (call, "permissions"),
    .permissions = ghd_call_get_int (call, "permissions", 0),
    .has_order = ghd_call_has (call, "order"),
    .order = ghd_call_get_int (call, "order", 0),
    .has_hoist = ghd_call_has (call, "hoist"),
    .hoist = ghd_call_get_bool (call, "hoist", FALSE),
  };
}

GHD_HANDLER (role_create)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GhdRoleChange role = role_change (call, name);
  GhEvent *event;

  commit = ghd_role_create (guilds_of (call), ghd_call_get_user (call),
                            ghd_call_get_string (call, "guild_id"), &role,
                            ghd_call_get_string (call, "txn_id"), error);
  if (commit == NULL)
    return NULL;

  event = ghd_commit_get_event (commit, 0);
  gh_json_builder_add_string (builder, "role_id", gh_event_get_state_key (event));
  gh_json_builder_add_string (builder, "event_id", gh_event_get_id (event));
  gh_json_builder_add_int (builder, "position", gh_event_get_position (event));
  ghd_commit_add_receipt (commit, builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (role_edit)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");
  GhdRoleChange change = role_change (call, name);

  if (name == NULL && !change.has_color && !change.has_permissions && !change.has_order
      && !change.has_hoist)
    {
      gh_set_error (error, GH_ERROR_INVALID, "argument.missing", "name",
                    "Say what is to change: the name, colour, permissions, order or display.");
      return NULL;
    }

  return reply_commit (ghd_role_edit (guilds_of (call), ghd_call_get_user (call),
                                      ghd_call_get_string (call, "guild_id"),
                                      ghd_call_get_string (call, "role_id"), &change,
                                      ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (role_delete)
{
  return reply_commit (ghd_role_delete (guilds_of (call), ghd_call_get_user (call),
                                        ghd_call_get_string (call, "guild_id"),
                                        ghd_call_get_string (call, "role_id"),
                                        ghd_call_get_string (call, "txn_id"), error));
}
