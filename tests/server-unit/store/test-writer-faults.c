/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The database dies under the writer, and stays away. */
#include "writer-util.h"

#include "gh-error.h"
#include "ghd-migrate.h"
#include "ghd-store-events.h"

#include <signal.h>

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
          g_autoptr (GhdCommit) commit =
            dex_await_boxed (writer_test_append (load->writer, txn_id,
                                                 client->number % 2 ? TEST_ROOM : TEST_ROOM_2,
                                                 "load"),
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
  writer_test_assert_sound (pool, load->n_requests);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM txn"), ==, load->n_requests);
  g_assert_cmpuint (writer_test_published ()->len, ==, load->n_requests);
  for (guint i = 0; i < writer_test_published ()->len; i++)
    {
      g_assert_cmpint (gh_event_get_position (g_ptr_array_index (writer_test_published (), i)), ==,
                       i + 1);
      g_hash_table_add (in_log, (gpointer) gh_event_get_id (
                                  g_ptr_array_index (writer_test_published (), i)));
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
  GhdWriter *writer = writer_test_start (conninfo);
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
  GhdWriter *writer = writer_test_start (conninfo);
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

  dex_await (ghd_cluster_start (cluster), &error);
  g_assert_no_error (error);
  {
    g_autofree char *conninfo = g_strdup (ghd_cluster_get_conninfo (cluster));
    dex_await (ghd_migrate (conninfo), &error);
    g_assert_no_error (error);
    pool = store_test_pool (conninfo);
    writer = writer_test_start (conninfo);
  }
  dex_await (ghd_cluster_stop (cluster), NULL);
  g_object_unref (cluster);
  store_test_wait_until (!ghd_writer_is_available (writer));

  waiting = writer_test_append (writer, "patient", TEST_ROOM, "hello");
  g_assert_false (dex_await (g_steal_pointer (&waiting), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_clear_error (&error);
  /* From then on at once. */
  waiting = writer_test_append (writer, "patient", TEST_ROOM, "hello");
  g_assert_true (dex_future_is_rejected (waiting));

  cluster = ghd_cluster_new (dir);
  dex_await (ghd_cluster_start (cluster), NULL);
  store_test_wait_until (ghd_writer_is_available (writer) && ghd_pool_is_available (pool));
  commit = writer_test_await (writer_test_append (writer, "patient", TEST_ROOM, "hello"));
  g_assert_cmpint (ghd_commit_get_position (commit), ==, 1);
  writer_test_assert_sound (pool, 1);
  store_test_close (pool, writer);
  dex_await (ghd_cluster_stop (cluster), NULL);
  g_object_unref (cluster);
  store_test_remove_dir (dir);
}

/* While the database does not answer, no more is taken than may wait, however much of it is built already. */
static void
test_bound_holds_while_built (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdWriterOptions options = { .conninfo = conninfo,
                               .signer = store_test_signer (),
                               .max_waiting = 20 };
  GhdWriter *writer = ghd_writer_new (&options, NULL);
  GhdPool *pool = store_test_pool (conninfo);
  const GhdStatement hold[] = { { "UPDATE writer_mark SET batch = batch", NULL },
                                { "SELECT pg_sleep (600)", NULL } };
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  g_autoptr (GhdConnection) holder = NULL;
  g_autoptr (DexFuture) held = NULL;
  g_autoptr (GError) error = NULL;
  guint n_refused = 0;

  dex_await (ghd_writer_start (writer), &error);
  g_assert_no_error (error);
  holder = dex_await_object (ghd_connection_open (conninfo, "holder", 0), &error);
  g_assert_no_error (error);
  held = ghd_connection_run (holder, hold, G_N_ELEMENTS (hold));
  while (store_test_count (pool, "SELECT count(*) FROM pg_stat_activity WHERE"
                                 " application_name = 'holder' AND wait_event = 'PgSleep'")
         == 0)
    g_assert_true (dex_future_is_pending (held));

  g_ptr_array_add (futures, writer_test_append (writer, NULL, TEST_ROOM, "in flight"));
  while (store_test_count (pool,
                           "SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                           " AND application_name LIKE 'guildhalld-writer-%'")
         == 0)
    g_assert_true (dex_future_is_pending (held));

  /* One after the other, with a turn between them in which each is built. */
  for (guint i = 0; i < 50; i++)
    {
      g_ptr_array_add (futures, writer_test_append (writer, NULL, TEST_ROOM, "hello"));
      store_test_count (pool, "SELECT 1");
    }
  g_assert_cmpuint (ghd_writer_get_n_waiting (writer), ==, 20);

  store_test_count (pool, "SELECT count (pg_terminate_backend (pid)) FROM pg_stat_activity"
                          " WHERE application_name = 'holder'");
  g_assert_false (dex_await (g_steal_pointer (&held), NULL));
  for (guint i = 0; i < futures->len; i++)
    {
      if (dex_await (dex_ref (g_ptr_array_index (futures, i)), &error))
        continue;
      g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
      g_assert_cmpstr (gh_error_get_reason (error), ==, "writer.busy");
      g_clear_error (&error);
      n_refused++;
    }
  g_assert_cmpuint (n_refused, ==, 30);
  g_assert_cmpuint (ghd_writer_get_n_waiting (writer), ==, 0);
  writer_test_assert_sound (pool, 21);
  store_test_close (pool, writer);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/writer-faults/session-killed", test_session_killed);
  store_test_add ("/writer-faults/postgres-killed", test_postgres_killed);
  store_test_add ("/writer-faults/away-for-long", test_away_for_long);
  store_test_add ("/writer-faults/bound-holds-while-built", test_bound_holds_while_built);
  return store_test_main (argc, argv);
}
