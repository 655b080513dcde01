/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_TILE (ghc_call_tile_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallTile, ghc_call_tile, GHC, CALL_TILE, GtkFlowBoxChild)

GtkWidget *ghc_call_tile_new (GhcSession *session, GhcCallMember *member);

GhcCallMember *ghc_call_tile_get_member (GhcCallTile *self);

G_END_DECLS
