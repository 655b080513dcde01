/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What comes in time is heard, and as soon as may be. */
#include "ghc-mixer.h"
#include "ghc-playout.h"

#define FRAME (GHC_RATE / 100)
#define FRAME_US 10000

static void
fill (gint16 *samples, guint n_samples, gint16 value)
{
  for (guint i = 0; i < n_samples; i++)
    samples[i] = (gint16) (i % 2 == 0 ? value : -value);
}

/* Says something that comes every 10 ms. */
static void
talk (GhcPlayout *playout, gint64 *now_us, guint n_frames)
{
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];

  fill (frame, FRAME, 3000);
  for (guint block = 0; block < n_frames * 2; block++, *now_us += FRAME_US / 2)
    {
      if (block % 2 == 0)
        ghc_playout_push (playout, frame, FRAME, block == 0, *now_us);
      ghc_playout_pull (playout, out, FRAME / 2, *now_us);
    }
}

static void
test_playout_steady (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  talk (playout, &now_us, 100);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, 0);
  g_assert_cmpuint (stats.missed, ==, 0);
  g_assert_cmpint (stats.margin_us, ==, 5000);
  g_assert_true (ghc_playout_is_speaking (playout, now_us));
}

static void
test_playout_late (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];
  gint64 now_us = G_USEC_PER_SEC;
  gint64 raised_us;
  GhcPlayoutStats stats;
  guint n_late;

  fill (frame, FRAME, 3000);
  /* Each tenth frame comes 30 ms late, and all after it at once. */
  for (guint ms = 0; ms < 3000; ms += 5, now_us += 5000)
    {
      guint at = ms % 100;

      if (ms % 10 == 0 && (at < 50 || at >= 80))
        for (guint i = 0; i < (at == 80 ? 4u : 1u); i++)
          ghc_playout_push (playout, frame, FRAME, ms == 0, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, >, 0);
  g_assert_cmpint (stats.margin_us, >, 20000);
  raised_us = stats.margin_us;
  n_late = stats.n_late;
  /* It waits long enough now. */
  for (guint ms = 0; ms < 1000; ms += 5, now_us += 5000)
    {
      guint at = ms % 100;

      if (ms % 10 == 0 && (at < 50 || at >= 80))
        for (guint i = 0; i < (at == 80 ? 4u : 1u); i++)
          ghc_playout_push (playout, frame, FRAME, FALSE, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, n_late);
  /* All is well again, and it waits less again, without a gap. */
  for (guint ms = 0; ms < 20000; ms += 5, now_us += 5000)
    {
      if (ms % 10 == 0)
        ghc_playout_push (playout, frame, FRAME, FALSE, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, n_late);
  g_assert_cmpint (stats.margin_us, <, raised_us / 2);
  g_assert_cmpint (stats.delay_us, <, 25000);
}

/* Seconds that come at once, as after a network or a computer that stood still, are not played one after the other. */
static void
test_playout_burst (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  fill (frame, FRAME, 3000);
  talk (playout, &now_us, 100);
  for (guint i = 0; i < 600; i++, now_us += 5000)
    ghc_playout_pull (playout, out, FRAME / 2, now_us);
  for (guint i = 0; i < 300; i++)
    ghc_playout_push (playout, frame, FRAME, FALSE, now_us);
  ghc_playout_pull (playout, out, FRAME / 2, now_us);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpint (stats.delay_us, <=, 500 * 1000);
  /* Nor does what is left of it stay. */
  for (guint ms = 0; ms < 40000; ms += 5, now_us += 5000)
    {
      if (ms % 10 == 0)
        ghc_playout_push (playout, frame, FRAME, FALSE, now_us);
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
    }
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpint (stats.delay_us, <, 25 * 1000);
}

/* Left stays left and right stays right, whatever is taken out; mixed with what is of one channel. */
static void
test_playout_stereo (void)
{
  g_autoptr (GhcMixer) mixer = ghc_mixer_new ();
  g_autoptr (GhcPlayout) music = ghc_playout_new_stereo (5000);
  g_autoptr (GhcPlayout) voice = ghc_playout_new (5000);
  gint16 both[FRAME * GHC_MIXER_CHANNELS];
  gint16 one[FRAME];
  gint16 out[FRAME / 2 * GHC_MIXER_CHANNELS];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  for (guint i = 0; i < FRAME; i++)
    {
      both[2 * i] = 1000;
      both[2 * i + 1] = 200;
    }
  fill (one, FRAME, 30);
  ghc_mixer_add (mixer, music);
  /* More than is needed, at first. */
  for (guint i = 0; i < 8; i++)
    ghc_playout_push (music, both, FRAME, i == 0, now_us);
  for (guint ms = 0; ms < 20000; ms += 5, now_us += 5000)
    {
      if (ms == 10000)
        ghc_mixer_add (mixer, voice);
      if (ms % 10 == 0)
        {
          ghc_playout_push (music, both, FRAME, FALSE, now_us);
          ghc_playout_push (voice, one, FRAME, ms == 0, now_us);
        }
      ghc_mixer_pull (mixer, out, FRAME / 2, now_us);
      /* What begins, and the voice's own wave, are left out. */
      if (ms < 100 || ms > 9900)
        continue;
      for (guint i = 0; i < FRAME / 2; i++)
        {
          g_assert_cmpint (out[2 * i], ==, 1000);
          g_assert_cmpint (out[2 * i + 1], ==, 200);
        }
    }
  ghc_playout_get_stats (music, &stats);
  g_assert_cmpint (stats.delay_us, <, 25000);
  for (guint i = 0; i < FRAME / 2; i++)
    {
      g_assert_cmpint (ABS (out[2 * i] - 1000), <=, 60);
      g_assert_cmpint (out[2 * i] - out[2 * i + 1], ==, 800);
    }
}

/* Who is silent for a while is not late. */
static void
test_playout_pause (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 out[FRAME];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats stats;

  talk (playout, &now_us, 20);
  while (ghc_playout_pull (playout, out, FRAME, now_us) > 0)
    now_us += FRAME_US;
  now_us += G_USEC_PER_SEC;
  talk (playout, &now_us, 20);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, 0);
  g_assert_cmpint (stats.margin_us, ==, 5000);
}

/* Only what was due and did not come counts. */
static void
test_playout_made_up (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 out[FRAME];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats none = { 0 };
  GhcPlayoutStats clean, stats;

  ghc_playout_pull (playout, out, FRAME, now_us);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&none, &stats), ==, 0);
  talk (playout, &now_us, 100);
  while (ghc_playout_pull (playout, out, FRAME, now_us) > 0)
    now_us += FRAME_US;
  /* They say nothing for a while, and then something again. */
  for (guint i = 0; i < 100; i++, now_us += FRAME_US)
    ghc_playout_pull (playout, out, FRAME, now_us);
  talk (playout, &now_us, 100);
  ghc_playout_get_stats (playout, &clean);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&none, &clean), ==, 0);
  /* Of a second, a fifth was lost. */
  for (guint i = 0; i < 20; i++)
    ghc_playout_note_made_up (playout, FRAME_US);
  talk (playout, &now_us, 100);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&clean, &stats), >, 0.19);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&clean, &stats), <, 0.21);
}

/* What comes while the block that lacks it is still played is missed by the rest of that block. */
static void
test_playout_just_late (void)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  gint16 frame[FRAME];
  gint16 out[FRAME];
  gint64 now_us = G_USEC_PER_SEC;
  GhcPlayoutStats none = { 0 };
  GhcPlayoutStats stats;

  fill (frame, FRAME, 3000);
  ghc_playout_push (playout, frame, FRAME, TRUE, now_us);
  ghc_playout_pull (playout, out, FRAME / 2, now_us + 5000);
  g_assert_cmpuint (ghc_playout_pull (playout, out, FRAME, now_us + 10000), ==, FRAME / 2);
  ghc_playout_push (playout, frame, FRAME, FALSE, now_us + 11000);
  g_assert_cmpuint (ghc_playout_pull (playout, out, FRAME, now_us + 20000), ==, FRAME);
  ghc_playout_get_stats (playout, &stats);
  g_assert_cmpuint (stats.n_late, ==, 1);
  g_assert_cmpuint (stats.missed, ==, FRAME / 2);
  g_assert_cmpint (stats.margin_us, ==, 5000);
  g_assert_cmpfloat (ghc_playout_get_share_made_up (&none, &stats), ==, 0.2);
}

/* The longest that anything waits while somebody talks for @minutes, with a second of silence in each, whose sound
 * card is quicker than ours by so many millionths. */
static gint64
talk_with_skew (int ppm, guint minutes, GhcPlayoutStats *stats)
{
  g_autoptr (GhcPlayout) playout = ghc_playout_new (5000);
  const double frame_us = FRAME_US * (1 - ppm / 1e6);
  gint16 frame[FRAME];
  gint16 out[FRAME / 2];
  double next_us = G_USEC_PER_SEC;
  gint64 end_us = (1 + (gint64) minutes * 60) * G_USEC_PER_SEC;
  gint64 most_us = 0;
  gboolean is_new = TRUE;

  fill (frame, FRAME, 3000);
  for (gint64 now_us = G_USEC_PER_SEC; now_us < end_us; now_us += FRAME_US / 2)
    {
      for (; next_us <= (double) now_us; next_us += frame_us)
        {
          gboolean is_silent = (gint64) next_us / G_USEC_PER_SEC % 60 == 59;

          if (!is_silent)
            ghc_playout_push (playout, frame, FRAME, is_new, now_us);
          is_new = is_silent;
        }
      ghc_playout_pull (playout, out, FRAME / 2, now_us);
      ghc_playout_get_stats (playout, stats);
      most_us = MAX (most_us, stats->delay_us);
    }
  return most_us;
}

/* In 20 minutes, 500 millionths are 600 ms: neither do they pile up, nor is what lacks heard. */
static void
test_playout_skew (void)
{
  const int skews[] = { 100, -100, 500, -500 };
  GhcPlayoutStats none = { 0 };
  GhcPlayoutStats stats;
  gint64 even_us = talk_with_skew (0, 2, &stats);

  g_assert_cmpuint (stats.n_late, ==, 0);
  for (guint i = 0; i < G_N_ELEMENTS (skews); i++)
    {
      gint64 most_us = talk_with_skew (skews[i], 20, &stats);
      double made_up = ghc_playout_get_share_made_up (&none, &stats);

      g_test_message ("%d millionths: %.1f ms at most instead of %.1f, %u times late, %.4f %% missed",
                      skews[i], (double) most_us / 1000, (double) even_us / 1000,
                      (guint) stats.n_late, 100 * made_up);
      g_assert_cmpint (most_us, <, even_us + 30 * 1000);
      g_assert_cmpfloat (made_up, <, 0.002);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/playout/steady", test_playout_steady);
  g_test_add_func ("/voice/playout/late", test_playout_late);
  g_test_add_func ("/voice/playout/burst", test_playout_burst);
  g_test_add_func ("/voice/playout/stereo", test_playout_stereo);
  g_test_add_func ("/voice/playout/pause", test_playout_pause);
  g_test_add_func ("/voice/playout/made-up", test_playout_made_up);
  g_test_add_func ("/voice/playout/just-late", test_playout_just_late);
  g_test_add_func ("/voice/playout/skew", test_playout_skew);
  return g_test_run ();
}
