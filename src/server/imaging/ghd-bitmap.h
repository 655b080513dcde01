/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-image-sniff.h"

G_BEGIN_DECLS

/* Straight (not premultiplied) RGBA, 8 bits each, rows of width * 4 bytes, top row first. */
typedef struct
{
  guint8 *pixels; /* (owned) allocated by g_malloc */
  guint   width;
  guint   height;
} GhdBitmap;

void       ghd_bitmap_free    (GhdBitmap *self);
GhdBitmap *ghd_bitmap_decode  (const guint8   *data,
                               gsize           size,
                               GhdImageFormat  format);
GhdBitmap *ghd_bitmap_scale   (const GhdBitmap *self,
                               guint            x,
                               guint            y,
                               guint            width,
                               guint            height,
                               guint            to_width,
                               guint            to_height);
gboolean   ghd_bitmap_is_opaque (const GhdBitmap *self);
gboolean   ghd_bitmap_encode  (const GhdBitmap *self,
                               GhdImageFormat   format,
                               guint8         **data,
                               gsize           *size);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdBitmap, ghd_bitmap_free)

G_END_DECLS
