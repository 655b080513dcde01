/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-image-sniff.h"

#include <gio/gio.h>

G_BEGIN_DECLS

#define GHD_IMAGE_MAX_RENDITIONS 8

/* How many times as wide as high a picture may be kept. */
#define GHD_IMAGE_MAX_RATIO 4

/* The part to keep, in pixels of the picture as it is shown: @size high, and @ratio times as wide (0 as 1: a square). A size
 * of 0 means the largest such part in the middle. */
typedef struct
{
  guint x;
  guint y;
  guint size;
  guint ratio;
} GhdImageCrop;

/* One size of a picture, re-encoded: pixels and nothing else. */
typedef struct
{
  guint          size; /* the height asked for; a smaller picture is not made larger */
  GhdImageFormat format;
  GBytes        *bytes;
} GhdImageRendition;

void       ghd_image_rendition_free (GhdImageRendition   *self);
GPtrArray *ghd_image_worker_render  (const char          *program,
                                     GBytes              *file,
                                     const GhdImageCrop  *crop,
                                     const guint         *sizes,
                                     guint                n_sizes,
                                     GError             **error);
int        ghd_image_worker_main    (void);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdImageRendition, ghd_image_rendition_free)

G_END_DECLS
