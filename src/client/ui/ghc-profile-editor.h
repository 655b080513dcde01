/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_PROFILE_EDITOR (ghc_profile_editor_get_type ())
G_DECLARE_FINAL_TYPE (GhcProfileEditor, ghc_profile_editor, GHC, PROFILE_EDITOR, AdwDialog)

AdwDialog *ghc_profile_editor_new (GhcSession *session);

G_END_DECLS
