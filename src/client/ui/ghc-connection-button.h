/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CONNECTION_BUTTON (ghc_connection_button_get_type ())

G_DECLARE_FINAL_TYPE (GhcConnectionButton, ghc_connection_button, GHC, CONNECTION_BUTTON, AdwBin)

G_END_DECLS
