/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-calls-private.h"

#include "gh-base58.h"
#include "gh-error.h"
#include "gh-time.h"
#include "ghd-edit.h"

/* 2020, and how many epochs any call may have had by then. */
#define FIRST_YEAR_S G_GINT64_CONSTANT (1577836800)
#define FIRST_EPOCHS 1000

/* What somebody has for a connection that this server knows nothing of may be over soon. */
#define ICE_OF_OLD_S 60

static gboolean
may_join (GhdCalls *self, GhdGuild *guild, GhdChannel *channel, GhdConference *conference,
          const char *user_id, GError **error)
{
  if (ghd_guild_is_leaving (guild, user_id, channel->channel_id))
    return gh_set_error (error, GH_ERROR_DENIED, "channel.not_joined", "channel_id",
                         "You are no longer in this channel.");
  if (!ghd_require_permission (guild, channel, user_id, GH_PERMISSION_CONNECT, error))
    return FALSE;
  if (conference != NULL && ghd_conference_get (conference, user_id) == NULL
      && conference->participants->len >= self->max_members)
    return gh_set_error (error, GH_ERROR_CONFLICT, "call.full", "channel_id",
                         "This call is full: %u people are in it.", self->max_members);

  return TRUE;
}

/* Whoever comes back must not undo what was done while they had no connection. */
static gboolean
may_come_back (GhdCalls *self, GhdConference *conference, const char *user_id,
               const char *device_id, const GhdCallJoin *join, GError **error)
{
  GhdConference *present = g_hash_table_lookup (self->by_user, user_id);
  GhdParticipant *participant = present != NULL ? ghd_conference_get (present, user_id) : NULL;
  const char *dismissal = NULL;

  if (join->member_id == NULL || join->call_id == NULL)
    return TRUE;

  if (conference != NULL && g_str_equal (join->call_id, conference->call_id))
    dismissal = ghd_conference_get_dismissal (conference, join->member_id);
  if (g_strcmp0 (dismissal, GHD_CALL_DISCONNECTED) == 0)
    return gh_set_error (error, GH_ERROR_CONFLICT, "call.disconnected", "member_id",
                         "A moderator took you out of this call.");
  if (g_strcmp0 (dismissal, GHD_CALL_MOVED) == 0
      || (participant != NULL && !g_str_equal (participant->device_id, device_id)))
    return gh_set_error (error, GH_ERROR_CONFLICT, "call.moved", "member_id",
                         "You are in a call on another device.");

  return TRUE;
}

static gboolean
is_id (const char *text, gsize size)
{
  g_autofree guint8 *bytes = NULL;
  gsize n_bytes = 0;

  bytes = text != NULL ? gh_base58_decode (text, &n_bytes) : NULL;
  return bytes != NULL && n_bytes == size;
}

/* How far a call's epochs can have come: each is somebody who left, and in no call does one leave every second for
 * years. What claims are held to grows with time, so that nobody can run the numbers out for all the others. */
static guint
most_epochs (void)
{
  gint64 seconds = gh_time_wall_ms () / 1000 - FIRST_YEAR_S;

  return (guint) CLAMP (seconds, FIRST_EPOCHS, G_MAXINT32);
}

static gboolean
is_back (const GhdConference *conference, const GhdCallJoin *join)
{
  return g_strcmp0 (join->call_id, conference->call_id) == 0;
}

/* Somebody whose media went on without this server has a key of an epoch that is not before ours: whoever came back
 * before them had not heard of it, or told a lie. Numbers only grow. Nor can they have ours beside one whose number
 * has the same last byte. */
static void
overtake (GhdCalls *self, GhdConference *conference, const GhdCallJoin *join)
{
  gboolean is_ahead = conference->is_resumed && join->epoch >= conference->epoch
                      && join->epoch <= most_epochs ();
  gboolean is_alike = join->epoch != conference->epoch
                      && (join->epoch & 0xff) == (conference->epoch & 0xff);

  if (!is_back (conference, join) || !(is_ahead || is_alike))
    return;

  if (is_ahead)
    conference->epoch = join->epoch;
  ghd_calls_renew_key (self, conference);
}

static GhdConference *
begin (GhdCalls *self, GhdGuild *guild, GhdChannel *channel, const GhdCallJoin *join)
{
  GhdConference *conference;

  gboolean is_known = is_id (join->call_id, GHD_CONFERENCE_ID_SIZE)
                      && join->epoch <= most_epochs ();

  conference = ghd_conference_new (channel->channel_id, ghd_guild_get_id (guild),
                                   is_known ? join->call_id : NULL, is_known ? join->epoch : 0,
                                   gh_time_wall_ms ());
  ghd_calls_begin (self, conference);
  return conference;
}

/* Somebody whom this server forgot, but whose media went on, stays who they were. */
static void
keep_member_id (GhdConference *conference, GhdParticipant *participant, const GhdCallJoin *join)
{
  if (!is_back (conference, join) || !is_id (join->member_id, GHD_CONFERENCE_MEMBER_ID_SIZE))
    return;
  for (guint i = 0; i < conference->participants->len; i++)
    {
      const GhdParticipant *other = g_ptr_array_index (conference->participants, i);

      if (g_str_equal (other->member_id, join->member_id))
        return;
    }

  g_free (participant->member_id);
  participant->member_id = g_strdup (join->member_id);
}

/* Whoever keeps their place has connections that were made with what they were given before. */
static void
add_ice_servers (GhdCalls *self, GhdParticipant *participant, gboolean is_kept,
                 GhJsonBuilder *builder)
{
  gint64 now_s = gh_time_wall_ms () / 1000;
  gint64 due_s = ghd_ice_add_servers (self->ice, builder, participant->user_id, now_s);

  if (participant->former_epoch != 0 && due_s != G_MAXINT64)
    due_s = MIN (due_s, now_s + ICE_OF_OLD_S);
  if (!is_kept)
    participant->ice_due_s = due_s;
}

static GhJson *
build_answer (GhdCalls *self, GhdConference *conference, GhdParticipant *participant,
              gboolean is_kept)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) description = ghd_conference_describe (conference, self->revision);

  ghd_conference_add_key (conference, builder);
  ghd_participant_add_ticket (participant, builder);
  add_ice_servers (self, participant, is_kept, builder);
  gh_json_builder_add_string (builder, "route", "p2p");
  gh_json_builder_add_int (builder, "alive_ms", GHD_CALLS_ALIVE_MS);
  gh_json_builder_add_json (builder, "call", description);

  return gh_json_builder_finish (builder);
}

/* Whether it is the same device that lost only its connection. Whoever has forgotten who they were has
 * forgotten, too, which packets they have opened: they come as somebody new. */
static gboolean
keeps_place (GhdConference *conference, GhdParticipant *participant, const char *device_id,
             const GhdCallJoin *join)
{
  return g_str_equal (participant->device_id, device_id)
         && g_strcmp0 (join->call_id, conference->call_id) == 0
         && g_strcmp0 (join->member_id, participant->member_id) == 0;
}

/**
 * ghd_calls_join:
 *
 * Somebody comes into the call of a channel, which begins when nobody is in it. They leave any other
 * they were in, on whatever device. The same device in the same call, which knows its call id and member
 * id, keeps its place, with the same ticket. Whoever was moved or taken out meanwhile does not come back
 * by that: refuses with "call.moved" or "call.disconnected".
 *
 * Returns: (transfer full): `{call_id, epoch, key, member_id, ice_ufrag, ice_password, ice_servers,
 *   route, alive_ms, call}`
 */
GhJson *
ghd_calls_join (GhdCalls *self, const char *user_id, const char *device_id, const char *channel_id,
                const GhdCallJoin *join, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;
  GhdChannel *channel;
  GhdConference *conference, *before;
  GhdParticipant *participant;
  gboolean is_kept;

  guild = ghd_calls_find_channel (self, user_id, channel_id, &channel, &conference, error);
  if (guild == NULL || !may_join (self, guild, channel, conference, user_id, error)
      || !may_come_back (self, conference, user_id, device_id, join, error))
    return NULL;

  /* Nothing waits from here on. */
  before = g_hash_table_lookup (self->by_user, user_id);
  participant = before != NULL ? ghd_conference_get (before, user_id) : NULL;
  if (participant != NULL
      && (before != conference || !keeps_place (conference, participant, device_id, join)))
    {
      gboolean is_here = g_str_equal (participant->device_id, device_id) && before == conference;

      ghd_calls_remove (self, before, user_id, is_here ? NULL : GHD_CALL_MOVED);
      participant = NULL;
    }

  /* The removal may just have ended it. */
  conference = g_hash_table_lookup (self->by_channel, channel_id);
  if (conference == NULL)
    conference = begin (self, guild, channel, join);
  is_kept = participant != NULL;
  if (participant == NULL)
    {
      overtake (self, conference, join);
      participant = ghd_conference_add (conference, user_id, device_id, gh_time_wall_ms ());
      keep_member_id (conference, participant, join);
      participant->former_epoch = is_back (conference, join) ? join->epoch : 0;
      g_hash_table_insert (self->by_user, g_strdup (user_id), conference);
    }
  participant->heard_us = g_get_monotonic_time ();
  participant->is_muted = join->is_muted;
  participant->is_deafened = join->is_deafened;
  participant->may_speak = ghd_calls_may_speak (guild, channel, user_id);
  ghd_calls_limit_shares (participant, ghd_calls_may_share (guild, channel, user_id));
  ghd_calls_take_shows (participant, join, is_kept);

  ghd_calls_publish (self, conference);
  ghd_calls_count (self);

  return build_answer (self, conference, participant, is_kept);
}
