/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-cache.h"
#include "model-util.h"

#include "gh-error.h"

#include <glib/gstdio.h>
#include <sqlite3.h>

typedef struct
{
  char *folder;
  char *path;
  char *room_id;
  char *notice;
  GhcCache *cache;
} Fixture;

static void
on_notice (GhcCache *cache, const char *sentence, Fixture *fixture)
{
  g_set_str (&fixture->notice, sentence);
}

static void
open_cache (Fixture *fixture)
{
  fixture->cache = ghc_cache_new (fixture->path);
  g_signal_connect (fixture->cache, "notice", G_CALLBACK (on_notice), fixture);
}

static void
done (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  test_await (future);
  dex_future_get_value (future, &error);
  g_assert_no_error (error);
  dex_unref (future);
}

static void
close_cache (Fixture *fixture)
{
  done (ghc_cache_close (fixture->cache));
  test_settle ();
  g_clear_object (&fixture->cache);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  fixture->folder = g_dir_make_tmp ("guildhall-cache-XXXXXX", &error);
  g_assert_no_error (error);
  fixture->path = g_build_filename (fixture->folder, "cache.db", NULL);
  fixture->room_id = test_room_id (1);
  open_cache (fixture);
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GDir) dir = NULL;
  const char *name;

  if (fixture->cache != NULL)
    close_cache (fixture);

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

static GhcCacheState *
load_state (Fixture *fixture)
{
  g_autoptr (DexFuture) future = ghc_cache_load_state (fixture->cache);
  g_autoptr (GError) error = NULL;
  const GValue *value;

  test_await (future);
  value = dex_future_get_value (future, &error);
  g_assert_no_error (error);

  return g_value_dup_boxed (value);
}

static GhcPage *
load_page (Fixture *fixture, gint64 before, gint64 after, guint limit)
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

static GError *
refusal (DexFuture *future)
{
  GError *error = NULL;

  test_await (future);
  g_assert_true (dex_future_is_rejected (future));
  dex_future_get_value (future, &error);
  dex_unref (future);

  return error;
}

static void
test_state_returns (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) snapshot = g_bytes_new_static ("{}", 2);
  g_autoptr (GhcCacheState) state = load_state (fixture);

  g_assert_cmpint (state->position, ==, 0);
  g_assert_cmpuint (state->guilds->len, ==, 0);
  g_assert_cmpuint (state->outbox->len, ==, 0);

  done (ghc_cache_set_position (fixture->cache, 42));
  done (ghc_cache_put_guild (fixture->cache, "!a:h", snapshot));
  done (ghc_cache_put_guild (fixture->cache, "!b:h", snapshot));
  done (ghc_cache_remove_guild (fixture->cache, "!b:h"));
  done (ghc_cache_put_profile (fixture->cache, ADA, snapshot));
  done (ghc_cache_set_read_position (fixture->cache, "!c:h", 7));
  done (ghc_cache_set_read_position (fixture->cache, "!c:h", 9));
  done (ghc_cache_set_draft (fixture->cache, "!c:h", "half a thought"));
  done (ghc_cache_set_draft (fixture->cache, "!d:h", "gone"));
  done (ghc_cache_set_draft (fixture->cache, "!d:h", ""));
  done (ghc_cache_set_collapsed (fixture->cache, "c_1", TRUE));
  done (ghc_cache_set_collapsed (fixture->cache, "c_2", TRUE));
  done (ghc_cache_set_collapsed (fixture->cache, "c_2", FALSE));
  done (ghc_cache_set_value (fixture->cache, "presence", "dnd"));
  close_cache (fixture);

  open_cache (fixture);
  ghc_cache_state_unref (state);
  state = load_state (fixture);
  g_assert_cmpint (state->position, ==, 42);
  g_assert_cmpuint (state->guilds->len, ==, 1);
  g_assert_cmpuint (state->profiles->len, ==, 1);
  g_assert_cmpint (*(gint64 *) g_hash_table_lookup (state->read_positions, "!c:h"), ==, 9);
  g_assert_cmpuint (g_hash_table_size (state->drafts), ==, 1);
  g_assert_cmpstr (g_hash_table_lookup (state->drafts, "!c:h"), ==, "half a thought");
  g_assert_cmpuint (state->collapsed->len, ==, 1);
  g_assert_cmpstr (g_ptr_array_index (state->collapsed, 0), ==, "c_1");
  g_assert_cmpstr (g_hash_table_lookup (state->values, "presence"), ==, "dnd");
  g_assert_null (fixture->notice);
}

static void
test_outbox_survives (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhcCacheState) state = NULL;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *txn_id = g_strdup_printf ("txn-%u", 9 - i);
      g_autofree char *body = g_strdup_printf ("body %u", i);

      done (ghc_cache_add_outbox (fixture->cache, txn_id, fixture->room_id, body, NOON + i));
    }
  /* The same once more is no second message. */
  done (ghc_cache_add_outbox (fixture->cache, "txn-9", fixture->room_id, "other", NOON));
  done (ghc_cache_remove_outbox (fixture->cache, "txn-8"));
  done (ghc_cache_set_outbox_error (fixture->cache, "txn-7", "You can't write here."));
  close_cache (fixture);

  open_cache (fixture);
  state = load_state (fixture);
  g_assert_cmpuint (state->outbox->len, ==, 9);
  for (guint i = 0; i < 9; i++)
    {
      GhcOutboxEntry *entry = g_ptr_array_index (state->outbox, i);
      g_autofree char *txn_id = g_strdup_printf ("txn-%u", i == 0 ? 9 : 8 - i);

      g_assert_cmpstr (entry->txn_id, ==, txn_id);
      g_assert_cmpstr (entry->channel_id, ==, fixture->room_id);
      g_assert_cmpstr (entry->error, ==, i == 1 ? "You can't write here." : NULL);
    }
  g_assert_cmpstr (((GhcOutboxEntry *) g_ptr_array_index (state->outbox, 0))->body, ==, "body 0");
}

static GPtrArray *
make_events (Fixture *fixture, gint64 first, guint n_events)
{
  GPtrArray *events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);

  for (guint i = 0; i < n_events; i++)
    g_ptr_array_add (events, test_message (fixture->room_id, ADA, NULL, "hello", NOON + first + i,
                                           first + i));

  return events;
}

static void
test_history (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) events = make_events (fixture, 100, 50);
  g_autoptr (GPtrArray) older = make_events (fixture, 90, 10);
  g_autoptr (GhcPage) older_page = ghc_page_new (older, TRUE, FALSE);
  g_autoptr (GhcPage) page = NULL;
  g_autoptr (GhcPage) rest = NULL;
  const char *stale[] = { fixture->room_id, NULL };

  done (ghc_cache_add_events (fixture->cache, events, 149));
  page = load_page (fixture, 0, 0, 20);
  g_assert_cmpuint (ghc_page_get_events (page)->len, ==, 20);
  g_assert_true (ghc_page_get_at_end (page));
  g_assert_false (ghc_page_get_at_start (page));
  g_assert_cmpint (gh_event_get_position (g_ptr_array_index (ghc_page_get_events (page), 0)), ==,
                   130);

  done (ghc_cache_add_page (fixture->cache, fixture->room_id, older_page, 90, 99));
  rest = load_page (fixture, 130, 0, 100);
  g_assert_cmpuint (ghc_page_get_events (rest)->len, ==, 40);
  g_assert_true (ghc_page_get_at_start (rest));
  g_assert_false (ghc_page_get_at_end (rest));

  /* After a gap the end is no longer claimed, nor does what comes later join on. */
  done (ghc_cache_mark_stale (fixture->cache, stale, 140, 500));
  {
    g_autoptr (GPtrArray) later = make_events (fixture, 501, 3);
    g_autoptr (GhcPage) newest = NULL;

    done (ghc_cache_add_events (fixture->cache, later, 503));
    newest = load_page (fixture, 0, 0, 5);
    g_assert_false (ghc_page_get_at_end (newest));
    g_assert_cmpint (gh_event_get_position (g_ptr_array_index (ghc_page_get_events (newest), 4)),
                     ==, 140);
  }

  /* A page that reaches the end takes the place of what it does not touch. */
  {
    g_autoptr (GPtrArray) last = make_events (fixture, 400, 104);
    g_autoptr (GhcPage) last_page = ghc_page_new (last, FALSE, TRUE);
    g_autoptr (GhcPage) newest = NULL;
    g_autoptr (GhcPage) nothing = NULL;

    done (ghc_cache_add_page (fixture->cache, fixture->room_id, last_page, 400, 503));
    newest = load_page (fixture, 0, 0, 500);
    g_assert_cmpuint (ghc_page_get_events (newest)->len, ==, 104);
    g_assert_true (ghc_page_get_at_end (newest));
    nothing = load_page (fixture, 130, 0, 100);
    g_assert_cmpuint (ghc_page_get_events (nothing)->len, ==, 0);
  }

  done (ghc_cache_forget_channel (fixture->cache, fixture->room_id));
  {
    g_autoptr (GhcPage) nothing = load_page (fixture, 0, 0, 100);

    g_assert_cmpuint (ghc_page_get_events (nothing)->len, ==, 0);
    g_assert_false (ghc_page_get_at_end (nothing));
  }
}

static void
test_history_is_bounded (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhcPage) page = NULL;

  for (guint i = 0; i < 20; i++)
    {
      g_autoptr (GPtrArray) events = make_events (fixture, 1 + i * 100, 100);

      done (ghc_cache_add_events (fixture->cache, events, 100 + i * 100));
    }
  page = load_page (fixture, 0, 0, 5000);
  g_assert_cmpuint (ghc_page_get_events (page)->len, >=, GHC_CACHE_HISTORY);
  g_assert_cmpuint (ghc_page_get_events (page)->len, <=, GHC_CACHE_HISTORY + 200);
  g_assert_false (ghc_page_get_at_start (page));
  g_assert_true (ghc_page_get_at_end (page));
}

/* Whatever comes in whichever order, a page from the cache is a slice of the log without a hole. */
static void
test_history_random (Fixture *fixture, gconstpointer data)
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
          done (ghc_cache_add_events (fixture->cache, batch,
                                      gh_event_get_position (
                                        g_ptr_array_index (events, n_streamed - 1))));
        }
      else if (kind == 7 && n_streamed > 0 && n_streamed < events->len
               && g_test_rand_int_range (0, 4) == 0)
        {
          gint64 upto = gh_event_get_position (g_ptr_array_index (events, n_streamed - 1));

          done (ghc_cache_mark_stale (fixture->cache, stale, upto,
                                      gh_event_get_position (
                                        g_ptr_array_index (events, events->len - 1))));
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
          done (ghc_cache_add_page (fixture->cache, fixture->room_id, page,
                                    gh_event_get_position (g_ptr_array_index (events, first)),
                                    gh_event_get_position (g_ptr_array_index (events, last - 1))));
        }

      /* What the stream has still to bring may be missing at the end of a page that was ahead of
         it. */
      if (n_streamed == events->len)
        {
          g_autoptr (GhcPage) page = load_page (fixture, 0, 0, 1000);
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

static guint
count_files (Fixture *fixture, const char *part)
{
  g_autoptr (GDir) dir = g_dir_open (fixture->folder, 0, NULL);
  const char *name;
  guint n_files = 0;

  while ((name = g_dir_read_name (dir)) != NULL)
    n_files += strstr (name, part) != NULL && !g_str_has_suffix (name, "-wal")
               && !g_str_has_suffix (name, "-shm");

  return n_files;
}

static void
test_garbage (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhcCacheState) state = NULL;
  g_autoptr (GError) error = NULL;

  close_cache (fixture);
  g_file_set_contents (fixture->path,
                       "this is not a database, but it was written where one should be", -1,
                       &error);
  g_assert_no_error (error);

  open_cache (fixture);
  state = load_state (fixture);
  g_assert_cmpint (state->position, ==, 0);
  test_settle ();
  g_assert_nonnull (fixture->notice);
  g_assert_nonnull (strstr (fixture->notice, "damaged"));
  g_assert_cmpuint (count_files (fixture, ".damaged-"), ==, 1);

  /* And it works from then on. */
  done (ghc_cache_set_position (fixture->cache, 5));
}

/* Pages in the middle of the file are overwritten while it is in use. */
static void
test_damaged_in_use (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GPtrArray) events = make_events (fixture, 1, 400);
  g_autofree char *junk = g_malloc (4096);
  gsize size;

  done (ghc_cache_add_events (fixture->cache, events, 400));
  close_cache (fixture);

  open_cache (fixture);
  done (ghc_cache_flush (fixture->cache));
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
      g_autoptr (GPtrArray) more = make_events (fixture, 401 + i, 1);
      g_autoptr (GhcCacheState) state = NULL;

      done (ghc_cache_add_events (fixture->cache, more, 401 + i));
      state = load_state (fixture);
      g_assert_cmpint (state->position, ==, 401 + i);
    }
  close_cache (fixture);

  /* Found at the latest when it is opened again. */
  open_cache (fixture);
  done (ghc_cache_flush (fixture->cache));
  test_settle ();
  g_assert_nonnull (fixture->notice);
  g_assert_cmpuint (count_files (fixture, ".damaged-"), >=, 1);
}

static void
test_newer (Fixture *fixture, gconstpointer data)
{
  sqlite3 *sqlite;

  done (ghc_cache_set_position (fixture->cache, 5));
  close_cache (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (sqlite, "PRAGMA user_version = 1000", NULL, NULL, NULL), ==,
                   SQLITE_OK);
  sqlite3_close (sqlite);

  open_cache (fixture);
  {
    g_autoptr (GhcCacheState) state = load_state (fixture);

    g_assert_cmpint (state->position, ==, 0);
  }
  test_settle ();
  g_assert_nonnull (strstr (fixture->notice, "newer"));
  g_assert_cmpuint (count_files (fixture, ".newer-"), ==, 1);
}

static GHashTable *
load_receipts (Fixture *fixture, gint64 low, gint64 high)
{
  g_autoptr (DexFuture)
    future = ghc_cache_load_receipts (fixture->cache, fixture->room_id, low, high);
  g_autoptr (GError) error = NULL;
  const GValue *value;

  test_await (future);
  value = dex_future_get_value (future, &error);
  g_assert_no_error (error);

  return g_value_dup_boxed (value);
}

static void
put_receipt (Fixture *fixture, gint64 position, const char *event_id, const char *text,
             const char *problem)
{
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  g_autoptr (GhcReceipt) receipt = ghc_receipt_new (json, problem);

  done (ghc_cache_put_receipt (fixture->cache, fixture->room_id, position, event_id, receipt));
}

static void
assert_receipt (GHashTable *receipts, const char *event_id, const char *text, const char *problem)
{
  GhcReceipt *receipt = g_hash_table_lookup (receipts, event_id);

  g_assert_nonnull (receipt);
  g_assert_cmpmem (g_bytes_get_data (ghc_receipt_get_json (receipt), NULL),
                   g_bytes_get_size (ghc_receipt_get_json (receipt)), text, strlen (text));
  g_assert_cmpstr (ghc_receipt_get_problem (receipt), ==, problem);
}

static void
test_receipts (Fixture *fixture, gconstpointer data)
{
  put_receipt (fixture, 3, "$three", "{\"n\":3}", NULL);
  put_receipt (fixture, 5, "$five", "{\"n\":5}", "It is wrong");
  /* The same place again, after the server came back from a backup. */
  put_receipt (fixture, 5, "$other", "{}", NULL);
  put_receipt (fixture, 9, "$nine", "{\"n\":9}", NULL);
  /* Asked for again: the latest counts. */
  put_receipt (fixture, 9, "$nine", "{\"n\":90}", NULL);
  close_cache (fixture);

  open_cache (fixture);
  {
    g_autoptr (GHashTable) some = load_receipts (fixture, 3, 5);
    g_autoptr (GHashTable) one = load_receipts (fixture, 6, 100);
    g_autoptr (GHashTable) none = load_receipts (fixture, 10, 100);

    g_assert_cmpuint (g_hash_table_size (some), ==, 3);
    assert_receipt (some, "$three", "{\"n\":3}", NULL);
    assert_receipt (some, "$five", "{\"n\":5}", "It is wrong");
    assert_receipt (some, "$other", "{}", NULL);
    g_assert_cmpuint (g_hash_table_size (one), ==, 1);
    assert_receipt (one, "$nine", "{\"n\":90}", NULL);
    g_assert_cmpuint (g_hash_table_size (none), ==, 0);
  }

  /* What the server had promised outlives its log; not one's own leaving. */
  done (ghc_cache_forget_history (fixture->cache));
  {
    g_autoptr (GHashTable) all = load_receipts (fixture, 1, 100);

    g_assert_cmpuint (g_hash_table_size (all), ==, 4);
  }
  done (ghc_cache_forget_channel (fixture->cache, fixture->room_id));
  {
    g_autoptr (GHashTable) all = load_receipts (fixture, 1, 100);

    g_assert_cmpuint (g_hash_table_size (all), ==, 0);
  }
}

/* A file of the first version is brought up to date with what is in it. */
static void
test_first_version (Fixture *fixture, gconstpointer data)
{
  sqlite3 *sqlite;

  done (ghc_cache_set_position (fixture->cache, 5));
  done (ghc_cache_add_outbox (fixture->cache, "t1", fixture->room_id, "still to send", 7));
  close_cache (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (sqlite, "DROP TABLE receipt; PRAGMA user_version = 1", NULL, NULL,
                                 NULL),
                   ==, SQLITE_OK);
  sqlite3_close (sqlite);

  open_cache (fixture);
  put_receipt (fixture, 3, "$three", "{}", NULL);
  {
    g_autoptr (GhcCacheState) state = load_state (fixture);
    g_autoptr (GHashTable) receipts = load_receipts (fixture, 1, 10);

    g_assert_cmpint (state->position, ==, 5);
    g_assert_cmpuint (state->outbox->len, ==, 1);
    g_assert_cmpuint (g_hash_table_size (receipts), ==, 1);
  }
  test_settle ();
  g_assert_null (fixture->notice);
}

static void
test_folder_missing (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GhcCache) cache = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *path = g_build_filename (fixture->folder, "no", "such", "folder.db", NULL);

  g_test_expect_message ("ghc-cache", G_LOG_LEVEL_WARNING, "*can not be used*");
  cache = ghc_cache_new (path);
  error = refusal (ghc_cache_load_state (cache));
  g_test_assert_expected_messages ();
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_INTERNAL));
  done (ghc_cache_close (cache));
}

static void
test_closed (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  done (ghc_cache_close (fixture->cache));
  error = refusal (ghc_cache_set_position (fixture->cache, 1));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "cache.closed");
  done (ghc_cache_close (fixture->cache));
  g_clear_object (&fixture->cache);
}

static void
test_remove (Fixture *fixture, gconstpointer data)
{
  done (ghc_cache_set_position (fixture->cache, 1));
  done (ghc_cache_remove (fixture->cache));
  g_clear_object (&fixture->cache);
  g_assert_cmpuint (count_files (fixture, "cache.db"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define ADD(path, test) g_test_add ("/cache/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("state-returns", test_state_returns);
  ADD ("outbox-survives", test_outbox_survives);
  ADD ("history", test_history);
  ADD ("history-is-bounded", test_history_is_bounded);
  ADD ("history-random", test_history_random);
  ADD ("garbage", test_garbage);
  ADD ("damaged-in-use", test_damaged_in_use);
  ADD ("receipts", test_receipts);
  ADD ("first-version", test_first_version);
  ADD ("newer", test_newer);
  ADD ("folder-missing", test_folder_missing);
  ADD ("closed", test_closed);
  ADD ("remove", test_remove);

  return g_test_run ();
}
