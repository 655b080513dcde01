/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-channel-ops.h"

#include "gh-error.h"
#include "ghd-edit.h"

void
ghd_membership_event_clear (GhdMembershipEvent *self)
{
  g_clear_pointer (&self->event_id, g_free);
  g_clear_pointer (&self->commit, ghd_commit_unref);
}

/* Takes the answer from a commit, or from the membership as it stands. */
static gboolean
answer_commit (GhdCommit *commit, GhdMembershipEvent *event)
{
  if (commit == NULL)
    return FALSE;

  event->event_id = g_strdup (gh_event_get_id (ghd_commit_get_event (commit, 0)));
  event->position = gh_event_get_position (ghd_commit_get_event (commit, 0));
  event->commit = commit;
  return TRUE;
}

static gboolean
answer_member (GhdChannelMember *member, GhdMembershipEvent *event)
{
  event->event_id = g_strdup (member->event_id);
  event->position = member->position;
  return TRUE;
}

static gboolean
is_room (GhdChannel *channel, GError **error)
{
  if (channel->kind != GHD_CHANNEL_CATEGORY)
    return TRUE;

  return gh_set_error (error, GH_ERROR_INVALID, "channel.category", "channel_id",
                       "A category is a heading: nobody is in it.");
}

static gboolean
change (GhdEdit *edit, const char *user_id, GhdMembership membership, GhdMembershipEvent *event,
        GError **error)
{
  ghd_edit_add_channel_member (edit, edit->channel->channel_id, user_id, membership);

  return answer_commit (ghd_edit_commit (edit, error), event);
}

/**
 * ghd_channel_join:
 *
 * Anyone who may view a public channel joins it; a private one only who was invited.
 */
gboolean
ghd_channel_join (GhdGuilds *guilds, const char *user_id, const char *channel_id,
                  const char *txn_id, GhdMembershipEvent *event, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  GhdMembership membership;

  edit = ghd_edit_begin_channel (guilds, channel_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return FALSE;
  if (edit->earlier != NULL)
    return answer_commit (ghd_edit_get_earlier (edit), event);

  if (!is_room (edit->channel, error))
    return FALSE;
  membership = ghd_channel_get_membership (edit->channel, user_id);
  if (membership == GHD_MEMBERSHIP_JOIN)
    return answer_member (ghd_channel_get_member (edit->channel, user_id), event);
  if (edit->channel->is_private && membership != GHD_MEMBERSHIP_INVITE)
    return gh_set_error (error, GH_ERROR_DENIED, "channel.private", "channel_id",
                         "This channel is private. Somebody who is in it can invite you.");
  if (!edit->channel->is_private
      && !ghd_require_permission (edit->guild, edit->channel, user_id, GH_PERMISSION_VIEW_CHANNELS,
                                  error))
    return FALSE;

  return change (edit, user_id, GHD_MEMBERSHIP_JOIN, event, error);
}

/**
 * ghd_channel_leave:
 *
 * Leaves a channel, or turns down an invitation to it.
 */
gboolean
ghd_channel_leave (GhdGuilds *guilds, const char *user_id, const char *channel_id,
                   const char *txn_id, GhdMembershipEvent *event, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  GhdMembership membership;

  edit = ghd_edit_begin_channel (guilds, channel_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return FALSE;
  if (edit->earlier != NULL)
    return answer_commit (ghd_edit_get_earlier (edit), event);

  membership = ghd_channel_get_membership (edit->channel, user_id);
  if (!is_room (edit->channel, error))
    return FALSE;
  if (membership == GHD_MEMBERSHIP_LEAVE)
    return answer_member (ghd_channel_get_member (edit->channel, user_id), event);
  if (membership != GHD_MEMBERSHIP_JOIN && membership != GHD_MEMBERSHIP_INVITE)
    return gh_set_error (error, GH_ERROR_CONFLICT, "channel.not_joined", "channel_id",
                         "You are not in this channel.");

  ghd_edit_set_leaving (edit, user_id, channel_id);

  return change (edit, user_id, GHD_MEMBERSHIP_LEAVE, event, error);
}

/**
 * ghd_channel_invite:
 *
 * Only who is in a channel invites to it, whatever else they may do in the guild.
 */
gboolean
ghd_channel_invite (GhdGuilds *guilds, const char *user_id, const char *channel_id,
                    const char *target, const char *txn_id, GhdMembershipEvent *event,
                    GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  GhdMembership membership;

  edit = ghd_edit_begin_channel (guilds, channel_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return FALSE;
  if (edit->earlier != NULL)
    return answer_commit (ghd_edit_get_earlier (edit), event);

  if (!is_room (edit->channel, error))
    return FALSE;
  if (!ghd_guild_may_read (edit->guild, edit->channel, user_id))
    return gh_set_error (error, GH_ERROR_DENIED, "channel.not_joined", "channel_id",
                         "Only somebody who is in the channel can invite others to it.");
  if (!ghd_require_member (edit->guild, target, "user_id", error))
    return FALSE;

  membership = ghd_channel_get_membership (edit->channel, target);
  if (membership == GHD_MEMBERSHIP_INVITE)
    return answer_member (ghd_channel_get_member (edit->channel, target), event);
  if (membership == GHD_MEMBERSHIP_JOIN)
    return gh_set_error (error, GH_ERROR_CONFLICT, "channel.joined", "user_id",
                         "This person is in the channel already.");

  return change (edit, target, GHD_MEMBERSHIP_INVITE, event, error);
}
