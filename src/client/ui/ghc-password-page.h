/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_PASSWORD_PAGE (ghc_password_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcPasswordPage, ghc_password_page, GHC, PASSWORD_PAGE, AdwNavigationPage)

AdwNavigationPage *ghc_password_page_new (GhcSession *session);

G_END_DECLS
