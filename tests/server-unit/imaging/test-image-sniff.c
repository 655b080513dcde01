/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-image-sniff.h"

#include <gh-error.h>

#include <string.h>

#include "test-images.h"

static const struct
{
  const char *name;
  GhdImageFormat format;
} samples[] = {
  { "wide.png", GHD_IMAGE_FORMAT_PNG },
  { "wide.jpg", GHD_IMAGE_FORMAT_JPEG },
  { "wide.webp", GHD_IMAGE_FORMAT_WEBP },
  { "wide-lossless.webp", GHD_IMAGE_FORMAT_WEBP },
  { "wide.avif", GHD_IMAGE_FORMAT_AVIF },
};

static void
assert_refused (GBytes     *file,
                const char *reason)
{
  g_autoptr (GError) error = NULL;
  GhdImageInfo info;

  g_assert_false (ghd_image_sniff (g_bytes_get_data (file, NULL), g_bytes_get_size (file), &info, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
  g_assert_cmpstr (gh_error_get_reason (error), ==, reason);
}

static GBytes *
join (GBytes       *first,
      const void   *second,
      gsize         length)
{
  GByteArray *both = g_byte_array_new ();

  g_byte_array_append (both, g_bytes_get_data (first, NULL), g_bytes_get_size (first));
  g_byte_array_append (both, second, length);
  return g_byte_array_free_to_bytes (both);
}

static void
test_sizes (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) file = test_image (samples[i].name);
      g_autoptr (GError) error = NULL;
      GhdImageInfo info;

      g_assert_true (ghd_image_sniff (g_bytes_get_data (file, NULL), g_bytes_get_size (file), &info, &error));
      g_assert_no_error (error);
      g_assert_cmpint (info.format, ==, samples[i].format);
      g_assert_cmpuint (info.width, ==, TEST_IMAGE_WIDTH);
      g_assert_cmpuint (info.height, ==, TEST_IMAGE_HEIGHT);
    }
}

static void
test_truncated_anywhere (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) file = test_image (samples[i].name);

      for (gsize length = 0; length < g_bytes_get_size (file); length++)
        {
          /* A copy of just this length, so that a read past the end is seen by the sanitizer. */
          g_autofree guint8 *part = g_memdup2 (g_bytes_get_data (file, NULL), length);
          GhdImageInfo info;

          g_assert_false (ghd_image_sniff (part, length, &info, NULL));
        }
    }
}

static void
test_cut_in_half_says_so (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) file = test_image (samples[i].name);
      g_autoptr (GBytes) half = g_bytes_new_from_bytes (file, 0, g_bytes_get_size (file) * 9 / 10);

      assert_refused (half, "image.truncated");
    }
}

static void
test_something_behind (void)
{
  static const char *const tails[] = { "PK\003\004 a zip archive follows here", "<script>alert(1)</script>", "%PDF-1.7 and more" };

  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    for (guint j = 0; j < G_N_ELEMENTS (tails); j++)
      {
        g_autoptr (GBytes) file = test_image (samples[i].name);
        g_autoptr (GBytes) both = join (file, tails[j], strlen (tails[j]));

        assert_refused (both, "image.polyglot");
      }
}

static void
test_telephone_trailers (void)
{
  g_autoptr (GBytes) file = test_image ("wide.jpg");
  g_autoptr (GBytes) second = join (file, g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  g_autoptr (GBytes) padded = join (file, "\0\0\0\0", 4);
  GhdImageInfo info;

  g_assert_true (ghd_image_sniff (g_bytes_get_data (second, NULL), g_bytes_get_size (second), &info, NULL));
  g_assert_true (ghd_image_sniff (g_bytes_get_data (padded, NULL), g_bytes_get_size (padded), &info, NULL));
}

static void
test_other_kinds (void)
{
  static const struct
  {
    const char *bytes;
    gsize length;
  } others[] = {
#define OTHER(literal) { literal, sizeof literal - 1 }
    OTHER (""),
    OTHER ("GIF89a................"),
    OTHER ("<svg xmlns='http://www.w3.org/2000/svg'/>"),
    OTHER ("BM......................"),
    OTHER ("II*\0............"),
    OTHER ("%PDF-1.7"),
    OTHER ("\0\0\0\x18" "ftypheic\0\0\0\0mif1heic"),
    OTHER ("RIFF\x10\0\0\0WAVEfmt ...."),
#undef OTHER
  };

  for (guint i = 0; i < G_N_ELEMENTS (others); i++)
    {
      g_autoptr (GBytes) file = g_bytes_new_static (others[i].bytes, others[i].length);

      assert_refused (file, "image.unsupported");
    }
}

static void
test_too_many_pixels (void)
{
  g_autoptr (GBytes) file = test_image ("wide.png");
  g_autofree guint8 *bomb = g_memdup2 (g_bytes_get_data (file, NULL), g_bytes_get_size (file));
  g_autoptr (GBytes) changed = NULL;

  /* 16000 × 16000 in the header of a file of a few bytes */
  memcpy (bomb + 16, "\0\0\x3e\x80\0\0\x3e\x80", 8);
  changed = g_bytes_new (bomb, g_bytes_get_size (file));
  assert_refused (changed, "image.too_many_pixels");
}

static void
test_any_byte_flipped (void)
{
  for (guint i = 0; i < G_N_ELEMENTS (samples); i++)
    {
      g_autoptr (GBytes) file = test_image (samples[i].name);
      gsize size = g_bytes_get_size (file);
      g_autofree guint8 *copy = g_memdup2 (g_bytes_get_data (file, NULL), size);

      for (gsize at = 0; at < size; at++)
        for (guint bit = 0; bit < 8; bit++)
          {
            g_autoptr (GError) error = NULL;
            GhdImageInfo info;

            copy[at] ^= 1 << bit;
            if (!ghd_image_sniff (copy, size, &info, &error))
              g_assert_nonnull (gh_error_get_reason (error));
            else
              g_assert_cmpuint (info.width, >, 0);
            copy[at] ^= 1 << bit;
          }
    }
}

int
main (int    argc,
      char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-sniff/sizes", test_sizes);
  g_test_add_func ("/image-sniff/truncated-anywhere", test_truncated_anywhere);
  g_test_add_func ("/image-sniff/cut-says-so", test_cut_in_half_says_so);
  g_test_add_func ("/image-sniff/something-behind", test_something_behind);
  g_test_add_func ("/image-sniff/telephone-trailers", test_telephone_trailers);
  g_test_add_func ("/image-sniff/other-kinds", test_other_kinds);
  g_test_add_func ("/image-sniff/too-many-pixels", test_too_many_pixels);
  g_test_add_func ("/image-sniff/any-byte-flipped", test_any_byte_flipped);

  return g_test_run ();
}
