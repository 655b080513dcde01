/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_TIMELINE_FLING (ghc_timeline_fling_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimelineFling, ghc_timeline_fling, GHC, TIMELINE_FLING, GObject)

/**
 * GhcTimelineFling:
 *
 * What a scrolled window does after the fingers have let go, for a list that grows above what is in
 * sight. The platform's fling is headed for a place, counted from the top, and would jump when rows
 * come there; this one has a way still to go, and waits at the top for what it has not got yet.
 */
GhcTimelineFling *ghc_timeline_fling_new (GtkScrolledWindow *scroller);
void ghc_timeline_fling_stop (GhcTimelineFling *self);

G_END_DECLS
