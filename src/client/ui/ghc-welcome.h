/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-sessions.h"

G_BEGIN_DECLS

#define GHC_TYPE_WELCOME (ghc_welcome_get_type ())

G_DECLARE_FINAL_TYPE (GhcWelcome, ghc_welcome, GHC, WELCOME, AdwBin)

GhcWelcome *ghc_welcome_new (GhcSessions *sessions, const char *link);
void ghc_welcome_set_link (GhcWelcome *self, const char *link);

G_END_DECLS
