/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-calls-private.h"

#include "gh-frame.h"
#include "ghd-edit.h"

/**
 * ghd_calls_tell:
 * @guilds: (element-type GhdGuild): the guilds of @user_id
 *
 * Delivers one description for each call that @user_id may see. To be called before anything else of
 * calls can reach @subscriber.
 */
void
ghd_calls_tell (GhdCalls *self, GhdSubscriber *subscriber, const char *user_id, GPtrArray *guilds)
{
  GHashTableIter iter;
  GhdConference *conference;

  g_hash_table_iter_init (&iter, self->by_channel);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &conference))
    for (guint i = 0; i < guilds->len; i++)
      {
        GhdGuild *guild = g_ptr_array_index (guilds, i);
        GhdChannel *channel = NULL;
        g_autoptr (GhJson) content = NULL;
        g_autoptr (GBytes) frame = NULL;

        if (g_str_equal (ghd_guild_get_id (guild), conference->guild_id))
          channel = ghd_guild_get_channel (guild, conference->channel_id);
        if (channel == NULL || !ghd_calls_may_see (guild, channel, user_id))
          continue;
        content = ghd_conference_describe (conference, self->revision);
        frame = gh_frame_encode_ephemeral (GH_EPHEMERAL_CALL, content);
        ghd_subscriber_deliver (subscriber, frame);
      }
}

/* Who may still be in it, and who may speak. */
static void
check_conference (GhdCalls *self, GhdConference *conference)
{
  GhdGuild *guild = ghd_guilds_peek (self->guilds, conference->guild_id);
  GhdChannel *channel = guild != NULL ? ghd_guild_get_channel (guild, conference->channel_id)
                                      : NULL;

  for (guint i = conference->participants->len; i-- > 0;)
    {
      GhdParticipant *participant = g_ptr_array_index (conference->participants, i);
      gboolean is_last = conference->participants->len == 1;

      if (channel == NULL || !ghd_guild_may_read (guild, channel, participant->user_id)
          || !ghd_require_permission (guild, channel, participant->user_id, GH_PERMISSION_CONNECT,
                                      NULL))
        {
          g_autofree char *user_id = g_strdup (participant->user_id);

          ghd_calls_remove (self, conference, user_id,
                            channel == NULL ? GHD_CALL_DELETED : GHD_CALL_REMOVED);
          if (is_last)
            return;
        }
      else
        {
          participant->may_speak = ghd_calls_may_speak (guild, channel, participant->user_id);
          ghd_calls_limit_shares (participant,
                                  ghd_calls_may_share (guild, channel, participant->user_id));
        }
    }

  /* Somebody may just have come to see it. */
  ghd_calls_publish (self, conference);
}

static gboolean
concerns (GPtrArray *events, GhdConference *conference)
{
  for (guint i = 0; i < events->len; i++)
    {
      GhEvent *event = g_ptr_array_index (events, i);

      if (gh_event_is_state (event)
          && (g_str_equal (gh_event_get_room_id (event), conference->guild_id)
              || g_str_equal (gh_event_get_room_id (event), conference->channel_id)))
        return TRUE;
    }

  return FALSE;
}

/**
 * ghd_calls_committed:
 * @events: (element-type GhEvent): what was just folded into the guilds
 *
 * Whoever may not be in a channel any more is taken out of its call at once.
 */
void
ghd_calls_committed (GhdCalls *self, GPtrArray *events)
{
  g_autoptr (GPtrArray) conferences = NULL;

  if (g_hash_table_size (self->by_channel) == 0)
    return;

  conferences = g_hash_table_get_values_as_ptr_array (self->by_channel);
  for (guint i = 0; i < conferences->len; i++)
    if (concerns (events, g_ptr_array_index (conferences, i)))
      check_conference (self, g_ptr_array_index (conferences, i));
}
