/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-video-zoom.h"

/* Nothing beside the picture is ever seen. */
static void
keep_inside (GhcVideoZoom *self)
{
  double half = 0.5 / self->scale;

  self->x = CLAMP (self->x, half, 1 - half);
  self->y = CLAMP (self->y, half, 1 - half);
}

void
ghc_video_zoom_by (GhcVideoZoom *self, double factor, double view_x, double view_y)
{
  double scale = CLAMP (self->scale * factor, 1, GHC_VIDEO_ZOOM_MAX);

  self->x += (view_x - 0.5) / self->scale - (view_x - 0.5) / scale;
  self->y += (view_y - 0.5) / self->scale - (view_y - 0.5) / scale;
  self->scale = scale;
  keep_inside (self);
}

void
ghc_video_zoom_pan (GhcVideoZoom *self, double dx, double dy)
{
  self->x -= dx / self->scale;
  self->y -= dy / self->scale;
  keep_inside (self);
}
