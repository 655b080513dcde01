/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-crop.h"

#include "gh-error.h"

#define MAX_PIXEL 65535

/**
 * ghd_crop_parse:
 * @text: (nullable): "x,y,size"; NULL means the largest part in the middle
 * @ratio: how many times as wide as high the part is
 */
gboolean
ghd_crop_parse (const char *text, guint ratio, GhdCrop *crop, GError **error)
{
  g_auto (GStrv) parts = NULL;
  gint64 values[3] = { 0 };

  *crop = (GhdCrop) { 0, 0, 0, ratio };
  if (text == NULL)
    return TRUE;

  parts = g_strsplit (text, ",", 4);
  if (g_strv_length (parts) != 3
      || !g_ascii_string_to_signed (parts[0], 10, 0, MAX_PIXEL, &values[0], NULL)
      || !g_ascii_string_to_signed (parts[1], 10, 0, MAX_PIXEL, &values[1], NULL)
      || !g_ascii_string_to_signed (parts[2], 10, 1, MAX_PIXEL, &values[2], NULL))
    return gh_set_error (error, GH_ERROR_INVALID, "image.crop", "crop",
                         "“crop” must be three numbers, “x,y,size”, in pixels of the picture.");

  *crop = (GhdCrop) { values[0], values[1], values[2], ratio };
  return TRUE;
}
