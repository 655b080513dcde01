/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "gh-error.h"
#include "ghd-migrate.h"
#include "ghd-store-status.h"

#include <string.h>
#include <sysexits.h>

static void
run_sql (const char *conninfo, const char *sql)
{
  GhdPool *pool = store_test_pool (conninfo);
  g_autoptr (GError) error = NULL;

  dex_await (ghd_pool_query (pool, sql, NULL), &error);
  g_assert_no_error (error);
  store_test_close (pool, NULL);
}

static void
test_twice (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  g_autoptr (GError) error = NULL;
  GhdPool *pool;

  for (guint i = 0; i < 2; i++)
    {
      g_assert_cmpint (dex_await_int (ghd_migrate (conninfo), &error), ==,
                       ghd_migrate_get_newest ());
      g_assert_no_error (error);
    }
  pool = store_test_pool (conninfo);
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM schema_version"), ==,
                   ghd_migrate_get_newest ());
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM event"), ==, 0);
  store_test_close (pool, NULL);
}

static void
test_at_once (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  DexFuture *futures[6];

  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = ghd_migrate (conninfo);
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr (GError) error = NULL;

      g_assert_cmpint (dex_await_int (futures[i], &error), ==, ghd_migrate_get_newest ());
      g_assert_no_error (error);
    }
}

static void
test_newer (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  g_autoptr (GError) error = NULL;

  run_sql (conninfo, "INSERT INTO schema_version VALUES (99, '0099_future.sql', 'x', 0)");
  g_assert_false (dex_await (ghd_migrate (conninfo), &error));
  g_assert_error (error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_NEWER);
  g_assert_nonnull (strstr (error->message, "newer guildhalld"));
  g_assert_nonnull (strstr (error->message, "99"));
  g_assert_cmpint (ghd_store_status (error), ==, EX_UNAVAILABLE);
}

static void
test_changed (void)
{
  g_autofree char *conninfo = store_test_database (TRUE);
  g_autoptr (GError) error = NULL;

  run_sql (conninfo, "UPDATE schema_version SET checksum = 'other' WHERE version = 1");
  g_assert_false (dex_await (ghd_migrate (conninfo), &error));
  g_assert_error (error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_CHANGED);
  g_assert_cmpint (ghd_store_status (error), ==, EX_UNAVAILABLE);
}

static void
test_encoding (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  g_autofree char *base = g_strndup (conninfo, strstr (conninfo, "dbname=") - conninfo);
  g_autofree char *latin = g_strconcat (base, "dbname=latin", NULL);
  g_autoptr (GError) error = NULL;

  run_sql (conninfo, "CREATE DATABASE latin ENCODING 'LATIN1' LOCALE 'C' TEMPLATE template0");
  g_assert_false (dex_await (ghd_migrate (latin), &error));
  g_assert_error (error, GHD_MIGRATE_ERROR, GHD_MIGRATE_ERROR_ENCODING);
  g_assert_nonnull (strstr (error->message, "LATIN1"));
  g_assert_cmpint (ghd_store_status (error), ==, EX_CONFIG);
}

/* A migration that fails leaves nothing of itself. */
static void
test_whole_or_not (void)
{
  g_autofree char *conninfo = store_test_database (FALSE);
  g_autoptr (GError) error = NULL;
  GhdPool *pool;

  run_sql (conninfo, "CREATE TABLE server_key (in_the_way bigint)");
  g_assert_false (dex_await (ghd_migrate (conninfo), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INTERNAL);
  pool = store_test_pool (conninfo);
  g_assert_cmpint (store_test_count (pool,
                                     "SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"),
                   ==, 1);
  store_test_close (pool, NULL);
}

static void
test_away (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (dex_await (ghd_migrate ("host=/nonexistent"), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_cmpint (ghd_store_status (error), ==, EX_UNAVAILABLE);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/migrate/twice", test_twice);
  store_test_add ("/migrate/at-once", test_at_once);
  store_test_add ("/migrate/newer", test_newer);
  store_test_add ("/migrate/changed", test_changed);
  store_test_add ("/migrate/encoding", test_encoding);
  store_test_add ("/migrate/whole-or-not", test_whole_or_not);
  store_test_add ("/migrate/away", test_away);
  return store_test_main (argc, argv);
}
