/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SIDEBAR (ghc_sidebar_get_type ())

G_DECLARE_FINAL_TYPE (GhcSidebar, ghc_sidebar, GHC, SIDEBAR, AdwBin)

void ghc_sidebar_set_guild (GhcSidebar *self, GhcSession *session, GhcGuild *guild);
void ghc_sidebar_set_channel (GhcSidebar *self, GhcChannel *channel);
void ghc_sidebar_focus_list (GhcSidebar *self);

G_END_DECLS
