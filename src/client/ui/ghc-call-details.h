/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call-seat.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_DETAILS (ghc_call_details_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallDetails, ghc_call_details, GHC, CALL_DETAILS, GtkPopover)


void ghc_call_details_set_call (GhcCallDetails *self, GhcCall *call);
void ghc_call_details_set_seat (GhcCallDetails *self, GhcCallSeat *seat);

G_END_DECLS
