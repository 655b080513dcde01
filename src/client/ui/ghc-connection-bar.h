/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CONNECTION_BAR (ghc_connection_bar_get_type ())

G_DECLARE_FINAL_TYPE (GhcConnectionBar, ghc_connection_bar, GHC, CONNECTION_BAR, AdwBin)

char *ghc_connection_describe (GhcSession *session);
const char *ghc_connection_get_icon_name (GhcSession *session);

G_END_DECLS
