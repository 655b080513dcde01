/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

#define GHC_VIDEO_ZOOM_MAX 16.0

/**
 * GhcVideoZoom:
 * @scale: 1 when the whole picture is seen
 * @x, @y: the point of the picture in the middle of the view, 0..1
 *
 * Which part of a picture is seen.
 */
typedef struct
{
  double scale;
  double x;
  double y;
} GhcVideoZoom;

#define GHC_VIDEO_ZOOM_WHOLE { 1, 0.5, 0.5 }

/* Around a point of the view, 0..1, which stays where it is. */
void ghc_video_zoom_by (GhcVideoZoom *self, double factor, double view_x, double view_y);
/* The picture follows the hand, by shares of the view. */
void ghc_video_zoom_pan (GhcVideoZoom *self, double dx, double dy);

G_END_DECLS
