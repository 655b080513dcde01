/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-util.h"

static void
append_u32 (GByteArray *out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &big, 4);
}

/* PNG, third edition, annex D */
static guint32
crc (const guint8 *data, gsize size)
{
  guint32 c = 0xffffffff;

  for (gsize i = 0; i < size; i++)
    {
      c ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        c = (c & 1) != 0 ? 0xedb88320 ^ (c >> 1) : c >> 1;
    }

  return c ^ 0xffffffff;
}

static void
append_chunk (GByteArray *png, const char *type, const guint8 *data, gsize size)
{
  gsize start = png->len + 4;

  append_u32 (png, (guint32) size);
  g_byte_array_append (png, (const guint8 *) type, 4);
  if (size > 0)
    g_byte_array_append (png, data, (guint) size);
  append_u32 (png, crc (png->data + start, png->len - start));
}

/* A real picture: noise in eight-bit RGB. */
GBytes *
test_make_png (guint width, guint height)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream)
    compressed = g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  static const guint8 kind[] = { 8, 2, 0, 0, 0 };

  append_u32 (header, width);
  append_u32 (header, height);
  g_byte_array_append (header, kind, sizeof kind);

  for (guint y = 0; y < height; y++)
    {
      guint8 filter = 0;

      g_byte_array_append (rows, &filter, 1);
      for (guint x = 0; x < width * 3; x++)
        {
          guint8 value = (guint8) g_test_rand_int_range (0, 256);

          g_byte_array_append (rows, &value, 1);
        }
    }
  g_assert_true (g_output_stream_write_all (compressed, rows->data, rows->len, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (compressed, NULL, NULL));

  g_byte_array_append (png, signature, sizeof signature);
  append_chunk (png, "IHDR", header->data, header->len);
  append_chunk (png, "IDAT", g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));
  append_chunk (png, "IEND", NULL, 0);

  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}
