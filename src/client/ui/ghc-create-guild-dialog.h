/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CREATE_GUILD_DIALOG (ghc_create_guild_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcCreateGuildDialog, ghc_create_guild_dialog, GHC, CREATE_GUILD_DIALOG,
                      AdwDialog)

GhcCreateGuildDialog *ghc_create_guild_dialog_new (GhcSession *session);
GhcSession *ghc_create_guild_dialog_get_session (GhcCreateGuildDialog *self);

G_END_DECLS
