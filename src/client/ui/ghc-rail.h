/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-guild.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_RAIL (ghc_rail_get_type ())

G_DECLARE_FINAL_TYPE (GhcRail, ghc_rail, GHC, RAIL, GtkWidget)

void ghc_rail_set_guild (GhcRail *self, GhcGuild *guild);
GListModel *ghc_rail_get_guilds (GhcRail *self);
GhcSession *ghc_rail_find_session (GhcRail *self, GhcGuild *guild);

G_END_DECLS
