/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-load.h"

#include "gh-signing-key.h"
#include "ghd-cluster.h"
#include "ghd-log.h"
#include "ghd-migrate.h"
#include "ghd-pool.h"

#include <fcntl.h>
#include <ftw.h>
#include <glib/gstdio.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <unistd.h>

/*
 * Durable events by the second, and how long an acknowledgement takes: the daemon's own writer with
 * drafts as of message.send, a real signing key, all projections and receipts, on the embedded
 * PostgreSQL as the daemon starts it, in one process with the load. Each case is measured on a disk as
 * it is and with 2 ms added to each fsync, by a library that is preloaded into PostgreSQL. Beside each
 * stands one transaction for each event: the same writer, told to put one write into a batch, whose
 * queue is kept short so that what it accepts it also answers.
 *
 * A database that was just made has no segments of its write-ahead log to use again, and makes each
 * while everybody waits. So that this is measured as on a server that has run for a while, some log is
 * written first, and a checkpoint before each case sets it free.
 */

#define WARM_UP_SECONDS 5
#define SECONDS 5
#define REFERENCE_SECONDS 2
#define REFERENCE_QUEUE 50
#define SATURATING 6000
#define STATEMENT_TIMEOUT_MS 30000

static const guint rates[] = { 100, 1000, 5000, 20000 };

typedef struct
{
  const char *shim; /* path of the library */
  const char *disk; /* in the case's name */
  GhSigningKey *key;
  char *dir;
  GhdCluster *cluster;
  GError *error;
  GhdWriter *writer;
} Bench;

static void
print_figure (Bench *bench, const char *load, const char *what, double figure, const char *unit,
              double reference)
{
  printf (
    "{\"bench\":\"write\",\"case\":\"fsync %s, writer with signing, projections and receipts, "
    "%s, %s\",\"figure\":%.3f,\"unit\":\"%s\",",
    bench->disk, load, what, figure, unit);
  if (isnan (reference))
    printf ("\"reference\":null,\"ratio\":null}\n");
  else
    printf ("\"reference\":%.3f,\"ratio\":%.3f}\n", reference, figure / reference);
  fflush (stdout);
}

/* Time that these processes have run: ourselves, or all that PostgreSQL has started, with those that
 * have ended. */
static double
get_cpu_us (int parent)
{
  g_autoptr (GDir) dir = g_dir_open ("/proc", 0, NULL);
  const char *name;
  guint64 ticks = 0;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename ("/proc", name, "stat", NULL);
      g_autofree char *text = NULL;
      guint64 user, system, ended_user, ended_system;
      int ppid;

      if (!g_ascii_isdigit (*name) || !g_file_get_contents (path, &text, NULL, NULL)
          || sscanf (strrchr (text, ')') + 2,
                     "%*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT
                     " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT " %" G_GUINT64_FORMAT,
                     &ppid, &user, &system, &ended_user, &ended_system)
               != 5)
        continue;
      if (parent == 0 ? atoi (name) == getpid () : ppid == parent)
        ticks += user + system;
      if (parent != 0 && atoi (name) == parent)
        ticks += ended_user + ended_system;
    }
  return ticks * (double) G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
}

static gboolean
start_writer (Bench *bench, guint max_batch, guint max_waiting)
{
  GhdWriterOptions options = {
    .conninfo = ghd_cluster_get_conninfo (bench->cluster),
    .signer = { "localhost", gh_signing_key_get_id (bench->key), gh_signing_key_sign, bench->key },
    .statement_timeout_ms = STATEMENT_TIMEOUT_MS,
    .max_waiting = max_waiting,
    .max_batch = max_batch,
  };

  bench->writer = ghd_writer_new (&options, NULL);
  return dex_await (ghd_writer_start (bench->writer), &bench->error);
}

static void
stop_writer (Bench *bench)
{
  if (bench->writer != NULL)
    dex_await (ghd_writer_close (bench->writer), NULL);
  g_clear_object (&bench->writer);
}

static void
measure_reference (Bench *bench, guint rate, BenchFigures *figures)
{
  if (start_writer (bench, 1, REFERENCE_QUEUE))
    bench_load_offer (bench->writer, rate, REFERENCE_SECONDS, figures);
  stop_writer (bench);
}

/* What the log has used so far can be used again. */
static gboolean
checkpoint (Bench *bench)
{
  GhdPoolOptions options = { .conninfo = ghd_cluster_get_conninfo (bench->cluster), .size = 1 };
  g_autoptr (GhdPool) pool = ghd_pool_new (&options, NULL);
  gboolean well = dex_await (ghd_pool_start (pool), &bench->error)
                  && dex_await (ghd_pool_query (pool, "CHECKPOINT", NULL), &bench->error);

  dex_await (ghd_pool_close (pool), NULL);
  return well;
}

static void
warm_up (Bench *bench)
{
  BenchFigures figures;

  if (start_writer (bench, 0, 0))
    bench_load_saturate (bench->writer, SATURATING, WARM_UP_SECONDS, &figures);
  stop_writer (bench);
}

static void
measure_rate (Bench *bench, guint rate)
{
  g_autofree char *load = g_strdup_printf ("%u/s offered", rate);
  BenchFigures reference = { 0 }, figures = { 0 };

  measure_reference (bench, rate, &reference);
  if (bench->error == NULL && checkpoint (bench) && start_writer (bench, 0, 0))
    bench_load_offer (bench->writer, rate, SECONDS, &figures);
  stop_writer (bench);
  if (bench->error != NULL)
    return;
  print_figure (bench, load, "rate", figures.rate, "events/s", reference.rate);
  print_figure (bench, load, "ack p50", figures.p50_ms, "ms", reference.p50_ms);
  print_figure (bench, load, "ack p99", figures.p99_ms, "ms", reference.p99_ms);
  fprintf (stderr, "bench: %s, fsync %s: %u of ours and %u of the reference's were refused\n", load,
           bench->disk, figures.n_refused, reference.n_refused);
}

static void
measure_limit (Bench *bench)
{
  BenchFigures figures = { 0 };
  int postgres = ghd_cluster_get_pid (bench->cluster);
  double own_us = 0, database_us = 0;

  if (checkpoint (bench) && start_writer (bench, 0, 0))
    {
      own_us = -get_cpu_us (0);
      database_us = -get_cpu_us (postgres);
      bench_load_saturate (bench->writer, SATURATING, SECONDS, &figures);
      own_us += get_cpu_us (0);
      database_us += get_cpu_us (postgres);
    }
  stop_writer (bench);
  if (bench->error != NULL)
    return;
  print_figure (bench, "as many as it takes", "rate", figures.rate, "events/s", NAN);
  print_figure (bench, "as many as it takes", "writer and load, for an event, cpu",
                own_us / figures.n_sent, "us", NAN);
  print_figure (bench, "as many as it takes", "PostgreSQL, for an event, cpu",
                database_us / figures.n_sent, "us", NAN);
}

static int
remove_one (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  return remove (path);
}

static DexFuture *
disk_fiber (gpointer data)
{
  Bench *bench = data;
  const char *only = g_getenv ("GUILDHALL_BENCH_RATE");

  bench->dir = g_dir_make_tmp ("guildhall-bench-XXXXXX", &bench->error);
  if (bench->dir == NULL)
    return dex_future_new_true ();
  bench->cluster = ghd_cluster_new (bench->dir);
  if (dex_await (ghd_cluster_start (bench->cluster), &bench->error)
      && dex_await (ghd_migrate (ghd_cluster_get_conninfo (bench->cluster)), &bench->error))
    {
      warm_up (bench);
      for (gsize i = 0; i < G_N_ELEMENTS (rates) && bench->error == NULL; i++)
        if (only == NULL || strtoul (only, NULL, 10) == rates[i])
          measure_rate (bench, rates[i]);
      if (bench->error == NULL && (only == NULL || g_str_equal (only, "0")))
        measure_limit (bench);
    }
  dex_await (ghd_cluster_stop (bench->cluster), NULL);
  g_clear_object (&bench->cluster);
  nftw (bench->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  g_clear_pointer (&bench->dir, g_free);
  return dex_future_new_true ();
}

static void
measure_disk (Bench *bench)
{
  g_autoptr (DexFuture) done = dex_scheduler_spawn (NULL, 0, disk_fiber, bench, NULL);

  while (dex_future_is_pending (done))
    g_main_context_iteration (NULL, TRUE);
}

/* The shim counts in a file beside it, which PostgreSQL's own user must be able to write. */
static volatile guint64 *
map_count (const char *shim)
{
  g_autofree char *path = g_strconcat (shim, ".count", NULL);
  int fd = open (path, O_RDWR | O_CREAT | O_TRUNC | O_CLOEXEC, 0666);
  void *map = MAP_FAILED;

  if (fd >= 0 && fchmod (fd, 0666) == 0 && ftruncate (fd, sizeof (guint64)) == 0)
    map = mmap (NULL, sizeof (guint64), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
  g_clear_fd (&fd, NULL);
  return map != MAP_FAILED ? map : NULL;
}

static void
measure_slow_disk (Bench *bench)
{
  volatile guint64 *count = map_count (bench->shim);

  bench->disk = "+2 ms";
  if (count == NULL || !g_setenv ("LD_PRELOAD", bench->shim, TRUE))
    {
      g_set_error (&bench->error, G_IO_ERROR, G_IO_ERROR_FAILED, "Cannot count beside %s",
                   bench->shim);
      return;
    }
  measure_disk (bench);
  g_unsetenv ("LD_PRELOAD");
  fprintf (stderr, "bench: the shim delayed %" G_GUINT64_FORMAT " calls\n", *count);
  /* Each batch has one; the start of PostgreSQL alone has a few. */
  if (bench->error == NULL && *count < 500)
    g_set_error (&bench->error, G_IO_ERROR, G_IO_ERROR_FAILED,
                 "The shim did not come to bear: PostgreSQL called it %" G_GUINT64_FORMAT " times",
                 *count);
}

int
main (int argc, char **argv)
{
  Bench bench = { .disk = "as it is" };

  if (argc != 2)
    {
      fprintf (stderr, "Usage: bench-write FSYNC-SHIM\n");
      return 64;
    }
  ghd_log_setup (GHD_LOG_FORMAT_TEXT, G_LOG_LEVEL_WARNING);
  dex_init ();
  bench.shim = argv[1];
  bench.key = gh_signing_key_generate ();

  measure_disk (&bench);
  if (bench.error == NULL)
    measure_slow_disk (&bench);
  gh_signing_key_unref (bench.key);
  if (bench.error == NULL)
    return EXIT_SUCCESS;
  fprintf (stderr, "bench: %s\n", bench.error->message);
  g_error_free (bench.error);
  return EXIT_FAILURE;
}
