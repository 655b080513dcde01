/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-talk-key.h"

G_BEGIN_DECLS

#define GHC_TYPE_VOICE_PAGE (ghc_voice_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcVoicePage, ghc_voice_page, GHC, VOICE_PAGE, AdwPreferencesPage)

AdwPreferencesPage *ghc_voice_page_new (GhcCallDesk *desk, GhcTalkKey *talk_key);

G_END_DECLS
