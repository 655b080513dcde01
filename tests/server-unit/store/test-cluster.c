/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "store-fixture.h"

#include "gh-error.h"
#include "ghd-cluster-paths.h"

#include <errno.h>
#include <gio/gio.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static const char *program;

static void
start (GhdCluster *cluster)
{
  g_autoptr (GError) error = NULL;

  dex_await (ghd_cluster_start (cluster), &error);
  g_assert_no_error (error);
  g_assert_true (ghd_cluster_is_running (cluster));
}

static void
stop (GhdCluster *cluster)
{
  int pid = ghd_cluster_get_pid (cluster);

  dex_await (ghd_cluster_stop (cluster), NULL);
  g_assert_false (ghd_cluster_is_running (cluster));
  g_assert_true (pid == 0 || kill (pid, 0) != 0);
  g_assert_finalize_object (cluster);
}

static gint64
count (GhdCluster *cluster, const char *sql)
{
  GhdPool *pool = store_test_pool (ghd_cluster_get_conninfo (cluster));
  gint64 n = store_test_count (pool, sql);

  store_test_close (pool, NULL);
  return n;
}

static void
remember (GhdCluster *cluster)
{
  GhdPool *pool = store_test_pool (ghd_cluster_get_conninfo (cluster));
  g_autoptr (GError) error = NULL;

  dex_await (ghd_pool_query (pool, "CREATE TABLE remembered AS SELECT 42::bigint AS n", NULL),
             &error);
  g_assert_no_error (error);
  store_test_close (pool, NULL);
}

static void
test_first_and_second_start (void)
{
  g_autofree char *dir = store_test_make_dir ();
  gint64 began_us = g_get_monotonic_time ();
  GhdCluster *cluster = ghd_cluster_new (dir);
  g_autofree char *version = g_build_filename (dir, "postgres", "PG_VERSION", NULL);
  g_autofree char *part = g_build_filename (dir, "postgres.part", NULL);
  struct stat info;

  start (cluster);
  g_test_message ("first start: %d ms", (int) ((g_get_monotonic_time () - began_us) / 1000));
  g_assert_true (g_file_test (version, G_FILE_TEST_EXISTS));
  g_assert_false (g_file_test (part, G_FILE_TEST_EXISTS));
  g_assert_cmpint (stat (dir, &info), ==, 0);
  g_assert_cmpint (info.st_mode & 0777, ==, 0700);
  remember (cluster);
  stop (cluster);

  began_us = g_get_monotonic_time ();
  cluster = ghd_cluster_new (dir);
  start (cluster);
  g_test_message ("second start: %d ms", (int) ((g_get_monotonic_time () - began_us) / 1000));
  g_assert_cmpint (count (cluster, "SELECT n FROM remembered"), ==, 42);
  g_assert_cmpint (
    count (cluster,
           "SELECT count(*) FROM pg_settings WHERE name = 'listen_addresses' AND setting = ''"),
    ==, 1);
  g_assert_cmpint (
    count (cluster, "SELECT count(*) FROM pg_settings WHERE name = 'fsync' AND setting = 'on'"), ==,
    1);
  stop (cluster);
  store_test_remove_dir (dir);
}

static void
test_interrupted_first_start (void)
{
  g_autofree char *dir = store_test_make_dir ();
  g_autofree char *part = g_build_filename (dir, "postgres.part", "base", "1", NULL);
  g_autofree char *file = g_build_filename (part, "half-written", NULL);
  GhdCluster *cluster = ghd_cluster_new (dir);

  g_assert_cmpint (g_mkdir_with_parents (part, 0700), ==, 0);
  g_assert_true (g_file_set_contents (file, "half", -1, NULL));
  start (cluster);
  stop (cluster);
  store_test_remove_dir (dir);
}

static void
test_postgres_killed (void)
{
  g_autofree char *dir = store_test_make_data ();
  GhdCluster *cluster = ghd_cluster_new (dir);

  start (cluster);
  remember (cluster);
  for (guint i = 0; i < 3; i++)
    {
      int pid = ghd_cluster_get_pid (cluster);

      g_assert_cmpint (kill (pid, SIGKILL), ==, 0);
      store_test_wait_until (ghd_cluster_is_running (cluster)
                             && ghd_cluster_get_pid (cluster) != pid
                             && ghd_cluster_get_pid (cluster) != 0);
      g_assert_cmpint (count (cluster, "SELECT n FROM remembered"), ==, 42);
    }
  stop (cluster);
  store_test_remove_dir (dir);
}

/* This program again, as a daemon that holds a cluster until it is killed. */
static GSubprocess *
spawn_holder (const char *dir, int *postgres_pid)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;
  GSubprocess *holder = g_subprocess_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE, &error, program, "--hold",
                                          dir, NULL);

  g_assert_no_error (error);
  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (holder));
  line = g_data_input_stream_read_line (output, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (line);
  *postgres_pid = atoi (line);
  g_assert_cmpint (kill (*postgres_pid, 0), ==, 0);
  return holder;
}

static void
test_daemon_killed (void)
{
  g_autofree char *dir = store_test_make_data ();

  for (guint i = 0; i < 3; i++)
    {
      int postgres_pid;
      g_autoptr (GSubprocess) holder = spawn_holder (dir, &postgres_pid);
      GhdCluster *cluster = ghd_cluster_new (dir);
      gint64 began_us;

      g_subprocess_force_exit (holder);
      began_us = g_get_monotonic_time ();
      start (cluster);
      g_test_message ("start after the daemon was killed: %d ms",
                      (int) ((g_get_monotonic_time () - began_us) / 1000));
      g_assert_cmpint (ghd_cluster_get_pid (cluster), !=, postgres_pid);
      /* It has ended; that may take a moment to be noticed by whoever it is left to. */
      store_test_wait_until (kill (postgres_pid, 0) != 0 && errno == ESRCH);
      stop (cluster);
    }
  store_test_remove_dir (dir);
}

static void
test_postgres_ends_with_daemon (void)
{
  g_autofree char *dir = store_test_make_data ();
  int postgres_pid;
  g_autoptr (GSubprocess) holder = spawn_holder (dir, &postgres_pid);

  g_subprocess_force_exit (holder);
  store_test_wait_until (kill (postgres_pid, 0) != 0);
  store_test_remove_dir (dir);
}

static void
test_stale_pid_file (void)
{
  g_autofree char *dir = store_test_make_data ();
  g_autofree char *path = g_build_filename (dir, "postgres", "postmaster.pid", NULL);
  g_autofree char *stale = NULL;
  GhdCluster *cluster = ghd_cluster_new (dir);

  start (cluster);
  stop (cluster);

  /* The number of a process that lives and is no postgres: our own. */
  stale = g_strdup_printf ("%d\n%s/postgres\n1\n5432\n%s/run\n\n  1234567 1\nready   \n", getpid (),
                           dir, dir);
  g_assert_true (g_file_set_contents (path, stale, -1, NULL));
  cluster = ghd_cluster_new (dir);
  start (cluster);
  stop (cluster);
  store_test_remove_dir (dir);
}

/* The number of nobody, which the next postgres may get: in a container they are the same each time. What the last
 * one said of itself must not be there any more when the next one begins, which this one cannot. */
static void
test_number_used_again (void)
{
  g_autofree char *dir = store_test_make_data ();
  g_autofree char *path = g_build_filename (dir, "postgres", "postmaster.pid", NULL);
  g_autofree char *control = g_build_filename (dir, "postgres", "global", "pg_control", NULL);
  g_autofree char *aside = g_strconcat (control, ".aside", NULL);
  g_autofree char *stale = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;
  GhdCluster *cluster = ghd_cluster_new (dir);
  int nobody = fork ();

  if (nobody == 0)
    _exit (0);
  g_assert_cmpint (waitpid (nobody, NULL, 0), ==, nobody);
  start (cluster);
  stop (cluster);

  stale = g_strdup_printf ("%d\n%s/postgres\n1\n5432\n%s/run\n\n  1234567 1\nready   \n", nobody,
                           dir, dir);
  g_assert_true (g_file_set_contents (path, stale, -1, NULL));
  g_assert_cmpint (g_rename (control, aside), ==, 0);
  cluster = ghd_cluster_new (dir);
  g_assert_false (dex_await (ghd_cluster_start (cluster), &error));
  g_object_unref (cluster);
  g_assert_true (g_file_get_contents (path, &kept, NULL, NULL));
  g_assert_cmpint (atoi (kept), !=, nobody);
  g_assert_nonnull (strstr (kept, "1234567"));

  g_assert_cmpint (g_rename (aside, control), ==, 0);
  cluster = ghd_cluster_new (dir);
  start (cluster);
  stop (cluster);
  store_test_remove_dir (dir);
}

static void
test_unwritable (void)
{
  g_autofree char *dir = store_test_make_dir ();
  g_autofree char *inner = g_build_filename (dir, "data", NULL);
  g_autoptr (GhdCluster) cluster = ghd_cluster_new (inner);
  g_autoptr (GError) error = NULL;

  if (geteuid () == 0)
    {
      g_test_skip ("root may write everywhere");
      return;
    }
  g_assert_cmpint (chmod (dir, 0500), ==, 0);
  g_assert_false (dex_await (ghd_cluster_start (cluster), &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INTERNAL);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "cluster.data-dir");
  g_assert_nonnull (strstr (error->message, inner));
  g_assert_cmpint (chmod (dir, 0700), ==, 0);
  store_test_remove_dir (dir);
}

static void
test_in_use (void)
{
  g_autofree char *dir = store_test_make_data ();
  g_autoptr (GhdCluster) second = ghd_cluster_new (dir);
  g_autoptr (GError) error = NULL;
  int postgres_pid;
  g_autoptr (GSubprocess) holder = spawn_holder (dir, &postgres_pid);

  g_assert_false (dex_await (ghd_cluster_start (second), &error));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "cluster.in-use");
  g_assert_cmpint (kill (postgres_pid, 0), ==, 0);
  g_subprocess_force_exit (holder);
  store_test_wait_until (kill (postgres_pid, 0) != 0);
  store_test_remove_dir (dir);
}

static void
test_attach (void)
{
  g_autofree char *dir = store_test_make_data ();
  g_autoptr (GhdCluster) alone = ghd_cluster_new (dir);
  g_autoptr (GhdCluster) guest = ghd_cluster_new (dir);
  g_autoptr (GError) error = NULL;
  int postgres_pid;

  /* Nobody runs one: it is started for the moment. */
  dex_await (ghd_cluster_attach (alone), &error);
  g_assert_no_error (error);
  remember (alone);
  dex_await (ghd_cluster_stop (alone), NULL);

  {
    g_autoptr (GSubprocess) holder = spawn_holder (dir, &postgres_pid);

    dex_await (ghd_cluster_attach (guest), &error);
    g_assert_no_error (error);
    g_assert_nonnull (ghd_cluster_get_bin_dir (guest));
    g_assert_cmpint (count (guest, "SELECT n FROM remembered"), ==, 42);
    dex_await (ghd_cluster_stop (guest), NULL);
    g_assert_cmpint (kill (postgres_pid, 0), ==, 0);
    g_subprocess_force_exit (holder);
  }
  store_test_wait_until (kill (postgres_pid, 0) != 0);
  store_test_remove_dir (dir);
}

static void
test_long_path (void)
{
  g_autofree char *dir = store_test_make_dir ();
  g_autofree char *filler = g_strnfill (120, 'x');
  g_autofree char *deep = g_build_filename (dir, filler, "it's", NULL);
  g_autofree char *socket_dir = ghd_cluster_socket_dir (deep);
  GhdCluster *cluster = ghd_cluster_new (deep);

  g_assert_true (g_str_has_prefix (socket_dir, "/tmp/guildhalld-"));
  start (cluster);
  g_assert_cmpint (count (cluster, "SELECT 1::bigint"), ==, 1);
  stop (cluster);
  g_assert_cmpint (g_rmdir (socket_dir), ==, 0);
  store_test_remove_dir (dir);
}

static void
test_quoting (void)
{
  g_autofree char *conninfo = ghd_cluster_conninfo ("/a'b\\c d", "guildhall");

  g_assert_cmpstr (conninfo, ==, "host='/a\\'b\\\\c d' user=guildhall dbname=guildhall");
}

static void
test_missing_programs (void)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *found = ghd_cluster_find_bin_dir (0, &error);

  g_assert_no_error (error);
  g_assert_true (g_path_is_absolute (found));
  g_assert_null (ghd_cluster_find_bin_dir (7, &error));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "cluster.postgres-missing");
  g_assert_nonnull (strstr (error->message, "PostgreSQL 7"));
}

static DexFuture *
hold_fiber (gpointer data)
{
  GhdCluster *cluster = ghd_cluster_new (data);
  g_autoptr (GError) error = NULL;

  if (!dex_await (ghd_cluster_start (cluster), &error))
    g_printerr ("%s\n", error->message);
  printf ("%d\n", ghd_cluster_get_pid (cluster));
  fflush (stdout);
  return dex_future_new_infinite ();
}

int
main (int argc, char **argv)
{
  if (argc == 3 && g_str_equal (argv[1], "--hold"))
    {
      dex_init ();
      dex_future_disown (dex_scheduler_spawn (NULL, 0, hold_fiber, argv[2], NULL));
      alarm (STORE_TEST_WATCHDOG_S);
      for (;;)
        g_main_context_iteration (NULL, TRUE);
    }

  program = argv[0];
  g_test_init (&argc, &argv, NULL);
  store_test_add ("/cluster/first-and-second-start", test_first_and_second_start);
  store_test_add ("/cluster/interrupted-first-start", test_interrupted_first_start);
  store_test_add ("/cluster/postgres-killed", test_postgres_killed);
  store_test_add ("/cluster/daemon-killed", test_daemon_killed);
  store_test_add ("/cluster/ends-with-daemon", test_postgres_ends_with_daemon);
  store_test_add ("/cluster/stale-pid-file", test_stale_pid_file);
  store_test_add ("/cluster/number-used-again", test_number_used_again);
  store_test_add ("/cluster/unwritable", test_unwritable);
  store_test_add ("/cluster/in-use", test_in_use);
  store_test_add ("/cluster/attach", test_attach);
  store_test_add ("/cluster/long-path", test_long_path);
  store_test_add ("/cluster/quoting", test_quoting);
  store_test_add ("/cluster/missing-programs", test_missing_programs);
  return store_test_main (argc, argv);
}
