/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-report.h"

#include <math.h>
#include <stdio.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

/* Descriptors that are not for connections. */
#define OTHERS 256

/**
 * bench_read_cpu_us:
 *
 * Returns: the time that all threads of @process have run
 */
gint64
bench_read_cpu_us (pid_t process)
{
  struct timespec time = { 0 };
  clockid_t clock;

  if (clock_getcpuclockid (process, &clock) == 0)
    clock_gettime (clock, &time);

  return (gint64) time.tv_sec * G_USEC_PER_SEC + time.tv_nsec / 1000;
}

/**
 * bench_read_rss:
 *
 * Returns: the resident memory of @process in bytes; what the kernel keeps for its sockets is not
 *   part of it
 */
gint64
bench_read_rss (pid_t process)
{
  g_autofree char *path = g_strdup_printf ("/proc/%d/statm", (int) process);
  g_autofree char *text = NULL;
  guint64 resident = 0;

  if (!g_file_get_contents (path, &text, NULL, NULL)
      || sscanf (text, "%*u %" G_GUINT64_FORMAT, &resident) != 1)
    return 0;

  return resident * sysconf (_SC_PAGESIZE);
}

/**
 * bench_has_room_for:
 *
 * Raises the limit of descriptors as far as it goes, and says on standard error when that is too
 * little.
 */
gboolean
bench_has_room_for (guint n_connections)
{
  struct rlimit limit;

  getrlimit (RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit (RLIMIT_NOFILE, &limit);
  if (limit.rlim_cur >= n_connections + OTHERS)
    return TRUE;

  fprintf (stderr,
           "bench: %u connections are left out: a process may have %" G_GUINT64_FORMAT
           " descriptors here\n",
           n_connections, (guint64) limit.rlim_cur);

  return FALSE;
}

/**
 * bench_print:
 * @reference: %NAN when there is none
 * @format: the case
 */
void
bench_print (const char *bench, double figure, const char *unit, double reference,
             const char *format, ...)
{
  g_autofree char *what = NULL;
  va_list args;

  va_start (args, format);
  what = g_strdup_vprintf (format, args);
  va_end (args);

  printf ("{\"bench\":\"%s\",\"case\":\"%s\",\"figure\":%.3f,\"unit\":\"%s\",", bench, what, figure,
          unit);
  if (isnan (reference))
    printf ("\"reference\":null,\"ratio\":null}\n");
  else
    printf ("\"reference\":%.3f,\"ratio\":%.3f}\n", reference, figure / reference);
  fflush (stdout);
}
