/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_QUICK_SWITCHER (ghc_quick_switcher_get_type ())

G_DECLARE_FINAL_TYPE (GhcQuickSwitcher, ghc_quick_switcher, GHC, QUICK_SWITCHER, AdwDialog)

GhcQuickSwitcher *ghc_quick_switcher_new (GListModel *sessions, GhcChannel *channel);

G_END_DECLS
