/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Pages of messages that are kept. */
#include "cache-fixture.h"

static void
test_history (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) events = cache_fixture_make_events (fixture, 100, 50);
  g_autoptr (GPtrArray) older = cache_fixture_make_events (fixture, 90, 10);
  g_autoptr (GhcPage) older_page = ghc_page_new (older, TRUE, FALSE);
  g_autoptr (GhcPage) page = NULL;
  g_autoptr (GhcPage) rest = NULL;
  const char *stale[] = { fixture->room_id, NULL };

  cache_fixture_done (ghc_cache_add_events (fixture->cache, events, 149));
  page = cache_fixture_load_page (fixture, 0, 0, 20);
  g_assert_cmpuint (ghc_page_get_events (page)->len, ==, 20);
  g_assert_true (ghc_page_get_at_end (page));
  g_assert_false (ghc_page_get_at_start (page));
  g_assert_cmpint (gh_event_get_position (g_ptr_array_index (ghc_page_get_events (page), 0)), ==,
                   130);

  cache_fixture_done (ghc_cache_add_page (fixture->cache, fixture->room_id, older_page, 90, 99));
  rest = cache_fixture_load_page (fixture, 130, 0, 100);
  g_assert_cmpuint (ghc_page_get_events (rest)->len, ==, 40);
  g_assert_true (ghc_page_get_at_start (rest));
  g_assert_false (ghc_page_get_at_end (rest));

  /* After a gap the end is no longer claimed, nor does what comes later join on. */
  cache_fixture_done (ghc_cache_mark_stale (fixture->cache, stale, 140, 500));
  {
    g_autoptr (GPtrArray) later = cache_fixture_make_events (fixture, 501, 3);
    g_autoptr (GhcPage) newest = NULL;

    cache_fixture_done (ghc_cache_add_events (fixture->cache, later, 503));
    newest = cache_fixture_load_page (fixture, 0, 0, 5);
    g_assert_false (ghc_page_get_at_end (newest));
    g_assert_cmpint (gh_event_get_position (g_ptr_array_index (ghc_page_get_events (newest), 4)),
                     ==, 140);
  }

  /* A page that reaches the end takes the place of what it does not touch. */
  {
    g_autoptr (GPtrArray) last = cache_fixture_make_events (fixture, 400, 104);
    g_autoptr (GhcPage) last_page = ghc_page_new (last, FALSE, TRUE);
    g_autoptr (GhcPage) newest = NULL;
    g_autoptr (GhcPage) nothing = NULL;

    cache_fixture_done (ghc_cache_add_page (fixture->cache, fixture->room_id, last_page, 400, 503));
    newest = cache_fixture_load_page (fixture, 0, 0, 500);
    g_assert_cmpuint (ghc_page_get_events (newest)->len, ==, 104);
    g_assert_true (ghc_page_get_at_end (newest));
    nothing = cache_fixture_load_page (fixture, 130, 0, 100);
    g_assert_cmpuint (ghc_page_get_events (nothing)->len, ==, 0);
  }

  cache_fixture_done (ghc_cache_forget_channel (fixture->cache, fixture->room_id));
  {
    g_autoptr (GhcPage) nothing = cache_fixture_load_page (fixture, 0, 0, 100);

    g_assert_cmpuint (ghc_page_get_events (nothing)->len, ==, 0);
    g_assert_false (ghc_page_get_at_end (nothing));
  }
}

static void
test_history_is_bounded (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GhcPage) page = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GPtrArray) events = cache_fixture_make_events (fixture, 1 + i * 100, 100);

      cache_fixture_done (ghc_cache_add_events (fixture->cache, events, 100 + i * 100));
    }
  page = cache_fixture_load_page (fixture, 0, 0, 5000);
  g_assert_cmpuint (ghc_page_get_events (page)->len, >=, GHC_CACHE_HISTORY);
  g_assert_cmpuint (ghc_page_get_events (page)->len, <=, GHC_CACHE_HISTORY + 200);
  g_assert_false (ghc_page_get_at_start (page));
  g_assert_true (ghc_page_get_at_end (page));
}

/* Whatever comes in whichever order, a page from the cache is a slice of the log without a hole. */
static void
test_history_random (CacheFixture *fixture, gconstpointer data)
{
  const char *stale[] = { fixture->room_id, NULL };
  g_autoptr (TestLog) log = test_log_new (fixture->room_id);
  GPtrArray *events = test_log_get_events (log);
  guint n_streamed = 0;

  for (guint i = 0; i < 500; i++)
    {
      int kind = g_test_rand_int_range (0, 10);

      if (kind < 4)
        test_log_append (log, ADA, NULL, NOON + i);
      else if (kind < 7 && n_streamed < events->len)
        {
          guint n_events = 1 + g_test_rand_int_range (0, (int) (events->len - n_streamed));
          g_autoptr (GPtrArray)
            batch = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);

          for (guint j = 0; j < n_events; j++)
            g_ptr_array_add (batch, gh_event_ref (g_ptr_array_index (events, n_streamed++)));
          cache_fixture_done (ghc_cache_add_events (fixture->cache, batch,
                                                    gh_event_get_position (
                                                      g_ptr_array_index (events, n_streamed - 1))));
        }
      else if (kind == 7 && n_streamed > 0 && n_streamed < events->len
               && g_test_rand_int_range (0, 4) == 0)
        {
          gint64 upto = gh_event_get_position (g_ptr_array_index (events, n_streamed - 1));

          cache_fixture_done (ghc_cache_mark_stale (
            fixture->cache, stale, upto,
            gh_event_get_position (g_ptr_array_index (events, events->len - 1))));
          n_streamed = events->len;
        }
      else if (events->len > 0)
        {
          /* A page as the server would answer now. */
          guint last = g_test_rand_int_range (0, 2) == 0
                         ? events->len
                         : 1 + (guint) g_test_rand_int_range (0, (int) events->len);
          guint first = last > 20 ? last - 20 : 0;
          g_autoptr (GPtrArray)
            slice = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
          g_autoptr (GhcPage) page = NULL;

          for (guint j = first; j < last; j++)
            g_ptr_array_add (slice, gh_event_ref (g_ptr_array_index (events, j)));
          page = ghc_page_new (slice, first == 0, last == events->len);
          cache_fixture_done (
            ghc_cache_add_page (fixture->cache, fixture->room_id, page,
                                gh_event_get_position (g_ptr_array_index (events, first)),
                                gh_event_get_position (g_ptr_array_index (events, last - 1))));
        }

      /* What the stream has still to bring may be missing at the end of a page that was ahead of
         it. */
      if (n_streamed == events->len)
        {
          g_autoptr (GhcPage) page = cache_fixture_load_page (fixture, 0, 0, 1000);
          GPtrArray *kept = ghc_page_get_events (page);
          guint next = 0;

          if (kept->len == 0)
            continue;
          while (gh_event_get_position (g_ptr_array_index (events, next))
                 < gh_event_get_position (g_ptr_array_index (kept, 0)))
            next++;
          if (ghc_page_get_at_start (page))
            g_assert_cmpuint (next, ==, 0);
          for (guint j = 0; j < kept->len; j++)
            g_assert_cmpstr (gh_event_get_id (g_ptr_array_index (kept, j)), ==,
                             gh_event_get_id (g_ptr_array_index (events, next + j)));
          if (ghc_page_get_at_end (page))
            g_assert_cmpuint (next + kept->len, ==, events->len);
        }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  CACHE_ADD ("history", test_history);
  CACHE_ADD ("history-is-bounded", test_history_is_bounded);
  CACHE_ADD ("history-random", test_history_random);

  return g_test_run ();
}
