/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "cache-fixture.h"

#include "gh-error.h"

#include <sqlite3.h>

static void
test_state_returns (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) snapshot = g_bytes_new_static ("{}", 2);
  g_autoptr (GhcCacheState) state = cache_fixture_load_state (fixture);

  g_assert_cmpint (state->position, ==, 0);
  g_assert_cmpuint (state->guilds->len, ==, 0);
  g_assert_cmpuint (state->outbox->len, ==, 0);

  cache_fixture_done (ghc_cache_set_position (fixture->cache, 42));
  cache_fixture_done (ghc_cache_put_guild (fixture->cache, "!a:h", snapshot));
  cache_fixture_done (ghc_cache_put_guild (fixture->cache, "!b:h", snapshot));
  cache_fixture_done (ghc_cache_remove_guild (fixture->cache, "!b:h"));
  cache_fixture_done (ghc_cache_put_profile (fixture->cache, ADA, snapshot));
  cache_fixture_done (ghc_cache_set_read_position (fixture->cache, "!c:h", 7));
  cache_fixture_done (ghc_cache_set_read_position (fixture->cache, "!c:h", 9));
  cache_fixture_done (ghc_cache_set_draft (fixture->cache, "!c:h", "half a thought"));
  cache_fixture_done (ghc_cache_set_draft (fixture->cache, "!d:h", "gone"));
  cache_fixture_done (ghc_cache_set_draft (fixture->cache, "!d:h", ""));
  cache_fixture_done (ghc_cache_set_collapsed (fixture->cache, "c_1", TRUE));
  cache_fixture_done (ghc_cache_set_collapsed (fixture->cache, "c_2", TRUE));
  cache_fixture_done (ghc_cache_set_collapsed (fixture->cache, "c_2", FALSE));
  cache_fixture_done (ghc_cache_set_value (fixture->cache, "presence", "dnd"));
  cache_fixture_close (fixture);

  cache_fixture_open (fixture);
  ghc_cache_state_unref (state);
  state = cache_fixture_load_state (fixture);
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

/* The server's log is another one: what it said is not kept, not even what people were called, which would
 * be newer than all that it says now. What one wrote oneself is. */
static void
test_forgotten (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GBytes) profile = g_bytes_new_static ("{}", 2);
  g_autoptr (GhcCacheState) state = NULL;

  cache_fixture_done (ghc_cache_set_position (fixture->cache, 42));
  cache_fixture_done (ghc_cache_put_profile (fixture->cache, ADA, profile));
  cache_fixture_done (ghc_cache_set_read_position (fixture->cache, "!c:h", 7));
  cache_fixture_done (ghc_cache_set_draft (fixture->cache, "!c:h", "half a thought"));
  cache_fixture_done (ghc_cache_forget_history (fixture->cache));
  cache_fixture_close (fixture);

  cache_fixture_open (fixture);
  state = cache_fixture_load_state (fixture);
  g_assert_cmpint (state->position, ==, 0);
  g_assert_cmpuint (state->profiles->len, ==, 0);
  g_assert_cmpuint (g_hash_table_size (state->read_positions), ==, 0);
  g_assert_cmpuint (g_hash_table_size (state->drafts), ==, 1);
}

static void
test_outbox_survives (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GhcCacheState) state = NULL;

  for (guint i = 0; i < 10; i++)
    {
      g_autofree char *txn_id = g_strdup_printf ("txn-%u", 9 - i);
      g_autofree char *body = g_strdup_printf ("body %u", i);

      cache_fixture_done (
        ghc_cache_add_outbox (fixture->cache, txn_id, fixture->room_id, body, NOON + i));
    }
  /* The same once more is no second message. */
  cache_fixture_done (
    ghc_cache_add_outbox (fixture->cache, "txn-9", fixture->room_id, "other", NOON));
  cache_fixture_done (ghc_cache_remove_outbox (fixture->cache, "txn-8"));
  cache_fixture_done (
    ghc_cache_set_outbox_error (fixture->cache, "txn-7", "You can't write here."));
  cache_fixture_close (fixture);

  cache_fixture_open (fixture);
  state = cache_fixture_load_state (fixture);
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

static GHashTable *
load_receipts (CacheFixture *fixture, gint64 low, gint64 high)
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
put_receipt (CacheFixture *fixture, gint64 position, const char *event_id, const char *text,
             const char *problem)
{
  g_autoptr (GBytes) json = g_bytes_new (text, strlen (text));
  g_autoptr (GhcReceipt) receipt = ghc_receipt_new (json, problem);

  cache_fixture_done (
    ghc_cache_put_receipt (fixture->cache, fixture->room_id, position, event_id, receipt));
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
test_receipts (CacheFixture *fixture, gconstpointer data)
{
  put_receipt (fixture, 3, "$three", "{\"n\":3}", NULL);
  put_receipt (fixture, 5, "$five", "{\"n\":5}", "It is wrong");
  /* The same place again, after the server came back from a backup. */
  put_receipt (fixture, 5, "$other", "{}", NULL);
  put_receipt (fixture, 9, "$nine", "{\"n\":9}", NULL);
  /* Asked for again: the latest counts. */
  put_receipt (fixture, 9, "$nine", "{\"n\":90}", NULL);
  cache_fixture_close (fixture);

  cache_fixture_open (fixture);
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
  cache_fixture_done (ghc_cache_forget_history (fixture->cache));
  {
    g_autoptr (GHashTable) all = load_receipts (fixture, 1, 100);

    g_assert_cmpuint (g_hash_table_size (all), ==, 4);
  }
  cache_fixture_done (ghc_cache_forget_channel (fixture->cache, fixture->room_id));
  {
    g_autoptr (GHashTable) all = load_receipts (fixture, 1, 100);

    g_assert_cmpuint (g_hash_table_size (all), ==, 0);
  }
}

/* A file of the first version is brought up to date with what is in it. */
static void
test_first_version (CacheFixture *fixture, gconstpointer data)
{
  sqlite3 *sqlite;

  cache_fixture_done (ghc_cache_set_position (fixture->cache, 5));
  cache_fixture_done (
    ghc_cache_add_outbox (fixture->cache, "t1", fixture->room_id, "still to send", 7));
  cache_fixture_close (fixture);
  g_assert_cmpint (sqlite3_open (fixture->path, &sqlite), ==, SQLITE_OK);
  g_assert_cmpint (sqlite3_exec (sqlite, "DROP TABLE receipt; PRAGMA user_version = 1", NULL, NULL,
                                 NULL),
                   ==, SQLITE_OK);
  sqlite3_close (sqlite);

  cache_fixture_open (fixture);
  put_receipt (fixture, 3, "$three", "{}", NULL);
  {
    g_autoptr (GhcCacheState) state = cache_fixture_load_state (fixture);
    g_autoptr (GHashTable) receipts = load_receipts (fixture, 1, 10);

    g_assert_cmpint (state->position, ==, 5);
    g_assert_cmpuint (state->outbox->len, ==, 1);
    g_assert_cmpuint (g_hash_table_size (receipts), ==, 1);
  }
  test_settle ();
  g_assert_null (fixture->notice);
}

static void
test_closed (CacheFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  cache_fixture_done (ghc_cache_close (fixture->cache));
  error = cache_fixture_refusal (ghc_cache_set_position (fixture->cache, 1));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "cache.closed");
  cache_fixture_done (ghc_cache_close (fixture->cache));
  g_clear_object (&fixture->cache);
}

static void
test_remove (CacheFixture *fixture, gconstpointer data)
{
  cache_fixture_done (ghc_cache_set_position (fixture->cache, 1));
  cache_fixture_done (ghc_cache_remove (fixture->cache));
  g_clear_object (&fixture->cache);
  g_assert_cmpuint (cache_fixture_count_files (fixture, "cache.db"), ==, 0);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  CACHE_ADD ("state-returns", test_state_returns);
  CACHE_ADD ("forgotten", test_forgotten);
  CACHE_ADD ("outbox-survives", test_outbox_survives);
  CACHE_ADD ("receipts", test_receipts);
  CACHE_ADD ("first-version", test_first_version);
  CACHE_ADD ("closed", test_closed);
  CACHE_ADD ("remove", test_remove);

  return g_test_run ();
}
