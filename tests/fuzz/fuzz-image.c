/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-image-sniff.h"

#include <gh-error.h>

#include <stdlib.h>

int LLVMFuzzerTestOneInput (const guint8 *data, gsize size);

int
LLVMFuzzerTestOneInput (const guint8 *data,
                        gsize         size)
{
  g_autoptr (GError) error = NULL;
  GhdImageInfo info;

  if (ghd_image_sniff (data, size, &info, &error))
    {
      /* What is accepted must be worth decoding and within the limits. */
      if (info.width == 0 || info.height == 0 || info.width > GHD_IMAGE_MAX_SIDE || info.height > GHD_IMAGE_MAX_SIDE
          || (guint64) info.width * info.height > GHD_IMAGE_MAX_PIXELS
          || ghd_image_format_get_media_type (info.format) == NULL)
        abort ();
    }
  else if (gh_error_get_reason (error) == NULL)
    abort ();

  return 0;
}
