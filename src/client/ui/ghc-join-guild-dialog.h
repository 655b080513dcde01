/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-sessions.h"

G_BEGIN_DECLS

#define GHC_TYPE_JOIN_GUILD_DIALOG (ghc_join_guild_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcJoinGuildDialog, ghc_join_guild_dialog, GHC, JOIN_GUILD_DIALOG, AdwDialog)

GhcJoinGuildDialog *ghc_join_guild_dialog_new (GhcSessions *sessions, const char *link);

G_END_DECLS
