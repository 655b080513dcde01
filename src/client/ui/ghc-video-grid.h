/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_VIDEO_GRID (ghc_video_grid_get_type ())

G_DECLARE_FINAL_TYPE (GhcVideoGrid, ghc_video_grid, GHC, VIDEO_GRID, GtkWidget)

/**
 * GhcVideoGrid:
 *
 * Pictures side by side, each as large as all can be; or one large, and the others in a line below it.
 * Of very many, the last are left out.
 */
GtkWidget *ghc_video_grid_new (void);
void ghc_video_grid_add (GhcVideoGrid *self, GtkWidget *child);
void ghc_video_grid_remove (GhcVideoGrid *self, GtkWidget *child);
/* @child: (nullable): the large one */
void ghc_video_grid_set_focus (GhcVideoGrid *self, GtkWidget *child);
GtkWidget *ghc_video_grid_get_focus (GhcVideoGrid *self);
guint ghc_video_grid_get_n_children (GhcVideoGrid *self);

G_END_DECLS
