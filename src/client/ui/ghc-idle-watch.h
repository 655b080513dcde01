/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_IDLE_WATCH (ghc_idle_watch_get_type ())

G_DECLARE_FINAL_TYPE (GhcIdleWatch, ghc_idle_watch, GHC, IDLE_WATCH, GObject)

GhcIdleWatch *ghc_idle_watch_new (GtkWindow *window, GListModel *sessions);

G_END_DECLS
