/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-calls-private.h"

#include "gh-error.h"
#include "ghd-edit.h"

/* The call and the one in it whom a moderator is about to act on. */
static GhdConference *
find_target (GhdCalls *self, const char *user_id, const char *channel_id, const char *target,
             GhPermissions permission, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;
  GhdConference *conference;
  GhdChannel *channel;

  guild = ghd_calls_find_channel (self, user_id, channel_id, &channel, &conference, error);
  if (guild == NULL || !ghd_require_permission (guild, channel, user_id, permission, error))
    return NULL;
  if (conference == NULL || ghd_conference_get (conference, target) == NULL)
    {
      gh_set_error (error, GH_ERROR_NOT_FOUND, "call.no_such_member", "user_id",
                    "This person is not in the call.");
      return NULL;
    }
  if (!ghd_require_above (guild, user_id, target, error))
    return NULL;

  return conference;
}

/**
 * ghd_calls_silence:
 *
 * Mutes @target for everybody, or no longer. It holds for the call, also when they come back into it.
 */
gboolean
ghd_calls_silence (GhdCalls *self, const char *user_id, const char *channel_id, const char *target,
                   gboolean is_silenced, GError **error)
{
  GhdConference *conference = find_target (self, user_id, channel_id, target,
                                           GH_PERMISSION_MUTE_MEMBERS, error);

  if (conference == NULL)
    return FALSE;
  if (is_silenced)
    g_hash_table_add (conference->silenced, g_strdup (target));
  else
    g_hash_table_remove (conference->silenced, target);
  ghd_calls_publish (self, conference);
  return TRUE;
}

/**
 * ghd_calls_disconnect:
 *
 * Takes @target out of the call. They may come back.
 */
gboolean
ghd_calls_disconnect (GhdCalls *self, const char *user_id, const char *channel_id,
                      const char *target, GError **error)
{
  GhdConference *conference = find_target (self, user_id, channel_id, target,
                                           GH_PERMISSION_MOVE_MEMBERS, error);

  if (conference == NULL)
    return FALSE;
  ghd_calls_remove (self, conference, target, GHD_CALL_DISCONNECTED);
  return TRUE;
}

/**
 * ghd_calls_stop_share:
 *
 * Ends what @target shows. They may begin again as long as they have the permission.
 */
gboolean
ghd_calls_stop_share (GhdCalls *self, const char *user_id, const char *channel_id,
                      const char *target, GhdShareKind kind, GError **error)
{
  GhdConference *conference = find_target (self, user_id, channel_id, target,
                                           GH_PERMISSION_MUTE_MEMBERS, error);

  if (conference == NULL)
    return FALSE;
  if (!ghd_share_end (&ghd_conference_get (conference, target)->shares[kind]))
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "call.no_such_share", "kind",
                         "This person no longer shares that.");
  ghd_calls_publish (self, conference);
  return TRUE;
}
