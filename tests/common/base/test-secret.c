/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Secrets, private files, random numbers and clocks. */
#include "../test-util.h"

#include "gh-file.h"
#include "gh-random.h"
#include "gh-secret.h"
#include "gh-time.h"

#include <glib/gstdio.h>
#include <sys/stat.h>

static void
test_secret (void)
{
  g_autoptr (GhSecret) a = gh_secret_new_string ("correct horse");
  g_autoptr (GhSecret)
    b = gh_secret_new_take (g_strdup ("correct horse"), strlen ("correct horse"));
  g_autoptr (GhSecret) c = gh_secret_new_string ("correct horsf");
  g_autoptr (GhSecret) empty = gh_secret_new (NULL, 0);
  g_autoptr (GhSecret) zeros = gh_secret_new ("\0\0", 2);
  g_autoptr (GhSecret) random = gh_secret_new_random (32);
  g_autoptr (GhSecret) other = gh_secret_new_random (32);
  g_autoptr (GhSecret) again = gh_secret_ref (a);

  g_assert_true (gh_secret_equal (a, b));
  g_assert_true (gh_secret_equal (a, again));
  g_assert_false (gh_secret_equal (a, c));
  g_assert_false (gh_secret_equal (a, empty));
  g_assert_false (gh_secret_equal (empty, zeros));
  g_assert_false (gh_secret_equal (random, other));
  g_assert_true (gh_secret_equal_data (zeros, "\0\0", 2));
  g_assert_cmpstr (gh_secret_get_string (a), ==, "correct horse");
  g_assert_cmpuint (gh_secret_get_size (a), ==, strlen ("correct horse"));
  g_assert_cmpuint (gh_secret_get_size (random), ==, 32);
  g_assert_cmpstr (gh_secret_get_string (empty), ==, "");
}

static void
test_secret_is_read_only (void)
{
  if (g_test_subprocess ())
    {
      GhSecret *secret = gh_secret_new_string ("x");

      *(char *) gh_secret_get_data (secret) = 'y';
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_failed ();
}

static void
test_wipe (void)
{
  char text[] = "a secret";

  gh_secret_wipe (text, sizeof text);
  for (gsize i = 0; i < sizeof text; i++)
    g_assert_cmpint (text[i], ==, 0);
  gh_secret_wipe (NULL, 0);
}

typedef struct
{
  char *folder;
  char *path;
} Fixture;

static void
set_up (Fixture *fixture, gconstpointer data)
{
  fixture->folder = g_dir_make_tmp ("guildhall-XXXXXX", NULL);
  g_assert_nonnull (fixture->folder);
  fixture->path = g_build_filename (fixture->folder, "secret", NULL);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_unlink (fixture->path);
  /* Fails, and the test with it, when a temporary file was left behind. */
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
}

static void
test_file (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSecret) secret = NULL;
  GStatBuf status;

  g_assert_null (gh_file_read_private (fixture->path, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
  g_assert_nonnull (strstr (error->message, fixture->path));
  g_clear_error (&error);

  g_assert_true (gh_file_write_private (fixture->path, "one", 3, FALSE, &error));
  g_assert_no_error (error);
  g_assert_cmpint (g_stat (fixture->path, &status), ==, 0);
  g_assert_cmpint (status.st_mode & 07777, ==, 0600);

  g_assert_false (gh_file_write_private (fixture->path, "two", 3, FALSE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_EXISTS);
  g_clear_error (&error);
  secret = gh_file_read_private (fixture->path, 3, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gh_secret_get_string (secret), ==, "one");
  g_clear_pointer (&secret, gh_secret_unref);

  g_assert_true (gh_file_write_private (fixture->path, "three", 5, TRUE, &error));
  secret = gh_file_read_private (fixture->path, 100, &error);
  g_assert_cmpstr (gh_secret_get_string (secret), ==, "three");
  g_assert_null (gh_file_read_private (fixture->path, 4, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_INVALID_DATA);
}

static void
test_file_is_private (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *link = g_build_filename (fixture->folder, "link", NULL);
  g_autofree char *missing = g_build_filename (fixture->folder, "no", "secret", NULL);

  g_assert_true (gh_file_write_private (fixture->path, "one", 3, FALSE, &error));
  g_assert_cmpint (g_chmod (fixture->path, 0640), ==, 0);
  g_assert_null (gh_file_read_private (fixture->path, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_PERMISSION_DENIED);
  g_assert_nonnull (strstr (error->message, "chmod 600"));
  g_clear_error (&error);

  g_assert_cmpint (g_chmod (fixture->path, 0600), ==, 0);
  g_assert_cmpint (symlink (fixture->path, link), ==, 0);
  g_assert_null (gh_file_read_private (link, 100, &error));
  g_assert_nonnull (error);
  g_clear_error (&error);
  g_unlink (link);

  g_assert_null (gh_file_read_private (fixture->folder, 100, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_REGULAR_FILE);
  g_clear_error (&error);
  g_assert_false (gh_file_write_private (missing, "x", 1, TRUE, &error));
  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND);
}

static void
test_random (void)
{
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (guint i = 0; i < 1000; i++)
    {
      char *token = gh_random_token (32);

      g_assert_cmpuint (strlen (token), ==, 43);
      g_assert_true (g_hash_table_add (seen, token));
      g_assert_cmpuint (gh_random_uniform (7), <, 7);
    }
  g_assert_cmpuint (gh_random_uniform (1), ==, 0);
}

static void
test_backoff (void)
{
  for (guint round = 0; round < 50; round++)
    {
      GhBackoff backoff = GH_BACKOFF_INIT (500, 30000);
      guint ceiling = 500;

      for (guint i = 0; i < 70; i++)
        {
          guint ms = gh_backoff_next_ms (&backoff);

          g_assert_cmpuint (ms, >=, ceiling / 2);
          g_assert_cmpuint (ms, <=, ceiling);
          ceiling = MIN (ceiling * 2, 30000);
        }
      gh_backoff_reset (&backoff);
      g_assert_cmpuint (gh_backoff_next_ms (&backoff), <=, 500);
    }
}

static void
test_clock (void)
{
  g_autoptr (GhClock) manual = gh_clock_new_manual (1700000000000);
  g_autoptr (GhClock) system = gh_clock_new_system ();
  gint64 start_us = gh_clock_get_monotonic_us (manual);
  gint64 before = g_get_real_time () / 1000;

  gh_clock_advance_ms (manual, 90 * GH_MS_PER_DAY);
  g_assert_cmpint (gh_clock_get_wall_ms (manual), ==, 1700000000000 + 90 * GH_MS_PER_DAY);
  g_assert_cmpint (gh_clock_get_monotonic_us (manual) - start_us, ==, 90 * GH_MS_PER_DAY * 1000);
  g_assert_cmpint (gh_clock_get_wall_ms (system), >=, before - 1000);
  g_assert_cmpint (gh_clock_get_wall_ms (NULL), >=, before - 1000);
  g_assert_cmpint (gh_clock_get_monotonic_us (NULL), <=, gh_clock_get_monotonic_us (system));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/secret/values", test_secret);
  g_test_add_func ("/secret/read-only", test_secret_is_read_only);
  g_test_add_func ("/secret/wipe", test_wipe);
  g_test_add ("/file/whole", Fixture, NULL, set_up, test_file, tear_down);
  g_test_add ("/file/private", Fixture, NULL, set_up, test_file_is_private, tear_down);
  g_test_add_func ("/random/tokens", test_random);
  g_test_add_func ("/random/backoff", test_backoff);
  g_test_add_func ("/time/clock", test_clock);
  return g_test_run ();
}
