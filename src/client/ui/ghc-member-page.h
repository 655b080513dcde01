/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_MEMBER_PAGE (ghc_member_page_get_type ())

G_DECLARE_FINAL_TYPE (GhcMemberPage, ghc_member_page, GHC, MEMBER_PAGE, AdwNavigationPage)

AdwNavigationPage *ghc_member_page_new (GhcSession *session, GhcGuild *guild, GhcMember *member);

G_END_DECLS
