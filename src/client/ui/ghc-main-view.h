/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-call-desk.h"
#include "ghc-sessions.h"

G_BEGIN_DECLS

#define GHC_TYPE_MAIN_VIEW (ghc_main_view_get_type ())

G_DECLARE_FINAL_TYPE (GhcMainView, ghc_main_view, GHC, MAIN_VIEW, AdwBreakpointBin)

GtkWidget *ghc_main_view_new (GhcSessions *sessions, GSettings *settings, GhcCallDesk *desk);
void ghc_main_view_open_account (GhcMainView *self, GhcSession *session);
void ghc_main_view_open_guild (GhcMainView *self, GhcSession *session, GhcGuild *guild);
void ghc_main_view_open_channel (GhcMainView *self, GhcSession *session, GhcChannel *channel);
void ghc_main_view_join (GhcMainView *self, const char *link);

G_END_DECLS
