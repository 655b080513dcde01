/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

G_BEGIN_DECLS

#define GHC_TYPE_IMAGE_CROPPER (ghc_image_cropper_get_type ())
G_DECLARE_FINAL_TYPE (GhcImageCropper, ghc_image_cropper, GHC, IMAGE_CROPPER, GtkWidget)

/**
 * GhcImageCropper:
 *
 * Chooses the part of a picture to keep: drag or arrow keys move it, scroll, pinch or plus and minus zoom. A circle shows
 * what others will see of a square, and a rectangle of what is wide.
 *
 * Properties (writable): texture (GdkTexture, nullable), zoom (double, 1 to 8: how many times smaller than the largest part);
 * at construction ratio (uint, 1 to 4: how many times as wide as high that part is).
 */
GtkWidget *ghc_image_cropper_new      (void);
void       ghc_image_cropper_get_crop (GhcImageCropper *self,
                                       int             *x,
                                       int             *y,
                                       int             *size);

G_END_DECLS
