/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_NAME_PAGE (ghc_name_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcNamePage, ghc_name_page, GHC, NAME_PAGE, AdwNavigationPage)

GhcNamePage *ghc_name_page_new (GhcSession *session);

void ghc_name_page_focus (GhcNamePage *self);

G_END_DECLS
