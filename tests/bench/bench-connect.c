/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-hall.h"
#include "bench-report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * Coming in: TCP, TLS or not, the HTTP request, the WebSocket handshake, identifying, and the ready
 * frame; eight at a time. Then what guildhalld holds for each connection that is idle: its resident
 * memory before and after, without what the kernel keeps for the sockets.
 */

#define N_GUILDS 10
#define N_MEMBERS 10

static const guint sizes[] = { 1000, 5000, 15000 };

static gboolean
measure (gboolean with_tls, GError **error)
{
  const char *kind = with_tls ? "tls" : "plain";
  g_autoptr (BenchHall) hall = bench_hall_open (with_tls, N_GUILDS, N_MEMBERS, error);
  guint before = N_GUILDS * N_MEMBERS;
  gint64 empty_rss;
  pid_t pid;

  /* Everybody once: what the daemon keeps for people is not what it keeps for connections. */
  if (hall == NULL || !bench_hall_grow (hall, 0, hall->n_people, before, error))
    return FALSE;
  pid = bench_hall_get_pid (hall);
  empty_rss = bench_read_rss (pid);

  for (gsize i = 0; i < G_N_ELEMENTS (sizes) && bench_has_room_for (sizes[i]); i++)
    {
      gint64 cpu_us = bench_read_cpu_us (pid);
      gint64 begun_us = g_get_monotonic_time ();
      double n = sizes[i] - before;
      double seconds;

      if (!bench_hall_grow (hall, 0, hall->n_people, sizes[i], error))
        return FALSE;
      seconds = (g_get_monotonic_time () - begun_us) / (double) G_USEC_PER_SEC;
      bench_print ("connect", n / seconds, "connections/s", NAN, "%s to=%u rate", kind, sizes[i]);
      bench_print ("connect", (bench_read_cpu_us (pid) - cpu_us) / n, "us", NAN,
                   "%s to=%u connection cpu", kind, sizes[i]);
      bench_print ("connect",
                   (bench_read_rss (pid) - empty_rss) / 1024.0 / (sizes[i] - N_GUILDS * N_MEMBERS),
                   "KiB", NAN, "%s n=%u connection rss", kind, sizes[i]);
      before = sizes[i];
    }

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;

  bench_has_room_for (0);
  if (!measure (FALSE, &error) || !measure (TRUE, &error))
    fprintf (stderr, "bench: %s\n", error->message);

  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
