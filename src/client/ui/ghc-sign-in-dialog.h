/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SIGN_IN_DIALOG (ghc_sign_in_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcSignInDialog, ghc_sign_in_dialog, GHC, SIGN_IN_DIALOG, AdwDialog)

GhcSignInDialog *ghc_sign_in_dialog_new (GhcSession *session);

G_END_DECLS
