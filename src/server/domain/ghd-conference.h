/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "gh-secret.h"
#include "ghd-share.h"

G_BEGIN_DECLS

#define GHD_CONFERENCE_KEY_SIZE 32

/* Bytes of what names a call and a stay in it, in base58. */
#define GHD_CONFERENCE_ID_SIZE 16
#define GHD_CONFERENCE_MEMBER_ID_SIZE 8

/**
 * GhdParticipant:
 * @device_id: where this person takes part; everything private to the call goes there only
 * @member_id: names this stay in the call: base58 of 8 random bytes. Key derivation uses it, so that
 *   it is never given out twice
 * @ice_ufrag: the user fragment of ICE that this participant must use, and with the password its
 *   ticket: whoever does not show it does not get through to the others
 * @heard_us: monotonic time of its last sign of life
 * @reported_us: of the last one that was told what became of its packets
 * @ice_due_s: wall-clock time at which it is to be given new credentials for TURN
 * @former_epoch: the last that it had a key of when it came back to a server that had forgotten the
 *   call; 0 for not so
 */
typedef struct
{
  char    *user_id;
  char    *device_id;
  char    *member_id;
  char    *ice_ufrag;
  char    *ice_password;
  gint64   joined_ts;
  gint64   heard_us;
  gint64   reported_us;
  gint64   ice_due_s;
  guint    former_epoch;
  gboolean is_muted;
  gboolean is_deafened;
  gboolean may_speak;
  gboolean may_share;
  GhdShare shares[GHD_N_SHARES];
} GhdParticipant;

/**
 * GhdConference:
 *
 * One call: who is in it, in the order in which they came, and the key of the present epoch. It
 * knows no rules; see #GhdCalls. The key is never stored and never logged.
 * @is_resumed: whether it began before this server did
 */
typedef struct
{
  char       *call_id;
  char       *channel_id;
  char       *guild_id;
  gboolean    is_resumed;
  gint64      started_ts;
  guint       epoch;
  GhSecret   *key;
  GPtrArray  *participants;
  GHashTable *silenced;  /* set of user ids whom a moderator muted, while the call lasts */
  GHashTable *dismissed; /* member id -> why that stay is over for good, though its device may not know */
} GhdConference;

GhdConference  *ghd_conference_new         (const char *channel_id, const char *guild_id,
                                            const char *call_id, guint epoch, gint64 now_ts);
void            ghd_conference_free        (GhdConference *self);
GhdParticipant *ghd_conference_add         (GhdConference *self, const char *user_id,
                                            const char *device_id, gint64 now_ts);
gboolean        ghd_conference_remove      (GhdConference *self, const char *user_id);
GhdParticipant *ghd_conference_get         (GhdConference *self, const char *user_id);
GhdParticipant *ghd_conference_get_member  (GhdConference *self, const char *member_id);
void            ghd_conference_dismiss     (GhdConference *self, const char *member_id,
                                            const char *reason);
const char     *ghd_conference_get_dismissal (GhdConference *self, const char *member_id);
gboolean        ghd_conference_is_silenced (GhdConference *self, const char *user_id);
void            ghd_conference_renew_key   (GhdConference *self);

/* what is told of it */
GhJson         *ghd_conference_describe     (GhdConference *self, gint64 revision);
void            ghd_conference_add_key      (GhdConference *self, GhJsonBuilder *builder);
void            ghd_participant_add_ticket  (GhdParticipant *self, GhJsonBuilder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdConference, ghd_conference_free)

G_END_DECLS
