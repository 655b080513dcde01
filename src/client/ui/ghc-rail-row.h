/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-guild.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_RAIL_ROW (ghc_rail_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcRailRow, ghc_rail_row, GHC, RAIL_ROW, GtkListBoxRow)

GtkWidget *ghc_rail_row_new (GhcSession *session, GhcGuild *guild);
GhcGuild *ghc_rail_row_get_guild (GhcRailRow *self);
GhcSession *ghc_rail_row_get_session (GhcRailRow *self);

G_END_DECLS
