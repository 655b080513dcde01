/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sounds of comings and goings. */
#include "ghc-chime.h"

#include <stdlib.h>

/* They are to be heard, clip nowhere, and begin and end at nothing. */
static void
test_chimes (void)
{
  for (GhcChime chime = GHC_CHIME_JOIN; chime <= GHC_CHIME_UNMUTE; chime++)
    {
      gint16 samples[GHC_CHIME_MAX_SAMPLES];
      guint n = ghc_chime_render (chime, samples);
      int loudest = 0;

      g_assert_cmpuint (n, >=, 4800);
      g_assert_cmpuint (n, <=, GHC_CHIME_MAX_SAMPLES);
      for (guint i = 0; i < n; i++)
        loudest = MAX (loudest, abs (samples[i]));
      g_assert_cmpint (loudest, >, 3000);
      g_assert_cmpint (loudest, <, 8000);
      g_assert_cmpint (abs (samples[0]), <, 50);
      g_assert_cmpint (abs (samples[n - 1]), <, 50);
    }
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/chimes", test_chimes);
  return g_test_run ();
}
