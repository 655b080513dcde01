/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-conference.h"
#include "ghd-guilds.h"
#include "ghd-metrics.h"

G_BEGIN_DECLS

/* A participant gives a sign of life this often, and is let go of when it has given none for so
 * long. Whoever comes back in time keeps its place. */
#define GHD_CALLS_ALIVE_MS 3000
#define GHD_CALLS_PATIENCE_MS 9000

/**
 * GhdCallShow:
 *
 * What somebody shows, or not.
 */
typedef struct
{
  gboolean is_on;
  gboolean has_sound;
} GhdCallShow;

/**
 * GhdCallJoin:
 * @call_id: (nullable): the call that the device was in when it lost this server
 * @epoch: of the last key it had of that call
 * @member_id: (nullable): who it was in that call
 * @has_shows: whether @shows counts: what the device shows
 *
 * How somebody comes into a call.
 */
typedef struct
{
  gboolean    is_muted;
  gboolean    is_deafened;
  const char *call_id;
  guint       epoch;
  const char *member_id;
  gboolean    has_shows;
  GhdCallShow shows[GHD_N_SHARES];
} GhdCallJoin;

/**
 * GhdCallState:
 *
 * What a participant changes of itself; what is not given stays.
 */
typedef struct
{
  gboolean has_muted;
  gboolean is_muted;
  gboolean has_deafened;
  gboolean is_deafened;
} GhdCallState;

/**
 * GhdCallCount:
 *
 * What became of a participant's packets, as its device counts them.
 */
typedef enum
{
  GHD_CALL_SEALED,
  GHD_CALL_OPENED,
  GHD_CALL_UNSEALED, /* not sent, because there was no key */
  GHD_CALL_MALFORMED,
  GHD_CALL_UNKNOWN_EPOCH,
  GHD_CALL_REFLECTED,
  GHD_CALL_REPLAYED,
  GHD_CALL_TAMPERED,
  GHD_CALL_EXHAUSTED, /* needed a new epoch */
  GHD_N_CALL_COUNTS,
} GhdCallCount;

/* The most that one sign of life may tell of each. */
#define GHD_CALLS_MAX_COUNT 1000000

/**
 * GhdCalls:
 *
 * The calls that go on: one for each channel, one for each person on all their devices together. A
 * call begins when somebody joins it and ends with the last who leaves. Media goes from person to
 * person; the server hands out keys and tickets, relays what they need to find each other, and tells
 * everybody who may see the channel who is in it. Nothing of it is ever stored.
 */
#define GHD_TYPE_CALLS (ghd_calls_get_type ())

G_DECLARE_FINAL_TYPE (GhdCalls, ghd_calls, GHD, CALLS, GObject)

GhdCalls *ghd_calls_new         (GhdSettings *settings, GhdMetrics *metrics, GhdGuilds *guilds,
                                 GhdHub *hub);

/* what participants do (ghd-calls-join.c, ghd-calls-members.c) */
GhJson   *ghd_calls_join        (GhdCalls *self, const char *user_id, const char *device_id,
                                 const char *channel_id, const GhdCallJoin *join, GError **error);
void      ghd_calls_leave       (GhdCalls *self, const char *user_id, const char *device_id);
void      ghd_calls_leave_others (GhdCalls *self, const char *user_id, const char *keep_device_id);
gboolean  ghd_calls_keep_alive  (GhdCalls *self, const char *user_id, const char *device_id,
                                 GhJsonBuilder *answer, GError **error);
const char *ghd_calls_get_count_name (GhdCallCount count);
void      ghd_calls_report      (GhdCalls *self, const char *user_id, const char *device_id,
                                 const gint64 counts[GHD_N_CALL_COUNTS]);
gboolean  ghd_calls_set_state   (GhdCalls *self, const char *user_id, const char *device_id,
                                 const GhdCallState *state, GError **error);
gboolean  ghd_calls_signal      (GhdCalls *self, const char *user_id, const char *device_id,
                                 const char *to_user_id, GhJson *signal, GError **error);

/* what they show (ghd-calls-shares.c) */
gboolean  ghd_calls_share       (GhdCalls *self, const char *user_id, const char *device_id,
                                 GhdShareKind kind, const GhdCallShow *show, GError **error);
gboolean  ghd_calls_watch       (GhdCalls *self, const char *user_id, const char *device_id,
                                 const char *member_id, GhdShareKind kind, gboolean is_watching,
                                 GError **error);

/* what moderators do (ghd-calls-moderation.c) */
gboolean  ghd_calls_silence     (GhdCalls *self, const char *user_id, const char *channel_id,
                                 const char *target, gboolean is_silenced, GError **error);
gboolean  ghd_calls_disconnect  (GhdCalls *self, const char *user_id, const char *channel_id,
                                 const char *target, GError **error);

gboolean  ghd_calls_stop_share  (GhdCalls *self, const char *user_id, const char *channel_id,
                                 const char *target, GhdShareKind kind, GError **error);

/* what follows from what happens elsewhere (ghd-calls-watch.c) */
void      ghd_calls_tell        (GhdCalls *self, GhdSubscriber *subscriber, const char *user_id,
                                 GPtrArray *guilds);
void      ghd_calls_committed   (GhdCalls *self, GPtrArray *events);

G_END_DECLS
