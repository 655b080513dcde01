/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache-fixture.h"

#include <glib/gstdio.h>

static void
on_notice (GhcCache *cache, const char *sentence, CacheFixture *fixture)
{
  g_set_str (&fixture->notice, sentence);
}

void
cache_fixture_open (CacheFixture *fixture)
{
  fixture->cache = ghc_cache_new (fixture->path);
  g_signal_connect (fixture->cache, "notice", G_CALLBACK (on_notice), fixture);
}

void
cache_fixture_done (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  test_await (future);
  dex_future_get_value (future, &error);
  g_assert_no_error (error);
  dex_unref (future);
}

void
cache_fixture_close (CacheFixture *fixture)
{
  cache_fixture_done (ghc_cache_close (fixture->cache));
  test_settle ();
  g_clear_object (&fixture->cache);
}

void
cache_fixture_set_up (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("guildhall-cache-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "cache.db", NULL);
  fixture->room_id = test_room_id (1);
  cache_fixture_open (fixture);
}

void
cache_fixture_tear_down (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (fixture->cache != NULL)
    cache_fixture_close (fixture);

  dir = g_dir_open (fixture->folder, 0, NULL);
  while ((name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *file = g_build_filename (fixture->folder, name, NULL);

      g_assert_cmpint (g_remove (file), ==, 0);
    }
  g_assert_cmpint (g_rmdir (fixture->folder), ==, 0);
  g_free (fixture->folder);
  g_free (fixture->path);
  g_free (fixture->room_id);
  g_free (fixture->notice);
}

GhcCacheState *
cache_fixture_load_state (CacheFixture *fixture)
{
  g_autoptr (DexFuture) future = ghc_cache_load_state (fixture->cache);
  g_autoptr (GError) error = NULL;
  const GValue *value;

  test_await (future);
  value = dex_future_get_value (future, &error);
  g_assert_no_error (error);

  return g_value_dup_boxed (value);
}

GhcPage *
cache_fixture_load_page (CacheFixture *fixture, gint64 before, gint64 after, guint limit)
{
  g_autoptr (DexFuture)
    future = ghc_cache_load_page (fixture->cache, fixture->room_id, before, after, limit);
  g_autoptr (GError) error = NULL;
  const GValue *value;

  test_await (future);
  value = dex_future_get_value (future, &error);
  g_assert_no_error (error);

  return g_value_dup_object (value);
}

GError *
cache_fixture_refusal (DexFuture *future)
{
  GError *error = NULL;

  test_await (future);
  g_assert_true (dex_future_is_rejected (future));
  dex_future_get_value (future, &error);
  dex_unref (future);

  return error;
}

GPtrArray *
cache_fixture_make_events (CacheFixture *fixture, gint64 first, guint n_events)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);

  for (guint i = 0; i < n_events; i++)
    g_ptr_array_add (events, test_message (fixture->room_id, ADA, NULL, "hello", NOON + first + i,
                                           first + i));

  return events;
}

guint
cache_fixture_count_files (CacheFixture *fixture, const char *part)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;
  guint n_files = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n_files += strstr (name, part) != NULL && !g_str_has_suffix (name, "-wal")
               && !g_str_has_suffix (name, "-shm");

  return n_files;
}
