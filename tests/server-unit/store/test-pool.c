/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "gh-error.h"
#include "ghd-sql-error.h"

#include <signal.h>
#include <string.h>

static void
test_values (void)
{
  static const char *const texts[] = { "a", NULL, "", "ü\"'{},\\" };
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GBytes) bytes = g_bytes_new ("\0\1\377", 3);
  GBytes *datas[] = { bytes, NULL };
  GhdParams *params = ghd_params_new ();
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdResult) result = NULL;
  const guint8 *data;
  gsize size;

  ghd_params_add_text (params, "drop'; --");
  ghd_params_add_text (params, NULL);
  ghd_params_add_int64 (params, G_MININT64);
  ghd_params_add_bool (params, TRUE);
  ghd_params_add_data (params, "\0\1\377", 3);
  ghd_params_add_data (params, NULL, 0);
  ghd_params_add_text_array (params, texts, G_N_ELEMENTS (texts));
  ghd_params_add_data_array (params, datas, G_N_ELEMENTS (datas));
  ghd_params_add_text_array (params, NULL, 0);
  result = dex_await_object (
    ghd_pool_query (
      pool,
      "SELECT $1, $2, $3, $4, $5, $6, $7[4], $7[2], $7[3], $8[1], $8[2],"
      " cardinality ($9), 7::smallint, -7::integer",
      params),
    &error);
  g_assert_no_error (error);
  g_assert_cmpuint (ghd_result_get_n_rows (result), ==, 1);
  g_assert_cmpstr (ghd_result_get_text (result, 0, 0), ==, "drop'; --");
  g_assert_null (ghd_result_get_text (result, 0, 1));
  g_assert_cmpint (ghd_result_get_int64 (result, 0, 2), ==, G_MININT64);
  g_assert_true (ghd_result_get_bool (result, 0, 3));
  data = ghd_result_get_data (result, 0, 4, &size);
  g_assert_cmpmem (data, size, "\0\1\377", 3);
  g_assert_true (ghd_result_is_null (result, 0, 5));
  g_assert_cmpstr (ghd_result_get_text (result, 0, 6), ==, texts[3]);
  g_assert_null (ghd_result_get_text (result, 0, 7));
  g_assert_cmpstr (ghd_result_get_text (result, 0, 8), ==, "");
  data = ghd_result_get_data (result, 0, 9, &size);
  g_assert_cmpmem (data, size, "\0\1\377", 3);
  g_assert_true (ghd_result_is_null (result, 0, 10));
  g_assert_cmpint (ghd_result_get_int64 (result, 0, 11), ==, 0);
  g_assert_cmpint (ghd_result_get_int64 (result, 0, 12), ==, 7);
  g_assert_cmpint (ghd_result_get_int64 (result, 0, 13), ==, -7);
  store_test_close (pool, NULL);
}

static void
test_errors (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GError) error = NULL;

  /* A fault of ours is not told to callers. */
  g_assert_null (
    dex_await_object (ghd_pool_query (pool, "SELECT * FROM no_such_table", NULL), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INTERNAL);
  g_assert_null (strstr (error->message, "no_such_table"));
  g_clear_error (&error);

  g_assert_null (dex_await_object (
    ghd_pool_query (pool, "SELECT gh_require (false, 'GH403', 'some.reason', 'A sentence.')", NULL),
    &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_DENIED);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "some.reason");
  g_assert_cmpstr (error->message, ==, "A sentence.");
  g_clear_error (&error);

  g_assert_null (
    dex_await_object (ghd_pool_query (pool,
                                      "INSERT INTO server_key SELECT 's', 'k', sha256 (''), 0"
                                      " FROM generate_series (1, 2)",
                                      NULL),
                      &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
  g_assert_true (ghd_sql_error_is_constraint (error, "server_key_pkey"));
  g_clear_error (&error);

  /* The statement that was prepared and failed works when it can. */
  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GhdResult)
        result = dex_await_object (ghd_pool_query (pool, "SELECT 12 / $1",
                                                   ghd_params_add_int64 (ghd_params_new (), i)),
                                   &error);

      g_assert_true ((result == NULL) == (i == 0));
      g_clear_error (&error);
    }
  store_test_close (pool, NULL);
}

static void
test_transaction (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) results = NULL;
  GhdStatement create[] = { { "CREATE TABLE t (n bigint PRIMARY KEY)", NULL } };
  GhdStatement bad[] = { { "INSERT INTO t VALUES (1)", NULL },
                         { "INSERT INTO t VALUES (1)", NULL } };
  GhdStatement good[] = { { "INSERT INTO t VALUES ($1)",
                            ghd_params_add_int64 (ghd_params_new (), 1) },
                          { "SELECT count(*) FROM t", NULL } };

  dex_await (ghd_pool_transaction (pool, create, 1), &error);
  g_assert_no_error (error);
  g_assert_false (dex_await (ghd_pool_transaction (pool, bad, 2), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
  g_clear_error (&error);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM t"), ==, 0);

  results = dex_await_boxed (ghd_pool_transaction (pool, good, 2), &error);
  g_assert_no_error (error);
  g_assert_cmpuint (results->len, ==, 2);
  g_assert_cmpuint (ghd_result_get_n_affected (g_ptr_array_index (results, 0)), ==, 1);
  g_assert_cmpint (ghd_result_get_int64 (g_ptr_array_index (results, 1), 0, 0), ==, 1);
  store_test_close (pool, NULL);
}

static void
test_many_at_once (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);

  for (guint i = 0; i < 2000; i++)
    g_ptr_array_add (futures, ghd_pool_query (pool, "SELECT $1::bigint + 1",
                                              ghd_params_add_int64 (ghd_params_new (), i)));
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhdResult)
        result = dex_await_object (dex_ref (g_ptr_array_index (futures, i)), &error);

      g_assert_no_error (error);
      g_assert_cmpint (ghd_result_get_int64 (result, 0, 0), ==, i + 1);
    }
  g_assert_cmpuint (ghd_pool_get_n_waiting (pool), ==, 0);
  store_test_close (pool, NULL);
}

static void
test_too_many (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPoolOptions options = { .conninfo = conninfo, .size = 1, .max_waiting = 10 };
  g_autoptr (GhdPool) pool = ghd_pool_new (&options, NULL);
  g_autoptr (GPtrArray) futures = g_ptr_array_new_with_free_func (dex_unref);
  guint n_refused = 0;

  dex_await (ghd_pool_start (pool), NULL);
  for (guint i = 0; i < 100; i++)
    g_ptr_array_add (futures, ghd_pool_query (pool, "SELECT 1", NULL));
  for (guint i = 0; i < futures->len; i++)
    {
      g_autoptr (GError) error = NULL;

      if (dex_await (dex_ref (g_ptr_array_index (futures, i)), &error))
        continue;
      g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
      g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);
      n_refused++;
    }
  g_assert_cmpuint (n_refused, ==, 90);
  dex_await (ghd_pool_close (pool), NULL);
}

static void
test_statement_timeout (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPoolOptions options = { .conninfo = conninfo, .size = 1, .statement_timeout_ms = 1000 };
  g_autoptr (GhdPool) pool = ghd_pool_new (&options, NULL);
  g_autoptr (GError) error = NULL;

  dex_await (ghd_pool_start (pool), NULL);
  g_assert_false (dex_await (ghd_pool_query (pool, "SELECT 1 FROM pg_sleep (60)", NULL), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  /* A busy machine may take that long for anything. */
  store_test_wait_until (dex_await (ghd_pool_query (pool, "SELECT 1::bigint", NULL), NULL));
  dex_await (ghd_pool_close (pool), NULL);
}

static void
test_reconnect (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPool *pool = store_test_pool (conninfo);
  GhdPool *other = store_test_pool (conninfo);

  for (guint i = 0; i < 3; i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (DexFuture) sleeping = ghd_pool_query (pool, "SELECT 1 FROM pg_sleep (60)", NULL);

      store_test_wait_until (
        store_test_count (other, "SELECT count(*) FROM pg_stat_activity"
                                 " WHERE query LIKE '%pg_sleep (60)%' AND state = 'active'"
                                 " AND pid <> pg_backend_pid ()")
        > 0);
      /* An idle connection of the other pool has such words for its last query, and is left alone. */
      store_test_count (other, "SELECT count (pg_terminate_backend (pid)) FROM pg_stat_activity"
                               " WHERE query LIKE '%pg_sleep (60)%' AND state = 'active'"
                               " AND pid <> pg_backend_pid ()");
      g_assert_false (dex_await (g_steal_pointer (&sleeping), &error));
      g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
      store_test_wait_until (ghd_pool_is_available (pool));
      g_assert_cmpint (store_test_count (pool, "SELECT 1::bigint"), ==, 1);
    }
  store_test_close (other, NULL);
  store_test_close (pool, NULL);
}

static void
test_database_away (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  g_autoptr (GhdMetrics) metrics = ghd_metrics_new ();
  GhdPoolOptions options = { .conninfo = conninfo, .size = 2 };
  g_autoptr (GhdPool) pool = ghd_pool_new (&options, metrics);
  GhdCluster *cluster = store_test_cluster ();
  g_autoptr (GError) error = NULL;
  g_autofree char *text = NULL;
  int pid = ghd_cluster_get_pid (cluster);

  dex_await (ghd_pool_start (pool), &error);
  g_assert_no_error (error);
  text = ghd_metrics_render (metrics);
  g_assert_nonnull (strstr (text, "guildhall_database_up 1\n"));
  /* A connection that is opened while the database dies is there for a moment. */
  store_test_wait_until (
    store_test_count (pool, "SELECT count(*) FROM pg_stat_activity"
                            " WHERE datname = current_database () AND application_name = 'guildhalld'")
    == 2);

  g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
  store_test_wait_until (!ghd_pool_is_available (pool));
  g_assert_false (dex_await (ghd_pool_query (pool, "SELECT 1", NULL), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "database.away");
  g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);

  store_test_wait_until (ghd_cluster_get_pid (cluster) != 0 && ghd_cluster_get_pid (cluster) != pid
                         && ghd_pool_is_available (pool));
  g_assert_cmpint (store_test_count (pool, "SELECT 1::bigint"), ==, 1);
  dex_await (ghd_pool_close (pool), NULL);
}

static void
test_nothing_there (void)
{
  GhdPoolOptions options = { .conninfo = "host=/nonexistent", .size = 2 };
  g_autoptr (GhdPool) pool = ghd_pool_new (&options, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (ghd_pool_start (pool), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_nonnull (strstr (error->message, "/nonexistent"));
  g_assert_false (ghd_pool_is_available (pool));
  dex_await (ghd_pool_close (pool), NULL);
}

static void
test_close (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (DexFuture)
    running = ghd_pool_query (pool, "SELECT 5::bigint FROM pg_sleep (0.05)", NULL);
  g_autoptr (GError) error = NULL;

  store_test_sleep_ms (10);
  dex_await (ghd_pool_close (pool), &error);
  g_assert_no_error (error);
  g_assert_true (dex_await (g_steal_pointer (&running), &error));
  g_assert_false (dex_await (ghd_pool_query (pool, "SELECT 1", NULL), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_finalize_object (pool);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/pool/values", test_values);
  store_test_add ("/pool/errors", test_errors);
  store_test_add ("/pool/transaction", test_transaction);
  store_test_add ("/pool/many-at-once", test_many_at_once);
  store_test_add ("/pool/too-many", test_too_many);
  store_test_add ("/pool/statement-timeout", test_statement_timeout);
  store_test_add ("/pool/reconnect", test_reconnect);
  store_test_add ("/pool/database-away", test_database_away);
  store_test_add ("/pool/nothing-there", test_nothing_there);
  store_test_add ("/pool/close", test_close);
  return store_test_main (argc, argv);
}
