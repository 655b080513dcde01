/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_ACCOUNT_DIALOG (ghc_account_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcAccountDialog, ghc_account_dialog, GHC, ACCOUNT_DIALOG,
                      AdwPreferencesDialog)

GhcAccountDialog *ghc_account_dialog_new (GhcSession *session);

G_END_DECLS
