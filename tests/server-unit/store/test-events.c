/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "gh-error.h"
#include "ghd-projection.h"
#include "ghd-store-events.h"
#include "ghd-store-rooms.h"

#include <string.h>

#define GUILD "!F6afgR4LaxyyPFBBFJGcHk:localhost"
#define CHANNEL "!LGPWVuQGFfi6VyD8NiEYEs:localhost"
#define SECRET "!SS8ntqvEdXfNkPKcPYKz7w:localhost"

static void
add_state (GhdWrite *write, const char *room_id, const char *type, const char *key,
           const char *content)
{
  g_autoptr (GhEventDraft) draft = store_test_state (room_id, type, key, TEST_USER, content);

  ghd_write_add_event (write, draft);
}

static void
add_message (GhdWrite *write, const char *room_id, const char *body, gint64 ts)
{
  g_autoptr (GhEventDraft) draft = store_test_message (room_id, TEST_USER, body);

  gh_event_draft_set_origin_ts (draft, ts);
  ghd_write_add_event (write, draft);
}

static void
append (GhdWriter *writer, GhdWrite *write)
{
  g_autoptr (GError) error = NULL;

  dex_await (ghd_writer_append (writer, write), &error);
  g_assert_no_error (error);
}

/* Positions 1-9: a guild of ada's and bob's, a public channel, a private one of ada's. */
static GhdWriter *
make_guild (const char *conninfo)
{
  GhdWriter *writer = store_test_writer (conninfo, NULL);
  g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER, "make");

  dex_await (ghd_writer_start (writer), NULL);
  add_state (write, GUILD, GH_EVENT_GUILD_CREATE, "",
             "{\"owner\":\"" TEST_USER "\",\"version\":1}");
  add_state (write, GUILD, GH_EVENT_GUILD_META, "", "{\"name\":\"Guild\"}");
  add_state (write, GUILD, GH_EVENT_ROOM_MEMBER, TEST_USER, "{\"membership\":\"join\"}");
  add_state (write, GUILD, GH_EVENT_ROOM_MEMBER, TEST_USER_2, "{\"membership\":\"join\"}");
  add_state (write, CHANNEL, GH_EVENT_CHANNEL_CREATE, "",
             "{\"guild_id\":\"" GUILD "\",\"kind\":\"text\",\"private\":false}");
  add_state (write, CHANNEL, GH_EVENT_ROOM_MEMBER, TEST_USER, "{\"membership\":\"join\"}");
  add_state (write, SECRET, GH_EVENT_CHANNEL_CREATE, "",
             "{\"guild_id\":\"" GUILD "\",\"kind\":\"text\",\"private\":true}");
  add_state (write, SECRET, GH_EVENT_ROOM_MEMBER, TEST_USER, "{\"membership\":\"join\"}");
  add_state (write, SECRET, GH_EVENT_CHANNEL_TOPIC, "", "{\"topic\":\"hush\"}");
  append (writer, write);
  return writer;
}

static void
test_guild (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = make_guild (conninfo);
  g_autoptr (GhdGuildRows) rows = NULL;
  g_autoptr (GhdRoomRow) room = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) guilds = NULL;
  GhdRoomRow *first;

  {
    g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER, "more");

    add_message (write, CHANNEL, "hello", 5);
    add_state (write, GUILD, GH_EVENT_GUILD_META, "", "{\"name\":\"Renamed\"}");
    append (writer, write);
  }
  rows = dex_await_boxed (ghd_store_rooms_load_guild (pool, GUILD), &error);
  g_assert_no_error (error);
  g_assert_cmpint (rows->position, ==, 11);
  g_assert_cmpuint (rows->rooms->len, ==, 3);
  g_assert_cmpuint (rows->state->len, ==, 5);
  g_assert_cmpuint (rows->members->len, ==, 4);
  first = g_ptr_array_index (rows->rooms, 0);
  g_assert_cmpstr (first->room_id, ==, GUILD);
  g_assert_cmpstr (first->kind, ==, "guild");
  for (guint i = 0; i < rows->rooms->len; i++)
    {
      const GhdRoomRow *each = g_ptr_array_index (rows->rooms, i);

      g_assert_cmpint (each->last_position, ==, g_str_equal (each->room_id, CHANNEL) ? 10 : 0);
      g_assert_true (each->is_private == g_str_equal (each->room_id, SECRET));
    }
  for (guint i = 0; i < rows->state->len; i++)
    {
      const GhdStateRow *state = g_ptr_array_index (rows->state, i);

      g_assert_true (g_str_has_prefix (state->event_id, "$"));
      if (g_str_equal (state->type, GH_EVENT_GUILD_META))
        g_assert_cmpstr (gh_json_peek_string (state->content, "name"), ==, "Renamed");
    }

  guilds = dex_await_boxed (ghd_store_rooms_list_guilds (pool, TEST_USER_2), NULL);
  g_assert_cmpuint (g_strv_length (guilds), ==, 1);

  /* Deleted channels, then the guild, are gone from every list but stay known. */
  {
    g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER, "end");

    add_state (write, SECRET, GH_EVENT_CHANNEL_DELETE, "", "{}");
    append (writer, write);
  }
  g_clear_pointer (&rows, ghd_guild_rows_unref);
  rows = dex_await_boxed (ghd_store_rooms_load_guild (pool, GUILD), &error);
  g_assert_cmpuint (rows->rooms->len, ==, 2);
  {
    g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER, "end all");

    add_state (write, GUILD, GH_EVENT_GUILD_DELETE, "", "{}");
    append (writer, write);
  }
  g_assert_false (dex_await (ghd_store_rooms_load_guild (pool, GUILD), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  room = dex_await_boxed (ghd_store_rooms_get (pool, CHANNEL), NULL);
  g_assert_true (room->is_deleted);
  store_test_close (pool, writer);
}

/* Somebody who joins again has not just come; somebody who comes back has. */
static void
test_joined_ts (void)
{
  static const struct
  {
    const char *membership;
    gint64 ts, joined_ts;
  } steps[] = {
    { "invite", 10, 0 }, { "join", 20, 20 }, { "join", 30, 20 },
    { "leave", 40, 0 },  { "join", 50, 50 }, { "ban", 60, 0 },
  };
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = make_guild (conninfo);

  for (gsize i = 0; i < G_N_ELEMENTS (steps); i++)
    {
      g_autofree char *content = g_strdup_printf ("{\"membership\":\"%s\"}", steps[i].membership);
      g_autoptr (GhEventDraft) draft = store_test_state (GUILD, GH_EVENT_ROOM_MEMBER,
                                                         "@eve:localhost", TEST_USER, content);
      g_autoptr (GhdWrite) write = ghd_write_new (NULL, NULL);

      gh_event_draft_set_origin_ts (draft, steps[i].ts);
      ghd_write_add_event (write, draft);
      append (writer, write);
      g_assert_cmpint (
        store_test_count (pool, "SELECT joined_ts FROM member WHERE user_id = '@eve:localhost'"),
        ==, steps[i].joined_ts);
    }
  store_test_close (pool, writer);
}

static void
assert_page (DexFuture *future, gint64 first, gint64 last, gboolean at_start, gboolean at_end)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdEventPage) page = dex_await_boxed (future, &error);

  g_assert_no_error (error);
  g_assert_cmpuint (page->events->len, ==, first == 0 ? 0 : last - first + 1);
  for (guint i = 0; i < page->events->len; i++)
    g_assert_cmpint (gh_event_get_position (g_ptr_array_index (page->events, i)), ==, first + i);
  g_assert_cmpint (page->at_start, ==, at_start);
  g_assert_cmpint (page->at_end, ==, at_end);
}

static void
test_timeline (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = make_guild (conninfo);
  g_autoptr (GhdWrite) write = ghd_write_new (NULL, NULL);

  assert_page (ghd_store_events_before (pool, CHANNEL, 0, 50), 0, 0, TRUE, TRUE);
  assert_page (ghd_store_events_following (pool, CHANNEL, 0, 50), 0, 0, TRUE, TRUE);
  assert_page (ghd_store_events_around (pool, CHANNEL, 1000, 50), 0, 0, TRUE, TRUE);

  /* Messages at 10 … 109, times 1000, 1010, … */
  for (guint i = 0; i < 100; i++)
    add_message (write, CHANNEL, "hello", 1000 + 10 * i);
  append (writer, write);

  assert_page (ghd_store_events_before (pool, CHANNEL, 0, 10), 100, 109, FALSE, TRUE);
  assert_page (ghd_store_events_before (pool, CHANNEL, 100, 10), 90, 99, FALSE, FALSE);
  assert_page (ghd_store_events_before (pool, CHANNEL, 20, 10), 10, 19, TRUE, FALSE);
  assert_page (ghd_store_events_before (pool, CHANNEL, 15, 10), 10, 14, TRUE, FALSE);
  assert_page (ghd_store_events_before (pool, CHANNEL, 0, 200), 10, 109, TRUE, TRUE);
  assert_page (ghd_store_events_following (pool, CHANNEL, 0, 10), 10, 19, TRUE, FALSE);
  assert_page (ghd_store_events_following (pool, CHANNEL, 19, 10), 20, 29, FALSE, FALSE);
  assert_page (ghd_store_events_following (pool, CHANNEL, 99, 10), 100, 109, FALSE, TRUE);
  assert_page (ghd_store_events_following (pool, CHANNEL, 109, 10), 0, 0, FALSE, TRUE);
  assert_page (ghd_store_events_around (pool, CHANNEL, 1500, 10), 55, 64, FALSE, FALSE);
  assert_page (ghd_store_events_around (pool, CHANNEL, 1495, 10), 55, 64, FALSE, FALSE);
  assert_page (ghd_store_events_around (pool, CHANNEL, 0, 10), 10, 19, TRUE, FALSE);
  assert_page (ghd_store_events_around (pool, CHANNEL, 99999, 10), 105, 109, FALSE, TRUE);
  assert_page (ghd_store_events_before (pool, SECRET, 0, 10), 0, 0, TRUE, TRUE);
  store_test_close (pool, writer);
}

static void
test_after (void)
{
  static const char *const all[] = { GUILD, CHANNEL, SECRET, NULL };
  static const char *const some[] = { GUILD, CHANNEL, NULL };
  static const char *const none[] = { NULL };
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = make_guild (conninfo);
  g_autoptr (GhdWrite) write = ghd_write_new (NULL, NULL);
  g_autoptr (GhdEventPage) page = NULL;
  g_autoptr (GhdEventPage) own = NULL;
  gint64 position = 0;
  guint n = 0;

  for (guint i = 0; i < 50; i++)
    add_message (write, i % 2 ? CHANNEL : SECRET, "hello", i);
  append (writer, write);

  assert_page (ghd_store_events_after (pool, "@eve:localhost", all, 0, 100), 1, 59, FALSE, TRUE);
  assert_page (ghd_store_events_after (pool, "@eve:localhost", all, 20, 10), 21, 30, FALSE, FALSE);
  assert_page (ghd_store_events_after (pool, "@eve:localhost", none, 0, 10), 0, 0, FALSE, TRUE);

  /* bob may not read the secret channel; by pages he sees everything else once. */
  for (;;)
    {
      g_clear_pointer (&page, ghd_event_page_unref);
      page = dex_await_boxed (ghd_store_events_after (pool, TEST_USER_2, some, position, 7), NULL);
      for (guint i = 0; i < page->events->len; i++)
        {
          GhEvent *event = g_ptr_array_index (page->events, i);

          g_assert_cmpint (gh_event_get_position (event), >, position);
          g_assert_cmpstr (gh_event_get_room_id (event), !=, SECRET);
          position = gh_event_get_position (event);
          n++;
        }
      g_assert_cmpint (page->position, ==, position);
      if (page->at_end)
        break;
    }
  g_assert_cmpuint (n, ==, 4 + 2 + 25);

  /* Own membership is seen in rooms that may not be read any more, and only once where both
   * apply. */
  own = dex_await_boxed (ghd_store_events_after (pool, TEST_USER, none, 0, 100), NULL);
  g_assert_cmpuint (own->events->len, ==, 3);
  g_clear_pointer (&own, ghd_event_page_unref);
  own = dex_await_boxed (ghd_store_events_after (pool, TEST_USER, all, 0, 100), NULL);
  g_assert_cmpuint (own->events->len, ==, 59);
  store_test_close (pool, writer);
}

static void
test_get (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = make_guild (conninfo);
  g_autoptr (GhdEventPage) page = NULL;
  g_autoptr (GhEvent) event = NULL;
  g_autoptr (GError) error = NULL;
  GhEvent *last;

  page = dex_await_boxed (ghd_store_events_after (pool, TEST_USER,
                                                  (const char *const[]) { SECRET, NULL }, 8, 10),
                          NULL);
  g_assert_cmpuint (page->events->len, ==, 1);
  last = g_ptr_array_index (page->events, 0);
  event = dex_await_boxed (ghd_store_events_get (pool, gh_event_get_id (last)), &error);
  g_assert_no_error (error);
  g_assert_true (g_bytes_equal (gh_event_get_bytes (event), gh_event_get_bytes (last)));
  g_assert_cmpstr (gh_event_get_txn_id (event), ==, "make");
  g_assert_false (dex_await (ghd_store_events_get (pool, "$nonsense"), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* A row that somebody changed by hand is not served as if it were true. */
  store_test_count (
    pool, "WITH changed AS (UPDATE event SET content = '{\"topic\":\"forged\"}' WHERE position = 9"
          " RETURNING 1) SELECT count(*) FROM changed");
  g_assert_false (dex_await (ghd_store_events_get (pool, gh_event_get_id (last)), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INTERNAL);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "database.damaged");
  store_test_close (pool, writer);
}

static char *
explain (GhdPool *pool, const char *sql)
{
  g_autofree char *text = g_strconcat ("EXPLAIN (ANALYZE, COSTS OFF, TIMING OFF) ", sql, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdResult)
    result = dex_await_object (ghd_pool_query (pool, g_intern_string (text), NULL), &error);
  GString *plan = g_string_new (NULL);

  g_assert_no_error (error);
  for (guint row = 0; row < ghd_result_get_n_rows (result); row++)
    g_string_append_printf (plan, "%s\n", ghd_result_get_text (result, row, 0));
  return g_string_free (plan, FALSE);
}

/* 100,000 messages in one room among those of others: pages by index alone, quick wherever they
 * are. */
static void
test_large_room (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPoolOptions options = { .conninfo = conninfo, .size = 1 };
  GhdPool *pool = ghd_pool_new (&options, NULL);
  static const char *const plans[] = {
    "SELECT position FROM event WHERE room_id = 'r0' AND state_key IS NULL AND position < 55000"
    " ORDER BY position DESC LIMIT 51",
    "SELECT position FROM event WHERE room_id = 'r0' AND state_key IS NULL AND position > 55000"
    " ORDER BY position LIMIT 51",
    /* what gh_find_time() asks some thirty times, and then reads the time of that one row */
    "SELECT position FROM event WHERE room_id = 'r1' AND state_key IS NULL AND position >= 55000"
    " ORDER BY position LIMIT 1",
    "SELECT position FROM event WHERE type = 'm.room.member' AND state_key = '@ada:localhost' AND position > 5"
    " ORDER BY position LIMIT 10",
  };

  dex_await (ghd_pool_start (pool), NULL);
  g_assert_cmpint (
    store_test_count (
      pool,
      "WITH made AS (INSERT INTO event (position, id, room_id, type, state_key, sender, origin_ts,"
      " header, content, salt, signature, key_id)"
      " SELECT n, sha256 (int8send (n)), 'r' || (CASE WHEN n % 11 > 0 THEN 0 ELSE n % 50 + 1 END),"
      " 'm.room.message', NULL, '@ada:localhost', n, repeat ('h', 400), repeat ('c', 100),"
      " substr (sha256 (''), 1, 16), sha512 (''), 'ed25519:k' FROM generate_series (1, 110000) n"
      " RETURNING 1) SELECT count(*) FROM made"),
    ==, 110000);
  /* What PostgreSQL does by itself meanwhile may keep pages from being known as seen by all, without
   * which it plans otherwise. */
  do
    {
      g_autoptr (GError) error = NULL;

      dex_await (ghd_pool_query (pool, "VACUUM (ANALYZE) event", NULL), &error);
      g_assert_no_error (error);
    }
  while (store_test_count (pool, "SELECT (relallvisible = relpages)::integer FROM pg_class"
                                 " WHERE relname = 'event'")
         == 0);

  for (gsize i = 0; i < G_N_ELEMENTS (plans); i++)
    {
      g_autofree char *plan = explain (pool, plans[i]);

      if (strstr (plan, "Index Only Scan") == NULL || strstr (plan, "Sort") != NULL
          || strstr (plan, "Seq Scan") != NULL || strstr (plan, "Filter") != NULL)
        g_error ("%s\nis answered by\n%s", plans[i], plan);
    }

  /* The daemon's own statements, timed: a page in the middle must cost no more than one at the
   * end. */
  for (guint i = 0; i < 3; i++)
    {
      static const char *const names[] = { "the end", "the middle", "the beginning" };
      static const gint64 before[] = { 300000, 55000, 200 };
      gint64 began_us = g_get_monotonic_time ();

      for (guint j = 0; j < 100; j++)
        {
          g_autoptr (GhdResult) result = dex_await_object (
            ghd_pool_query (
              pool,
              "SELECT e.header, e.content, e.salt, e.signature, e.key_id, e.position, e.txn_id"
              " FROM event e WHERE e.room_id = 'r0' AND e.state_key IS NULL AND e.position < $1"
              " ORDER BY e.position DESC LIMIT 51",
              ghd_params_add_int64 (ghd_params_new (), before[i])),
            NULL);

          g_assert_cmpuint (ghd_result_get_n_rows (result), ==, 51);
        }
      g_test_message ("a page of 50 before %s: %d us", names[i],
                      (int) ((g_get_monotonic_time () - began_us) / 100));
    }
  store_test_close (pool, NULL);
}

/* --- projections, without a database --- */

typedef struct
{
  GString *tables;
} Derived;

static void
on_statement (const char *sql, GhdParams *params, gpointer user_data)
{
  Derived *derived = user_data;
  g_auto (GStrv) words = g_strsplit (sql, " ", 4);

  g_string_append_printf (derived->tables, "%s ", words[g_str_equal (words[0], "INSERT") ? 2 : 1]);
  ghd_params_unref (params);
}

static void
test_projection (void)
{
  static const struct
  {
    const char *type, *key, *content, *tables;
  } cases[] = {
    { GH_EVENT_ROOM_MESSAGE, NULL, "{\"body\":\"x\"}", "room_head " },
    { GH_EVENT_GUILD_META, "", "{\"name\":\"x\"}", "state room_head " },
    { GH_EVENT_ROOM_MEMBER, TEST_USER, "{\"membership\":\"join\"}", "state member room_head " },
    { GH_EVENT_GUILD_CREATE, "", "{}", "state room room_head " },
    { GH_EVENT_CHANNEL_CREATE, "", "{\"guild_id\":\"" GUILD "\"}", "state room room_head " },
    { GH_EVENT_CHANNEL_DELETE, "", "{}", "state room room_head " },
    { GH_EVENT_GUILD_DELETE, "", "{}", "state room room_head " },
    /* A state type in an event that is none changes nothing. */
    { GH_EVENT_ROOM_MEMBER, NULL, "{\"membership\":\"join\"}", "room_head " },
  };
  GhEventSigner signer = store_test_signer ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GhEventDraft) draft = store_test_state (TEST_ROOM, cases[i].type, cases[i].key,
                                                         TEST_USER, cases[i].content);
      g_autoptr (GPtrArray)
        events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
      g_autoptr (GString) tables = g_string_new (NULL);
      Derived derived = { tables };
      GhEvent *event;

      gh_event_draft_set_origin_ts (draft, 1);
      event = gh_event_draft_finish (draft, 1, NULL, NULL, &signer, NULL);
      g_assert_nonnull (event);
      g_ptr_array_add (events, event);
      g_ptr_array_add (events, gh_event_ref (event));
      ghd_projection_derive (events, on_statement, &derived);
      /* Two of them, and one statement for the heads of all rooms. */
      {
        g_autofree char *once = g_strndup (cases[i].tables,
                                           strlen (cases[i].tables) - strlen ("room_head "));
        g_autofree char *expected = g_strconcat (once, cases[i].tables, NULL);

        g_assert_cmpstr (tables->str, ==, expected);
      }
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/events/projection", test_projection);
  store_test_add ("/events/guild", test_guild);
  store_test_add ("/events/joined-ts", test_joined_ts);
  store_test_add ("/events/timeline", test_timeline);
  store_test_add ("/events/after", test_after);
  store_test_add ("/events/get", test_get);
  store_test_add ("/events/large-room", test_large_room);
  return store_test_main (argc, argv);
}
