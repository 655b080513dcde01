/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-play-ring.h"

#define BLOCK 240u
#define BLOCK_US 5000
#define SECONDS(n) ((gint64) (n) * G_USEC_PER_SEC)
#define LEVEL_MS(frames) ((frames) * 1000.0 / GHC_PLAY_RING_RATE)

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcPlayRing, ghc_play_ring_free)

/* What is written counts up, so that what is read tells where it comes from; 0 is silence. */
static guint
write_counting (GhcPlayRing *ring, guint from, guint n_frames)
{
  g_autofree gint16 *samples = g_new (gint16, n_frames * GHC_PLAY_RING_CHANNELS);

  for (guint i = 0; i < n_frames; i++)
    {
      samples[2 * i] = (gint16) (1 + (from + i) % 30000);
      samples[2 * i + 1] = (gint16) -samples[2 * i];
    }
  return ghc_play_ring_write (ring, samples, n_frames);
}

static void
test_order (void)
{
  static const guint pieces[] = { 240, 256, 61, 1024, 480 };

  for (guint each = 0; each < G_N_ELEMENTS (pieces); each++)
    {
      g_autoptr (GhcPlayRing) ring = ghc_play_ring_new ();
      gint16 samples[2 * 1024];
      guint n_written = 0;
      guint n_heard = 0;
      guint next = 1;

      /* Several times around. */
      while (n_written < 200000)
        {
          n_written += write_counting (ring, n_written, BLOCK);
          while (ghc_play_ring_get_level (ring) >= pieces[each] + 2 * BLOCK)
            {
              ghc_play_ring_read (ring, samples, pieces[each]);
              for (guint i = 0; i < pieces[each]; i++)
                {
                  g_assert_cmpint (samples[2 * i], ==, next);
                  g_assert_cmpint (samples[2 * i + 1], ==, -samples[2 * i]);
                  next = 1 + next % 30000;
                  n_heard++;
                }
            }
        }
      g_assert_cmpuint (n_heard + ghc_play_ring_get_level (ring), ==, n_written);
      g_assert_cmpuint (ghc_play_ring_get_n_gaps (ring), ==, 0);
    }
}

static void
test_silence_first (void)
{
  g_autoptr (GhcPlayRing) ring = ghc_play_ring_new ();
  gint16 samples[2 * BLOCK];

  ghc_play_ring_read (ring, samples, BLOCK);
  g_assert_cmpint (samples[0], ==, 0);
  write_counting (ring, 0, BLOCK);
  /* One block beyond what is asked for is to be there. */
  ghc_play_ring_read (ring, samples, BLOCK);
  g_assert_cmpint (samples[0], ==, 0);
  write_counting (ring, BLOCK, BLOCK);
  ghc_play_ring_read (ring, samples, BLOCK);
  g_assert_cmpint (samples[0], ==, 1);
  g_assert_cmpuint (ghc_play_ring_get_n_gaps (ring), ==, 0);

  /* What there is comes before the silence. */
  ghc_play_ring_read (ring, samples, BLOCK / 2);
  ghc_play_ring_read (ring, samples, BLOCK);
  g_assert_cmpint (samples[0], ==, 1 + BLOCK * 3 / 2);
  g_assert_cmpint (samples[BLOCK], ==, 0);
  g_assert_cmpuint (ghc_play_ring_get_n_gaps (ring), ==, 1);
}

static void
test_full (void)
{
  g_autoptr (GhcPlayRing) ring = ghc_play_ring_new ();
  gint16 samples[2 * BLOCK];
  guint n_written = 0;
  guint n;

  while ((n = write_counting (ring, n_written, BLOCK)) == BLOCK)
    n_written += n;
  n_written += n;
  g_assert_cmpuint (ghc_play_ring_get_level (ring), ==, n_written);
  g_assert_cmpuint (write_counting (ring, n_written, BLOCK), ==, 0);

  /* What is old by then is left out. */
  ghc_play_ring_read (ring, samples, BLOCK);
  g_assert_cmpuint (ghc_play_ring_get_level (ring), ==, BLOCK);
  g_assert_cmpint (samples[0], ==, 1 + (n_written - 2 * BLOCK) % 30000);
}

typedef struct
{
  const char *name;
  double millionths; /* by which the sound card is quicker */
  guint piece;
  guint late_ms;     /* every second the writer sleeps for so long, and makes up for it, in the first minute */
  guint max_gaps;
  double max_level_ms; /* at the end */
} Clocks;

static const Clocks clocks[] = {
  { "the same", 0, 240, 0, 0, 16 },
  { "quicker", 500, 240, 0, 0, 16 },
  { "slower", -500, 240, 0, 0, 16 },
  { "large pieces", 200, 1024, 0, 2, 40 },
  { "small pieces", -200, 64, 0, 2, 16 },
  { "a busy machine", 100, 240, 20, 5, 25 },
};

/* Ten minutes of a writer by the system's clock and a reader by the sound card's. */
static void
test_clocks (gconstpointer data)
{
  const Clocks *row = data;
  g_autoptr (GhcPlayRing) ring = ghc_play_ring_new ();
  gint16 samples[2 * 1024];
  double rate;
  double next_read = 0;
  gint64 next_write = 0;
  guint n_written = 0;

  while (next_write < SECONDS (600))
    if (next_write <= next_read)
      {
        gboolean is_late = next_write < SECONDS (60) && next_write % G_USEC_PER_SEC == 0;
        guint n_blocks = is_late ? 1 + row->late_ms * 1000 / BLOCK_US : 1;

        /* What is late comes all at once. */
        for (guint i = 0; i < n_blocks; i++, n_written += BLOCK)
          write_counting (ring, n_written, BLOCK);
        next_write += BLOCK_US;
        if (next_write < SECONDS (60) && next_write % G_USEC_PER_SEC == G_USEC_PER_SEC - row->late_ms * 1000)
          next_write += row->late_ms * 1000;
      }
    else
      {
        rate = ghc_play_ring_read (ring, samples, row->piece);
        g_assert_cmpfloat (rate, >=, 0.999);
        g_assert_cmpfloat (rate, <=, 1.001);
        next_read += row->piece * 1e6 / GHC_PLAY_RING_RATE * rate / (1 + row->millionths / 1e6);
      }
  g_test_message ("%s: %u gaps, %.1f ms wait", row->name, ghc_play_ring_get_n_gaps (ring),
                  LEVEL_MS (ghc_play_ring_get_level (ring)));
  g_assert_cmpuint (ghc_play_ring_get_n_gaps (ring), <=, row->max_gaps);
  if (row->late_ms > 0)
    g_assert_cmpuint (ghc_play_ring_get_n_gaps (ring), >, 0);
  g_assert_cmpfloat (LEVEL_MS (ghc_play_ring_get_level (ring)), <=, row->max_level_ms);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/client/media/play-ring/order", test_order);
  g_test_add_func ("/client/media/play-ring/silence-first", test_silence_first);
  g_test_add_func ("/client/media/play-ring/full", test_full);
  for (guint i = 0; i < G_N_ELEMENTS (clocks); i++)
    {
      g_autofree char *path = g_strdup_printf ("/client/media/play-ring/clocks/%s", clocks[i].name);

      g_test_add_data_func (path, &clocks[i], test_clocks);
    }
  return g_test_run ();
}
