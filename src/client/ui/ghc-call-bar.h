/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-desk.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_BAR (ghc_call_bar_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallBar, ghc_call_bar, GHC, CALL_BAR, AdwBin)

GtkWidget *ghc_call_bar_new (void);

G_END_DECLS
