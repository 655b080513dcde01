/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_ROLE_EDITOR (ghc_role_editor_get_type ())

G_DECLARE_FINAL_TYPE (GhcRoleEditor, ghc_role_editor, GHC, ROLE_EDITOR, AdwNavigationPage)

AdwNavigationPage *ghc_role_editor_new (GhcSession *session, GhcGuild *guild, GhcRole *role);

G_END_DECLS
