/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_VIDEO_PICTURE (ghc_video_picture_get_type ())

G_DECLARE_FINAL_TYPE (GhcVideoPicture, ghc_video_picture, GHC, VIDEO_PICTURE, GtkWidget)

/**
 * GhcVideoPicture:
 *
 * A moving picture, whole and in its proportion, or a part of it: Ctrl and the wheel, two fingers, or
 * plus, minus and 0 zoom; a drag or the arrows move what is seen. Properties (writable):
 * - paintable (GdkPaintable, nullable)
 * - zoomable (boolean)
 * - mirrored (boolean): as one knows oneself from a mirror
 */
void ghc_video_picture_set_paintable (GhcVideoPicture *self, GdkPaintable *paintable);
double ghc_video_picture_get_zoom (GhcVideoPicture *self);

G_END_DECLS
