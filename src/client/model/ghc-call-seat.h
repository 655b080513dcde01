/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghc-call.h"
#include "ghc-ice-server.h"
#include "ghc-share.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_SEAT (ghc_call_seat_get_type ())
G_DECLARE_DERIVABLE_TYPE (GhcCallSeat, ghc_call_seat, GHC, CALL_SEAT, GObject)

/**
 * GhcSeatCounters:
 *
 * What became of the call's packets on this device since it joined: sums over all members. Each only
 * grows.
 */
typedef struct
{
  guint64 sealed;
  guint64 opened;
  guint64 unsealed;      /* not sent, because there was no key */
  guint64 malformed;
  guint64 unknown_epoch;
  guint64 reflected;
  guint64 replayed;
  guint64 tampered;
  guint64 exhausted;     /* needed a new epoch */
} GhcSeatCounters;

/**
 * GhcCallSeat:
 *
 * One's own place in a call, on this device: who one is there, the keys, and the way to the others.
 * The session makes it (ghc_session_join_call()); it is of no use any more once it has ended. All
 * properties notify.
 * - call (GhcCall)
 * - call-id (string): names the call to those in it
 * - member-id (string): names one's stay: the sender of one's packets. Whoever becomes somebody new
 *   gets a new seat, and this one ends
 * - state (GhcSeatState)
 * - muted (boolean, writable), deafened (boolean, writable): at once; the server is told by itself.
 *   Deafened implies muted: whoever deafens is muted as well, whoever unmutes hears again
 * - silenced (boolean): by a moderator
 * - may-speak (boolean): has the permission
 * - can-speak (boolean): may speak and is not silenced
 * - may-share (boolean): has the permission to show a screen or a camera
 * - ice-ufrag (string), ice-password (string): the credentials of ICE that others take from this
 *   device, and no others; a server that has forgotten the call gives new ones, for what is
 *   negotiated from then on
 * - relay-only (boolean): only candidates of relays are to be used. Written by the UI
 * - ended-text (string, nullable): why it has ended, as a sentence; NULL when one left by oneself, or
 *   as long as it goes on
 *
 * Signals:
 * - key (uint epoch, GhSecret key): a key. Install it for opening at once unless it is there already;
 *   seal with it from 250 ms later
 * - moved-key (uint epoch, GhSecret key): after the server has forgotten the call. Install it for
 *   opening at once, and go on sealing with the former: "key" with the same epoch follows when
 *   everybody is back, or after 10 s
 * - signal (string from_member_id, GhJson signal): what a member sent, in order; hostile input
 * - ice-renewed: there are other ICE servers, because the credentials for those before expire. A
 *   connection that goes through one of those is to be made anew
 * - reported: the packets were counted anew, every few seconds (ghc_call_seat_get_counters())
 * - ended (string reason): once; "left", "moved", "removed", "disconnected", "lost", "deleted",
 *   "signed-out" or "server"
 */
struct _GhcCallSeatClass
{
  GObjectClass parent_class;

  DexFuture *(*send)        (GhcCallSeat           *self,
                             const char            *to_member_id,
                             GhJson                *signal);
  void       (*report)      (GhcCallSeat           *self,
                             const GhcSeatCounters *counters);
  /* muted or deafened has changed: tell the server. */
  void       (*tell_state)  (GhcCallSeat           *self);
  DexFuture *(*share)       (GhcCallSeat           *self,
                             GhcShareKind           kind,
                             gboolean               on,
                             gboolean               has_sound);
  /* GhcShare:watched has changed. */
  DexFuture *(*watch)       (GhcCallSeat           *self,
                             GhcShare              *share,
                             gboolean               on);
};

GhcCall      *ghc_call_seat_get_call         (GhcCallSeat *self);
const char   *ghc_call_seat_get_call_id      (GhcCallSeat *self);
const char   *ghc_call_seat_get_member_id    (GhcCallSeat *self);
GhcSeatState  ghc_call_seat_get_state        (GhcCallSeat *self);
gboolean      ghc_call_seat_get_muted        (GhcCallSeat *self);
void          ghc_call_seat_set_muted        (GhcCallSeat *self, gboolean muted);
gboolean      ghc_call_seat_get_deafened     (GhcCallSeat *self);
void          ghc_call_seat_set_deafened     (GhcCallSeat *self, gboolean deafened);
gboolean      ghc_call_seat_get_silenced     (GhcCallSeat *self);
gboolean      ghc_call_seat_get_may_speak    (GhcCallSeat *self);
gboolean      ghc_call_seat_get_can_speak    (GhcCallSeat *self);
gboolean      ghc_call_seat_get_may_share    (GhcCallSeat *self);
const char   *ghc_call_seat_get_ice_ufrag    (GhcCallSeat *self);
const char   *ghc_call_seat_get_ice_password (GhcCallSeat *self);
gboolean      ghc_call_seat_get_relay_only   (GhcCallSeat *self);
void          ghc_call_seat_set_relay_only   (GhcCallSeat *self, gboolean relay_only);
const char   *ghc_call_seat_get_ended_text   (GhcCallSeat *self);

/**
 * ghc_call_seat_get_ice_servers:
 * @n_servers: (out)
 *
 * Returns: (transfer none) (array length=n_servers): valid until the next call of this or until the
 *   main context runs again; they are renewed when the seat has been away, and before they expire
 */
const GhcIceServer * const *
              ghc_call_seat_get_ice_servers  (GhcCallSeat *self, guint *n_servers);

/**
 * ghc_call_seat_get_key:
 * @epoch: (out)
 * @key: (out) (transfer full): the newest key
 *
 * Returns: FALSE when the seat has ended: its keys are wiped
 */
gboolean      ghc_call_seat_get_key          (GhcCallSeat  *self,
                                              guint32      *epoch,
                                              GhSecret    **key);

/**
 * ghc_call_seat_send:
 * @signal: an object, for the one member's device
 *
 * Signals arrive in the order in which they are sent. While the server is away they wait.
 *
 * Returns: (transfer full): resolves to TRUE when the server has passed it on; rejects with
 *   %GH_ERROR_NOT_FOUND when the member is not there any more, or the seat has ended
 */
DexFuture    *ghc_call_seat_send             (GhcCallSeat *self,
                                              const char  *to_member_id,
                                              GhJson      *signal);

/**
 * ghc_call_seat_report:
 *
 * How it stands; for people to see, and for the server's metrics. To be called now and then: the latest counts are sent
 * with the next sign of life.
 */
void          ghc_call_seat_report           (GhcCallSeat           *self,
                                              const GhcSeatCounters *counters);

/**
 * ghc_call_seat_get_counters:
 * @counters: (out caller-allocates): how it stood when it was reported last
 */
void          ghc_call_seat_get_counters     (GhcCallSeat     *self,
                                              GhcSeatCounters *counters);

/**
 * ghc_call_seat_share:
 * @on: whether others are to see it
 * @has_sound: whether there is sound with it
 *
 * Tells the others that one shows something, or no more. It holds until it is told otherwise, also
 * when the server comes back; GhcCallMember:screen and :camera of oneself say what the server knows.
 *
 * Returns: (transfer full): resolves to TRUE when the server knows; rejects with %GH_ERROR_DENIED when
 *   one may not, or with %GH_ERROR_UNAVAILABLE when the server is away. Nothing is shown then.
 */
DexFuture    *ghc_call_seat_share            (GhcCallSeat  *self,
                                              GhcShareKind  kind,
                                              gboolean      on,
                                              gboolean      has_sound);

/**
 * ghc_call_seat_watch:
 * @share: what another member shows
 *
 * Sets GhcShare:watched and tells the server, and with it the one who shows: nothing is sent to those
 * who do not watch. It holds as long as the share does, also when the server comes back.
 *
 * Returns: (transfer full): resolves to TRUE when the server knows; rejects when it is not shown any
 *   more, or the server is away. It is told later then, if it still is to be told.
 */
DexFuture    *ghc_call_seat_watch            (GhcCallSeat *self,
                                              GhcShare    *share,
                                              gboolean     on);

/* --- for subclasses ------------------------------------------------------------------------- */

void          ghc_call_seat_set_call         (GhcCallSeat *self, GhcCall *call);
void          ghc_call_seat_set_identity     (GhcCallSeat *self,
                                              const char  *call_id,
                                              const char  *member_id,
                                              const char  *ice_ufrag,
                                              const char  *ice_password);
/* @servers: (element-type GhcIceServer) */
void          ghc_call_seat_set_ice_servers  (GhcCallSeat *self, GPtrArray *servers);
void          ghc_call_seat_renew_ice_servers (GhcCallSeat *self, GPtrArray *servers);
/* How it is to begin; the server is not told. */
void          ghc_call_seat_set_initial      (GhcCallSeat *self, gboolean muted, gboolean deafened);
void          ghc_call_seat_set_allowed      (GhcCallSeat *self,
                                              gboolean     silenced,
                                              gboolean     may_speak);
void          ghc_call_seat_set_may_share    (GhcCallSeat *self, gboolean may_share);
void          ghc_call_seat_set_state        (GhcCallSeat *self, GhcSeatState state);
/* Keeps @key as the newest and emits "key", or "moved-key" when @is_moved. */
void          ghc_call_seat_take_key         (GhcCallSeat *self,
                                              guint32      epoch,
                                              GhSecret    *key,
                                              gboolean     is_moved);
/* Everybody is back: emits "key" with the newest. */
void          ghc_call_seat_settle_key       (GhcCallSeat *self);
void          ghc_call_seat_take_signal      (GhcCallSeat *self,
                                              const char  *from_member_id,
                                              GhJson      *signal);
/* @text: (nullable). Wipes the keys and emits "ended"; once. */
void          ghc_call_seat_end              (GhcCallSeat *self,
                                              const char  *reason,
                                              const char  *text);

G_END_DECLS
