/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-share-view.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_WINDOW (ghc_share_window_get_type ())

G_DECLARE_FINAL_TYPE (GhcShareWindow, ghc_share_window, GHC, SHARE_WINDOW, AdwWindow)

/* A window with what @like shows: the whole screen, or a small one to keep beside other work. */
GtkWidget *ghc_share_window_new (GhcShareView *like, gboolean full_screen);

G_END_DECLS
