/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-hall.h"
#include "bench-report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * From one client's sending to every subscriber's reading: 1,000 connections in one room, 200
 * messages a second, open loop. The load generator, which reads 200,000 frames a second, shares the
 * machine.
 */

#define N_PEOPLE 100
#define N_SUBSCRIBERS 1000
#define RATE 200
#define WARM_UP_SECONDS 2
#define SECONDS 20

int
main (int argc, char **argv)
{
  const BenchLoad warm_up = { .n_messages = RATE * WARM_UP_SECONDS, .rate = RATE,
                              .n_hearers = N_SUBSCRIBERS };
  const BenchLoad load = { .n_messages = RATE * SECONDS, .rate = RATE,
                           .n_hearers = N_SUBSCRIBERS };
  g_autoptr (GError) error = NULL;
  g_autoptr (BenchHall) hall = NULL;
  BenchRun run;

  bench_has_room_for (0);
  hall = bench_hall_open (FALSE, 1, N_PEOPLE, &error);
  if (hall == NULL || !bench_hall_grow (hall, 0, N_PEOPLE, N_SUBSCRIBERS, &error)
      || !bench_hall_run (hall, &warm_up, &run, &error)
      || !bench_hall_run (hall, &load, &run, &error))
    {
      fprintf (stderr, "bench: %s\n", error->message);
      return EXIT_FAILURE;
    }

  bench_print ("end-to-end", run.p50_ms, "ms", NAN, "subscribers=1000 rate=200/s receipt p50");
  bench_print ("end-to-end", run.p99_ms, "ms", NAN, "subscribers=1000 rate=200/s receipt p99");
  bench_print ("end-to-end", load.n_messages * (double) G_USEC_PER_SEC / run.elapsed_us,
               "messages/s", NAN, "subscribers=1000 rate");
  bench_print ("end-to-end", run.cpu_us / (double) load.n_messages, "us", NAN,
               "subscribers=1000 rate=200/s message cpu");

  return EXIT_SUCCESS;
}
