/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-guild.h"

G_BEGIN_DECLS

void ghc_category_model_setup (AdwComboRow *row, GhcGuild *guild, GhcChannel *selected);
GhcChannel *ghc_category_model_get_selected (AdwComboRow *row);

G_END_DECLS
