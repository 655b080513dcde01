/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-desk.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_MENU (ghc_share_menu_get_type ())

G_DECLARE_FINAL_TYPE (GhcShareMenu, ghc_share_menu, GHC, SHARE_MENU, GtkPopover)

/* @desk: (nullable) */
void ghc_share_menu_set_desk (GhcShareMenu *self, GhcCallDesk *desk);

G_END_DECLS
