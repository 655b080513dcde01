/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GHC_TYPE_KEY_ROW (ghc_key_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcKeyRow, ghc_key_row, GHC, KEY_ROW, AdwActionRow)

G_END_DECLS
