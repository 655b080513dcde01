/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-seat.h"
#include "ghc-session.h"

G_BEGIN_DECLS

/**
 * GhcSeatSignals:
 *
 * Signals on their way to the other members of a call, in order. While the server is away they wait, and
 * so do those to a member who has not come back yet. What was under way when a connection broke is sent
 * again: a signal can arrive twice then.
 */
typedef struct _GhcSeatSignals GhcSeatSignals;

GhcSeatSignals *ghc_seat_signals_new   (GhcSession *session, GhcCallSeat *seat);
void            ghc_seat_signals_unref (GhcSeatSignals *self);
DexFuture      *ghc_seat_signals_send  (GhcSeatSignals *self,
                                        const char     *to_member_id,
                                        GhJson         *signal);
/* Something has changed: sends what can be sent. */
void            ghc_seat_signals_pump  (GhcSeatSignals *self);
/* Whoever waits is told that it was in vain. */
void            ghc_seat_signals_close (GhcSeatSignals *self);

G_END_DECLS
