/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#include "gh-error.h"
#include "gh-limits.h"
#include "ghd-crop.h"
#include "ghd-edit.h"
#include "ghd-guild-ops.h"
#include "ghd-log.h"
#include "ghd-snapshot.h"

static GhdGuilds *
guilds_of (GhdCall *call)
{
  return ghd_domain_get_guilds (call->domain);
}

/* {event_id, position}, or nothing when the operation was refused. */
static GhdReply *
reply_commit (GhdCommit *commit)
{
  g_autoptr (GhdCommit) owned = commit;

  return owned != NULL ? ghd_call_reply_commit (owned) : NULL;
}

GHD_HANDLER (guild_list)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  if (!ghd_snapshot_build_list (builder, ghd_call_get_user (call),
                                ghd_domain_get_profiles (call->domain),
                                ghd_domain_get_presence (call->domain), guilds_of (call), error))
    return NULL;

  return ghd_call_reply (builder);
}

GHD_HANDLER (guild_get)
{
  return ghd_call_reply_guild (call, ghd_call_get_string (call, "guild_id"), NULL, error);
}

GHD_HANDLER (guild_create)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");
  g_autoptr (GhdCommit) commit = NULL;

  commit = ghd_guild_create (guilds_of (call), ghd_call_get_user (call), name,
                             ghd_call_get_string (call, "txn_id"), error);
  if (commit == NULL)
    return NULL;

  return ghd_call_reply_guild (call, gh_event_get_room_id (ghd_commit_get_event (commit, 0)),
                               commit, error);
}

GHD_HANDLER (guild_edit)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");
  g_autofree char *description = ghd_call_dup_text (call, "description");

  if (name == NULL && description == NULL)
    {
      gh_set_error (error, GH_ERROR_INVALID, "argument.missing", "name",
                    "Say what is to change: the name or the description.");
      return NULL;
    }

  return reply_commit (ghd_guild_edit (guilds_of (call), ghd_call_get_user (call),
                                       ghd_call_get_string (call, "guild_id"), name, description,
                                       ghd_call_get_string (call, "txn_id"), error));
}

static void
release_icon (GhdCall *call, const char *media_id)
{
  g_autoptr (GError) error = NULL;

  if (media_id != NULL
      && !dex_await (ghd_images_release (ghd_domain_get_images (call->domain), media_id), &error))
    ghd_log_info ("An old picture could not be removed", GHD_LOG_STRING ("error", error->message));
}

static GhdReply *
change_icon (GhdCall *call, const char *media_id, GError **error)
{
  g_autoptr (GhdCommit) commit = NULL;
  g_autofree char *previous = NULL;

  commit = ghd_guild_set_icon (guilds_of (call), ghd_call_get_user (call),
                               ghd_call_get_string (call, "guild_id"), media_id,
                               ghd_call_get_string (call, "txn_id"), &previous, error);
  if (commit == NULL)
    return NULL;

  if (g_strcmp0 (previous, media_id) != 0)
    release_icon (call, previous);

  return ghd_call_reply_commit (commit);
}

GHD_HANDLER (guild_set_icon)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autofree char *media_id = NULL;
  GhdCrop crop;

  /* Asked before the picture is decoded, and once more when it is written. */
  guild = ghd_guilds_load_for_member (guilds_of (call), ghd_call_get_string (call, "guild_id"),
                                      ghd_call_get_user (call), error);
  if (guild == NULL
      || !ghd_require_permission (guild, NULL, ghd_call_get_user (call), GH_PERMISSION_MANAGE_GUILD,
                                  error)
      || !ghd_crop_parse (ghd_call_get_string (call, "crop"), 1, &crop, error))
    return NULL;

  media_id = dex_await_string (ghd_images_store (ghd_domain_get_images (call->domain), call->raw,
                                                 &crop, ghd_call_get_user (call)),
                               error);
  if (media_id == NULL)
    return NULL;

  return change_icon (call, media_id, error);
}

GHD_HANDLER (guild_remove_icon)
{
  return change_icon (call, NULL, error);
}

GHD_HANDLER (guild_transfer)
{
  return reply_commit (ghd_guild_transfer (guilds_of (call), ghd_call_get_user (call),
                                           ghd_call_get_string (call, "guild_id"),
                                           ghd_call_get_string (call, "user_id"),
                                           ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (guild_leave)
{
  return reply_commit (ghd_guild_leave (guilds_of (call), ghd_call_get_user (call),
                                        ghd_call_get_string (call, "guild_id"),
                                        ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (guild_delete)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");

  return reply_commit (ghd_guild_delete (guilds_of (call), ghd_call_get_user (call),
                                         ghd_call_get_string (call, "guild_id"), name,
                                         ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (member_list)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  guild = ghd_guilds_load_for_member (guilds_of (call), ghd_call_get_string (call, "guild_id"),
                                      ghd_call_get_user (call), error);
  if (guild == NULL
      || !ghd_snapshot_build_members (builder, guild, ghd_call_get_user (call),
                                      ghd_call_get_string (call, "after"),
                                      ghd_call_get_int (call, "limit", GH_LIMIT_MEMBERS_PAGE),
                                      ghd_domain_get_profiles (call->domain),
                                      ghd_domain_get_presence (call->domain), guilds_of (call),
                                      error))
    return NULL;

  return ghd_call_reply (builder);
}
