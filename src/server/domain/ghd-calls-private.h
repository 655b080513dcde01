/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-calls.h"
#include "ghd-ice.h"

G_BEGIN_DECLS

/* Why somebody is not in a call any more; told to the device that was. */
#define GHD_CALL_MOVED "moved"               /* joined elsewhere */
#define GHD_CALL_DISCONNECTED "disconnected" /* by a moderator */
#define GHD_CALL_DELETED "deleted"           /* with its channel */
#define GHD_CALL_REMOVED "removed"           /* may not be in the channel any more */
#define GHD_CALL_LOST "lost"                 /* gave no sign of life */

/* ghd-calls.c keeps the calls; ghd-calls-join.c, -members.c, -shares.c, -moderation.c and -watch.c say what may
 * happen to them. */
struct _GhdCalls
{
  GObject parent_instance;
  GhdGuilds *guilds;
  GhdHub *hub;
  GhdIce *ice;
  guint max_members;
  GHashTable *by_channel; /* channel id -> GhdConference (owned) */
  GHashTable *by_user;    /* user id -> GhdConference */
  gint64 revision;
  guint sweep_source; /* while there are calls */
  GhdSeries *calls_series;
  GhdSeries *members_series;
  GhdSeries *packets[GHD_N_CALL_COUNTS];
};

gboolean  ghd_calls_may_see      (GhdGuild *guild, GhdChannel *channel, const char *user_id);
gboolean  ghd_calls_may_speak    (GhdGuild *guild, GhdChannel *channel, const char *user_id);
gboolean  ghd_calls_may_share    (GhdGuild *guild, GhdChannel *channel, const char *user_id);
GhdParticipant *ghd_calls_find_participant (GhdCalls *self, const char *user_id,
                                            const char *device_id, GhdConference **conference,
                                            GError **error);
void      ghd_calls_take_shows   (GhdParticipant *participant, const GhdCallJoin *join,
                                  gboolean is_kept);
void      ghd_calls_limit_shares (GhdParticipant *participant, gboolean may_share);
void      ghd_calls_send_device  (GhdCalls *self, GhdParticipant *participant, const char *type,
                                  GhJsonBuilder *builder);
void      ghd_calls_count        (GhdCalls *self);
void      ghd_calls_begin        (GhdCalls *self, GhdConference *conference);
GhdGuild *ghd_calls_find_channel (GhdCalls *self, const char *user_id, const char *channel_id,
                                  GhdChannel **channel, GhdConference **conference,
                                  GError **error);
void      ghd_calls_remove       (GhdCalls *self, GhdConference *conference, const char *user_id,
                                  const char *reason);
void      ghd_calls_renew_key    (GhdCalls *self, GhdConference *conference);
void      ghd_calls_publish      (GhdCalls *self, GhdConference *conference);

G_END_DECLS
