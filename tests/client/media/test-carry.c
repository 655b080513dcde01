/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is decided about how much is sent, by ways that are only reckoned: each carries so much, lets so much of it
 * wait, and loses the rest. What becomes of each packet is told as transport-wide feedback does. */
#include "ghc-arrivals.h"
#include "ghc-repair.h"

#define STEP_US (G_USEC_PER_SEC / 30) /* a picture */
#define WANTED 6000000u
#define PACKET 1200
#define ONE_WAY_US 10000
#define PACE 1.6
#define MOST_VIEWERS 4
#define MOST_FLYING 4096

typedef struct
{
  guint capacity;     /* bit/s */
  gint64 room_us;     /* so long one may wait; what would wait longer is lost */
  guint one_lost_of;  /* by chance; 0 for none */
  gboolean is_silent; /* nothing is told */

  GhcCarry carry;
  GhcArrivals *arrivals;
  gint64 busy_until_us;
  double credit; /* bytes that were not sent yet */
  guint n_sent;
  GhcArrival flying[MOST_FLYING]; /* what was not told of yet */
  guint n_flying;
  guint64 n_arrived; /* bytes */
  gint64 longest_us; /* that one waited */
} Way;

static void
way_init (Way *way, guint capacity, guint room_ms)
{
  *way = (Way) { .capacity = capacity, .room_us = (gint64) room_ms * 1000 };
  ghc_carry_init (&way->carry, 3000000);
  way->arrivals = ghc_arrivals_new ();
}

static void
way_clear (Way *way)
{
  ghc_arrivals_unref (way->arrivals);
}

static void
send_packet (Way *way, gint64 at_us)
{
  GhcArrival *packet = &way->flying[way->n_flying++];
  gint64 wait_us = MAX (way->busy_until_us - at_us, 0);

  g_assert_cmpuint (way->n_flying, <, MOST_FLYING);
  *packet = (GhcArrival) { .sent_us = at_us, .size = PACKET };
  way->n_sent++;
  if (wait_us > way->room_us || (way->one_lost_of != 0 && way->n_sent % way->one_lost_of == 0))
    {
      packet->is_lost = TRUE;
      return;
    }
  way->longest_us = MAX (way->longest_us, wait_us);
  way->busy_until_us = at_us + wait_us + (gint64) PACKET * 8 * G_USEC_PER_SEC / way->capacity;
  packet->arrived_us = way->busy_until_us + ONE_WAY_US;
  way->n_arrived += PACKET;
}

static void
send_picture (Way *way, guint bitrate, gint64 now_us)
{
  gint64 each_us = (gint64) (PACKET * 8.0 * G_USEC_PER_SEC / (bitrate * PACE));
  gint64 at_us = now_us;

  way->credit += bitrate / 8.0 / 30;
  for (; way->credit >= PACKET; way->credit -= PACKET, at_us += each_us)
    send_packet (way, at_us);
}

/* Of all up to the last one that arrived. */
static void
tell (Way *way, gint64 now_us)
{
  guint n_told = 0;

  for (guint i = 0; i < way->n_flying; i++)
    {
      if (!way->flying[i].is_lost && way->flying[i].arrived_us + ONE_WAY_US <= now_us)
        n_told = i + 1;
    }
  if (n_told == 0)
    return;
  if (!way->is_silent)
    ghc_arrivals_note (way->arrivals, way->flying, n_told, now_us);
  way->n_flying -= n_told;
  memmove (way->flying, way->flying + n_told, way->n_flying * sizeof *way->flying);
}

static void
take (Way *way, gint64 held_us, gint64 now_us)
{
  GhcCarryReport report;

  ghc_arrivals_read (way->arrivals, &report, now_us);
  report.round_trip_ms = 2 * ONE_WAY_US / 1000;
  report.is_quiet = now_us - held_us < 400 * 1000;
  ghc_carry_take (&way->carry, &report, WANTED, now_us);
}

/* Returns what is sent at the end of @seconds. */
static guint
run (Way *ways, guint n_ways, guint bitrate, double seconds, gint64 *now_us)
{
  GhcCarry *carries[MOST_VIEWERS];
  gint64 held_us = 0;
  gint64 until_us = *now_us + (gint64) (seconds * G_USEC_PER_SEC);

  for (guint i = 0; i < n_ways; i++)
    {
      carries[i] = &ways[i].carry;
      ways[i].n_arrived = 0;
      ways[i].longest_us = 0;
    }
  for (; *now_us < until_us; *now_us += STEP_US)
    {
      gboolean is_held = ghc_carry_is_held (carries, n_ways, *now_us);

      held_us = is_held ? *now_us : held_us;
      for (guint i = 0; i < n_ways; i++)
        {
          if (!ways[i].carry.is_paused && !is_held)
            send_picture (&ways[i], bitrate, *now_us);
          tell (&ways[i], *now_us);
          take (&ways[i], held_us, *now_us);
        }
      bitrate = ghc_carry_share (carries, n_ways, WANTED, *now_us);
    }
  return bitrate;
}

/* As much as there is gets used, and little of it waits. */
static void
test_one (void)
{
  static const struct
  {
    guint capacity;
    guint room_ms;
    guint one_lost_of;
    guint least; /* of what arrives, in bit/s */
    guint most_ms; /* that one waits */
  } rows[] = {
    { 20000000, 500, 0, 5500000, 40 }, { 8000000, 500, 0, 5500000, 40 },
    { 3000000, 500, 0, 2100000, 160 }, { 800000, 500, 0, 600000, 200 },
    { 400000, 500, 0, 280000, 260 },   { 800000, 200, 0, 600000, 200 },
    /* Nothing waits: what is too much is lost. */
    { 3000000, 20, 0, 1900000, 25 },   { 800000, 30, 0, 480000, 35 },
    /* However little is sent, some is lost. */
    { 20000000, 500, 50, 5300000, 40 }, { 20000000, 500, 20, 5000000, 40 },
    { 20000000, 500, 8, 4000000, 40 },  { 800000, 500, 20, 420000, 200 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Way way;
      gint64 now_us = G_USEC_PER_SEC;
      guint bitrate, arrived;

      way_init (&way, rows[i].capacity, rows[i].room_ms);
      way.one_lost_of = rows[i].one_lost_of;
      bitrate = run (&way, 1, 3000000, 15, &now_us);
      run (&way, 1, bitrate, 10, &now_us);
      arrived = (guint) (way.n_arrived * 8 / 10);
      g_test_message ("%u bit/s, %u ms, one of %u lost: %u arrive, at most %.0f ms late",
                      rows[i].capacity, rows[i].room_ms, rows[i].one_lost_of, arrived,
                      (double) way.longest_us / 1000);
      g_assert_cmpuint (arrived, >=, rows[i].least);
      g_assert_cmpint (way.longest_us, <=, rows[i].most_ms * 1000);
      g_assert_false (way.carry.is_paused);
      way_clear (&way);
    }
}

/* From 8 Mbit/s to 800 kbit/s and back, with a short queue and with a long one. */
static void
test_cut (void)
{
  static const guint rooms_ms[] = { 30, 100, 200, 500, 2000 };

  for (guint i = 0; i < G_N_ELEMENTS (rooms_ms); i++)
    {
      Way way;
      gint64 now_us = G_USEC_PER_SEC;
      gint64 began_us;
      guint bitrate;

      way_init (&way, 8000000, rooms_ms[i]);
      bitrate = run (&way, 1, 3000000, 10, &now_us);
      g_assert_cmpuint (bitrate, >, WANTED * 9 / 10);

      way.capacity = 800000;
      began_us = now_us;
      while (bitrate >= 800000 && now_us < began_us + 10 * G_USEC_PER_SEC)
        bitrate = run (&way, 1, bitrate, 0.034, &now_us);
      g_test_message ("%u ms: gave way after %.0f ms", rooms_ms[i], (double) (now_us - began_us) / 1000);
      g_assert_cmpint (now_us - began_us, <, 800 * 1000);
      bitrate = run (&way, 1, bitrate, 2, &now_us);
      bitrate = run (&way, 1, bitrate, 10, &now_us);
      g_test_message ("%u arrive, at most %.0f ms late", (guint) (way.n_arrived * 8 / 10),
                      (double) way.longest_us / 1000);
      g_assert_cmpuint (way.n_arrived * 8 / 10, >, 480000);
      g_assert_cmpint (way.longest_us, <, 250 * 1000);

      way.capacity = 8000000;
      began_us = now_us;
      while (bitrate < WANTED / 2 && now_us < began_us + 20 * G_USEC_PER_SEC)
        bitrate = run (&way, 1, bitrate, 0.034, &now_us);
      g_test_message ("half again after %.1f s", (double) (now_us - began_us) / 1e6);
      g_assert_cmpint (now_us - began_us, <, 6 * G_USEC_PER_SEC);
      way_clear (&way);
    }
}

/* Nobody tells anything any more: less is sent, but something. */
static void
test_silence (void)
{
  Way way;
  gint64 now_us = G_USEC_PER_SEC;
  guint bitrate;

  way_init (&way, 8000000, 500);
  bitrate = run (&way, 1, 3000000, 5, &now_us);
  way.is_silent = TRUE;
  g_assert_cmpuint (run (&way, 1, bitrate, 2, &now_us), <, bitrate / 3);
  way.is_silent = FALSE;
  g_assert_cmpuint (run (&way, 1, bitrate, 5, &now_us), >, WANTED * 9 / 10);
  way_clear (&way);
}

/* Their clock goes another way, and says another time. */
static void
test_clocks (void)
{
  GhcArrivals *arrivals = ghc_arrivals_new ();
  GhcCarryReport report;

  ghc_arrivals_read (arrivals, &report, G_USEC_PER_SEC);
  g_assert_false (report.is_known);
  for (gint64 at_us = G_USEC_PER_SEC; at_us < 60 * G_USEC_PER_SEC; at_us += 5000)
    {
      GhcArrival packet = { .sent_us = at_us,
                            .arrived_us = at_us + at_us / 2000 - 12345678,
                            .size = 1000 };

      ghc_arrivals_note (arrivals, &packet, 1, at_us);
      ghc_arrivals_read (arrivals, &report, at_us);
      g_assert_cmpuint (report.queue_ms, <=, 12);
    }
  g_assert_true (report.is_known);
  g_assert_cmpuint (report.sent, >, 1500000);
  g_assert_cmpuint (report.sent, <, 1700000);
  g_assert_cmpuint (report.received, >, 1500000);
  g_assert_cmpuint (report.received, <, 1700000);
  ghc_arrivals_read (arrivals, &report, 63 * G_USEC_PER_SEC);
  g_assert_false (report.is_known);
  ghc_arrivals_unref (arrivals);
}

/* One who carries far less than the others gets the sound only, and the others keep what they have; when that
 * one's way is better again, they are taken back. */
static void
test_slowest (void)
{
  Way ways[3];
  gint64 now_us = G_USEC_PER_SEC;
  guint bitrate;

  for (guint i = 0; i < 3; i++)
    way_init (&ways[i], i < 2 ? 20000000 : 300000, 500);
  bitrate = run (ways, 3, 3000000, 8, &now_us);
  for (guint i = 0; i < 16 && !ways[2].carry.is_paused; i++)
    bitrate = run (ways, 3, bitrate, 0.5, &now_us);
  g_assert_true (ways[2].carry.is_paused);
  g_assert_false (ways[0].carry.is_paused || ways[1].carry.is_paused);
  bitrate = run (ways, 3, bitrate, 1, &now_us);
  g_assert_cmpuint (bitrate, >, 1000000);
  ways[2].capacity = 20000000;
  bitrate = run (ways, 3, bitrate, 60, &now_us);
  g_assert_false (ways[2].carry.is_paused);
  g_assert_cmpuint (bitrate, ==, WANTED);
  for (guint i = 0; i < 3; i++)
    way_clear (&ways[i]);
}

/* Two who are about as slow hold all back: one quality for all. */
static void
test_all_slow (void)
{
  Way ways[2];
  gint64 now_us = G_USEC_PER_SEC;
  guint bitrate;

  way_init (&ways[0], 1500000, 500);
  way_init (&ways[1], 1000000, 500);
  bitrate = run (ways, 2, 3000000, 20, &now_us);
  g_assert_cmpuint (bitrate, <=, 1300000);
  g_assert_cmpuint (bitrate, >=, 600000);
  g_assert_false (ways[0].carry.is_paused || ways[1].carry.is_paused);
  way_clear (&ways[0]);
  way_clear (&ways[1]);
}

static void
test_fit (void)
{
  static const struct
  {
    GhcVideoPreference preference;
    guint bitrate;
    guint max_height;
    guint frame_rate;
  } rows[] = {
    { GHC_VIDEO_TEXT, 6000000, 0, 30 },  { GHC_VIDEO_TEXT, 1000000, 0, 15 },
    { GHC_VIDEO_TEXT, 700000, 0, 10 },   { GHC_VIDEO_TEXT, 400000, 0, 5 },
    { GHC_VIDEO_TEXT, 200000, 720, 5 },  { GHC_VIDEO_MOTION, 6000000, 0, 30 },
    { GHC_VIDEO_MOTION, 2000000, 720, 30 }, { GHC_VIDEO_MOTION, 800000, 540, 30 },
    { GHC_VIDEO_MOTION, 400000, 360, 30 }, { GHC_VIDEO_MOTION, 200000, 240, 30 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      GhcVideoQuality wanted = { .frame_rate = 30, .preference = rows[i].preference };
      GhcVideoQuality fitting = wanted;

      ghc_carry_fit (&wanted, 1920, 1080, rows[i].bitrate, &fitting);
      g_test_message ("%u: %u, %u", rows[i].bitrate, fitting.max_height, fitting.frame_rate);
      g_assert_cmpuint (fitting.bitrate, ==, rows[i].bitrate);
      g_assert_cmpuint (fitting.frame_rate, ==, rows[i].frame_rate);
      g_assert_cmpuint (fitting.max_height, ==, rows[i].max_height);
    }
}

/* What is tried and given up again does not change the size each time. */
static void
test_steady (void)
{
  static const struct
  {
    guint bitrate;
    guint max_height;
  } rows[] = {
    { 2000000, 720 }, { 1000000, 540 }, { 1450000, 540 }, { 1000000, 540 }, { 1900000, 720 }, { 6000000, 0 },
  };
  GhcVideoQuality wanted = { .frame_rate = 30, .preference = GHC_VIDEO_MOTION };
  GhcVideoQuality used = wanted;

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      ghc_carry_fit (&wanted, 1920, 1080, rows[i].bitrate, &used);
      g_assert_cmpuint (used.max_height, ==, rows[i].max_height);
      g_assert_cmpuint (used.bitrate, ==, rows[i].bitrate);
    }
  wanted.frame_rate = 15;
  ghc_carry_fit (&wanted, 1920, 1080, 1000000, &used);
  g_assert_cmpuint (used.frame_rate, ==, 15);
}

/* It is of less use when there is less room, but never given up. */
static void
test_sound (void)
{
  GhcCarry good = { .bitrate = 5000000 };
  GhcCarry poor = { .bitrate = 600000 };
  GhcCarry paused = { .bitrate = 5000000, .is_paused = TRUE };
  GhcCarry *all[] = { &good, &poor, &paused };

  g_assert_cmpuint (ghc_carry_sound (all, 0), ==, 128000);
  g_assert_cmpuint (ghc_carry_sound (all, 1), ==, 128000);
  g_assert_cmpuint (ghc_carry_sound (all, 2), ==, 96000);
  g_assert_cmpuint (ghc_carry_sound (all, 3), ==, 48000);
}

/* Of what got lost not more is sent again than the rest leaves room for, and nothing of what was too much. */
static void
test_repair (void)
{
  g_autoptr (GhcRepair) repair = ghc_repair_new ();
  gint64 now_us = g_get_monotonic_time ();
  guint n_sent = 0;

  g_assert_false (ghc_repair_take (repair, now_us));
  ghc_repair_set_rate (repair, 960000); /* a hundred packets a second */
  for (guint i = 0; i < 1000; i++)
    n_sent += ghc_repair_take (repair, now_us += 10 * 1000) ? 1 : 0;
  g_assert_cmpuint (n_sent, >=, 990);
  n_sent = 0;
  for (guint i = 0; i < 10000; i++)
    n_sent += ghc_repair_take (repair, now_us += 1000) ? 1 : 0;
  g_assert_cmpuint (n_sent, >=, 990);
  g_assert_cmpuint (n_sent, <=, 1030);
  ghc_repair_set_rate (repair, 0);
  g_assert_false (ghc_repair_take (repair, now_us += G_USEC_PER_SEC));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/carry/one", test_one);
  g_test_add_func ("/carry/cut", test_cut);
  g_test_add_func ("/carry/silence", test_silence);
  g_test_add_func ("/carry/clocks", test_clocks);
  g_test_add_func ("/carry/slowest", test_slowest);
  g_test_add_func ("/carry/all-slow", test_all_slow);
  g_test_add_func ("/carry/fit", test_fit);
  g_test_add_func ("/carry/steady", test_steady);
  g_test_add_func ("/carry/repair", test_repair);
  g_test_add_func ("/carry/sound", test_sound);
  return g_test_run ();
}
