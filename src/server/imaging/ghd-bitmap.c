/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-bitmap.h"

#include <avif/avif.h>
#include <gdk-pixbuf/gdk-pixbuf.h>
#include <libexif/exif-data.h>
#include <png.h>
#include <turbojpeg.h>
#include <webp/decode.h>
#include <webp/demux.h>

#include <string.h>

#define JPEG_QUALITY 88

static GhdBitmap *
bitmap_new (guint width,
            guint height)
{
  GhdBitmap *self = g_new0 (GhdBitmap, 1);

  self->width = width;
  self->height = height;
  self->pixels = g_malloc_n ((gsize) width * height, 4);
  return self;
}

void
ghd_bitmap_free (GhdBitmap *self)
{
  g_free (self->pixels);
  g_free (self);
}

static gboolean
is_size_allowed (guint64 width,
                 guint64 height)
{
  return width > 0 && height > 0 && width <= GHD_IMAGE_MAX_SIDE && height <= GHD_IMAGE_MAX_SIDE
         && width * height <= GHD_IMAGE_MAX_PIXELS;
}

static GhdBitmap *
decode_png (const guint8 *data,
            gsize         size)
{
  g_autoptr (GhdBitmap) bitmap = NULL;
  png_image image = { .version = PNG_IMAGE_VERSION };

  if (!png_image_begin_read_from_memory (&image, data, size))
    return NULL;

  if (is_size_allowed (image.width, image.height))
    {
      image.format = PNG_FORMAT_RGBA;
      bitmap = bitmap_new (image.width, image.height);
      if (!png_image_finish_read (&image, NULL, bitmap->pixels, 0, NULL))
        g_clear_pointer (&bitmap, ghd_bitmap_free);
    }

  png_image_free (&image);
  return g_steal_pointer (&bitmap);
}

static GdkPixbuf *
pixbuf_for_bitmap (const GhdBitmap *bitmap)
{
  return gdk_pixbuf_new_from_data (bitmap->pixels, GDK_COLORSPACE_RGB, TRUE, 8, bitmap->width, bitmap->height,
                                   bitmap->width * 4, NULL, NULL);
}

static GhdBitmap *
bitmap_for_pixbuf (GdkPixbuf *pixbuf)
{
  GhdBitmap *bitmap = bitmap_new (gdk_pixbuf_get_width (pixbuf), gdk_pixbuf_get_height (pixbuf));
  const guint8 *pixels = gdk_pixbuf_read_pixels (pixbuf);
  gsize stride = gdk_pixbuf_get_rowstride (pixbuf);

  for (guint y = 0; y < bitmap->height; y++)
    memcpy (bitmap->pixels + (gsize) y * bitmap->width * 4, pixels + y * stride, (gsize) bitmap->width * 4);
  return bitmap;
}

/* Exif 2.32, tag 0x0112: how the camera was held. It must be applied here, because metadata does not survive. */
static GhdBitmap *
apply_orientation (GhdBitmap    *bitmap,
                   const guint8 *data,
                   gsize         size)
{
  static const struct
  {
    GdkPixbufRotation rotation;
    gboolean is_flipped;
  } steps[9] = {
    [2] = { GDK_PIXBUF_ROTATE_NONE, TRUE },
    [3] = { GDK_PIXBUF_ROTATE_UPSIDEDOWN, FALSE },
    [4] = { GDK_PIXBUF_ROTATE_UPSIDEDOWN, TRUE },
    [5] = { GDK_PIXBUF_ROTATE_CLOCKWISE, TRUE },
    [6] = { GDK_PIXBUF_ROTATE_CLOCKWISE, FALSE },
    [7] = { GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, TRUE },
    [8] = { GDK_PIXBUF_ROTATE_COUNTERCLOCKWISE, FALSE },
  };
  ExifData *exif = exif_data_new_from_data (data, (guint) MIN (size, G_MAXUINT));
  ExifEntry *entry = exif != NULL ? exif_content_get_entry (exif->ifd[EXIF_IFD_0], EXIF_TAG_ORIENTATION) : NULL;
  guint orientation = 1;

  if (entry != NULL && entry->format == EXIF_FORMAT_SHORT && entry->size >= 2)
    orientation = exif_get_short (entry->data, exif_data_get_byte_order (exif));
  g_clear_pointer (&exif, exif_data_unref);

  if (orientation >= 2 && orientation <= 8)
    {
      g_autoptr (GdkPixbuf) stored = pixbuf_for_bitmap (bitmap);
      g_autoptr (GdkPixbuf) turned = gdk_pixbuf_rotate_simple (stored, steps[orientation].rotation);
      g_autoptr (GdkPixbuf) shown = NULL;

      if (turned != NULL)
        shown = steps[orientation].is_flipped ? gdk_pixbuf_flip (turned, TRUE) : g_object_ref (turned);
      if (shown != NULL)
        {
          ghd_bitmap_free (bitmap);
          return bitmap_for_pixbuf (shown);
        }
    }

  return bitmap;
}

static GhdBitmap *
decode_jpeg (const guint8 *data,
             gsize         size)
{
  g_autoptr (GhdBitmap) bitmap = NULL;
  tjhandle handle = tjInitDecompress ();
  int width, height, subsampling, colours;

  if (handle == NULL)
    return NULL;

  if (tjDecompressHeader3 (handle, data, size, &width, &height, &subsampling, &colours) == 0
      && is_size_allowed (width, height))
    {
      bitmap = bitmap_new (width, height);
      /* A warning (a stray byte somewhere) still gives a picture; an error does not. */
      if (tjDecompress2 (handle, data, size, bitmap->pixels, width, 0, height, TJPF_RGBA, 0) != 0
          && tjGetErrorCode (handle) != TJERR_WARNING)
        g_clear_pointer (&bitmap, ghd_bitmap_free);
    }

  tjDestroy (handle);
  return bitmap != NULL ? apply_orientation (g_steal_pointer (&bitmap), data, size) : NULL;
}

static GhdBitmap *
decode_webp (const guint8 *data,
             gsize         size)
{
  g_autoptr (GhdBitmap) bitmap = NULL;
  WebPData file = { data, size };
  WebPBitstreamFeatures features;
  WebPAnimDecoderOptions options;
  WebPAnimDecoder *animation;
  uint8_t *frame;
  int timestamp;

  if (WebPGetFeatures (data, size, &features) != VP8_STATUS_OK || !is_size_allowed (features.width, features.height))
    return NULL;

  if (!features.has_animation)
    {
      bitmap = bitmap_new (features.width, features.height);
      if (WebPDecodeRGBAInto (data, size, bitmap->pixels, (gsize) bitmap->width * bitmap->height * 4,
                              bitmap->width * 4)
          == NULL)
        return NULL;
      return g_steal_pointer (&bitmap);
    }

  /* Of an animation the first frame is kept. */
  if (!WebPAnimDecoderOptionsInit (&options))
    return NULL;
  options.color_mode = MODE_RGBA;
  options.use_threads = 0;
  animation = WebPAnimDecoderNew (&file, &options);
  if (animation == NULL)
    return NULL;
  if (WebPAnimDecoderGetNext (animation, &frame, &timestamp))
    {
      bitmap = bitmap_new (features.width, features.height);
      memcpy (bitmap->pixels, frame, (gsize) bitmap->width * bitmap->height * 4);
    }
  WebPAnimDecoderDelete (animation);
  return g_steal_pointer (&bitmap);
}

static GhdBitmap *
decode_avif (const guint8 *data,
             gsize         size)
{
  g_autoptr (GhdBitmap) bitmap = NULL;
  avifDecoder *decoder = avifDecoderCreate ();

  if (decoder == NULL)
    return NULL;

  decoder->maxThreads = 1;
  decoder->imageSizeLimit = GHD_IMAGE_MAX_PIXELS;
  decoder->imageDimensionLimit = GHD_IMAGE_MAX_SIDE;
  decoder->imageCountLimit = 1000;
  decoder->ignoreExif = AVIF_TRUE;
  decoder->ignoreXMP = AVIF_TRUE;
  if (avifDecoderSetIOMemory (decoder, data, size) == AVIF_RESULT_OK
      && avifDecoderParse (decoder) == AVIF_RESULT_OK
      && is_size_allowed (decoder->image->width, decoder->image->height)
      && avifDecoderNextImage (decoder) == AVIF_RESULT_OK)
    {
      avifRGBImage rgb;

      bitmap = bitmap_new (decoder->image->width, decoder->image->height);
      avifRGBImageSetDefaults (&rgb, decoder->image);
      rgb.format = AVIF_RGB_FORMAT_RGBA;
      rgb.depth = 8;
      rgb.maxThreads = 1;
      rgb.pixels = bitmap->pixels;
      rgb.rowBytes = bitmap->width * 4;
      if (avifImageYUVToRGB (decoder->image, &rgb) != AVIF_RESULT_OK)
        g_clear_pointer (&bitmap, ghd_bitmap_free);
    }

  avifDecoderDestroy (decoder);
  return g_steal_pointer (&bitmap);
}

/**
 * ghd_bitmap_decode:
 * @data: a file that ghd_image_sniff() accepted
 *
 * Decodes a hostile file: call it only inside the sandbox. The first frame of an animation; Exif orientation applied.
 *
 * Returns: (transfer full) (nullable): %NULL when the picture is damaged
 */
GhdBitmap *
ghd_bitmap_decode (const guint8   *data,
                   gsize           size,
                   GhdImageFormat  format)
{
  switch (format)
    {
    case GHD_IMAGE_FORMAT_PNG:
      return decode_png (data, size);
    case GHD_IMAGE_FORMAT_JPEG:
      return decode_jpeg (data, size);
    case GHD_IMAGE_FORMAT_WEBP:
      return decode_webp (data, size);
    case GHD_IMAGE_FORMAT_AVIF:
      return decode_avif (data, size);
    default:
      return NULL;
    }
}

/**
 * ghd_bitmap_scale:
 * @x: left edge of the part to keep; the part must lie inside the picture
 * @to_width: pixels, at least 1
 *
 * Cuts a part out and scales it (area averaging when it shrinks).
 *
 * Returns: (transfer full) (nullable): %NULL when memory does not suffice
 */
GhdBitmap *
ghd_bitmap_scale (const GhdBitmap *self,
                  guint            x,
                  guint            y,
                  guint            width,
                  guint            height,
                  guint            to_width,
                  guint            to_height)
{
  g_autoptr (GdkPixbuf) whole = NULL;
  g_autoptr (GdkPixbuf) part = NULL;
  g_autoptr (GdkPixbuf) scaled = NULL;

  g_return_val_if_fail (width > 0 && height > 0 && to_width > 0 && to_height > 0, NULL);
  g_return_val_if_fail (x + width <= self->width && y + height <= self->height, NULL);

  whole = pixbuf_for_bitmap (self);
  part = gdk_pixbuf_new_subpixbuf (whole, x, y, width, height);
  scaled = gdk_pixbuf_scale_simple (part, to_width, to_height, GDK_INTERP_BILINEAR);
  return scaled != NULL ? bitmap_for_pixbuf (scaled) : NULL;
}

/**
 * ghd_bitmap_is_opaque:
 *
 * Returns: %TRUE when every pixel is opaque, so that JPEG can hold the picture
 */
gboolean
ghd_bitmap_is_opaque (const GhdBitmap *self)
{
  for (gsize i = 0; i < (gsize) self->width * self->height; i++)
    if (self->pixels[i * 4 + 3] != 0xff)
      return FALSE;

  return TRUE;
}

static gboolean
encode_jpeg (const GhdBitmap  *self,
             guint8          **data,
             gsize            *size)
{
  tjhandle handle = tjInitCompress ();
  unsigned char *buffer = NULL;
  unsigned long length = 0;
  gboolean is_done;

  if (handle == NULL)
    return FALSE;

  is_done = tjCompress2 (handle, self->pixels, self->width, 0, self->height, TJPF_RGBA, &buffer, &length, TJSAMP_420,
                         JPEG_QUALITY, 0)
            == 0;
  if (is_done)
    {
      *data = g_memdup2 (buffer, length);
      *size = length;
    }
  tjFree (buffer);
  tjDestroy (handle);
  return is_done;
}

/**
 * ghd_bitmap_encode:
 * @format: %GHD_IMAGE_FORMAT_JPEG (alpha is dropped) or %GHD_IMAGE_FORMAT_PNG: every toolkit decodes these two
 * @data: (out) (transfer full): the file; it holds pixels and nothing else
 *
 * Returns: %FALSE when memory does not suffice
 */
gboolean
ghd_bitmap_encode (const GhdBitmap  *self,
                   GhdImageFormat    format,
                   guint8          **data,
                   gsize            *size)
{
  png_image image = { .version = PNG_IMAGE_VERSION };
  png_alloc_size_t length;

  if (format == GHD_IMAGE_FORMAT_JPEG)
    return encode_jpeg (self, data, size);

  image.width = self->width;
  image.height = self->height;
  image.format = PNG_FORMAT_RGBA;
  length = PNG_IMAGE_PNG_SIZE_MAX (image);
  *data = g_malloc (length);
  if (!png_image_write_to_memory (&image, *data, &length, 0, self->pixels, 0, NULL))
    {
      g_clear_pointer (data, g_free);
      return FALSE;
    }
  *size = length;
  return TRUE;
}
