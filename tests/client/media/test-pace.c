/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How much of the network what is said takes. */
#include "ghc-pace.h"

/* Sends for so many seconds; when the step is another one, it ends. Returns how long that was. */
static double
send_with (GhcPace *pace, gint64 *now_us, double loss, guint seconds)
{
  guint before = pace->step;
  gint64 from_us = *now_us;

  while (*now_us < from_us + seconds * G_USEC_PER_SEC && pace->step == before)
    ghc_pace_take (pace, loss, *now_us += 50 * 1000);
  return (double) (*now_us - from_us) / G_USEC_PER_SEC;
}

static void
test_pace_chance (void)
{
  g_autoptr (GRand) chance = g_rand_new_with_seed (4);
  gint64 now_us = G_USEC_PER_SEC;
  GhcPace pace;

  ghc_pace_init (&pace);
  /* Of fifty packets each report tells about, each is lost with the same chance. */
  for (guint report = 0; report < 2000; report++)
    {
      guint n_lost = 0;

      for (guint i = 0; i < 50; i++)
        n_lost += g_rand_double (chance) < 0.2 ? 1 : 0;
      for (guint i = 0; i < 10; i++)
        g_assert_cmpuint (ghc_pace_take (&pace, n_lost / 50.0, now_us += 50 * 1000), ==, 0);
    }
  g_assert_cmpuint (ghc_pace_get_frame_ms (0), ==, 10);
}

static void
test_pace_congested (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  double first, second, third;
  GhcPace pace;

  ghc_pace_init (&pace);
  g_assert_cmpfloat (send_with (&pace, &now_us, 0.5, 10), <, 4);
  g_assert_cmpuint (pace.step, ==, 1);
  g_assert_cmpuint (ghc_pace_get_frame_ms (1), >, 20);
  g_assert_cmpint (ghc_pace_get_bitrate (1), <, ghc_pace_get_bitrate (0));
  /* It tries more after a while, gives up sooner, and tries it again ever more seldom. */
  first = send_with (&pace, &now_us, 0, 1000);
  g_assert_cmpuint (pace.step, ==, 0);
  g_assert_cmpfloat (first, >, 15);
  g_assert_cmpfloat (send_with (&pace, &now_us, 0.5, 10), <, 4);
  second = send_with (&pace, &now_us, 0, 1000);
  g_assert_cmpuint (pace.step, ==, 0);
  g_assert_cmpfloat (second, >, first + 15);
  g_assert_cmpfloat (send_with (&pace, &now_us, 0.5, 10), <, 4);
  third = send_with (&pace, &now_us, 0, 1000);
  g_assert_cmpfloat (third, >, second + 30);
  /* Even the second step is too much. */
  ghc_pace_init (&pace);
  send_with (&pace, &now_us, 0.7, 10);
  send_with (&pace, &now_us, 0.3, 10);
  g_assert_cmpuint (pace.step, ==, 2);
  send_with (&pace, &now_us, 0.3, 100);
  g_assert_cmpuint (pace.step, ==, 2);
}

/* While nothing is sent, what was told before is no news. */
static void
test_pace_pause (void)
{
  gint64 now_us = G_USEC_PER_SEC;
  GhcPace pace;

  ghc_pace_init (&pace);
  for (guint i = 0; i < 100; i++)
    g_assert_cmpuint (ghc_pace_take (&pace, 0.5, now_us += 5 * G_USEC_PER_SEC), ==, 0);
  /* What is clear adds up over pauses. */
  send_with (&pace, &now_us, 0.5, 10);
  g_assert_cmpuint (pace.step, ==, 1);
  for (guint i = 0; i < 20 && pace.step == 1; i++, now_us += 5 * G_USEC_PER_SEC)
    send_with (&pace, &now_us, 0, 3);
  g_assert_cmpuint (pace.step, ==, 0);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/pace/chance", test_pace_chance);
  g_test_add_func ("/voice/pace/congested", test_pace_congested);
  g_test_add_func ("/voice/pace/pause", test_pace_pause);
  return g_test_run ();
}
