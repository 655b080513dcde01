/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "ghc-call-seat.h"
#include "ghc-session.h"

G_BEGIN_DECLS

/**
 * GhcSeatShares:
 *
 * What a device shows in a call and what it watches, and that the server knows of both. What is watched is
 * told again whenever the server has another opinion.
 */
typedef struct _GhcSeatShares GhcSeatShares;

GhcSeatShares *ghc_seat_shares_new   (GhcSession *session, GhcCallSeat *seat);
void           ghc_seat_shares_unref (GhcSeatShares *self);
DexFuture     *ghc_seat_shares_share (GhcSeatShares *self,
                                      GhcShareKind   kind,
                                      gboolean       on,
                                      gboolean       has_sound);
DexFuture     *ghc_seat_shares_watch (GhcSeatShares *self, GhcShare *share, gboolean on);
/* Adds "shares": what goes on when one comes back. */
void           ghc_seat_shares_add   (GhcSeatShares *self, GhJsonBuilder *builder);
/* The call was described anew. */
void           ghc_seat_shares_update (GhcSeatShares *self);
/* There was no connection: what was told may not have arrived. */
void           ghc_seat_shares_forget (GhcSeatShares *self);
void           ghc_seat_shares_close (GhcSeatShares *self);

G_END_DECLS
