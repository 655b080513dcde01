/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-error.h"

#include <json-glib/json-glib.h>

G_BEGIN_DECLS

/* Asserts that @error is a refusal of this code and reason, and clears it. */
#define assert_refused(error, expected_code, expected_reason)                                      \
  G_STMT_START                                                                                     \
  {                                                                                                \
    g_assert_nonnull (error);                                                                      \
    g_assert_true ((error)->domain == GH_ERROR);                                                   \
    g_assert_cmpstr (gh_error_get_reason (error), ==, (expected_reason));                          \
    g_assert_cmpint (gh_error_get_code (error), ==, (expected_code));                              \
    g_assert_cmpuint (strlen ((error)->message), >, 0);                                            \
    g_clear_error (&(error));                                                                      \
  }                                                                                                \
  G_STMT_END

/* The published vectors of a file below the option "vectors", read by json-glib and not by us; skips
 * the test and returns NULL where they are missing. */
static inline JsonNode *
test_vectors (const char *name)
{
  const char *folder = g_getenv ("GUILDHALL_VECTORS");
  g_autofree char *path = g_build_filename (folder != NULL ? folder : "vectors", name, NULL);
  g_autoptr (JsonParser) parser = json_parser_new ();
  g_autoptr (GError) error = NULL;

  if (!g_file_test (path, G_FILE_TEST_EXISTS))
    {
      g_autofree char *why = g_strdup_printf ("the published vectors %s are not here", path);

      g_test_skip (why);
      return NULL;
    }
  json_parser_load_from_file (parser, path, &error);
  g_assert_no_error (error);
  return json_parser_steal_root (parser);
}

static inline guint8 *
test_unhex (const char *hex, gsize *size)
{
  guint8 *out = g_malloc (strlen (hex) / 2 + 1);

  *size = strlen (hex) / 2;
  for (gsize i = 0; i < *size; i++)
    out[i] = (guint8) (g_ascii_xdigit_value (hex[2 * i]) << 4
                       | g_ascii_xdigit_value (hex[2 * i + 1]));
  return out;
}

/* Seeded by g_test, so that a failure is run again with --seed. */
static inline void
test_random_bytes (guint8 *out, gsize size)
{
  for (gsize i = 0; i < size; i++)
    out[i] = (guint8) g_test_rand_int_range (0, 256);
}

G_END_DECLS
