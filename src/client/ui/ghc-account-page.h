/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-sessions.h"

G_BEGIN_DECLS

#define GHC_TYPE_ACCOUNT_PAGE (ghc_account_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcAccountPage, ghc_account_page, GHC, ACCOUNT_PAGE, AdwNavigationPage)

GhcAccountPage *ghc_account_page_new (GhcSessions *sessions, GhcServerInfo *server,
                                      const char *link);

void ghc_account_page_focus (GhcAccountPage *self);

G_END_DECLS
