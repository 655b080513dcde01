/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-image-containers.h"

#include <string.h>

/* ISO base media boxes nest; a picture needs meta > iprp > ipco > ispe, so anything deeper is not looked into. */
#define MAX_BOX_DEPTH 4

static guint32
read_be16 (const guint8 *data)
{
  return (guint32) data[0] << 8 | data[1];
}

static guint32
read_be32 (const guint8 *data)
{
  return (guint32) data[0] << 24 | (guint32) data[1] << 16 | (guint32) data[2] << 8 | data[3];
}

static guint32
read_le24 (const guint8 *data)
{
  return (guint32) data[2] << 16 | (guint32) data[1] << 8 | data[0];
}

static guint32
read_le32 (const guint8 *data)
{
  return (guint32) data[3] << 24 | read_le24 (data);
}

/* PNG */

static const guint8 png_signature[8] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };

gboolean
ghd_image_is_png (const guint8 *data,
                  gsize         size)
{
  return size >= sizeof png_signature && memcmp (data, png_signature, sizeof png_signature) == 0;
}

GhdImageVerdict
ghd_image_walk_png (const guint8 *data,
                    gsize         size,
                    guint        *width,
                    guint        *height)
{
  gsize at = sizeof png_signature;
  gboolean has_pixels = FALSE;

  for (gboolean is_first = TRUE;; is_first = FALSE)
    {
      const guint8 *chunk = data + at;
      guint32 length;

      if (size - at < 12)
        return GHD_IMAGE_VERDICT_TRUNCATED;
      length = read_be32 (chunk);
      if (length > G_MAXINT32)
        return GHD_IMAGE_VERDICT_BROKEN;
      if (size - at - 12 < length)
        return GHD_IMAGE_VERDICT_TRUNCATED;

      if (is_first)
        {
          if (length != 13 || memcmp (chunk + 4, "IHDR", 4) != 0)
            return GHD_IMAGE_VERDICT_BROKEN;
          *width = read_be32 (chunk + 8);
          *height = read_be32 (chunk + 12);
        }
      else if (memcmp (chunk + 4, "IHDR", 4) == 0)
        return GHD_IMAGE_VERDICT_BROKEN;

      has_pixels |= memcmp (chunk + 4, "IDAT", 4) == 0;
      at += 12 + (gsize) length;

      if (memcmp (chunk + 4, "IEND", 4) == 0)
        {
          if (!has_pixels)
            return GHD_IMAGE_VERDICT_BROKEN;
          return at == size ? GHD_IMAGE_VERDICT_OK : GHD_IMAGE_VERDICT_TRAILING;
        }
    }
}

/* JPEG */

gboolean
ghd_image_is_jpeg (const guint8 *data,
                   gsize         size)
{
  return size >= 3 && data[0] == 0xff && data[1] == 0xd8 && data[2] == 0xff;
}

static gboolean
is_start_of_frame (guint8 marker)
{
  return marker >= 0xc0 && marker <= 0xcf && marker != 0xc4 && marker != 0xc8 && marker != 0xcc;
}

/* Skips one image from its SOI; on success @at stands behind its EOI. */
static GhdImageVerdict
walk_one_jpeg (const guint8 *data,
               gsize         size,
               gsize        *at,
               guint        *width,
               guint        *height)
{
  gboolean has_scan = FALSE;
  gsize i = *at + 2;

  *width = *height = 0;
  while (TRUE)
    {
      guint8 marker;
      gsize length;

      if (i >= size)
        return GHD_IMAGE_VERDICT_TRUNCATED;
      if (data[i] != 0xff)
        return GHD_IMAGE_VERDICT_BROKEN;
      while (i < size && data[i] == 0xff)
        i++;
      if (i >= size)
        return GHD_IMAGE_VERDICT_TRUNCATED;

      marker = data[i++];
      if (marker == 0xd9)
        {
          *at = i;
          return has_scan ? GHD_IMAGE_VERDICT_OK : GHD_IMAGE_VERDICT_BROKEN;
        }
      if (marker == 0x01 || (marker >= 0xd0 && marker <= 0xd7))
        continue;
      if (marker == 0x00 || marker == 0xd8)
        return GHD_IMAGE_VERDICT_BROKEN;

      if (size - i < 2)
        return GHD_IMAGE_VERDICT_TRUNCATED;
      length = read_be16 (data + i);
      if (length < 2)
        return GHD_IMAGE_VERDICT_BROKEN;
      if (size - i < length)
        return GHD_IMAGE_VERDICT_TRUNCATED;

      if (is_start_of_frame (marker))
        {
          if (length < 8 || *width != 0)
            return GHD_IMAGE_VERDICT_BROKEN;
          *height = read_be16 (data + i + 3);
          *width = read_be16 (data + i + 5);
        }
      i += length;

      if (marker == 0xda)
        {
          /* Entropy-coded data: 0xff is followed by 0x00 or a restart marker until the next segment. */
          has_scan = TRUE;
          while (i + 1 < size
                 && !(data[i] == 0xff && data[i + 1] != 0x00 && data[i + 1] != 0xff
                      && (data[i + 1] < 0xd0 || data[i + 1] > 0xd7)))
            i++;
          if (i + 1 >= size)
            return GHD_IMAGE_VERDICT_TRUNCATED;
        }
    }
}

/* Telephones append more than the standard knows: further whole pictures (CIPA DC-007 multi-picture files), padding, and a
 * vendor's directory that ends in "SEFT". These are no other file kind in disguise; anything else behind the picture is. */
static gboolean
is_known_jpeg_trailer (const guint8 *data,
                       gsize         size,
                       gsize         at)
{
  while (at < size)
    {
      guint width, height;

      if (data[at] == 0x00)
        at++;
      else if (ghd_image_is_jpeg (data + at, size - at))
        {
          if (walk_one_jpeg (data, size, &at, &width, &height) != GHD_IMAGE_VERDICT_OK)
            return FALSE;
        }
      else
        return size - at >= 12 && memcmp (data + size - 4, "SEFT", 4) == 0
               && memcmp (data + at, "PK", 2) != 0 && memcmp (data + at, "%PDF", 4) != 0;
    }

  return TRUE;
}

GhdImageVerdict
ghd_image_walk_jpeg (const guint8 *data,
                     gsize         size,
                     guint        *width,
                     guint        *height)
{
  GhdImageVerdict verdict;
  gsize at = 0;

  verdict = walk_one_jpeg (data, size, &at, width, height);
  if (verdict == GHD_IMAGE_VERDICT_OK && !is_known_jpeg_trailer (data, size, at))
    verdict = GHD_IMAGE_VERDICT_TRAILING;
  return verdict;
}

/* WebP */

gboolean
ghd_image_is_webp (const guint8 *data,
                   gsize         size)
{
  return size >= 12 && memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0;
}

static void
read_webp_size (const guint8 *chunk,
                guint32       length,
                guint        *width,
                guint        *height)
{
  const guint8 *body = chunk + 8;

  if (memcmp (chunk, "VP8X", 4) == 0 && length >= 10)
    {
      *width = read_le24 (body + 4) + 1;
      *height = read_le24 (body + 7) + 1;
    }
  else if (memcmp (chunk, "VP8 ", 4) == 0 && length >= 10
           && body[3] == 0x9d && body[4] == 0x01 && body[5] == 0x2a)
    {
      *width = (body[6] | (guint) body[7] << 8) & 0x3fff;
      *height = (body[8] | (guint) body[9] << 8) & 0x3fff;
    }
  else if (memcmp (chunk, "VP8L", 4) == 0 && length >= 5 && body[0] == 0x2f)
    {
      guint32 bits = read_le32 (body + 1);

      *width = (bits & 0x3fff) + 1;
      *height = (bits >> 14 & 0x3fff) + 1;
    }
}

GhdImageVerdict
ghd_image_walk_webp (const guint8 *data,
                     gsize         size,
                     guint        *width,
                     guint        *height)
{
  guint64 end = (guint64) read_le32 (data + 4) + 8;
  gsize at = 12;

  end += end & 1;
  if (end > size)
    return GHD_IMAGE_VERDICT_TRUNCATED;
  if (end < size)
    return GHD_IMAGE_VERDICT_TRAILING;

  while (at < size)
    {
      guint64 length;

      if (size - at < 8)
        return GHD_IMAGE_VERDICT_BROKEN;
      length = read_le32 (data + at + 4);
      if (length + (length & 1) > size - at - 8)
        return GHD_IMAGE_VERDICT_TRUNCATED;
      if (*width == 0)
        read_webp_size (data + at, length, width, height);
      at += 8 + length + (length & 1);
    }

  return GHD_IMAGE_VERDICT_OK;
}

/* AVIF */

gboolean
ghd_image_is_avif (const guint8 *data,
                   gsize         size)
{
  guint32 length;

  if (size < 16 || memcmp (data + 4, "ftyp", 4) != 0)
    return FALSE;

  length = MIN (read_be32 (data), size);
  for (gsize i = 8; i + 4 <= length; i += i == 8 ? 8 : 4)
    if (memcmp (data + i, "avif", 4) == 0 || memcmp (data + i, "avis", 4) == 0)
      return TRUE;

  return FALSE;
}

static gsize
get_box_header (const guint8 *box,
                gsize         left,
                guint64      *length)
{
  gsize header = 8;

  if (left < header)
    return 0;

  *length = read_be32 (box);
  if (*length == 1)
    {
      header = 16;
      if (left < header)
        return 0;
      *length = (guint64) read_be32 (box + 8) << 32 | read_be32 (box + 12);
    }
  else if (*length == 0)
    *length = left; /* reaches to the end of what holds it */

  return header;
}

static GhdImageVerdict
walk_boxes (const guint8 *data,
            gsize         size,
            guint         depth,
            guint        *width,
            guint        *height)
{
  static const char inner[][5] = { "meta", "iprp", "ipco" };
  gsize at = 0;

  while (at < size)
    {
      guint64 length = 0;
      gsize header = get_box_header (data + at, size - at, &length);
      const guint8 *type = data + at + 4;
      const guint8 *body;

      if (header == 0)
        return depth == 0 && at > 0 ? GHD_IMAGE_VERDICT_TRAILING : GHD_IMAGE_VERDICT_BROKEN;
      for (guint i = 0; i < 4; i++)
        if (!g_ascii_isprint (type[i]))
          return depth == 0 && at > 0 ? GHD_IMAGE_VERDICT_TRAILING : GHD_IMAGE_VERDICT_BROKEN;
      if (length < header)
        return GHD_IMAGE_VERDICT_BROKEN;
      if (length > size - at)
        return depth == 0 ? GHD_IMAGE_VERDICT_TRUNCATED : GHD_IMAGE_VERDICT_BROKEN;

      body = data + at + header;
      length -= header;

      if (memcmp (type, "ispe", 4) == 0 && length >= 12)
        {
          /* Several may stand here (a grid and its tiles): the largest is what it would cost. */
          *width = MAX (*width, read_be32 (body + 4));
          *height = MAX (*height, read_be32 (body + 8));
        }

      for (guint i = 0; i < G_N_ELEMENTS (inner) && depth < MAX_BOX_DEPTH; i++)
        if (memcmp (type, inner[i], 4) == 0)
          {
            gsize skip = i == 0 ? 4 : 0; /* "meta" is a full box: version and flags first */
            GhdImageVerdict verdict;

            if (length < skip)
              return GHD_IMAGE_VERDICT_BROKEN;
            verdict = walk_boxes (body + skip, length - skip, depth + 1, width, height);
            if (verdict != GHD_IMAGE_VERDICT_OK)
              return verdict;
          }

      at += header + length;
    }

  return GHD_IMAGE_VERDICT_OK;
}

GhdImageVerdict
ghd_image_walk_avif (const guint8 *data,
                     gsize         size,
                     guint        *width,
                     guint        *height)
{
  static const char top[][5] = { "ftyp", "meta", "mdat", "moov", "free", "skip", "uuid", "wide", "sidx", "styp" };
  gsize at = 0;
  gboolean has_payload = FALSE;

  /* A zip archive or a script can pose as a box; only the kinds that a picture has may stand at the top. */
  while (at < size)
    {
      guint64 length = 0;
      gsize header = get_box_header (data + at, size - at, &length);
      gboolean is_known = FALSE;

      if (header == 0)
        return GHD_IMAGE_VERDICT_TRAILING;
      for (guint i = 0; i < G_N_ELEMENTS (top); i++)
        is_known |= memcmp (data + at + 4, top[i], 4) == 0;
      if (!is_known)
        return GHD_IMAGE_VERDICT_TRAILING;
      if (length < header)
        return GHD_IMAGE_VERDICT_BROKEN;
      if (length > size - at)
        return GHD_IMAGE_VERDICT_TRUNCATED;
      has_payload |= memcmp (data + at + 4, "mdat", 4) == 0;
      at += length;
    }

  /* Writers put the boxes in order meta, mdat: a file without the second was cut between them. */
  if (!has_payload)
    return GHD_IMAGE_VERDICT_TRUNCATED;

  return walk_boxes (data, size, 0, width, height);
}
