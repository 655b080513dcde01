/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* A picture larger than this in either direction, or in all, is refused before anything decodes it. */
#define GHD_IMAGE_MAX_SIDE 16384
#define GHD_IMAGE_MAX_PIXELS (50 * 1000 * 1000)

typedef enum
{
  GHD_IMAGE_FORMAT_PNG = 1,
  GHD_IMAGE_FORMAT_JPEG,
  GHD_IMAGE_FORMAT_WEBP,
  GHD_IMAGE_FORMAT_AVIF,
} GhdImageFormat;

typedef struct
{
  GhdImageFormat format;
  guint          width;  /* pixels, as stored: before any orientation is applied */
  guint          height; /* pixels */
} GhdImageInfo;

const char *ghd_image_format_get_media_type (GhdImageFormat format);
gboolean    ghd_image_sniff                 (const guint8  *data,
                                             gsize          size,
                                             GhdImageInfo  *info,
                                             GError       **error);

G_END_DECLS
