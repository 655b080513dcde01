/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-playout.h"

#include "ghc-gate.h"

#include <string.h>

#define CAPACITY GHC_RATE /* one second */
#define MOST_CHANNELS 2
#define MOST_MARGIN_US (250 * 1000)
/* What is left of the buffer at its emptiest, over such a time, was not needed. */
#define WINDOW_US (3 * G_USEC_PER_SEC)
#define SPARE_US 4000
/* So much is taken out at a time, and is too little to hear. */
#define MOST_SHORTENED_US 5000
#define FADE_SAMPLES 120
#define SPEAKING_DB (-50.0)
#define SPEAKING_US (250 * 1000)

struct _GhcPlayout
{
  gatomicrefcount ref_count;
  gint64 least_margin_us;
  guint n_channels;

  GMutex lock; /* of what follows */
  gint16 ring[CAPACITY * MOST_CHANNELS];
  guint64 n_written;
  guint64 n_read;
  gboolean is_playing;
  gint64 first_at_us;  /* when the first of what waits came, while it does not play */
  gint64 dry_since_us; /* since when nothing was there to be played; 0 when that is not so */
  gint64 dry_least_us; /* for how long at least: what is pulled at once has silence to its end */
  gint64 margin_us;
  gint64 window_from_us;
  guint least_left; /* samples, in this window */
  double gain;
  double gain_before;
  double level_db;
  gint64 level_at_us;
  gint64 speaking_until_us;
  GhcPlayoutStats stats;
  guint turn; /* of the connection that it is heard by */
};

/**
 * ghc_playout_new:
 * @least_margin_us: how much it waits when nothing comes late
 *
 * Returns: (transfer full): a playout
 */
GhcPlayout *
ghc_playout_new (gint64 least_margin_us)
{
  GhcPlayout *self = g_new0 (GhcPlayout, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->n_channels = 1;
  self->least_margin_us = least_margin_us;
  self->margin_us = least_margin_us;
  self->gain = self->gain_before = 1;
  self->level_db = GHC_SILENCE_DB;
  return self;
}

/**
 * ghc_playout_new_stereo:
 * @least_margin_us: how much it waits when nothing comes late
 *
 * Returns: (transfer full): a playout of two channels: wherever samples are counted, one is a pair of the
 *   left and the right
 */
GhcPlayout *
ghc_playout_new_stereo (gint64 least_margin_us)
{
  GhcPlayout *self = ghc_playout_new (least_margin_us);

  self->n_channels = MOST_CHANNELS;
  return self;
}

/**
 * ghc_playout_get_n_channels:
 * @self: a playout
 *
 * Returns: 1 or 2
 */
guint
ghc_playout_get_n_channels (GhcPlayout *self)
{
  g_return_val_if_fail (self != NULL, 1);

  return self->n_channels;
}

/**
 * ghc_playout_ref:
 * @self: a playout
 *
 * Returns: (transfer full): the same playout
 */
GhcPlayout *
ghc_playout_ref (GhcPlayout *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_playout_unref:
 * @self: (transfer full): a playout
 */
void
ghc_playout_unref (GhcPlayout *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gsize
size_of_sample (GhcPlayout *self)
{
  return self->n_channels * sizeof (gint16);
}

static guint
count_waiting (GhcPlayout *self)
{
  return (guint) (self->n_written - self->n_read);
}

static void
start_window (GhcPlayout *self, gint64 now_us)
{
  self->window_from_us = now_us;
  self->least_left = G_MAXUINT;
}

/* It came after its time: what comes later waits longer. */
static void
note_late (GhcPlayout *self, gint64 now_us)
{
  /* What was pulled may last longer than until now. */
  gint64 late_us = MAX (now_us - self->dry_since_us, 0);

  self->stats.n_late++;
  self->stats.missed += GHC_US_TO_SAMPLES (CLAMP (late_us, self->dry_least_us, G_USEC_PER_SEC));
  self->margin_us = MIN (self->margin_us + late_us, MOST_MARGIN_US);
}

/**
 * ghc_playout_may_push:
 * @self: a playout
 * @turn: the number of the connection by which something came
 *
 * While one connection takes the place of another the same may come by both: as soon as something came
 * by the later one, nothing is heard by the earlier.
 *
 * Returns: whether it is to be heard
 */
gboolean
ghc_playout_may_push (GhcPlayout *self, guint turn)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  self->turn = MAX (self->turn, turn);
  return self->turn == turn;
}

/**
 * ghc_playout_push:
 * @self: a playout
 * @samples: what came, of as many channels as it has
 * @n_samples: how many
 * @is_new_speech: whether the sender had sent nothing before it, so that it is not late
 * @now_us: the monotonic time
 */
void
ghc_playout_push (GhcPlayout *self, const gint16 *samples, guint n_samples, gboolean is_new_speech,
                  gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;
  guint at, part;

  g_return_if_fail (self != NULL);

  if (n_samples == 0 || n_samples > CAPACITY / 2)
    return;
  locker = g_mutex_locker_new (&self->lock);
  if (!self->is_playing && count_waiting (self) == 0)
    {
      gboolean is_late = self->dry_since_us != 0 && !is_new_speech;

      /* What is late was waited for already: it is played at once, and so is later from now on. */
      if (is_late)
        note_late (self, now_us);
      self->first_at_us = is_late ? now_us - self->margin_us : now_us;
    }
  self->dry_since_us = 0;
  /* Somebody stopped listening; or a burst that is older than what anybody would wait for. */
  if (count_waiting (self) + n_samples > CAPACITY / 2)
    {
      guint n_kept = MIN (count_waiting (self), GHC_US_TO_SAMPLES (self->margin_us));

      self->n_read = self->n_written - n_kept;
    }
  at = (guint) (self->n_written % CAPACITY);
  part = MIN (n_samples, CAPACITY - at);
  memcpy (self->ring + at * self->n_channels, samples, part * size_of_sample (self));
  memcpy (self->ring, samples + part * self->n_channels, (n_samples - part) * size_of_sample (self));
  self->n_written += n_samples;
}

/**
 * ghc_playout_note_made_up:
 * @self: a playout
 * @length_us: how much of what is pushed next was lost, and is made up by the decoder
 */
void
ghc_playout_note_made_up (GhcPlayout *self, gint64 length_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->stats.made_up += GHC_US_TO_SAMPLES (CLAMP (length_us, 0, G_USEC_PER_SEC));
}

/**
 * ghc_playout_note_lost:
 * @self: a playout
 * @length_us: how much was lost before what is pushed next, and is not made up
 */
void
ghc_playout_note_lost (GhcPlayout *self, gint64 length_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->stats.missed += GHC_US_TO_SAMPLES (CLAMP (length_us, 0, G_USEC_PER_SEC));
}

static gint16 *
peek (GhcPlayout *self, guint64 position)
{
  return self->ring + position % CAPACITY * self->n_channels;
}

/* Takes out a little of what nobody needs to wait for, and lets one side fade into the other. */
static void
shorten (GhcPlayout *self, guint n_samples)
{
  for (guint i = 0; i < FADE_SAMPLES; i++)
    {
      const gint16 *before = peek (self, self->n_read + i);
      gint16 *after = peek (self, self->n_read + n_samples + i);

      for (guint c = 0; c < self->n_channels; c++)
        after[c] = (gint16) ((before[c] * (gint32) (FADE_SAMPLES - i) + after[c] * (gint32) i)
                             / FADE_SAMPLES);
    }
  self->n_read += n_samples;
  self->margin_us = MAX (self->margin_us - GHC_SAMPLES_TO_US (n_samples), self->least_margin_us);
}

static void
adapt (GhcPlayout *self, guint n_samples, gint64 now_us)
{
  guint n_waiting = count_waiting (self);
  guint spare = GHC_US_TO_SAMPLES (SPARE_US + self->least_margin_us);

  self->least_left = MIN (self->least_left, n_waiting - MIN (n_waiting, n_samples));
  if (now_us - self->window_from_us < WINDOW_US)
    return;
  if (self->least_left != G_MAXUINT && self->least_left > spare)
    {
      guint n_less = MIN (self->least_left - spare, GHC_US_TO_SAMPLES (MOST_SHORTENED_US));

      if (n_waiting > n_less + n_samples + FADE_SAMPLES)
        shorten (self, n_less);
      /* More of it soon, when there is much. */
      start_window (self, now_us - WINDOW_US * 9 / 10);
      return;
    }
  start_window (self, now_us);
}

static void
measure (GhcPlayout *self, const gint16 *samples, guint n_samples, gint64 now_us)
{
  self->level_db = ghc_level_of (samples, n_samples * self->n_channels);
  self->level_at_us = now_us;
  if (self->level_db > SPEAKING_DB)
    self->speaking_until_us = now_us + SPEAKING_US;
}

static void
amplify (GhcPlayout *self, gint16 *samples, guint n_samples)
{
  double step = (self->gain - self->gain_before) / n_samples;

  if (self->gain_before != 1 || step != 0)
    {
      for (guint i = 0; i < n_samples * self->n_channels; i++)
        samples[i] = (gint16) CLAMP (samples[i]
                                       * (self->gain_before + step * (i / self->n_channels)),
                                     G_MININT16, G_MAXINT16);
    }
  self->gain_before = self->gain;
}

/* The last of what there is, so that it does not crack. */
static void
fade_out (GhcPlayout *self, gint16 *samples, guint n_samples)
{
  for (guint i = 0; i < n_samples * self->n_channels; i++)
    {
      gint32 n_left = (gint32) (n_samples - 1 - i / self->n_channels);

      samples[i] = (gint16) (samples[i] * n_left / FADE_SAMPLES);
    }
}

/**
 * ghc_playout_pull:
 * @self: a playout
 * @samples: (out caller-allocates): where they go, of as many channels as it has; all of them are written
 * @n_samples: how many are due
 * @now_us: the monotonic time
 *
 * Returns: how many of them were there; the others are silence
 */
guint
ghc_playout_pull (GhcPlayout *self, gint16 *samples, guint n_samples, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;
  guint n_there;

  g_return_val_if_fail (self != NULL, 0);

  locker = g_mutex_locker_new (&self->lock);
  if (!self->is_playing && count_waiting (self) > 0
      && now_us >= self->first_at_us + self->margin_us)
    {
      self->is_playing = TRUE;
      start_window (self, now_us);
    }
  if (!self->is_playing)
    {
      memset (samples, 0, n_samples * size_of_sample (self));
      return 0;
    }
  adapt (self, n_samples, now_us);
  n_there = MIN (n_samples, count_waiting (self));
  for (guint i = 0; i < n_there; i++)
    memcpy (samples + i * self->n_channels, peek (self, self->n_read + i), size_of_sample (self));
  self->n_read += n_there;
  self->stats.played += n_there;
  self->stats.delay_us = GHC_SAMPLES_TO_US (count_waiting (self));
  if (n_there < n_samples)
    {
      guint n_fading = MIN (n_there, FADE_SAMPLES);

      fade_out (self, samples + (n_there - n_fading) * self->n_channels, n_fading);
      memset (samples + n_there * self->n_channels, 0,
              (n_samples - n_there) * size_of_sample (self));
      self->is_playing = FALSE;
      self->dry_since_us = now_us + GHC_SAMPLES_TO_US (n_there);
      self->dry_least_us = GHC_SAMPLES_TO_US (n_samples - n_there);
    }
  measure (self, samples, n_samples, now_us);
  amplify (self, samples, n_samples);
  return n_there;
}

/**
 * ghc_playout_set_gain:
 * @self: a playout
 * @gain: what sound is multiplied with, 0 for silence
 */
void
ghc_playout_set_gain (GhcPlayout *self, double gain)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->gain = gain;
}

/**
 * ghc_playout_get_level:
 * @self: a playout
 * @now_us: the monotonic time
 *
 * Returns: how loud they are, in dB of full scale, before the gain
 */
double
ghc_playout_get_level (GhcPlayout *self, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, GHC_SILENCE_DB);

  locker = g_mutex_locker_new (&self->lock);
  return now_us - self->level_at_us < 100 * 1000 ? self->level_db : GHC_SILENCE_DB;
}

/**
 * ghc_playout_is_speaking:
 * @self: a playout
 * @now_us: the monotonic time
 *
 * Returns: whether something is to be heard of them, or was just now
 */
gboolean
ghc_playout_is_speaking (GhcPlayout *self, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return now_us < self->speaking_until_us;
}

/**
 * ghc_playout_get_stats:
 * @self: a playout
 * @stats: (out): how it went until now
 */
void
ghc_playout_get_stats (GhcPlayout *self, GhcPlayoutStats *stats)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && stats != NULL);

  locker = g_mutex_locker_new (&self->lock);
  *stats = self->stats;
  stats->margin_us = self->margin_us;
}

/**
 * ghc_playout_get_share_made_up:
 * @since: how it went until a moment
 * @now: how it went until a later one
 *
 * Returns: of all the sound that was due in between, the share that had not come when it was: 0 for
 *   none, and when nothing was due
 */
double
ghc_playout_get_share_made_up (const GhcPlayoutStats *since, const GhcPlayoutStats *now)
{
  guint64 missed;
  guint64 due;

  g_return_val_if_fail (since != NULL && now != NULL, 0);

  missed = now->missed - since->missed;
  due = now->played - since->played + missed;
  if (due == 0)
    return 0;
  return MIN ((double) (missed + now->made_up - since->made_up) / (double) due, 1);
}
