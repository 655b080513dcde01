/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_OVERRIDE_PAGE (ghc_override_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcOverridePage, ghc_override_page, GHC, OVERRIDE_PAGE, AdwNavigationPage)

AdwNavigationPage *ghc_override_page_new (GhcSession *session, GhcChannel *channel, GhcRole *role);

G_END_DECLS
