/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is decided about how much is sent, by ways that are only reckoned: each carries so much, lets half a second
 * of it wait, and loses the rest. */
#include "ghc-carry.h"

#define STEP_US (500 * 1000)
#define WANTED 6000000u
#define MOST_VIEWERS 4

typedef struct
{
  GhcCarry carry;
  guint capacity;
  double waiting; /* bits */
} Way;

/* Half a second of @bitrate. */
static void
send_by (Way *way, guint bitrate, gint64 now_us)
{
  GhcCarryReport report = { .is_known = !way->carry.is_paused, .sent = bitrate };
  double bits = bitrate / 2.0 + way->waiting;
  double carried = MIN (bits, way->capacity / 2.0);
  double room = way->capacity / 2.0;

  if (way->carry.is_paused)
    way->waiting = 0;
  else
    {
      way->waiting = MIN (bits - carried, room);
      report.received = (guint) (carried * 2);
      report.loss = MAX (bits - carried - room, 0) / (bitrate / 2.0);
      report.round_trip_ms = 20 + (guint) (way->waiting * 1000 / way->capacity);
    }
  ghc_carry_take (&way->carry, &report, WANTED, now_us);
}

/* Returns what is sent at the end of @seconds. */
static guint
run (Way *ways, guint n_ways, guint bitrate, double seconds, gint64 *now_us)
{
  GhcCarry *carries[MOST_VIEWERS];

  for (guint i = 0; i < n_ways; i++)
    carries[i] = &ways[i].carry;
  for (guint step = 0; step < seconds * 2; step++)
    {
      *now_us += STEP_US;
      for (guint i = 0; i < n_ways; i++)
        send_by (&ways[i], bitrate, *now_us);
      bitrate = ghc_carry_share (carries, n_ways, WANTED, *now_us);
    }
  return bitrate;
}

static void
test_one (void)
{
  static const struct
  {
    guint capacity;
    guint least;
    guint most;
  } rows[] = {
    { 20000000, WANTED, WANTED },
    { 8000000, WANTED, WANTED },
    /* A little more, now and then, is how more is found. */
    { 3000000, 1500000, 3600000 },
    { 800000, 350000, 960000 },
    { 400000, 150000, 480000 },
  };

  for (guint i = 0; i < G_N_ELEMENTS (rows); i++)
    {
      Way way = { .capacity = rows[i].capacity };
      gint64 now_us = G_USEC_PER_SEC;
      guint bitrate;

      ghc_carry_init (&way.carry, 3000000);
      bitrate = run (&way, 1, 3000000, 20, &now_us);
      g_test_message ("%u bit/s carried: %u sent", rows[i].capacity, bitrate);
      g_assert_cmpuint (bitrate, >=, rows[i].least);
      g_assert_cmpuint (bitrate, <=, rows[i].most);
      g_assert_false (way.carry.is_paused);
    }
}

/* From 8 Mbit/s to 800 kbit/s and back: within seconds, both times. */
static void
test_cut (void)
{
  Way way = { .capacity = 8000000 };
  gint64 now_us = G_USEC_PER_SEC;
  guint bitrate;

  ghc_carry_init (&way.carry, 3000000);
  bitrate = run (&way, 1, 3000000, 10, &now_us);
  g_assert_cmpuint (bitrate, ==, WANTED);
  way.capacity = 800000;
  bitrate = run (&way, 1, bitrate, 3, &now_us);
  g_assert_cmpuint (bitrate, <, 800000);
  bitrate = run (&way, 1, bitrate, 10, &now_us);
  g_assert_cmpuint (bitrate, <, 900000);
  g_assert_cmpuint (bitrate, >, 350000);
  way.capacity = 8000000;
  bitrate = run (&way, 1, bitrate, 14, &now_us);
  g_assert_cmpuint (bitrate, >, 3000000);
}

/* A round trip that was told while packets waited, and never again since, holds nobody back. */
static void
test_old_news (void)
{
  GhcCarry carry;
  GhcCarryReport report = { .is_known = TRUE, .sent = 600000, .received = 600000, .round_trip_ms = 5 };
  gint64 now_us = G_USEC_PER_SEC;
  guint eased;

  ghc_carry_init (&carry, 1000000);
  ghc_carry_take (&carry, &report, WANTED, now_us);
  report.round_trip_ms = 400;
  ghc_carry_take (&carry, &report, WANTED, now_us += STEP_US);
  eased = carry.bitrate;
  g_assert_cmpuint (eased, <, 1000000);
  for (guint i = 0; i < 30; i++)
    {
      report.sent = report.received = carry.bitrate;
      ghc_carry_take (&carry, &report, WANTED, now_us += STEP_US);
      g_assert_cmpuint (carry.bitrate, >=, eased);
    }
  g_assert_cmpuint (carry.bitrate, >, eased);
}

/* One who carries far less than the others gets the sound only, and the others keep what they have; when that
 * one's way is better again, they are taken back. */
static void
test_slowest (void)
{
  Way ways[3] = { { .capacity = 20000000 }, { .capacity = 20000000 }, { .capacity = 300000 } };
  gint64 now_us = G_USEC_PER_SEC;
  guint bitrate;

  for (guint i = 0; i < 3; i++)
    ghc_carry_init (&ways[i].carry, 3000000);
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
}

/* Two who are about as slow hold all back: one quality for all. */
static void
test_all_slow (void)
{
  Way ways[2] = { { .capacity = 1500000 }, { .capacity = 1000000 } };
  gint64 now_us = G_USEC_PER_SEC;
  guint bitrate;

  for (guint i = 0; i < 2; i++)
    ghc_carry_init (&ways[i].carry, 3000000);
  bitrate = run (ways, 2, 3000000, 20, &now_us);
  g_assert_cmpuint (bitrate, <=, 1200000);
  g_assert_cmpuint (bitrate, >=, 400000);
  g_assert_false (ways[0].carry.is_paused || ways[1].carry.is_paused);
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
      GhcVideoQuality fitting;

      ghc_carry_fit (&wanted, 1920, 1080, rows[i].bitrate, &fitting);
      g_test_message ("%u: %u, %u", rows[i].bitrate, fitting.max_height, fitting.frame_rate);
      g_assert_cmpuint (fitting.bitrate, ==, rows[i].bitrate);
      g_assert_cmpuint (fitting.frame_rate, ==, rows[i].frame_rate);
      g_assert_cmpuint (fitting.max_height, ==, rows[i].max_height);
    }
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

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/carry/one", test_one);
  g_test_add_func ("/carry/cut", test_cut);
  g_test_add_func ("/carry/old-news", test_old_news);
  g_test_add_func ("/carry/slowest", test_slowest);
  g_test_add_func ("/carry/all-slow", test_all_slow);
  g_test_add_func ("/carry/fit", test_fit);
  g_test_add_func ("/carry/sound", test_sound);
  return g_test_run ();
}
