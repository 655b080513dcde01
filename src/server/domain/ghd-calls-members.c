/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-calls-private.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-time.h"

/* A participant's counts are taken no more often than this. */
#define REPORT_US G_GINT64_CONSTANT (1000000)

/**
 * ghd_calls_find_participant:
 * @conference: (out): the call that this device takes part in
 *
 * A sign of life, too. Refuses with "call.none".
 */
GhdParticipant *
ghd_calls_find_participant (GhdCalls *self, const char *user_id, const char *device_id,
                            GhdConference **conference, GError **error)
{
  GhdParticipant *participant = NULL;

  *conference = g_hash_table_lookup (self->by_user, user_id);
  if (*conference != NULL)
    participant = ghd_conference_get (*conference, user_id);
  if (participant == NULL || !g_str_equal (participant->device_id, device_id))
    {
      gh_set_error (error, GH_ERROR_NOT_FOUND, "call.none", NULL,
                    "You are not in a call on this device.");
      return NULL;
    }

  participant->heard_us = g_get_monotonic_time ();
  return participant;
}

/**
 * ghd_calls_leave:
 *
 * Harmless when the device is in no call.
 */
void
ghd_calls_leave (GhdCalls *self, const char *user_id, const char *device_id)
{
  GhdConference *conference;

  g_return_if_fail (GHD_IS_CALLS (self));

  if (ghd_calls_find_participant (self, user_id, device_id, &conference, NULL) != NULL)
    ghd_calls_remove (self, conference, user_id, NULL);
}

/**
 * ghd_calls_leave_others:
 *
 * As ghd_calls_leave(), for whatever device of @user_id is in a call, unless it is @keep_device_id.
 */
void
ghd_calls_leave_others (GhdCalls *self, const char *user_id, const char *keep_device_id)
{
  GhdConference *conference;
  GhdParticipant *participant;

  g_return_if_fail (GHD_IS_CALLS (self));

  conference = g_hash_table_lookup (self->by_user, user_id);
  participant = conference != NULL ? ghd_conference_get (conference, user_id) : NULL;
  if (participant != NULL && g_strcmp0 (participant->device_id, keep_device_id) != 0)
    ghd_calls_remove (self, conference, user_id, NULL);
}

/**
 * ghd_calls_keep_alive:
 *
 * A sign of life. Refuses with "call.none" when the device is in no call any more, so that it joins
 * again. Adds "ice_servers" to @answer when the device needs others than it has, because those expire.
 */
gboolean
ghd_calls_keep_alive (GhdCalls *self, const char *user_id, const char *device_id,
                      GhJsonBuilder *answer, GError **error)
{
  GhdConference *conference;
  GhdParticipant *participant = ghd_calls_find_participant (self, user_id, device_id, &conference,
                                                            error);
  gint64 now_s = gh_time_wall_ms () / 1000;

  if (participant == NULL)
    return FALSE;

  if (now_s >= participant->ice_due_s)
    participant->ice_due_s = ghd_ice_add_servers (self->ice, answer, user_id, now_s);
  return TRUE;
}

/**
 * ghd_calls_get_count_name:
 *
 * Returns: (transfer none): what @count is called on the wire and in the metrics
 */
const char *
ghd_calls_get_count_name (GhdCallCount count)
{
  static const char *const names[GHD_N_CALL_COUNTS] = {
    [GHD_CALL_SEALED] = "sealed",
    [GHD_CALL_OPENED] = "opened",
    [GHD_CALL_UNSEALED] = "unsealed",
    [GHD_CALL_MALFORMED] = "malformed",
    [GHD_CALL_UNKNOWN_EPOCH] = "unknown_epoch",
    [GHD_CALL_REFLECTED] = "reflected",
    [GHD_CALL_REPLAYED] = "replayed",
    [GHD_CALL_TAMPERED] = "tampered",
    [GHD_CALL_EXHAUSTED] = "exhausted",
  };

  return names[count];
}

/**
 * ghd_calls_report:
 * @counts: each from 0 to GHD_CALLS_MAX_COUNT: what was added since the last report
 *
 * Adds to the metrics what a device says of its packets: a claim, of which only so much is taken that
 * nobody can make the sums mean nothing. More often than once a second is passed over.
 */
void
ghd_calls_report (GhdCalls *self, const char *user_id, const char *device_id,
                  const gint64 counts[GHD_N_CALL_COUNTS])
{
  GhdConference *conference;
  GhdParticipant *participant = ghd_calls_find_participant (self, user_id, device_id, &conference, NULL);
  gint64 now_us = g_get_monotonic_time ();

  if (participant == NULL || now_us - participant->reported_us < REPORT_US)
    return;

  participant->reported_us = now_us;
  for (guint i = 0; i < GHD_N_CALL_COUNTS; i++)
    ghd_series_add (self->packets[i], CLAMP (counts[i], 0, GHD_CALLS_MAX_COUNT));
}

gboolean
ghd_calls_set_state (GhdCalls *self, const char *user_id, const char *device_id,
                     const GhdCallState *state, GError **error)
{
  GhdConference *conference;
  GhdParticipant *participant = ghd_calls_find_participant (self, user_id, device_id, &conference, error);

  if (participant == NULL)
    return FALSE;

  if (state->has_muted)
    participant->is_muted = state->is_muted;
  if (state->has_deafened)
    participant->is_deafened = state->is_deafened;
  ghd_calls_publish (self, conference);
  return TRUE;
}

/**
 * ghd_calls_signal:
 * @to_user_id: another member of the same call
 * @signal: what only the two understand
 *
 * Relays one signalling message, to the one device that takes part, in the order in which they were
 * given; with the sender's ticket, so that nobody is taken for somebody else.
 */
gboolean
ghd_calls_signal (GhdCalls *self, const char *user_id, const char *device_id,
                  const char *to_user_id, GhJson *signal, GError **error)
{
  g_autoptr (GhJsonBuilder) builder = NULL;
  GhdConference *conference;
  GhdParticipant *from = ghd_calls_find_participant (self, user_id, device_id, &conference, error);
  GhdParticipant *to;

  if (from == NULL)
    return FALSE;
  to = ghd_conference_get (conference, to_user_id);
  if (to == NULL || to == from)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "call.no_such_member", "to",
                         "This person is not in the call.");

  builder = gh_json_builder_new ();
  gh_json_builder_add_string (builder, "call_id", conference->call_id);
  gh_json_builder_add_string (builder, "from", from->user_id);
  gh_json_builder_add_string (builder, "from_member", from->member_id);
  gh_json_builder_add_string (builder, "ice_ufrag", from->ice_ufrag);
  gh_json_builder_add_string (builder, "to_member", to->member_id);
  gh_json_builder_add_json (builder, "signal", signal);
  ghd_calls_send_device (self, to, GH_EPHEMERAL_CALL_SIGNAL, builder);
  ghd_hub_flush (self->hub);
  return TRUE;
}
