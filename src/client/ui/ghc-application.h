/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

G_BEGIN_DECLS

#define GHC_TYPE_APPLICATION (ghc_application_get_type ())

G_DECLARE_FINAL_TYPE (GhcApplication, ghc_application, GHC, APPLICATION, AdwApplication)

GhcApplication *ghc_application_new (void);

G_END_DECLS
