/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-seat.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_POPOVER (ghc_share_popover_get_type ())

G_DECLARE_FINAL_TYPE (GhcSharePopover, ghc_share_popover, GHC, SHARE_POPOVER, GtkPopover)

/* @session, @seat: (nullable) */
GtkWidget *ghc_share_popover_new (GhcSession *session, GhcCallSeat *seat, GhcShare *share);

G_END_DECLS
