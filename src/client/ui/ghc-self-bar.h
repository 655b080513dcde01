/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SELF_BAR (ghc_self_bar_get_type ())

G_DECLARE_FINAL_TYPE (GhcSelfBar, ghc_self_bar, GHC, SELF_BAR, AdwBin)

G_END_DECLS
