/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-bare.h"
#include "bench-hall.h"
#include "bench-report.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/*
 * One message of 500 bytes to N connections: a real guildhalld, which takes the message by its
 * gateway, signs it, commits it, frames it once and gives it to everybody, beside the bare program,
 * which only sends bytes of the same number. With "tls" a guildhalld under TLS beside a plain one.
 * The two take turns, and the time of all threads of each is counted, for whatever they do.
 *
 * The connections are those of 100 people, each on many devices: signing up as many people as there
 * are connections would take an hour of password hashing.
 *
 *   bench-fanout [tls] [N…]
 */

#define N_PEOPLE 100
#define N_ROUNDS 2
#define MIN_MESSAGES 32
#define N_DELIVERIES 120000 /* about so many in each round of a closed loop */
#define OPEN_RATE 10
#define OPEN_SECONDS 2

/* Two windows full would tell how the two happened to be cut, and little else. */
#define MORE_OF_SIXTEEN 4

static const guint sizes[] = { 100, 1000, 5000, 10000, 15000 };

typedef struct
{
  const char *name;
  BenchHall *hall;
  BenchHall *plain; /* what it is compared with: this, or */
  BenchBare *bare;
} Bench;

static gboolean
run_reference (Bench *bench, const BenchLoad *load, BenchRun *run, GError **error)
{
  return bench->bare != NULL ? bench_bare_run (bench->bare, load, run, error)
                             : bench_hall_run (bench->plain, load, run, error);
}

static void
add (BenchRun *sum, const BenchRun *run)
{
  sum->elapsed_us += run->elapsed_us;
  sum->cpu_us += run->cpu_us;
  sum->p50_ms += run->p50_ms / N_ROUNDS;
  sum->p99_ms += run->p99_ms / N_ROUNDS;
}

static void
report (Bench *bench, const BenchLoad *load, const char *how, const BenchRun *own,
        const BenchRun *reference)
{
  double n = (double) load->n_messages * load->n_hearers * N_ROUNDS;
  guint size = load->n_hearers;

  bench_print (bench->name, own->cpu_us / n, "us", reference->cpu_us / n, "n=%u %s delivery cpu",
               size, how);
  if (load->rate == 0)
    bench_print (bench->name, n * G_USEC_PER_SEC / own->elapsed_us, "deliveries/s",
                 n * G_USEC_PER_SEC / reference->elapsed_us, "n=%u %s rate", size, how);
  bench_print (bench->name, own->p50_ms, "ms", reference->p50_ms, "n=%u %s p50", size, how);
  bench_print (bench->name, own->p99_ms, "ms", reference->p99_ms, "n=%u %s p99", size, how);
}

static gboolean
measure_load (Bench *bench, const BenchLoad *load, const char *how, GError **error)
{
  BenchRun own = { 0 };
  BenchRun reference = { 0 };

  for (guint i = 0; i < N_ROUNDS; i++)
    {
      BenchRun run;

      if (!bench_hall_run (bench->hall, load, &run, error))
        return FALSE;
      add (&own, &run);
      if (!run_reference (bench, load, &run, error))
        return FALSE;
      add (&reference, &run);
    }
  report (bench, load, how, &own, &reference);

  return TRUE;
}

/* While there are few connections: its two processes inherit the descriptors that there are, and need
 * as many of their own as the largest size has connections. */
static gboolean
start_bare (Bench *bench, GError **error)
{
  const BenchLoad one = { .n_messages = 1, .window = 1, .n_hearers = 1 };
  BenchRun run;

  /* An event must have come, for the bare program sends as many bytes. */
  if (!bench_hall_grow (bench->hall, 0, N_PEOPLE, 1, error)
      || !bench_hall_run (bench->hall, &one, &run, error))
    return FALSE;
  bench->bare = bench_bare_start (bench_crowd_get_event_size (bench->hall->crowd), error);

  return bench->bare != NULL;
}

static gboolean
grow (Bench *bench, guint n, GError **error)
{
  const BenchLoad one = { .n_messages = 1, .window = 1, .n_hearers = n };
  BenchRun run;

  if (bench->plain == NULL && bench->bare == NULL && !start_bare (bench, error))
    return FALSE;
  if (!bench_hall_grow (bench->hall, 0, N_PEOPLE, n, error)
      || !bench_hall_run (bench->hall, &one, &run, error))
    return FALSE;

  if (bench->plain != NULL)
    return bench_hall_grow (bench->plain, 0, N_PEOPLE, n, error)
           && bench_hall_run (bench->plain, &one, &run, error);

  return bench_bare_grow (bench->bare, n, error) && bench_bare_run (bench->bare, &one, &run, error);
}

static gboolean
measure_size (Bench *bench, guint n, GError **error)
{
  guint n_messages = MAX (N_DELIVERIES / n, MIN_MESSAGES);
  BenchLoad one = { .n_messages = n_messages, .window = 1, .n_hearers = n };
  BenchLoad sixteen = { .n_messages = MORE_OF_SIXTEEN * n_messages, .window = 16, .n_hearers = n };
  BenchLoad open = { .n_messages = OPEN_RATE * OPEN_SECONDS, .rate = OPEN_RATE, .n_hearers = n };

  return grow (bench, n, error) && measure_load (bench, &one, "window=1", error)
         && measure_load (bench, &sixteen, "window=16", error)
         && measure_load (bench, &open, "open=10/s", error);
}

static gboolean
measure (Bench *bench, char **wanted, GError **error)
{
  if (*wanted != NULL)
    {
      for (; *wanted != NULL; wanted++)
        if (!measure_size (bench, atoi (*wanted), error))
          return FALSE;
      return TRUE;
    }

  for (gsize i = 0; i < G_N_ELEMENTS (sizes); i++)
    if (bench_has_room_for (sizes[i]) && !measure_size (bench, sizes[i], error))
      return FALSE;

  return TRUE;
}

int
main (int argc, char **argv)
{
  gboolean is_tls = argc > 1 && g_str_equal (argv[1], "tls");
  Bench bench = { .name = is_tls ? "tls" : "fanout" };
  g_autoptr (GError) error = NULL;

  bench_has_room_for (0);
  bench.hall = bench_hall_open (is_tls, 1, N_PEOPLE, &error);
  if (bench.hall != NULL && is_tls)
    bench.plain = bench_hall_open (FALSE, 1, N_PEOPLE, &error);
  if (bench.plain != NULL)
    bench_hall_move_crowd (bench.plain, &error);
  if (error == NULL)
    measure (&bench, argv + (is_tls ? 2 : 1), &error);
  if (error != NULL)
    fprintf (stderr, "bench: %s\n", error->message);

  g_clear_pointer (&bench.bare, bench_bare_stop);
  g_clear_pointer (&bench.plain, bench_hall_close);
  g_clear_pointer (&bench.hall, bench_hall_close);

  return error == NULL ? EXIT_SUCCESS : EXIT_FAILURE;
}
