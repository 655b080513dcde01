/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-server-probe.h"

G_BEGIN_DECLS

#define GHC_TYPE_SERVER_PAGE (ghc_server_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcServerPage, ghc_server_page, GHC, SERVER_PAGE, AdwNavigationPage)

GhcServerPage *ghc_server_page_new (const char *link, gboolean is_first);

void ghc_server_page_focus (GhcServerPage *self);

G_END_DECLS
