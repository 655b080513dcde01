/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-handlers.h"

#include "gh-error.h"
#include "gh-limits.h"
#include "ghd-args.h"
#include "ghd-channel-ops.h"
#include "ghd-edit.h"

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

GHD_HANDLER (channel_create)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");
  g_autofree char *topic = ghd_call_dup_text (call, "topic");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GhdNewChannel channel = {
    .name = name,
    .topic = topic,
    .parent = ghd_call_get_string (call, "parent"),
    .is_private = ghd_call_get_bool (call, "private", FALSE),
  };
  GhEvent *event;

  ghd_channel_kind_from_string (ghd_call_get_string (call, "kind"), &channel.kind);
  commit = ghd_channel_create (guilds_of (call), ghd_call_get_user (call),
                               ghd_call_get_string (call, "guild_id"), &channel,
                               ghd_call_get_string (call, "txn_id"), error);
  if (commit == NULL)
    return NULL;

  event = ghd_commit_get_event (commit, 0);
  gh_json_builder_add_string (builder, "channel_id", gh_event_get_state_key (event));
  gh_json_builder_add_string (builder, "event_id", gh_event_get_id (event));
  gh_json_builder_add_int (builder, "position", gh_event_get_position (event));
  ghd_commit_add_receipt (commit, builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (channel_edit)
{
  g_autofree char *name = ghd_call_dup_name (call, "name");
  g_autofree char *topic = ghd_call_dup_text (call, "topic");
  GhdChannelChange change = {
    .name = name,
    .topic = topic,
    .has_parent = ghd_call_has (call, "parent"),
    .parent = ghd_call_get_string (call, "parent"),
    .has_order = ghd_call_has (call, "order"),
    .order = ghd_call_get_int (call, "order", 0),
  };

  if (name == NULL && topic == NULL && !change.has_parent && !change.has_order)
    {
      gh_set_error (error, GH_ERROR_INVALID, "argument.missing", "name",
                    "Say what is to change: the name, the topic, the category or the order.");
      return NULL;
    }

  return reply_commit (ghd_channel_edit (guilds_of (call), ghd_call_get_user (call),
                                         ghd_call_get_string (call, "channel_id"), &change,
                                         ghd_call_get_string (call, "txn_id"), error));
}

static const GhdArg place_args[] = {
  { "id", GHD_ARG_CHANNEL_ID, 0, 0, GHD_ARG_REQUIRED },
  { "parent", GHD_ARG_CATEGORY_ID, 0, 0, GHD_ARG_NULLABLE },
  { "order", GHD_ARG_INTEGER, 0, GHD_CHANNEL_MAX_ORDER, GHD_ARG_REQUIRED },
  { NULL },
};

/* Strings belong to the document of @channels. */
static GArray *
parse_places (GhJson *channels, GError **error)
{
  g_autoptr (GArray) places = g_array_new (FALSE, TRUE, sizeof (GhdChannelPlace));
  GhJsonIter iter;
  GhJson *element;

  gh_json_iter_init (&iter, channels);
  while (gh_json_iter_next (&iter, NULL, &element))
    {
      g_autoptr (GhJson) owned = element;
      g_autoptr (GhJson) parent = gh_json_peek_member (owned, "parent");
      GhdChannelPlace place = { 0 };

      if (!ghd_args_check (place_args, owned, error))
        {
          if (error != NULL)
            gh_error_set_field (*error, "channels");
          return NULL;
        }
      place.channel_id = gh_json_peek_string (owned, "id");
      place.has_parent = parent != NULL;
      place.parent = gh_json_peek_string (owned, "parent");
      place.order = gh_json_peek_int (owned, "order", 0);
      g_array_append_val (places, place);
    }

  return g_steal_pointer (&places);
}

GHD_HANDLER (channel_reorder)
{
  g_autoptr (GhJson) channels = gh_json_peek_array (call->data, "channels");
  g_autoptr (GArray) places = parse_places (channels, error);

  if (places == NULL)
    return NULL;

  return reply_commit (ghd_channel_reorder (guilds_of (call), ghd_call_get_user (call),
                                            ghd_call_get_string (call, "guild_id"),
                                            (const GhdChannelPlace *) places->data, places->len,
                                            ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (channel_set_override)
{
  GhPermissionOverride override = {
    .allow = ghd_call_get_int (call, "allow", 0),
    .deny = ghd_call_get_int (call, "deny", 0),
  };

  return reply_commit (ghd_channel_set_override (guilds_of (call), ghd_call_get_user (call),
                                                 ghd_call_get_string (call, "channel_id"),
                                                 ghd_call_get_string (call, "target"), override,
                                                 ghd_call_get_string (call, "txn_id"), error));
}

GHD_HANDLER (channel_delete)
{
  return reply_commit (ghd_channel_delete (guilds_of (call), ghd_call_get_user (call),
                                           ghd_call_get_string (call, "channel_id"),
                                           ghd_call_get_string (call, "txn_id"), error));
}

static GhdReply *
reply_membership (GhdMembershipEvent *event)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "event_id", event->event_id);
  gh_json_builder_add_int (builder, "position", event->position);
  if (event->commit != NULL)
    ghd_commit_add_receipt (event->commit, builder);

  return ghd_call_reply (builder);
}

GHD_HANDLER (channel_join)
{
  g_auto (GhdMembershipEvent) event = { 0 };

  if (!ghd_channel_join (guilds_of (call), ghd_call_get_user (call),
                         ghd_call_get_string (call, "channel_id"),
                         ghd_call_get_string (call, "txn_id"), &event, error))
    return NULL;

  return reply_membership (&event);
}

GHD_HANDLER (channel_leave)
{
  g_auto (GhdMembershipEvent) event = { 0 };

  if (!ghd_channel_leave (guilds_of (call), ghd_call_get_user (call),
                          ghd_call_get_string (call, "channel_id"),
                          ghd_call_get_string (call, "txn_id"), &event, error))
    return NULL;

  return reply_membership (&event);
}

GHD_HANDLER (channel_invite)
{
  g_auto (GhdMembershipEvent) event = { 0 };

  if (!ghd_channel_invite (guilds_of (call), ghd_call_get_user (call),
                           ghd_call_get_string (call, "channel_id"),
                           ghd_call_get_string (call, "user_id"),
                           ghd_call_get_string (call, "txn_id"), &event, error))
    return NULL;

  return reply_membership (&event);
}

/* Who is in a private channel is for those who are in it. */
static gboolean
may_list (GhdGuild *guild, GhdChannel *channel, const char *user_id, GError **error)
{
  if (channel->kind == GHD_CHANNEL_CATEGORY)
    return gh_set_error (error, GH_ERROR_INVALID, "channel.category", "channel_id",
                         "A category is a heading: nobody is in it.");
  if (channel->is_private && !ghd_channel_is_joined (channel, user_id))
    return gh_set_error (error, GH_ERROR_DENIED, "channel.not_joined", "channel_id",
                         "This channel is private, and you are not in it.");

  return ghd_require_permission (guild, channel, user_id, GH_PERMISSION_VIEW_CHANNELS, error);
}

GHD_HANDLER (channel_members)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  GhdChannel *channel;
  GHashTableIter iter;
  const char *user_id;
  GhdChannelMember *member;

  guild = ghd_guilds_load_by_channel (guilds_of (call), ghd_call_get_string (call, "channel_id"),
                                      ghd_call_get_user (call), &channel, error);
  if (guild == NULL || !may_list (guild, channel, ghd_call_get_user (call), error))
    return NULL;

  gh_json_builder_open_array (builder, "members");
  g_hash_table_iter_init (&iter, channel->members);
  while (g_hash_table_iter_next (&iter, (gpointer *) &user_id, (gpointer *) &member))
    {
      if (member->membership != GHD_MEMBERSHIP_JOIN && member->membership != GHD_MEMBERSHIP_INVITE)
        continue;
      gh_json_builder_open_object (builder, NULL);
      gh_json_builder_add_string (builder, "user_id", user_id);
      gh_json_builder_add_string (builder, "membership",
                                  ghd_membership_to_string (member->membership));
      gh_json_builder_close (builder);
    }
  gh_json_builder_close (builder);

  return ghd_call_reply (builder);
}
