/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#define DEFAULT_EXPIRES_IN_S (7 * 24 * 60 * 60)

static void
build_invite (GhdCall *call, GhdInviteRow *invite, GhJsonBuilder *builder)
{
  g_autofree char *link = NULL;
  g_autofree char *url = NULL;

  gh_json_builder_add_string (builder, "code", invite->code);
  if (ghd_invites_dup_links (ghd_domain_get_invites (call->domain), invite->code, &link, &url))
    {
      gh_json_builder_add_string (builder, "link", link);
      gh_json_builder_add_string (builder, "url", url);
    }
  gh_json_builder_add_optional_string (builder, "creator", invite->creator);
  gh_json_builder_add_int (builder, "created_ts", invite->created_ts);
  if (invite->expires_ts > 0)
    gh_json_builder_add_int (builder, "expires_ts", invite->expires_ts);
  gh_json_builder_add_int (builder, "max_uses", invite->max_uses);
  gh_json_builder_add_int (builder, "uses", invite->uses);
}

GHD_HANDLER (invite_create)
{
  g_autoptr (GhdInviteRow) invite = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  invite = ghd_invites_create (ghd_domain_get_invites (call->domain), ghd_call_get_user (call),
                               ghd_call_get_string (call, "guild_id"),
                               ghd_call_get_int (call, "expires_in_s", DEFAULT_EXPIRES_IN_S),
                               ghd_call_get_int (call, "max_uses", 0), error);
  if (invite == NULL)
    return NULL;

  build_invite (call, invite, builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (invite_list)
{
  g_autoptr (GPtrArray) invites = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  invites = ghd_invites_list (ghd_domain_get_invites (call->domain), ghd_call_get_user (call),
                              ghd_call_get_string (call, "guild_id"), error);
  if (invites == NULL)
    return NULL;

  gh_json_builder_open_array (builder, "invites");
  for (guint i = 0; i < invites->len; i++)
    {
      gh_json_builder_open_object (builder, NULL);
      build_invite (call, g_ptr_array_index (invites, i), builder);
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (invite_revoke)
{
  if (!ghd_invites_revoke (ghd_domain_get_invites (call->domain), ghd_call_get_user (call),
                           ghd_call_get_string (call, "guild_id"),
                           ghd_call_get_string (call, "code"), error))
    return NULL;

  return ghd_call_reply_empty ();
}

GHD_HANDLER (invite_preview)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhdInviteRow) invite = NULL;
  g_autoptr (GhdAccountRow) creator = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  invite = ghd_invites_find (ghd_domain_get_invites (call->domain),
                             ghd_call_get_string (call, "code"), &guild, error);
  if (invite == NULL)
    return NULL;
  if (invite->creator != NULL)
    {
      creator = ghd_profiles_get (ghd_domain_get_profiles (call->domain), invite->creator, error);
      if (creator == NULL)
        return NULL;
    }

  gh_json_builder_add_string (builder, "code", invite->code);
  gh_json_builder_open_object (builder, "guild");
  gh_json_builder_add_string (builder, "name", ghd_guild_get_name (guild));
  gh_json_builder_add_string (builder, "description",
                              ghd_guild_get_description (guild) != NULL
                                ? ghd_guild_get_description (guild)
                                : "");
  gh_json_builder_add_optional_string (builder, "icon", ghd_guild_get_icon (guild));
  gh_json_builder_add_int (builder, "members", ghd_guild_count_members (guild));
  gh_json_builder_close (builder);
  gh_json_builder_open_object (builder, "inviter");
  if (creator != NULL)
    gh_json_builder_add_string (builder, "display_name", creator->display_name);
  gh_json_builder_close (builder);
  if (invite->expires_ts > 0)
    gh_json_builder_add_int (builder, "expires_ts", invite->expires_ts);

  return ghd_call_reply (builder);
}

GHD_HANDLER (invite_accept)
{
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhdGuild) guild = NULL;

  guild = ghd_invites_accept (ghd_domain_get_invites (call->domain), ghd_call_get_user (call),
                              ghd_call_get_string (call, "code"),
                              ghd_call_get_string (call, "txn_id"), &commit, error);
  if (guild == NULL)
    return NULL;

  ghd_presence_announce (ghd_domain_get_presence (call->domain), ghd_call_get_user (call));

  return ghd_call_reply_guild (call, ghd_guild_get_id (guild), commit, error);
}
