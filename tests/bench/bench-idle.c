/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-hall.h"
#include "bench-report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * What a message to 10 people costs while others, in other guilds, are connected and idle: the time
 * of all threads of guildhalld for taking it, signing it, committing it and delivering it.
 */

#define N_GUILDS 10
#define N_MEMBERS 10
#define N_MESSAGES 1500
#define N_ROUNDS 3

static const guint sizes[] = { 1000, 5000, 15000 };

static gboolean
measure_size (BenchHall *hall, guint n_idle, double *first, GError **error)
{
  const BenchLoad load = { .n_messages = N_MESSAGES, .window = 1, .n_hearers = N_MEMBERS };
  gint64 cpu_us = 0;
  double p50_ms = 0;
  double p99_ms = 0;
  BenchRun run;

  if (!bench_hall_grow (hall, N_MEMBERS, hall->n_people - N_MEMBERS, N_MEMBERS + n_idle, error))
    return FALSE;

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      if (!bench_hall_run (hall, &load, &run, error))
        return FALSE;
      cpu_us += run.cpu_us;
      p50_ms += run.p50_ms / N_ROUNDS;
      p99_ms += run.p99_ms / N_ROUNDS;
    }

  bench_print ("idle", cpu_us / (double) (N_ROUNDS * N_MESSAGES), "us", *first,
               "idle=%u message to 10 cpu", n_idle);
  bench_print ("idle", p50_ms, "ms", NAN, "idle=%u message to 10 p50", n_idle);
  bench_print ("idle", p99_ms, "ms", NAN, "idle=%u message to 10 p99", n_idle);
  if (isnan (*first))
    *first = cpu_us / (double) (N_ROUNDS * N_MESSAGES);

  return TRUE;
}

int
main (int argc, char **argv)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = NULL;
  double first = NAN;

  bench_has_room_for (0);
  hall = bench_hall_open (FALSE, N_GUILDS, N_MEMBERS, &error);
  if (hall != NULL)
    bench_hall_grow (hall, 0, N_MEMBERS, N_MEMBERS, &error);
  for (gsize i = 0; i < G_N_ELEMENTS (sizes) && error == NULL; i++)
    if (bench_has_room_for (sizes[i]))
      measure_size (hall, sizes[i], &first, &error);

  if (error != NULL)
    fprintf (stderr, "bench: %s\n", error->message);

  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
