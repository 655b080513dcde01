/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "gh-error.h"
#include "ghd-migrate.h"
#include "ghd-store-events.h"

#include <signal.h>
#include <string.h>
#include <sys/resource.h>

/* What the hook was given, to compare with what was acknowledged. */
static GPtrArray *published;

static void
on_committed (GPtrArray *events, gpointer user_data)
{
  for (guint i = 0; i < events->len; i++)
    g_ptr_array_add (published, gh_event_ref (g_ptr_array_index (events, i)));
}

static GhdWriter *
start_writer (const char *conninfo)
{
  GhdWriter *writer = store_test_writer (conninfo, NULL);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&published, g_ptr_array_unref);
  published = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  ghd_writer_set_committed (writer, on_committed, NULL);
  dex_await (ghd_writer_start (writer), &error);
  g_assert_no_error (error);
  return writer;
}

static DexFuture *
append (GhdWriter *writer, const char *txn_id, const char *room_id, const char *body)
{
  g_autoptr (GhdWrite) write = store_test_write (txn_id, room_id, body);

  return ghd_writer_append (writer, write);
}

static GhdCommit *
await_commit (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  GhdCommit *commit = dex_await_boxed (future, &error);

  g_assert_no_error (error);
  return commit;
}

/* The log is without gaps, each event cites the one before it in its room, and heads are the last
 * ones. */
static void
assert_log_is_sound (GhdPool *pool, gint64 n_events)
{
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM event"), ==, n_events);
  g_assert_cmpint (store_test_count (pool, "SELECT coalesce (max (position), 0) FROM event"), ==,
                   n_events);
  g_assert_cmpint (store_test_count (pool, "SELECT position FROM writer_mark"), ==, n_events);
  g_assert_cmpint (
    store_test_count (
      pool, "SELECT count(*) FROM room_head h WHERE heads <> (SELECT ARRAY[id] FROM event e"
            " WHERE e.room_id = h.room_id ORDER BY position DESC LIMIT 1)"),
    ==, 0);
  g_assert_cmpint (
    store_test_count (pool,
                      "SELECT count(*) FROM (SELECT header::json -> 'prev_events' ->> 0 AS cited,"
                      " lag (position) OVER (PARTITION BY room_id ORDER BY position) AS before"
                      " FROM event) e WHERE (cited IS NULL) <> (before IS NULL)"),
    ==, 0);
}

static void
test_order (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autofree char *last[2] = { NULL, NULL };

  for (guint i = 0; i < 1200; i++)
    g_ptr_array_add (futures, append (writer, NULL, i % 2 ? TEST_ROOM_2 : TEST_ROOM, "hello"));
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GhdCommit) commit = await_commit (dex_ref (g_ptr_array_index (futures, i)));
      GhEvent *event = ghd_commit_get_event (commit, 0);
      const char *const *prev = gh_event_get_prev_events (event);

      g_assert_cmpint (gh_event_get_position (event), ==, i + 1);
      g_assert_cmpint (ghd_commit_get_position (commit), ==, i + 1);
      g_assert_false (ghd_commit_is_duplicate (commit));
      g_assert_cmpstr (prev != NULL ? prev[0] : NULL, ==, last[i % 2]);
      g_assert_true (g_ptr_array_index (published, i) == event);
      g_set_str (&last[i % 2], gh_event_get_id (event));
    }
  g_assert_cmpuint (published->len, ==, 1200);
  g_assert_cmpint (ghd_writer_get_position (writer), ==, 1200);
  assert_log_is_sound (pool, 1200);
  store_test_close (NULL, writer);

  /* The next writer goes on where the last one ended. */
  writer = start_writer (conninfo);
  g_assert_cmpint (ghd_writer_get_position (writer), ==, 1200);
  {
    g_autoptr (GhdCommit) commit = await_commit (append (writer, NULL, TEST_ROOM, "again"));

    g_assert_cmpint (ghd_commit_get_position (commit), ==, 1201);
    g_assert_cmpstr (gh_event_get_prev_events (ghd_commit_get_event (commit, 0))[0], ==, last[0]);
  }
  assert_log_is_sound (pool, 1201);
  store_test_close (pool, writer);
  g_free (g_steal_pointer (&last[0]));
  g_free (g_steal_pointer (&last[1]));
}

static void
test_several_events (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER, "make");
  g_autoptr (GhEventDraft)
    create = store_test_state (TEST_ROOM, GH_EVENT_GUILD_CREATE, "", TEST_USER,
                               "{\"owner\":\"" TEST_USER "\",\"version\":1}");
  g_autoptr (GhEventDraft) member = store_test_state (TEST_ROOM, GH_EVENT_ROOM_MEMBER, TEST_USER,
                                                      TEST_USER, "{\"membership\":\"join\"}");
  g_autoptr (GhEventDraft)
    channel = store_test_state (TEST_ROOM_2, GH_EVENT_CHANNEL_CREATE, "", TEST_USER,
                                "{\"guild_id\":\"" TEST_ROOM
                                "\",\"kind\":\"text\",\"private\":true}");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhdCommit) found = NULL;
  g_autoptr (GError) error = NULL;
  guint first, second, third;

  first = ghd_write_add_event (write, create);
  second = ghd_write_add_event (write, member);
  third = ghd_write_add_event (write, channel);
  ghd_write_cite (write, second, first);
  ghd_write_cite (write, third, first);
  ghd_write_cite (write, third, second);
  commit = await_commit (ghd_writer_append (writer, write));
  g_assert_cmpuint (ghd_commit_get_n_events (commit), ==, 3);
  g_assert_cmpstr (gh_event_get_auth_events (ghd_commit_get_event (commit, 1))[0], ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 0)));
  g_assert_cmpstr (gh_event_get_auth_events (ghd_commit_get_event (commit, 2))[1], ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 1)));
  g_assert_cmpstr (gh_event_get_txn_id (ghd_commit_get_event (commit, 2)), ==, "make");

  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM state"), ==, 3);
  g_assert_cmpint (
    store_test_count (pool,
                      "SELECT count(*) FROM member WHERE membership = 'join' AND joined_ts > 0"),
    ==, 1);
  g_assert_cmpint (
    store_test_count (pool, "SELECT count(*) FROM room WHERE kind = 'channel' AND is_private"
                            " AND guild_id = '" TEST_ROOM "'"),
    ==, 1);
  assert_log_is_sound (pool, 3);

  found = dex_await_boxed (ghd_store_events_find_txn (pool, TEST_USER, "make"), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ghd_commit_get_n_events (found), ==, 3);
  g_assert_cmpint (ghd_commit_get_position (found), ==, 3);
  g_assert_cmpstr (gh_event_get_id (ghd_commit_get_event (found, 2)), ==,
                   gh_event_get_id (ghd_commit_get_event (commit, 2)));
  store_test_close (pool, writer);
}

static void
test_idempotent (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GHashTable) ids = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  guint n_duplicates = 0;

  /* Ten requests, each made five times, in one batch, in the next ones and much later. */
  for (guint round = 0; round < 5; round++)
    {
      for (guint i = 0; i < 10; i++)
        {
          g_autofree char *txn_id = g_strdup_printf ("t%u", i);

          g_ptr_array_add (futures, append (writer, txn_id, TEST_ROOM, "once"));
          if (i % 3 == 0)
            g_ptr_array_add (futures, append (writer, NULL, TEST_ROOM, "filler"));
        }
      if (round >= 2)
        dex_await (dex_ref (g_ptr_array_index (futures, futures->len - 1)), NULL);
    }
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GhdCommit) commit = await_commit (dex_ref (g_ptr_array_index (futures, i)));

      n_duplicates += ghd_commit_is_duplicate (commit);
      g_assert_cmpuint (ghd_commit_get_n_events (commit), ==, 1);
      g_hash_table_add (ids, g_strdup (gh_event_get_id (ghd_commit_get_event (commit, 0))));
    }
  g_assert_cmpuint (n_duplicates, ==, 40);
  g_assert_cmpuint (g_hash_table_size (ids), ==, 10 + 20);
  g_assert_cmpuint (published->len, ==, 30);
  assert_log_is_sound (pool, 30);

  /* Another person's request of the same name is another request. */
  {
    g_autoptr (GhdWrite) write = ghd_write_new (TEST_USER_2, "t0");
    g_autoptr (GhEventDraft) draft = store_test_message (TEST_ROOM, TEST_USER_2, "mine");
    g_autoptr (GhdCommit) commit = NULL;

    ghd_write_add_event (write, draft);
    commit = await_commit (ghd_writer_append (writer, write));
    g_assert_false (ghd_commit_is_duplicate (commit));
  }
  assert_log_is_sound (pool, 31);
  store_test_close (pool, writer);
}

static void
test_poisoned (void)
{
  static const guint culprits[] = { 0, 250, 499 };
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  gint64 expected = 1;

  for (guint c = 0; c < G_N_ELEMENTS (culprits); c++)
    {
      g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);

      for (guint i = 0; i < 500; i++)
        {
          g_autoptr (GhdWrite) write = store_test_write (NULL, TEST_ROOM, "neighbour");

          if (i == culprits[c])
            ghd_write_add_statement (
              write, "SELECT gh_require (false, 'GH409', 'test.poison', 'Refused.')", NULL);
          g_ptr_array_add (futures, ghd_writer_append (writer, write));
        }
      for (guint i = 0; i < 500; i++)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GhdCommit)
            commit = dex_await_boxed (dex_ref (g_ptr_array_index (futures, i)), &error);

          if (i == culprits[c])
            {
              g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
              g_assert_cmpstr (gh_error_get_reason (error), ==, "test.poison");
              g_assert_cmpstr (error->message, ==, "Refused.");
              continue;
            }
          g_assert_no_error (error);
          g_assert_cmpint (ghd_commit_get_position (commit), ==, expected++);
        }
      assert_log_is_sound (pool, expected - 1);
    }
  g_assert_cmpuint (published->len, ==, expected - 1);
  store_test_close (pool, writer);
}

static void
test_unbuildable (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  g_autofree char *long_body = g_strnfill (20000, 'x');
  g_autoptr (DexFuture) before = append (writer, NULL, TEST_ROOM, "before");
  g_autoptr (DexFuture) tall = append (writer, "tall", TEST_ROOM, long_body);
  g_autoptr (DexFuture) after = append (writer, NULL, TEST_ROOM, "after");
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (g_steal_pointer (&tall), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_TOO_LARGE);
  dex_await (g_steal_pointer (&before), NULL);
  commit = await_commit (g_steal_pointer (&after));
  g_assert_cmpint (ghd_commit_get_position (commit), ==, 2);
  assert_log_is_sound (pool, 2);
  store_test_close (pool, writer);
}

static void
test_bounded_queue (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdWriterOptions options = { .conninfo = conninfo,
                               .signer = store_test_signer (),
                               .max_waiting = 20 };
  GhdWriter *writer = ghd_writer_new (&options, NULL);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  guint n_refused = 0;

  dex_await (ghd_writer_start (writer), NULL);
  for (guint i = 0; i < 50; i++)
    g_ptr_array_add (futures, append (writer, NULL, TEST_ROOM, "hello"));
  g_assert_cmpuint (ghd_writer_get_n_waiting (writer), ==, 20);
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (dex_await (dex_ref (g_ptr_array_index (futures, i)), &error))
        continue;
      g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
      g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);
      n_refused++;
    }
  g_assert_cmpuint (n_refused, ==, 30);
  store_test_close (NULL, writer);
}

static void
test_only_writer (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdWriter *first = start_writer (conninfo);
  GhdWriter *second = store_test_writer (conninfo, NULL);
  g_autoptr (DexFuture) starting = ghd_writer_start (second);
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (g_steal_pointer (&starting), &error));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "writer.locked");
  store_test_close (NULL, first);

  /* It goes on trying, and gets its turn. */
  store_test_wait_until (ghd_writer_is_available (second));
  store_test_close (NULL, second);
}

static void
test_close_drains (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; i < 1500; i++)
    g_ptr_array_add (futures, append (writer, NULL, TEST_ROOM, "hello"));
  dex_await (ghd_writer_close (writer), &error);
  g_assert_no_error (error);
  for (guint i = 0; i < futures->len; i++)
    g_assert_true (dex_future_is_resolved (g_ptr_array_index (futures, i)));
  g_assert_false (dex_await (append (writer, NULL, TEST_ROOM, "late"), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  assert_log_is_sound (pool, 1500);
  store_test_close (pool, writer);
}

/* --- faults --- */

typedef struct
{
  GhdWriter *writer;
  GHashTable *acknowledged; /* txn → event id */
  guint n_requests;
  guint n_refused;
  guint n_running;
  gboolean stop;
} Load;

typedef struct
{
  Load *load;
  guint number;
} Client;

/* One client: a request after the other; one that is refused is made again with the same txn_id. */
static DexFuture *
client_fiber (gpointer data)
{
  Client *client = data;
  Load *load = client->load;

  for (guint i = 0; !load->stop; i++)
    {
      g_autofree char *txn_id = g_strdup_printf ("c%u-%u", client->number, i);

      load->n_requests++;
      for (;;)
        {
          g_autoptr (GError) error = NULL;
          g_autoptr (GhdCommit)
            commit = dex_await_boxed (append (load->writer, txn_id,
                                              client->number % 2 ? TEST_ROOM : TEST_ROOM_2, "load"),
                                      &error);

          if (commit != NULL)
            {
              g_hash_table_insert (load->acknowledged, g_strdup (txn_id),
                                   g_strdup (gh_event_get_id (ghd_commit_get_event (commit, 0))));
              break;
            }
          g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
          load->n_refused++;
          dex_await (dex_timeout_new_msec (20), NULL);
        }
    }
  load->n_running--;
  return dex_future_new_true ();
}

static void
start_load (Load *load, GhdWriter *writer, guint n_clients)
{
  load->writer = writer;
  load->acknowledged = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_free);
  load->n_running = n_clients;
  for (guint i = 0; i < n_clients; i++)
    {
      Client *client = g_new0 (Client, 1);

      client->load = load;
      client->number = i;
      dex_future_disown (dex_scheduler_spawn (NULL, 0, client_fiber, client, g_free));
    }
}

/* Every acknowledged event is there once, everything that is there was published once and in
 * order. */
static void
assert_nothing_lost (Load *load, GhdPool *pool)
{
  g_autoptr (GHashTable) in_log = g_hash_table_new (g_str_hash, g_str_equal);
  GHashTableIter iter;
  const char *txn_id, *id;

  g_assert_cmpuint (g_hash_table_size (load->acknowledged), ==, load->n_requests);
  assert_log_is_sound (pool, load->n_requests);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM txn"), ==, load->n_requests);
  g_assert_cmpuint (published->len, ==, load->n_requests);
  for (guint i = 0; i < published->len; i++)
    {
      g_assert_cmpint (gh_event_get_position (g_ptr_array_index (published, i)), ==, i + 1);
      g_hash_table_add (in_log, (gpointer) gh_event_get_id (g_ptr_array_index (published, i)));
    }
  g_hash_table_iter_init (&iter, load->acknowledged);
  while (g_hash_table_iter_next (&iter, (gpointer *) &txn_id, (gpointer *) &id))
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhdCommit) commit = NULL;

      g_assert_true (g_hash_table_contains (in_log, id));
      if (g_hash_table_size (load->acknowledged) > 3000 && g_str_hash (txn_id) % 10 != 0)
        continue;
      commit = dex_await_boxed (ghd_store_events_find_txn (pool, TEST_USER, txn_id), &error);
      g_assert_no_error (error);
      g_assert_cmpstr (gh_event_get_id (ghd_commit_get_event (commit, 0)), ==, id);
    }
}

static void
test_postgres_killed (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdCluster *cluster = store_test_cluster ();
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  Load load = { 0 };

  start_load (&load, writer, 40);
  for (guint i = 0; i < 6; i++)
    {
      guint before = g_hash_table_size (load.acknowledged);
      int pid = ghd_cluster_get_pid (cluster);

      store_test_wait_until (g_hash_table_size (load.acknowledged) > before + 200 + 37 * i);
      g_assert_cmpint (pid, >, 1);
      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      store_test_wait_until (
        ghd_cluster_get_pid (cluster) != pid && ghd_cluster_get_pid (cluster) > 0
        && ghd_cluster_is_running (cluster) && ghd_writer_is_available (writer));
    }
  load.stop = TRUE;
  store_test_wait_until (load.n_running == 0 && ghd_pool_is_available (pool));
  g_test_message ("%u events acknowledged, %u refusals", g_hash_table_size (load.acknowledged),
                  load.n_refused);
  assert_nothing_lost (&load, pool);
  g_hash_table_unref (load.acknowledged);
  store_test_close (pool, writer);
}

static void
test_session_killed (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdWriter *writer = start_writer (conninfo);
  Load load = { 0 };

  start_load (&load, writer, 40);
  for (guint i = 0; i < 15; i++)
    {
      guint before = g_hash_table_size (load.acknowledged);

      store_test_wait_until (g_hash_table_size (load.acknowledged) > before + 20 * i);
      store_test_count (
        pool,
        "SELECT count (pg_terminate_backend (pid)) FROM pg_stat_activity"
        " WHERE application_name LIKE 'guildhalld-writer-%' AND datname = current_database ()");
    }
  load.stop = TRUE;
  store_test_wait_until (load.n_running == 0);
  g_test_message ("%u events acknowledged, %u refusals", g_hash_table_size (load.acknowledged),
                  load.n_refused);
  assert_nothing_lost (&load, pool);
  g_hash_table_unref (load.acknowledged);
  store_test_close (pool, writer);
}

/* The database comes back only after patience has ended: refused, and then written again by its
 * txn_id. */
static void
test_away_for_long (void)
{
  g_autofree char *dir = store_test_make_data ();
  GhdCluster *cluster = ghd_cluster_new (dir);
  GhdPool *pool;
  GhdWriter *writer;
  g_autoptr (GError) error = NULL;
  g_autoptr (DexFuture) waiting = NULL;
  g_autoptr (GhdCommit) commit = NULL;
  gint64 began_us;

  dex_await (ghd_cluster_start (cluster), &error);
  g_assert_no_error (error);
  {
    g_autofree char *conninfo = g_strdup (ghd_cluster_get_conninfo (cluster));
    dex_await (ghd_migrate (conninfo), &error);
    g_assert_no_error (error);
    pool = store_test_pool (conninfo);
    writer = start_writer (conninfo);
  }
  dex_await (ghd_cluster_stop (cluster), NULL);
  g_object_unref (cluster);
  store_test_wait_until (!ghd_writer_is_available (writer));

  waiting = append (writer, "patient", TEST_ROOM, "hello");
  g_assert_false (dex_await (g_steal_pointer (&waiting), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  began_us = g_get_monotonic_time ();
  g_assert_false (dex_await (append (writer, "patient", TEST_ROOM, "hello"), &error));
  g_assert_cmpint (g_get_monotonic_time () - began_us, <, 500000);

  cluster = ghd_cluster_new (dir);
  dex_await (ghd_cluster_start (cluster), NULL);
  store_test_wait_until (ghd_writer_is_available (writer) && ghd_pool_is_available (pool));
  commit = await_commit (append (writer, "patient", TEST_ROOM, "hello"));
  g_assert_cmpint (ghd_commit_get_position (commit), ==, 1);
  assert_log_is_sound (pool, 1);
  store_test_close (pool, writer);
  dex_await (ghd_cluster_stop (cluster), NULL);
  g_object_unref (cluster);
  store_test_remove_dir (dir);
}

/* The CPU this process has used: says more than a clock on a machine that others use too. */
static gint64
cpu_us (void)
{
  struct rusage usage;

  getrusage (RUSAGE_SELF, &usage);
  return (usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * (gint64) G_USEC_PER_SEC
         + usage.ru_utime.tv_usec + usage.ru_stime.tv_usec;
}

static void
test_speed (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();
  GhdWriter *writer = store_test_writer (conninfo, metrics);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autofree char *text = NULL;
  gint64 began_us, began_cpu_us;
  guint n = 20000;

  dex_await (ghd_writer_start (writer), NULL);
  began_us = g_get_monotonic_time ();
  began_cpu_us = cpu_us ();
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *txn_id = g_strdup_printf ("t%u", i);

      g_ptr_array_add (futures, append (writer, txn_id, i % 2 ? TEST_ROOM : TEST_ROOM_2,
                                        "hello hello hello"));
    }
  for (guint i = 0; i < n; i++)
    g_assert_true (dex_await (dex_ref (g_ptr_array_index (futures, i)), NULL));
  g_test_message ("%u events with a txn_id each, signed: %d events/s, %.1f us of our CPU for each", n,
                  (int) (n * (gint64) G_USEC_PER_SEC / (g_get_monotonic_time () - began_us)),
                  (cpu_us () - began_cpu_us) / (double) n);
  text = ghd_metrics_render (metrics);
  g_assert_nonnull (strstr (text, "guildhall_writer_batch_size_sum 20000\n"));
  g_assert_nonnull (strstr (text, "guildhall_writer_queue 0\n"));
  g_assert_nonnull (strstr (text, "guildhall_event_seconds_count 20000\n"));
  assert_log_is_sound (pool, n);
  store_test_close (pool, writer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/writer/order", test_order);
  store_test_add ("/writer/several-events", test_several_events);
  store_test_add ("/writer/idempotent", test_idempotent);
  store_test_add ("/writer/poisoned", test_poisoned);
  store_test_add ("/writer/unbuildable", test_unbuildable);
  store_test_add ("/writer/bounded-queue", test_bounded_queue);
  store_test_add ("/writer/only-writer", test_only_writer);
  store_test_add ("/writer/close-drains", test_close_drains);
  store_test_add ("/writer/session-killed", test_session_killed);
  store_test_add ("/writer/postgres-killed", test_postgres_killed);
  store_test_add ("/writer/away-for-long", test_away_for_long);
  store_test_add ("/writer/speed", test_speed);
  return store_test_main (argc, argv);
}
