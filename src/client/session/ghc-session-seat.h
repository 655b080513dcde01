/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "ghc-call-seat.h"
#include "ghc-call-wire.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SESSION_SEAT (ghc_session_seat_get_type ())
G_DECLARE_FINAL_TYPE (GhcSessionSeat, ghc_session_seat, GHC, SESSION_SEAT, GhcCallSeat)

/**
 * GhcSessionSeat:
 *
 * The seat that a session has in a call: gives signs of life, tells of mute, and sends signals, as long
 * as there is a gateway. It does not keep the session alive.
 */
GhcSessionSeat *ghc_session_seat_new            (GhcSession    *session,
                                                 GhcCall       *call,
                                                 GhcCallTicket *ticket,
                                                 gboolean       muted,
                                                 gboolean       deafened);

const char     *ghc_session_seat_get_channel_id (GhcSessionSeat *self);

/* For the request that comes back: adds "shares". */
void            ghc_session_seat_add_shares     (GhcSessionSeat *self, GhJsonBuilder *builder);

/* Whether @ticket is of the same stay; it goes on with it then. */
gboolean        ghc_session_seat_is_same        (GhcSessionSeat *self, GhcCallTicket *ticket);
/* @muted, @deafened: what the server was told with the request */
void            ghc_session_seat_resume         (GhcSessionSeat *self,
                                                 GhcCallTicket  *ticket,
                                                 gboolean        muted,
                                                 gboolean        deafened);
/* The call was described anew. */
void            ghc_session_seat_update         (GhcSessionSeat *self);
/* Whether so much time has passed unseen that nobody would expect to be in a call any more. */
gboolean        ghc_session_seat_was_asleep     (GhcSessionSeat *self);
void            ghc_session_seat_end            (GhcSessionSeat *self,
                                                 const char     *reason,
                                                 const char     *text);

G_END_DECLS
