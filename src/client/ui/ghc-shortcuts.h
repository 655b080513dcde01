/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GHC_TYPE_SHORTCUTS (ghc_shortcuts_get_type ())

G_DECLARE_FINAL_TYPE (GhcShortcuts, ghc_shortcuts, GHC, SHORTCUTS, AdwPreferencesDialog)

GhcShortcuts *ghc_shortcuts_new (void);

G_END_DECLS
