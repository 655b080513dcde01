/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_STATUS_DIALOG (ghc_status_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcStatusDialog, ghc_status_dialog, GHC, STATUS_DIALOG, AdwDialog)

AdwDialog *ghc_status_dialog_new (GhcSession *session);

G_END_DECLS
