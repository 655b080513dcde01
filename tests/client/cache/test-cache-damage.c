/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Files that are not what the cache would write, and folders that are not there. */
#include "cache-fixture.h"

#include "gh-error.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

static void
test_garbage (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GhcCacheState) state = NULL;
  g_autoptr (GError) error = NULL;

  cache_fixture_close (fixture);
  g_file_set_contents (fixture->path,
                       "this is not a database, but it was written where one should be", -1,
                       &error);
  g_assert_no_error (error);

  cache_fixture_open (fixture);
  state = cache_fixture_load_state (fixture);
  g_assert_cmpint (state->position, ==, 0);
  test_settle ();
  g_assert_nonnull (fixture->notice);
  g_assert_nonnull (strstr (fixture->notice, "damaged"));
  g_assert_cmpuint (cache_fixture_count_files (fixture, ".damaged-"), ==, 1);

  /* And it works from then on. */
  cache_fixture_done (ghc_cache_set_position (fixture->cache, 5));
}

/* Pages in the middle of the file are overwritten while it is in use. */
static void
test_damaged_in_use (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) events = cache_fixture_make_events (fixture, 1, 400);
  g_autofree char *junk = g_malloc (4096);
  gsize size;

  cache_fixture_done (ghc_cache_add_events (fixture->cache, events, 400));
  cache_fixture_close (fixture);

  cache_fixture_open (fixture);
  cache_fixture_done (ghc_cache_flush (fixture->cache));
  {
    g_autofree char *contents = NULL;
    FILE *file;

    g_assert_true (g_file_get_contents (fixture->path, &contents, &size, NULL));
    g_assert_cmpuint (size, >, 16 * 4096);
    memset (junk, 0xa5, 4096);
    file = fopen (fixture->path, "r+b");
    for (guint page = 1; page < size / 4096; page++)
      {
        g_assert_cmpint (fseek (file, (long) page * 4096, SEEK_SET), ==, 0);
        g_assert_cmpuint (fwrite (junk, 1, 4096, file), ==, 4096);
      }
    fclose (file);
  }

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GPtrArray) more = cache_fixture_make_events (fixture, 401 + i, 1);
      g_autoptr (GhcCacheState) state = NULL;

      cache_fixture_done (ghc_cache_add_events (fixture->cache, more, 401 + i));
      state = cache_fixture_load_state (fixture);
      g_assert_cmpint (state->position, ==, 401 + i);
    }
  cache_fixture_close (fixture);

  /* Found at the latest when it is opened again. */
  cache_fixture_open (fixture);
  cache_fixture_done (ghc_cache_flush (fixture->cache));
  test_settle ();
  g_assert_nonnull (fixture->notice);
  g_assert_cmpuint (cache_fixture_count_files (fixture, ".damaged-"), >=, 1);
}

static void
test_newer (CacheFixture *fixture, gconstpointer data)
{
  sqlite3 *sqlite;

  cache_fixture_done (ghc_cache_set_position (fixture->cache, 5));
  cache_fixture_close (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (sqlite, "PRAGMA user_version = 1000", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (sqlite);

  cache_fixture_open (fixture);
  {
    g_autoptr (GhcCacheState) state = cache_fixture_load_state (fixture);

    g_assert_cmpint (state->position, ==, 0);
  }
  test_settle ();
  g_assert_nonnull (strstr (fixture->notice, "newer"));
  g_assert_cmpuint (cache_fixture_count_files (fixture, ".newer-"), ==, 1);
}

static void
test_folder_missing (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GhcCache) cache = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "no", "such", "folder.db", NULL);

  g_test_expect_message ("ghc-cache", G_LOG_LEVEL_WARNING, "*can not be used*");
  cache = ghc_cache_new (path);
  error = cache_fixture_refusal (ghc_cache_load_state (cache));
  g_test_assert_expected_messages ();
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_INTERNAL));
  cache_fixture_done (ghc_cache_close (cache));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  CACHE_ADD ("garbage", test_garbage);
  CACHE_ADD ("damaged-in-use", test_damaged_in_use);
  CACHE_ADD ("newer", test_newer);
  CACHE_ADD ("folder-missing", test_folder_missing);

  return g_test_run ();
}
