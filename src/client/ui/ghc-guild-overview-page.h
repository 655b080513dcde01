/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_GUILD_OVERVIEW_PAGE (ghc_guild_overview_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcGuildOverviewPage, ghc_guild_overview_page, GHC, GUILD_OVERVIEW_PAGE,
                      AdwPreferencesPage)

AdwPreferencesPage *ghc_guild_overview_page_new (GhcSession *session, GhcGuild *guild);

G_END_DECLS
