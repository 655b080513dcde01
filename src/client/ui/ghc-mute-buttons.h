/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-desk.h"

G_BEGIN_DECLS

#define GHC_TYPE_MUTE_BUTTONS (ghc_mute_buttons_get_type ())

G_DECLARE_FINAL_TYPE (GhcMuteButtons, ghc_mute_buttons, GHC, MUTE_BUTTONS, AdwBin)

GtkWidget *ghc_mute_buttons_new (void);

G_END_DECLS
