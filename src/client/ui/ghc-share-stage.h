/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-seat.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_STAGE (ghc_share_stage_get_type ())

G_DECLARE_FINAL_TYPE (GhcShareStage, ghc_share_stage, GHC, SHARE_STAGE, AdwBin)

/* @seat: (nullable): in a call; what is shown in it is seen here then, and nothing otherwise */
void ghc_share_stage_set_seat (GhcShareStage *self, GhcSession *session, GhcCallSeat *seat);

G_END_DECLS
