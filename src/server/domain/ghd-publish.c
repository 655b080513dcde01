/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-publish.h"

#include "gh-frame.h"
#include "gh-id.h"
#include "ghd-guilds.h"

/*
 * One committed event: folded into its guild, and given to those who may read it. The order of the
 * two decides who hears what, and differs for what lets people in and what sends them away.
 */

static void
fold (GhdGuild *guild, GhEvent *event)
{
  /* Of messages the guild wants no content, and it need not be parsed. */
  GhJson *content = gh_event_is_state (event) ? gh_event_get_content (event) : NULL;

  ghd_guild_fold (guild, &(GhdFact) {
                           .room_id = gh_event_get_room_id (event),
                           .type = gh_event_get_event_type (event),
                           .state_key = gh_event_get_state_key (event),
                           .sender = gh_event_get_sender (event),
                           .event_id = gh_event_get_id (event),
                           .origin_ts = gh_event_get_origin_ts (event),
                           .position = gh_event_get_position (event),
                           .content = content,
                         });
}

static void
everybody_leaves (GhdHub *hub, GHashTable *members, const char *room_id)
{
  GHashTableIter iter;
  const char *user_id;

  g_hash_table_iter_init (&iter, members);
  while (g_hash_table_iter_next (&iter, (gpointer *) &user_id, NULL))
    ghd_hub_leave (hub, user_id, room_id);
}

/* Roles, overrides and memberships decide who may view a channel: the hub follows. */
static void
settle_channel (GhdHub *hub, GhdGuild *guild, GhdChannel *channel, const char *user_id)
{
  if (ghd_guild_may_read (guild, channel, user_id))
    ghd_hub_join (hub, user_id, channel->channel_id);
  else
    ghd_hub_leave (hub, user_id, channel->channel_id);
}

static void
settle_member (GhdHub *hub, GhdGuild *guild, const char *user_id)
{
  g_autoptr (GPtrArray) channels = NULL;

  if (ghd_hub_count_user (hub, user_id) == 0)
    return;

  channels = ghd_guild_list_channels (guild);
  for (guint i = 0; i < channels->len; i++)
    settle_channel (hub, guild, g_ptr_array_index (channels, i), user_id);
}

static void
settle_everybody (GhdHub *hub, GhdGuild *guild, const char *channel_id)
{
  GHashTableIter iter;
  const char *user_id;
  GhdChannel *channel = NULL;

  if (channel_id != NULL)
    {
      channel = ghd_guild_get_channel (guild, channel_id);
      if (channel == NULL || channel->kind == GHD_CHANNEL_CATEGORY)
        return;
    }

  g_hash_table_iter_init (&iter, ghd_guild_peek_members (guild));
  while (g_hash_table_iter_next (&iter, (gpointer *) &user_id, NULL))
    {
      if (channel == NULL)
        settle_member (hub, guild, user_id);
      else if (ghd_hub_count_user (hub, user_id) > 0)
        settle_channel (hub, guild, channel, user_id);
    }
}

static void
publish_member (GhdHub *hub, GhdGuild *guild, GhEvent *event, GBytes *frame)
{
  const char *room_id = gh_event_get_room_id (event);
  const char *user_id = gh_event_get_state_key (event);
  gboolean in_guild = g_str_equal (room_id, ghd_guild_get_id (guild));
  GhdChannel *channel = NULL;

  fold (guild, event);

  if (in_guild && ghd_guild_get_member (guild, user_id) != NULL)
    ghd_hub_join (hub, user_id, room_id);
  else if (!in_guild)
    {
      channel = ghd_guild_get_channel (guild, room_id);
      if (channel != NULL && ghd_guild_may_read (guild, channel, user_id))
        ghd_hub_join (hub, user_id, room_id);
    }

  ghd_hub_send_room (hub, room_id, frame, NULL);

  /* What happens to oneself is always told: an invitation, a removal. */
  if (!ghd_hub_hears (hub, user_id, room_id))
    ghd_hub_send_user (hub, user_id, frame);

  if (in_guild && ghd_guild_get_member (guild, user_id) == NULL)
    {
      g_autoptr (GPtrArray) channels = ghd_guild_list_channels (guild);

      ghd_hub_leave (hub, user_id, room_id);
      for (guint i = 0; i < channels->len; i++)
        ghd_hub_leave (hub, user_id, ((GhdChannel *) g_ptr_array_index (channels, i))->channel_id);
    }
  else if (channel != NULL && !ghd_guild_may_read (guild, channel, user_id))
    ghd_hub_leave (hub, user_id, room_id);
}

static void
publish_channel_record (GhdHub *hub, GhdGuild *guild, GhEvent *event, GBytes *frame)
{
  const char *channel_id = gh_event_get_state_key (event);
  GhdChannel *channel = ghd_guild_get_channel (guild, channel_id);
  g_autoptr (GHashTable) members = channel != NULL ? g_hash_table_ref (channel->members) : NULL;

  fold (guild, event);
  ghd_hub_send_room (hub, gh_event_get_room_id (event), frame, NULL);

  if (ghd_guild_get_channel (guild, channel_id) != NULL)
    settle_everybody (hub, guild, channel_id);
  else if (members != NULL)
    everybody_leaves (hub, members, channel_id);
}

/* Whoever owns it may view what is denied to everyone, and whoever did may not any more. */
static void
publish_meta (GhdHub *hub, GhdGuild *guild, GhEvent *event, GBytes *frame)
{
  g_autofree char *owner = g_strdup (ghd_guild_get_owner (guild));

  ghd_hub_send_room (hub, gh_event_get_room_id (event), frame, NULL);
  fold (guild, event);

  if (g_strcmp0 (owner, ghd_guild_get_owner (guild)) == 0)
    return;

  if (owner != NULL)
    settle_member (hub, guild, owner);
  settle_member (hub, guild, ghd_guild_get_owner (guild));
}

static void
publish_guild_delete (GhdHub *hub, GhdGuild *guild, GhEvent *event, GBytes *frame)
{
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (guild);

  ghd_hub_send_room (hub, gh_event_get_room_id (event), frame, NULL);
  fold (guild, event);

  for (guint i = 0; i < channels->len; i++)
    {
      GhdChannel *channel = g_ptr_array_index (channels, i);

      everybody_leaves (hub, channel->members, channel->channel_id);
    }
  everybody_leaves (hub, ghd_guild_peek_members (guild), ghd_guild_get_id (guild));
}

/**
 * ghd_publish_event:
 * @event: committed, and the next in the order of position
 *
 * Folds @event into @guild and gives it to the connections that may read it. It is encoded once.
 */
void
ghd_publish_event (GhdHub *hub, GhdGuild *guild, GhEvent *event)
{
  g_autoptr (GBytes) frame = gh_frame_encode_event (event);

  if (gh_event_is (event, GH_EVENT_ROOM_MEMBER) && gh_event_is_state (event))
    publish_member (hub, guild, event, frame);
  else if (gh_event_is (event, GH_EVENT_GUILD_META))
    publish_meta (hub, guild, event, frame);
  else if (gh_event_is (event, GH_EVENT_GUILD_CHANNEL))
    publish_channel_record (hub, guild, event, frame);
  else if (gh_event_is (event, GH_EVENT_GUILD_DELETE))
    publish_guild_delete (hub, guild, event, frame);
  else
    {
      ghd_hub_send_room (hub, gh_event_get_room_id (event), frame, NULL);
      fold (guild, event);

      if (gh_event_is (event, GH_EVENT_GUILD_ROLE))
        settle_everybody (hub, guild, NULL);
      else if (gh_event_is (event, GH_EVENT_GUILD_MEMBER_ROLES))
        settle_member (hub, guild, gh_event_get_state_key (event));
    }
}
