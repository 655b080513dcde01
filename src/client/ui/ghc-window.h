/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-desk.h"
#include "ghc-sessions.h"

G_BEGIN_DECLS

#define GHC_TYPE_WINDOW (ghc_window_get_type ())

G_DECLARE_FINAL_TYPE (GhcWindow, ghc_window, GHC, WINDOW, AdwApplicationWindow)

GhcWindow *ghc_window_new (GtkApplication *application, GhcSessions *sessions, GSettings *settings,
                           GhcCallDesk *desk);
void ghc_window_open_link (GhcWindow *self, const char *link);

G_END_DECLS
