/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_PERSON_TILE (ghc_person_tile_get_type ())

G_DECLARE_FINAL_TYPE (GhcPersonTile, ghc_person_tile, GHC, PERSON_TILE, AdwBin)

GtkWidget *ghc_person_tile_new (GhcSession *session, GhcCallMember *member);

G_END_DECLS
