/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-play-ring.h"

#include <spa/utils/dll.h>
#include <string.h>

#define CAPACITY 32768u /* frames; a power of two, since what was read and written is counted modulo 2^32 */
#define FRAME_BYTES (GHC_PLAY_RING_CHANNELS * sizeof (gint16))
#define MS(n) ((n) * GHC_PLAY_RING_RATE / 1000)

#define MAX_MARGIN MS (40)
/* More than this above what is wanted is not waited for to be played a little quicker: it is left out. */
#define MAX_SURPLUS MS (60)
/* For so long no margin may have been used before it becomes less. */
#define CALM MS (10000)

/* No sound card is that wrong, and nobody hears it. */
#define MAX_CORRECTION 0.001
#define MAX_ERROR MS (10)

struct _GhcPlayRing
{
  gint16 samples[CAPACITY * GHC_PLAY_RING_CHANNELS];

  /* Each written by one thread and read by both, atomically. */
  guint n_written; /* frames */
  guint n_read;    /* frames */
  guint block;     /* frames that are written at a time */
  guint n_gaps;

  /* The reader's. */
  gboolean is_filling;
  guint margin; /* frames that are there beyond what is read */
  guint lowest; /* of what was beyond it lately */
  guint calm;   /* frames since then */
  guint piece;  /* for which the loop was set */
  struct spa_dll loop;
};

/**
 * ghc_play_ring_new:
 *
 * Returns: (transfer full): an empty ring
 */
GhcPlayRing *
ghc_play_ring_new (void)
{
  GhcPlayRing *self = g_new0 (GhcPlayRing, 1);

  self->is_filling = TRUE;
  return self;
}

void
ghc_play_ring_free (GhcPlayRing *self)
{
  g_free (self);
}

/* Copies @n_frames between the ring, from @position on, and @samples. */
static void
copy (GhcPlayRing *self, guint position, gint16 *into, const gint16 *from, guint n_frames)
{
  guint first = position % CAPACITY;
  guint n_first = MIN (n_frames, CAPACITY - first);
  gint16 *there = self->samples + first * GHC_PLAY_RING_CHANNELS;

  if (from != NULL)
    {
      memcpy (there, from, n_first * FRAME_BYTES);
      memcpy (self->samples, from + n_first * GHC_PLAY_RING_CHANNELS,
              (n_frames - n_first) * FRAME_BYTES);
    }
  else if (into != NULL)
    {
      memcpy (into, there, n_first * FRAME_BYTES);
      memcpy (into + n_first * GHC_PLAY_RING_CHANNELS, self->samples,
              (n_frames - n_first) * FRAME_BYTES);
    }
}

/**
 * ghc_play_ring_write:
 * @self: a ring
 * @samples: interleaved, %GHC_PLAY_RING_CHANNELS of them a frame
 * @n_frames: how many frames
 *
 * Only on the writer's thread.
 *
 * Returns: how many there was room for, from the first on
 */
guint
ghc_play_ring_write (GhcPlayRing *self, const gint16 *samples, guint n_frames)
{
  guint n_written = self->n_written;
  guint room = CAPACITY - (n_written - (guint) g_atomic_int_get (&self->n_read));

  g_atomic_int_set (&self->block, MIN (n_frames, MAX_MARGIN));
  n_frames = MIN (n_frames, room);
  copy (self, n_written, NULL, samples, n_frames);
  g_atomic_int_set (&self->n_written, n_written + n_frames);
  return n_frames;
}

/* What is missed once is kept ready from then on, until it was not needed for a while. */
static void
learn_margin (GhcPlayRing *self, guint block, guint n_beyond, guint n_frames, gboolean is_gap)
{
  if (is_gap)
    {
      g_atomic_int_inc (&self->n_gaps);
      self->margin = MIN (self->margin + block, MAX_MARGIN);
      self->is_filling = TRUE;
    }
  self->lowest = MIN (self->lowest, n_beyond);
  self->calm += n_frames;
  if (self->calm < CALM && !is_gap)
    return;

  if (!is_gap && self->margin > block && self->lowest > 2 * block)
    self->margin -= MIN (block, self->margin - block);
  self->calm = 0;
  self->lowest = G_MAXUINT;
}

static double
correct (GhcPlayRing *self, guint level, guint target, guint n_frames)
{
  double error = CLAMP ((double) target - level, -MAX_ERROR, MAX_ERROR);
  double stretch;

  if (self->piece == 0 || n_frames > self->piece * 5 / 4 || n_frames < self->piece * 3 / 4)
    {
      self->piece = n_frames;
      spa_dll_init (&self->loop);
      spa_dll_set_bw (&self->loop, SPA_DLL_BW_MIN, n_frames, GHC_PLAY_RING_RATE);
    }
  stretch = 1.0 / spa_dll_update (&self->loop, error);
  return CLAMP (stretch, 1.0 - MAX_CORRECTION, 1.0 + MAX_CORRECTION);
}

/**
 * ghc_play_ring_read:
 * @self: a ring
 * @samples: where to put them
 * @n_frames: how many are to be played; more than 0
 *
 * Fills up with silence what is not there. Only on the reader's thread, which may be a real-time one.
 *
 * Returns: how long what follows should be stretched in playing it, 0.999 to 1.001 times; less while more
 *   waits than is wanted
 */
double
ghc_play_ring_read (GhcPlayRing *self, gint16 *samples, guint n_frames)
{
  guint n_read = self->n_read;
  guint level = (guint) g_atomic_int_get (&self->n_written) - n_read;
  guint block = g_atomic_int_get (&self->block);
  guint target;
  guint n_taken;
  double rate;

  self->margin = MAX (self->margin, block);
  target = n_frames + self->margin;
  if (self->is_filling && level < MIN (target, CAPACITY))
    {
      memset (samples, 0, n_frames * FRAME_BYTES);
      return 1.0;
    }
  self->is_filling = FALSE;
  if (level > target + MAX_SURPLUS)
    {
      n_read += level - target;
      level = target;
    }
  n_taken = MIN (level, n_frames);
  copy (self, n_read, samples, NULL, n_taken);
  memset (samples + n_taken * GHC_PLAY_RING_CHANNELS, 0, (n_frames - n_taken) * FRAME_BYTES);
  g_atomic_int_set (&self->n_read, n_read + n_taken);
  rate = correct (self, level, target, n_frames);
  learn_margin (self, block, level - n_taken, n_frames, n_taken < n_frames);
  return rate;
}

/**
 * ghc_play_ring_get_level:
 * @self: a ring
 *
 * Returns: how many frames wait; on any thread
 */
guint
ghc_play_ring_get_level (GhcPlayRing *self)
{
  guint n_read = g_atomic_int_get (&self->n_read);

  return (guint) g_atomic_int_get (&self->n_written) - n_read;
}

/**
 * ghc_play_ring_get_n_gaps:
 * @self: a ring
 *
 * Returns: how often something was to be played and was not there; on any thread
 */
guint
ghc_play_ring_get_n_gaps (GhcPlayRing *self)
{
  return g_atomic_int_get (&self->n_gaps);
}
