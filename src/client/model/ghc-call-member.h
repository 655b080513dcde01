/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-permission.h"
#include "ghc-user.h"

G_BEGIN_DECLS

/* GhcCallMember:level when there is nothing to hear, in dB below full scale. */
#define GHC_CALL_SILENT (-100.0)

typedef struct _GhcCall GhcCall;
typedef struct _GhcShare GhcShare;

#define GHC_TYPE_CALL_MEMBER (ghc_call_member_get_type ())
G_DECLARE_FINAL_TYPE (GhcCallMember, ghc_call_member, GHC, CALL_MEMBER, GObject)

/**
 * GhcCallMember:
 *
 * Somebody's stay in a call; whoever leaves and comes back is another one. All properties notify.
 *
 * As the server tells (read-only):
 * - user (GhcUser)
 * - member-id (string): names the stay; the sender of media packets
 * - muted (boolean): sends no sound, by own choice
 * - deafened (boolean): hears nothing, by own choice
 * - silenced (boolean): muted for everybody by a moderator
 * - may-speak (boolean): has the permission
 * - is-self (boolean): one's own person, be it on another device
 * - may-share (boolean): has the permission to show a screen or a camera
 * - screen, camera (GhcShare, nullable): what this member shows
 *
 * As media sees it (written by media):
 * - speaking (boolean): is to be heard now
 * - level (double): how loud, in dB, GHC_CALL_SILENT..0
 * - link (GhcCallLink)
 * - route (GhcCallRoute)
 * - round-trip-ms (uint): 0 when it is not known
 * - loss (double): share of packets that were lost in the last seconds, 0..1
 * - concealed (double): share of sound that had to be made up in the last seconds, 0..1
 *
 * As the person in front wants it (written by the UI):
 * - volume (double): 0..2; 1 is as sent
 * - silenced-here (boolean): not to be heard on this device
 */
GhcCallMember *ghc_call_member_new               (GhcUser *user, const char *member_id);

/* (transfer none) (nullable): the call it is a stay in; NULL once that is gone. */
GhcCall       *ghc_call_member_get_call          (GhcCallMember *self);
GhcUser       *ghc_call_member_get_user          (GhcCallMember *self);
const char    *ghc_call_member_get_member_id     (GhcCallMember *self);
/* (nullable): of the ticket that the server gave them, as it said with their latest signal. Written by the
 * session. */
const char    *ghc_call_member_get_ice_ufrag     (GhcCallMember *self);
void           ghc_call_member_set_ice_ufrag     (GhcCallMember *self, const char *ice_ufrag);
gboolean       ghc_call_member_get_muted         (GhcCallMember *self);
gboolean       ghc_call_member_get_deafened      (GhcCallMember *self);
gboolean       ghc_call_member_get_silenced      (GhcCallMember *self);
gboolean       ghc_call_member_get_may_speak     (GhcCallMember *self);
gboolean       ghc_call_member_get_is_self       (GhcCallMember *self);
gboolean       ghc_call_member_get_may_share     (GhcCallMember *self);
/* Each is (transfer none) (nullable). */
GhcShare      *ghc_call_member_get_screen        (GhcCallMember *self);
GhcShare      *ghc_call_member_get_camera        (GhcCallMember *self);
GhcShare      *ghc_call_member_get_share         (GhcCallMember *self, GhcShareKind kind);

gboolean       ghc_call_member_get_speaking      (GhcCallMember *self);
void           ghc_call_member_set_speaking      (GhcCallMember *self, gboolean speaking);
double         ghc_call_member_get_level         (GhcCallMember *self);
void           ghc_call_member_set_level         (GhcCallMember *self, double level);
GhcCallLink    ghc_call_member_get_link          (GhcCallMember *self);
void           ghc_call_member_set_link          (GhcCallMember *self, GhcCallLink link);
GhcCallRoute   ghc_call_member_get_route         (GhcCallMember *self);
void           ghc_call_member_set_route         (GhcCallMember *self, GhcCallRoute route);
guint          ghc_call_member_get_round_trip_ms (GhcCallMember *self);
void           ghc_call_member_set_round_trip_ms (GhcCallMember *self, guint round_trip_ms);
double         ghc_call_member_get_loss          (GhcCallMember *self);
void           ghc_call_member_set_loss          (GhcCallMember *self, double loss);
double         ghc_call_member_get_concealed     (GhcCallMember *self);
void           ghc_call_member_set_concealed     (GhcCallMember *self, double concealed);

double         ghc_call_member_get_volume        (GhcCallMember *self);
void           ghc_call_member_set_volume        (GhcCallMember *self, double volume);
gboolean       ghc_call_member_get_silenced_here (GhcCallMember *self);
void           ghc_call_member_set_silenced_here (GhcCallMember *self, gboolean silenced_here);

/* Whether one may do to them what @permission (GH_PERMISSION_MUTE_MEMBERS…) lets one do to people in calls:
 * as the server sees it, only to those below oneself. */
gboolean       ghc_call_member_may_moderate      (GhcCallMember *self,
                                                  GhPermissions  permission);

/* For the fold. */
void           ghc_call_member_set_call          (GhcCallMember *self, GhcCall *call);
void           ghc_call_member_set_flags         (GhcCallMember *self,
                                                  gboolean       muted,
                                                  gboolean       deafened,
                                                  gboolean       silenced,
                                                  gboolean       may_speak);
void           ghc_call_member_set_may_share     (GhcCallMember *self, gboolean may_share);
void           ghc_call_member_set_share         (GhcCallMember *self,
                                                  GhcShareKind   kind,
                                                  GhcShare      *share);

G_END_DECLS
