/* SPDX-License-Identifier: AGPL-3.0-or-later */
/* What people in calls show to each other, and who watches. The server passes no picture on: it says
 * who wants to see what, so that nothing is sent to those who do not. */
#include "ghd-calls-private.h"

#include "gh-error.h"

/**
 * ghd_calls_share:
 *
 * The device shows something from now on, or no more. Refuses with "permission.video".
 */
gboolean
ghd_calls_share (GhdCalls *self, const char *user_id, const char *device_id, GhdShareKind kind,
                 const GhdCallShow *show, GError **error)
{
  GhdConference *conference;
  GhdParticipant *participant = ghd_calls_find_participant (self, user_id, device_id, &conference,
                                                            error);

  if (participant == NULL)
    return FALSE;
  if (show->is_on && !participant->may_share)
    return gh_set_error (error, GH_ERROR_DENIED, "permission.video", NULL,
                         "You may not share your screen or camera in this channel.");

  if (show->is_on ? ghd_share_begin (&participant->shares[kind], show->has_sound)
                  : ghd_share_end (&participant->shares[kind]))
    ghd_calls_publish (self, conference);
  return TRUE;
}

/**
 * ghd_calls_watch:
 * @member_id: another member of the same call
 *
 * The device wants to see what that member shows, or no more. Refuses with "call.no_such_share" when
 * it is not shown.
 */
gboolean
ghd_calls_watch (GhdCalls *self, const char *user_id, const char *device_id, const char *member_id,
                 GhdShareKind kind, gboolean is_watching, GError **error)
{
  GhdConference *conference;
  GhdParticipant *viewer = ghd_calls_find_participant (self, user_id, device_id, &conference,
                                                       error);
  GhdParticipant *member;
  GhdShare *share;

  if (viewer == NULL)
    return FALSE;
  member = ghd_conference_get_member (conference, member_id);
  if (member == NULL || member == viewer)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "call.no_such_member", "member_id",
                         "This person is not in the call.");
  share = &member->shares[kind];
  if (is_watching && !share->is_on)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "call.no_such_share", "kind",
                         "This person no longer shares that.");

  if (is_watching ? ghd_share_add_viewer (share, user_id) : ghd_share_remove_viewer (share, user_id))
    ghd_calls_publish (self, conference);
  return TRUE;
}

/**
 * ghd_calls_take_shows:
 * @is_kept: whether this server has known the participant all the time
 *
 * What a device that joins says that it shows. Whoever only lost a connection goes on with what is on
 * here, and begins nothing by it: a moderator may have stopped it meanwhile.
 */
void
ghd_calls_take_shows (GhdParticipant *participant, const GhdCallJoin *join, gboolean is_kept)
{
  for (guint kind = 0; join->has_shows && kind < GHD_N_SHARES; kind++)
    {
      GhdShare *share = &participant->shares[kind];

      if (!join->shows[kind].is_on)
        ghd_share_end (share);
      else if (participant->may_share && (share->is_on || !is_kept))
        ghd_share_begin (share, join->shows[kind].has_sound);
    }
}

/**
 * ghd_calls_limit_shares:
 *
 * Whoever may not show anything any more shows nothing.
 */
void
ghd_calls_limit_shares (GhdParticipant *participant, gboolean may_share)
{
  participant->may_share = may_share;
  for (guint kind = 0; !may_share && kind < GHD_N_SHARES; kind++)
    ghd_share_end (&participant->shares[kind]);
}
