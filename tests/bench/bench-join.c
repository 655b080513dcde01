/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the click on "join" to the first sound: two voices that are given their seats, beside two webrtcbin
 * with GStreamer's own DTLS that are told of each other as quickly. Both ways everything is made anew, the tone
 * is encoded, sent over loopback, decoded, and the first that is loud ends the clock. The rounds take turns. */
#include "voice-room.h"

#include "bench-report.h"
#include "bench-stock.h"

#include <stdlib.h>

#define N_ROUNDS 100

static int
compare (const void *a, const void *b)
{
  double left = *(const double *) a;
  double right = *(const double *) b;

  return (left > right) - (left < right);
}

static double
ms_since (gint64 began_us)
{
  return (double) (g_get_monotonic_time () - began_us) / 1000;
}

static gboolean
has_loud (Person *person)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&person->lock);

  return person->last_loud_us != 0;
}

static double
run_ours (void)
{
  Room *room = room_new (2);
  gint64 began_us = g_get_monotonic_time ();
  double took_ms;

  room_join_all (room);
  run_until (has_loud (&room->people[0]) && has_loud (&room->people[1]));
  took_ms = ms_since (began_us);
  room_free (room);
  return took_ms;
}

static void
tell_other (guint line, const char *candidate, gpointer data)
{
  bench_stock_take_candidate (*(BenchStock **) data, line, candidate);
}

static double
run_stock (void)
{
  BenchStock *ends[2] = { NULL };
  gint64 began_us = g_get_monotonic_time ();
  g_autofree char *offer = NULL;
  g_autofree char *answer = NULL;
  double took_ms;

  ends[0] = bench_stock_new (500, tell_other, &ends[1]);
  ends[1] = bench_stock_new (700, tell_other, &ends[0]);
  offer = bench_stock_offer (ends[0]);
  answer = bench_stock_answer (ends[1], offer);
  bench_stock_take_answer (ends[0], answer);
  run_until (bench_stock_has_heard (ends[0]) && bench_stock_has_heard (ends[1]));
  took_ms = ms_since (began_us);
  for (guint i = 0; i < 2; i++)
    bench_stock_free (ends[i]);
  return took_ms;
}

int
main (void)
{
  double ours[N_ROUNDS];
  double stock[N_ROUNDS];

  dex_init ();
  /* What is loaded once is loaded before. */
  run_ours ();
  run_stock ();
  for (guint i = 0; i < N_ROUNDS; i++)
    {
      ours[i] = run_ours ();
      stock[i] = run_stock ();
    }
  qsort (ours, N_ROUNDS, sizeof *ours, compare);
  qsort (stock, N_ROUNDS, sizeof *stock, compare);
  bench_print ("join", ours[N_ROUNDS / 2], "ms", stock[N_ROUNDS / 2],
               "click to first sound, beside DTLS p50");
  bench_print ("join", ours[(N_ROUNDS - 1) * 99 / 100], "ms", stock[(N_ROUNDS - 1) * 99 / 100],
               "click to first sound, beside DTLS p99");
  return 0;
}
