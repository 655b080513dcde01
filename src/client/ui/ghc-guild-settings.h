/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_GUILD_SETTINGS (ghc_guild_settings_get_type ())

G_DECLARE_FINAL_TYPE (GhcGuildSettings, ghc_guild_settings, GHC, GUILD_SETTINGS,
                      AdwPreferencesDialog)

GhcGuildSettings *ghc_guild_settings_new (GhcSession *session, GhcGuild *guild);

G_END_DECLS
