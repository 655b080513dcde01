/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_DELETE_GUILD_PAGE (ghc_delete_guild_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcDeleteGuildPage, ghc_delete_guild_page, GHC, DELETE_GUILD_PAGE,
                      AdwNavigationPage)

AdwNavigationPage *ghc_delete_guild_page_new (GhcSession *session, GhcGuild *guild);

G_END_DECLS
