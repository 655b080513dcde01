/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-seat.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_VIEW (ghc_share_view_get_type ())

G_DECLARE_FINAL_TYPE (GhcShareView, ghc_share_view, GHC, SHARE_VIEW, AdwBin)

/**
 * GhcShareView:
 *
 * Something that is shown in a call, or what is to be said in its place, with what can be done about it.
 * Properties (boolean, writable): compact: stands beside a larger one; small: by its own width.
 *
 * Signals:
 * - focus-asked (): by a click or Enter
 * - window-asked (boolean full_screen): a window of its own
 */
GtkWidget *ghc_share_view_new (GhcSession *session, GhcCallSeat *seat, GhcShare *share);

GhcShare *ghc_share_view_get_share (GhcShareView *self);
GhcCallSeat *ghc_share_view_get_seat (GhcShareView *self);
GhcSession *ghc_share_view_get_session (GhcShareView *self);
void ghc_share_view_set_alone (GhcShareView *self, gboolean alone);

G_END_DECLS
