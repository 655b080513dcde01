/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When what is said is sent. */
#include "ghc-gate.h"
#include "ghc-playout.h"

#define FRAME (GHC_RATE / 100)
#define FRAME_US 10000

static void
fill (gint16 *samples, guint n_samples, gint16 value)
{
  for (guint i = 0; i < n_samples; i++)
    samples[i] = (gint16) (i % 2 == 0 ? value : -value);
}

static gboolean
pass (GhcGate *gate, gint16 value, gint64 now_us)
{
  gint16 samples[FRAME];

  fill (samples, FRAME, value);
  return ghc_gate_pass (gate, samples, FRAME, now_us - FRAME_US, now_us);
}

static void
test_gate_activity (void)
{
  g_autoptr (GhcGate) gate = ghc_gate_new ();
  gint64 now_us = G_USEC_PER_SEC;

  ghc_gate_set_threshold (gate, -40);
  g_assert_false (pass (gate, 0, now_us));
  g_assert_cmpfloat (ghc_gate_get_level (gate), ==, GHC_SILENCE_DB);
  g_assert_false (pass (gate, 300, now_us)); /* -40.8 dB */
  g_assert_true (pass (gate, 400, now_us));  /* -38.3 dB */
  g_assert_true (ghc_gate_is_open (gate, now_us));
  /* Words do not end at once. */
  g_assert_true (pass (gate, 0, now_us + 200 * 1000));
  g_assert_false (pass (gate, 0, now_us + 500 * 1000));
  g_assert_false (ghc_gate_is_open (gate, now_us + 500 * 1000));
}

static void
test_gate_muted (void)
{
  g_autoptr (GhcGate) gate = ghc_gate_new ();
  gint64 now_us = G_USEC_PER_SEC;

  g_assert_true (pass (gate, 3000, now_us));
  ghc_gate_set_muted (gate, TRUE, now_us + 1000);
  g_assert_false (ghc_gate_is_open (gate, now_us + 1000));
  g_assert_false (pass (gate, 3000, now_us + 2000));
  /* One still sees that the microphone hears. */
  g_assert_cmpfloat (ghc_gate_get_level (gate), >, -25);
  g_assert_true (ghc_gate_is_loud (gate, now_us + 2000));
  g_assert_false (ghc_gate_is_loud (gate, now_us + 500 * 1000));
  ghc_gate_set_muted (gate, FALSE, now_us + 5000);
  /* It began while muted. */
  g_assert_false (pass (gate, 3000, now_us + 12000));
  g_assert_true (pass (gate, 3000, now_us + 15000));
}

static void
test_gate_key (void)
{
  g_autoptr (GhcGate) gate = ghc_gate_new ();
  gint64 now_us = G_USEC_PER_SEC;

  ghc_gate_set_mode (gate, GHC_VOICE_PUSH_TO_TALK);
  g_assert_false (pass (gate, 3000, now_us));
  ghc_gate_set_pressed (gate, TRUE, now_us);
  g_assert_true (pass (gate, 0, now_us));
  ghc_gate_set_pressed (gate, FALSE, now_us);
  g_assert_true (pass (gate, 3000, now_us + 50 * 1000));
  g_assert_false (pass (gate, 3000, now_us + 200 * 1000));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/gate/activity", test_gate_activity);
  g_test_add_func ("/voice/gate/muted", test_gate_muted);
  g_test_add_func ("/voice/gate/key", test_gate_key);
  return g_test_run ();
}
