/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What walking a picture's container found. Private to imaging. */
typedef enum
{
  GHD_IMAGE_VERDICT_OK,
  GHD_IMAGE_VERDICT_TRUNCATED, /* the file ends before the picture does */
  GHD_IMAGE_VERDICT_TRAILING,  /* the picture ends before the file does */
  GHD_IMAGE_VERDICT_BROKEN,    /* not well-formed */
} GhdImageVerdict;

gboolean        ghd_image_is_png    (const guint8 *data, gsize size);
gboolean        ghd_image_is_jpeg   (const guint8 *data, gsize size);
gboolean        ghd_image_is_webp   (const guint8 *data, gsize size);
gboolean        ghd_image_is_avif   (const guint8 *data, gsize size);
GhdImageVerdict ghd_image_walk_png  (const guint8 *data, gsize size, guint *width, guint *height);
GhdImageVerdict ghd_image_walk_jpeg (const guint8 *data, gsize size, guint *width, guint *height);
GhdImageVerdict ghd_image_walk_webp (const guint8 *data, gsize size, guint *width, guint *height);
GhdImageVerdict ghd_image_walk_avif (const guint8 *data, gsize size, guint *width, guint *height);

G_END_DECLS
