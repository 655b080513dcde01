/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-image-worker.h"

#include "ghd-bitmap.h"
#include "ghd-image-protocol.h"
#include "ghd-image-sandbox.h"

#include <errno.h>
#include <signal.h>
#include <unistd.h>

#define WALL_LIMIT_S 30

static gboolean
read_all (gpointer buffer,
          gsize    length)
{
  guint8 *at = buffer;

  while (length > 0)
    {
      gssize n = read (STDIN_FILENO, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      length -= n;
    }

  return TRUE;
}

static gboolean
write_all (gconstpointer buffer,
           gsize         length)
{
  const guint8 *at = buffer;

  while (length > 0)
    {
      gssize n = write (STDOUT_FILENO, at, length);

      if (n < 0 && errno == EINTR)
        continue;
      if (n <= 0)
        return FALSE;
      at += n;
      length -= n;
    }

  return TRUE;
}

static gboolean
resolve_crop (const GhdImageRequest *request,
              const GhdBitmap       *bitmap,
              GhdImageCrop          *crop)
{
  guint ratio = request->crop_ratio;
  guint most = MAX (MIN (bitmap->width / ratio, bitmap->height), 1);

  if (request->crop_size == 0)
    *crop = (GhdImageCrop) { (MAX (bitmap->width, most * ratio) - most * ratio) / 2, (bitmap->height - most) / 2, most, ratio };
  else
    *crop = (GhdImageCrop) { request->crop_x, request->crop_y, request->crop_size, ratio };

  /* Nothing of a size that is too large is multiplied. */
  return crop->size <= most && crop->size * ratio <= bitmap->width && crop->x <= bitmap->width - crop->size * ratio
         && crop->y <= bitmap->height - crop->size;
}

static GhdImageResult
render (const GhdImageRequest *request,
        const guint8          *file,
        GhdImagePart          *parts,
        guint8               **data)
{
  g_autoptr (GhdBitmap) bitmap = ghd_bitmap_decode (file, request->length, request->format);
  /* Not freed: the process ends as soon as the answer is written. */
  GhdBitmap *scaled[GHD_IMAGE_MAX_RENDITIONS] = { NULL };
  GhdImageFormat format = GHD_IMAGE_FORMAT_JPEG;
  GhdImageCrop crop;

  if (bitmap == NULL)
    return GHD_IMAGE_RESULT_BROKEN;
  if (!resolve_crop (request, bitmap, &crop))
    return GHD_IMAGE_RESULT_CROP_OUTSIDE;

  for (guint i = 0; i < request->n_sizes; i++)
    {
      guint height = MIN (request->sizes[i], crop.size);

      scaled[i] = ghd_bitmap_scale (bitmap, crop.x, crop.y, crop.size * crop.ratio, crop.size, height * crop.ratio, height);
      if (scaled[i] == NULL)
        return GHD_IMAGE_RESULT_NO_MEMORY;
      if (!ghd_bitmap_is_opaque (scaled[i]))
        format = GHD_IMAGE_FORMAT_PNG;
    }

  for (guint i = 0; i < request->n_sizes; i++)
    {
      gsize size;

      if (!ghd_bitmap_encode (scaled[i], format, &data[i], &size))
        return GHD_IMAGE_RESULT_NO_MEMORY;
      parts[i] = (GhdImagePart) { format, size };
    }

  return GHD_IMAGE_RESULT_OK;
}

/**
 * ghd_image_worker_main:
 *
 * The whole life of `guildhalld image-worker`: reads one request from standard input, gives up every privilege, decodes, and
 * writes the renditions to standard output. Call it first thing in main(), before settings are read or threads started.
 *
 * Returns: the exit status
 */
int
ghd_image_worker_main (void)
{
  GhdImageReply reply = { GHD_IMAGE_RESULT_NO_SANDBOX };
  GhdImagePart parts[GHD_IMAGE_MAX_RENDITIONS] = { 0 };
  guint8 *data[GHD_IMAGE_MAX_RENDITIONS] = { NULL };
  GhdImageRequest request;
  guint8 *file;

  alarm (WALL_LIMIT_S);
  if (!read_all (&request, sizeof request) || request.n_sizes > GHD_IMAGE_MAX_RENDITIONS || request.crop_ratio == 0
      || request.crop_ratio > GHD_IMAGE_MAX_RATIO)
    return 1;
  for (guint i = 0; i < request.n_sizes; i++)
    if (request.sizes[i] == 0 || request.sizes[i] > GHD_IMAGE_MAX_SIDE)
      return 1;

  file = g_try_malloc (request.length);
  if (file == NULL || !read_all (file, request.length))
    return 1;

  /* GObject registers the pixbuf type and libavif chooses its decoder on first use; both are plain memory work. */
  if (ghd_image_sandbox_enter ())
    reply.result = render (&request, file, parts, data);

  if (!write_all (&reply, sizeof reply))
    _exit (1);
  for (guint i = 0; reply.result == GHD_IMAGE_RESULT_OK && i < request.n_sizes; i++)
    if (!write_all (&parts[i], sizeof parts[i]) || !write_all (data[i], parts[i].length))
      _exit (1);

  /* Nothing of the process is worth an orderly end, and exit handlers may want calls that the filter kills for. */
  _exit (0);
}
