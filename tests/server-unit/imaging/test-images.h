/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

/* The samples are made at build time by make-images.py: left half red, right half blue, and a green top left corner. */
#define TEST_IMAGE_WIDTH 96
#define TEST_IMAGE_HEIGHT 48

static inline GBytes *
test_image (const char *name)
{
  g_autofree char *path = g_build_filename (TEST_IMAGES, name, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GFile) file = g_file_new_for_path (path);
  GBytes *bytes = g_file_load_bytes (file, NULL, NULL, &error);

  g_assert_no_error (error);
  return bytes;
}
