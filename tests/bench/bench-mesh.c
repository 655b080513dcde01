/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a call costs each who is in it, by their number: voices with the product's own settings, each connected
 * to each of the others over loopback. All are in one process, which does nothing else; it is what it takes,
 * divided by their number. Each number has a process of its own.
 *
 *   bench-mesh [PEOPLE TALKING]
 */
#include "voice-room.h"

#include "bench-report.h"

#include <math.h>
#include <stdlib.h>
#include <unistd.h>

#define MEASURE_US (5 * G_USEC_PER_SEC)
#define KIB 1024.0

/* On two cores there is no room for more who all talk at a time, each heard by each. */
static const guint cases[][2] = { { 2, 2 }, { 3, 3 }, { 4, 4 }, { 6, 6 },
                                  { 8, 4 }, { 8, 1 } };

/* Everybody is connected to everybody, and hears those who talk. */
static gboolean
is_settled (Room *room, guint n_talking)
{
  for (guint i = 0; i < room->n_people; i++)
    {
      for (guint j = 0; j < room->n_people; j++)
        {
          GhcCallMember *other = person_see (&room->people[i], j);

          if (i == j)
            continue;
          if (ghc_call_member_get_link (other) != GHC_CALL_LINK_CONNECTED
              || (j < n_talking && person_hears (&room->people[i], room->people[j].tone_hz) < 0.05))
            return FALSE;
        }
    }
  return TRUE;
}

static void
wait_us (gint64 length_us)
{
  gint64 until_us = g_get_monotonic_time () + length_us;

  while (g_get_monotonic_time () < until_us)
    g_main_context_iteration (NULL, TRUE);
}

static void
run (guint n_people, guint n_talking)
{
  Room *room = room_new (n_people);
  gint64 empty = bench_read_rss (getpid ());
  gint64 from_us;
  gint64 cpu_us;
  double cpu_share;
  double resident;

  room_join_all (room);
  for (guint i = n_talking; i < n_people; i++)
    ghc_call_seat_set_muted (room->people[i].seat, TRUE);
  run_until (is_settled (room, n_talking));
  wait_us (G_USEC_PER_SEC);

  from_us = g_get_monotonic_time ();
  cpu_us = bench_read_cpu_us (getpid ());
  wait_us (MEASURE_US);
  cpu_us = bench_read_cpu_us (getpid ()) - cpu_us;
  cpu_share = (double) cpu_us / (double) (g_get_monotonic_time () - from_us) / n_people;
  resident = (double) (bench_read_rss (getpid ()) - empty) / n_people;
  /* And it still is a call. */
  run_until (is_settled (room, n_talking));

  bench_print ("mesh", cpu_share * 100, "% of a core", NAN, "%u people, %u talk: each one's cpu",
               n_people, n_talking);
  bench_print ("mesh", resident / KIB, "KiB", NAN, "%u people, %u talk: each one's rss", n_people,
               n_talking);
  room_free (room);
}

static gboolean
run_alone (const char *program, guint n_people, guint n_talking)
{
  g_autofree char *people = g_strdup_printf ("%u", n_people);
  g_autofree char *talking = g_strdup_printf ("%u", n_talking);
  g_autoptr (GSubprocess) child = g_subprocess_new (G_SUBPROCESS_FLAGS_NONE, NULL, program, people,
                                                    talking, NULL);

  return child != NULL && g_subprocess_wait_check (child, NULL, NULL);
}

int
main (int argc, char *argv[])
{
  dex_init ();
  if (argc == 3)
    {
      run ((guint) CLAMP (atoi (argv[1]), 2, ROOM_MOST), (guint) MAX (atoi (argv[2]), 1));
      return 0;
    }
  for (guint i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      if (!run_alone (argv[0], cases[i][0], cases[i][1]))
        return 1;
    }
  return 0;
}
