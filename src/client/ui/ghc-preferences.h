/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-talk-key.h"

G_BEGIN_DECLS

#define GHC_TYPE_PREFERENCES (ghc_preferences_get_type ())

G_DECLARE_FINAL_TYPE (GhcPreferences, ghc_preferences, GHC, PREFERENCES, AdwPreferencesDialog)

GhcPreferences *ghc_preferences_new (GSettings *settings, GhcCallDesk *desk,
                                     GhcTalkKey *talk_key);

void ghc_preferences_show_voice (GhcPreferences *self);

G_END_DECLS
