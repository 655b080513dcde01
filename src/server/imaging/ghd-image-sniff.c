/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-image-sniff.h"

#include "ghd-image-containers.h"

#include <gh-error.h>

#include <string.h>

const char *
ghd_image_format_get_media_type (GhdImageFormat format)
{
  switch (format)
    {
    case GHD_IMAGE_FORMAT_PNG:
      return "image/png";
    case GHD_IMAGE_FORMAT_JPEG:
      return "image/jpeg";
    case GHD_IMAGE_FORMAT_WEBP:
      return "image/webp";
    case GHD_IMAGE_FORMAT_AVIF:
      return "image/avif";
    default:
      return NULL;
    }
}

static GError *
error_for_verdict (GhdImageVerdict verdict)
{
  switch (verdict)
    {
    case GHD_IMAGE_VERDICT_TRUNCATED:
      return gh_error_new (GH_ERROR_INVALID, "image.truncated", "image", 0,
                           "The picture is incomplete: part of the file is missing. "
                           "Download or save it again, then choose it once more.");
    case GHD_IMAGE_VERDICT_TRAILING:
      return gh_error_new (GH_ERROR_INVALID, "image.polyglot", "image", 0,
                           "Something other than a picture is attached to this file. "
                           "Open it in an image editor, save it again, and choose the new file.");
    case GHD_IMAGE_VERDICT_BROKEN:
    case GHD_IMAGE_VERDICT_OK:
    default:
      return gh_error_new (GH_ERROR_INVALID, "image.broken", "image", 0,
                           "The picture is damaged and can’t be shown. Choose another file.");
    }
}

/**
 * ghd_image_sniff:
 * @data: the whole file
 * @size: its length in bytes
 * @info: (out caller-allocates): set on success
 *
 * Tells from the content alone what kind of picture a file is and how large it says it is. The whole container is walked, so
 * a file that ends early, carries anything behind the picture, or claims more pixels than %GHD_IMAGE_MAX_PIXELS is refused
 * here. Nothing is decompressed. Cost: one pass over the file.
 *
 * Sources: PNG (third edition) section 5; ITU-T T.81 annex B; RFC 9649; ISO/IEC 14496-12 and 23008-12.
 *
 * Returns: %FALSE with %GH_ERROR_INVALID, reason `image.unsupported`, `image.truncated`, `image.polyglot`, `image.broken` or
 *   `image.too_many_pixels`
 */
gboolean
ghd_image_sniff (const guint8  *data,
                 gsize          size,
                 GhdImageInfo  *info,
                 GError       **error)
{
  static const struct
  {
    GhdImageFormat format;
    gboolean (*matches) (const guint8 *data, gsize size);
    GhdImageVerdict (*walk) (const guint8 *data, gsize size, guint *width, guint *height);
  } kinds[] = {
    { GHD_IMAGE_FORMAT_PNG, ghd_image_is_png, ghd_image_walk_png },
    { GHD_IMAGE_FORMAT_JPEG, ghd_image_is_jpeg, ghd_image_walk_jpeg },
    { GHD_IMAGE_FORMAT_WEBP, ghd_image_is_webp, ghd_image_walk_webp },
    { GHD_IMAGE_FORMAT_AVIF, ghd_image_is_avif, ghd_image_walk_avif },
  };

  g_return_val_if_fail (data != NULL || size == 0, FALSE);
  g_return_val_if_fail (info != NULL, FALSE);

  for (guint i = 0; i < G_N_ELEMENTS (kinds); i++)
    {
      GhdImageVerdict verdict;
      guint width = 0, height = 0;

      if (!kinds[i].matches (data, size))
        continue;

      verdict = kinds[i].walk (data, size, &width, &height);
      if (verdict == GHD_IMAGE_VERDICT_OK && (width == 0 || height == 0))
        verdict = GHD_IMAGE_VERDICT_BROKEN;
      if (verdict != GHD_IMAGE_VERDICT_OK)
        {
          g_propagate_error (error, error_for_verdict (verdict));
          return FALSE;
        }

      if (width > GHD_IMAGE_MAX_SIDE || height > GHD_IMAGE_MAX_SIDE
          || (guint64) width * height > GHD_IMAGE_MAX_PIXELS)
        {
          g_propagate_error (error,
                             gh_error_new (GH_ERROR_INVALID, "image.too_many_pixels", "image", 0,
                                           "The picture is %u × %u pixels, which is too large. "
                                           "Make it smaller in an image editor, for example 1024 × 1024.",
                                           width, height));
          return FALSE;
        }

      *info = (GhdImageInfo) { kinds[i].format, width, height };
      return TRUE;
    }

  g_propagate_error (error,
                     gh_error_new (GH_ERROR_INVALID, "image.unsupported", "image", 0,
                                   "This file isn’t a PNG, JPEG, WebP or AVIF picture. Choose one of these kinds."));
  return FALSE;
}
