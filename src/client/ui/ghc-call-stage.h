/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_STAGE (ghc_call_stage_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallStage, ghc_call_stage, GHC, CALL_STAGE, AdwBin)

GtkWidget *ghc_call_stage_new (void);

G_END_DECLS
