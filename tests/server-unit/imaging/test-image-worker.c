/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-image-worker.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <gh-error.h>

#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ghd-image-sandbox.h"
#include "test-images.h"

static const guint all_sizes[] = { 64, 128, 256, 512 };

static GPtrArray *
render (const char          *name,
        const GhdImageCrop  *crop,
        GError             **error)
{
  g_autoptr (GBytes) file = test_image (name);

  return ghd_image_worker_render (NULL, file, crop, all_sizes, G_N_ELEMENTS (all_sizes), error);
}

static GdkPixbuf *
decode (GhdImageRendition *rendition)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (rendition->bytes);
  g_autoptr (GError) error = NULL;
  GdkPixbuf *pixbuf = gdk_pixbuf_new_from_stream (stream, NULL, &error);

  g_assert_no_error (error);
  return pixbuf;
}

/* 'r', 'g' or 'b': what prevails in a pixel, given in hundredths of the picture. */
static char
colour_at (GdkPixbuf *pixbuf,
           guint      x,
           guint      y)
{
  const guint8 *pixel = gdk_pixbuf_read_pixels (pixbuf)
                        + gdk_pixbuf_get_height (pixbuf) * y / 100 * gdk_pixbuf_get_rowstride (pixbuf)
                        + gdk_pixbuf_get_width (pixbuf) * x / 100 * gdk_pixbuf_get_n_channels (pixbuf);

  if (pixel[0] > pixel[1] && pixel[0] > pixel[2])
    return 'r';
  return pixel[1] > pixel[2] ? 'g' : 'b';
}

static void
test_every_format (void)
{
  static const char *const names[] = { "wide.png", "wide.jpg", "wide.webp", "wide-lossless.webp", "wide.avif", "moving.webp" };

  for (guint i = 0; i < G_N_ELEMENTS (names); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GPtrArray) renditions = render (names[i], &(GhdImageCrop) { 0 }, &error);

      g_assert_no_error (error);
      g_assert_cmpuint (renditions->len, ==, G_N_ELEMENTS (all_sizes));
      for (guint j = 0; j < renditions->len; j++)
        {
          GhdImageRendition *rendition = g_ptr_array_index (renditions, j);
          g_autoptr (GdkPixbuf) pixbuf = decode (rendition);

          /* 48 is the shorter side: nothing is made larger than it was */
          g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, MIN (all_sizes[j], TEST_IMAGE_HEIGHT));
          g_assert_cmpint (gdk_pixbuf_get_height (pixbuf), ==, gdk_pixbuf_get_width (pixbuf));
          g_assert_cmpint (rendition->format, ==, GHD_IMAGE_FORMAT_JPEG);
          g_assert_cmpint (colour_at (pixbuf, 25, 50), ==, 'r');
          g_assert_cmpint (colour_at (pixbuf, 75, 50), ==, 'b');
        }
    }
}

static void
test_crop (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) renditions = render ("wide.png", &(GhdImageCrop) { .x = 60, .y = 4, .size = 30 }, &error);
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_assert_no_error (error);
  pixbuf = decode (g_ptr_array_index (renditions, 0));
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 30);
  g_assert_cmpint (colour_at (pixbuf, 10, 10), ==, 'b');
}

static void
test_crop_outside (void)
{
  static const GhdImageCrop crops[] = { { 90, 0, 20 }, { 0, 40, 20 }, { 0, 0, 60 }, { G_MAXUINT32, 0, 1 }, { 0, 0, G_MAXUINT32 } };

  for (guint i = 0; i < G_N_ELEMENTS (crops); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_null (render ("wide.png", &crops[i], &error));
      g_assert_cmpstr (gh_error_get_reason (error), ==, "image.crop");
    }
}

static void
test_transparency_stays (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) renditions = render ("clear.png", &(GhdImageCrop) { 0 }, &error);
  GhdImageRendition *rendition;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_assert_no_error (error);
  rendition = g_ptr_array_index (renditions, 0);
  g_assert_cmpint (rendition->format, ==, GHD_IMAGE_FORMAT_PNG);
  pixbuf = decode (rendition);
  g_assert_true (gdk_pixbuf_get_has_alpha (pixbuf));
  g_assert_cmpuint (gdk_pixbuf_read_pixels (pixbuf)[3], <, 16);
}

static void
test_metadata_goes_and_orientation_stays (void)
{
  g_autoptr (GBytes) file = test_image ("turned.jpg");
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) renditions = NULL;
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_assert_nonnull (memmem (g_bytes_get_data (file, NULL), g_bytes_get_size (file), "SECRET-", 7));

  renditions = render ("turned.jpg", &(GhdImageCrop) { 0 }, &error);
  g_assert_no_error (error);
  for (guint i = 0; i < renditions->len; i++)
    {
      GhdImageRendition *rendition = g_ptr_array_index (renditions, i);
      gsize size;
      gconstpointer data = g_bytes_get_data (rendition->bytes, &size);

      g_assert_null (memmem (data, size, "SECRET-", 7));
      g_assert_null (memmem (data, size, "Exif", 4));
    }

  /* A quarter turn clockwise: what was left is on top. */
  pixbuf = decode (g_ptr_array_index (renditions, 0));
  g_assert_cmpint (colour_at (pixbuf, 40, 10), ==, 'r');
  g_assert_cmpint (colour_at (pixbuf, 50, 90), ==, 'b');
}

static void
test_photograph (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) renditions = render ("photograph.jpg", &(GhdImageCrop) { 0 }, &error);
  g_autoptr (GdkPixbuf) pixbuf = NULL;

  g_assert_no_error (error);
  pixbuf = decode (g_ptr_array_index (renditions, 3));
  g_assert_cmpint (gdk_pixbuf_get_width (pixbuf), ==, 512);
}

static void
test_bombs_within_the_limits_are_survived (void)
{
  /* 49 megapixels in 140 KiB: allowed, so it must fit the worker's memory */
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) renditions = render ("bomb.png", &(GhdImageCrop) { 0 }, &error);

  g_assert_no_error (error);
  g_assert_nonnull (renditions);
}

static void
test_broken (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (render ("broken.png", &(GhdImageCrop) { 0 }, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "image.broken");
}

static void
test_worker_that_cannot_start (void)
{
  g_autoptr (GBytes) file = test_image ("wide.png");
  g_autoptr (GError) error = NULL;

  g_test_expect_message ("ghd-imaging", G_LOG_LEVEL_WARNING, "*could not be started*");
  g_assert_null (ghd_image_worker_render ("/nonexistent/guildhalld", file, &(GhdImageCrop) { 0 }, all_sizes, 1, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_test_assert_expected_messages ();
}

/* A worker that somebody took over answers with whatever they like. */
static void
test_worker_that_lies (void)
{
  g_autoptr (GBytes) file = test_image ("wide.png");
  g_autoptr (GError) error = NULL;

  g_assert_null (ghd_image_worker_render ("/bin/yes", file, &(GhdImageCrop) { 0 }, all_sizes, 1, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
}

static int
status_of (void (*attempt) (void))
{
  int status = 0;
  pid_t pid = fork ();

  g_assert_cmpint (pid, >=, 0);
  if (pid == 0)
    {
      if (!ghd_image_sandbox_enter ())
        _exit (99);
      attempt ();
      _exit (0);
    }

  g_assert_cmpint (waitpid (pid, &status, 0), ==, pid);
  return status;
}

static void
try_nothing (void)
{
}

static void
try_socket (void)
{
  (void) !socket (AF_INET, SOCK_STREAM, 0);
}

static void
try_fork (void)
{
  (void) !fork ();
}

static void
try_exec (void)
{
  execl ("/bin/true", "true", NULL);
}

static void
try_open (void)
{
  /* refused, not killed: a library may only be asking */
  if (open ("/etc/passwd", O_RDONLY) >= 0)
    _exit (98);
}

static void
try_to_outlive_the_alarm (void)
{
  sigset_t all;

  sigfillset (&all);
  if (sigprocmask (SIG_BLOCK, &all, NULL) == 0)
    _exit (98);
}

static void
try_executable_memory (void)
{
  (void) !mmap (NULL, 4096, PROT_READ | PROT_EXEC, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
}

static void
test_sandbox_holds (void)
{
  int status = status_of (try_nothing);

  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);
  status = status_of (try_open);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);

  status = status_of (try_to_outlive_the_alarm);
  g_assert_true (WIFEXITED (status) && WEXITSTATUS (status) == 0);

  g_assert_true (WIFSIGNALED (status_of (try_executable_memory)));
  g_assert_true (WIFSIGNALED (status_of (try_socket)));
  g_assert_true (WIFSIGNALED (status_of (try_fork)));
  g_assert_true (WIFSIGNALED (status_of (try_exec)));
}

int
main (int    argc,
      char **argv)
{
  /* The test program is its own worker, as guildhalld is. */
  if (argc == 2 && g_str_equal (argv[1], "image-worker"))
    return ghd_image_worker_main ();

  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/image-worker/every-format", test_every_format);
  g_test_add_func ("/image-worker/crop", test_crop);
  g_test_add_func ("/image-worker/crop-outside", test_crop_outside);
  g_test_add_func ("/image-worker/transparency", test_transparency_stays);
  g_test_add_func ("/image-worker/metadata", test_metadata_goes_and_orientation_stays);
  g_test_add_func ("/image-worker/photograph", test_photograph);
  g_test_add_func ("/image-worker/large-within-limits", test_bombs_within_the_limits_are_survived);
  g_test_add_func ("/image-worker/broken", test_broken);
  g_test_add_func ("/image-worker/cannot-start", test_worker_that_cannot_start);
  g_test_add_func ("/image-worker/lies", test_worker_that_lies);
  g_test_add_func ("/image-worker/sandbox-holds", test_sandbox_holds);

  return g_test_run ();
}
