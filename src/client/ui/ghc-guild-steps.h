/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-guild.h"

G_BEGIN_DECLS

#define GHC_TYPE_GUILD_STEPS (ghc_guild_steps_get_type ())

G_DECLARE_FINAL_TYPE (GhcGuildSteps, ghc_guild_steps, GHC, GUILD_STEPS, GtkBox)

GtkWidget *ghc_guild_steps_new (GhcGuild *guild);

G_END_DECLS
