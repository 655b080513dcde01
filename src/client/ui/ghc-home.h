/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GHC_TYPE_HOME (ghc_home_get_type ())

G_DECLARE_FINAL_TYPE (GhcHome, ghc_home, GHC, HOME, AdwBin)

GtkWidget *ghc_home_new (void);

G_END_DECLS
