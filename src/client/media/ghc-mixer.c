/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-mixer.h"

#include <string.h>

/* A block of the mixer's source is not longer. */
#define MOST_SAMPLES (GHC_RATE / 50)
#define MOST_VALUES (MOST_SAMPLES * GHC_MIXER_CHANNELS)

struct _GhcMixer
{
  gatomicrefcount ref_count;

  GMutex lock; /* of what follows; playouts have their own, taken within */
  GPtrArray *playouts;
  gboolean is_deaf;
};

/**
 * ghc_mixer_new:
 *
 * Returns: (transfer full): a mixer
 */
GhcMixer *
ghc_mixer_new (void)
{
  GhcMixer *self = g_new0 (GhcMixer, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->playouts = g_ptr_array_new_with_free_func ((GDestroyNotify) ghc_playout_unref);
  return self;
}

/**
 * ghc_mixer_ref:
 * @self: a mixer
 *
 * Returns: (transfer full): the same mixer
 */
GhcMixer *
ghc_mixer_ref (GhcMixer *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_mixer_unref:
 * @self: (transfer full): a mixer
 */
void
ghc_mixer_unref (GhcMixer *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_ptr_array_unref (self->playouts);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * ghc_mixer_add:
 * @self: a mixer
 * @playout: somebody to be heard from now on
 */
void
ghc_mixer_add (GhcMixer *self, GhcPlayout *playout)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && playout != NULL);

  locker = g_mutex_locker_new (&self->lock);
  g_ptr_array_add (self->playouts, ghc_playout_ref (playout));
}

/**
 * ghc_mixer_remove:
 * @self: a mixer
 * @playout: somebody not to be heard any more
 */
void
ghc_mixer_remove (GhcMixer *self, GhcPlayout *playout)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && playout != NULL);

  locker = g_mutex_locker_new (&self->lock);
  g_ptr_array_remove_fast (self->playouts, playout);
}

/**
 * ghc_mixer_set_deaf:
 * @self: a mixer
 * @is_deaf: whether it makes silence, and lets what people say pass by
 */
void
ghc_mixer_set_deaf (GhcMixer *self, gboolean is_deaf)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->is_deaf = is_deaf;
}

/* What is of one channel is heard on both sides. */
static void
add_part (gint32 *sum, const gint16 *part, guint n_samples, guint n_channels)
{
  for (guint i = 0; i < n_samples * GHC_MIXER_CHANNELS; i++)
    sum[i] += part[n_channels == GHC_MIXER_CHANNELS ? i : i / GHC_MIXER_CHANNELS];
}

/**
 * ghc_mixer_pull:
 * @self: a mixer
 * @samples: (out caller-allocates): where the sum goes: a left and a right one for each of @n_samples
 * @n_samples: how many are due, at most a fiftieth of a second
 * @now_us: the monotonic time
 */
void
ghc_mixer_pull (GhcMixer *self, gint16 *samples, guint n_samples, gint64 now_us)
{
  gint16 part[MOST_VALUES];
  gint32 sum[MOST_VALUES];
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && n_samples <= MOST_SAMPLES);

  memset (sum, 0, n_samples * GHC_MIXER_CHANNELS * sizeof *sum);
  locker = g_mutex_locker_new (&self->lock);
  for (guint p = 0; p < self->playouts->len; p++)
    {
      GhcPlayout *playout = g_ptr_array_index (self->playouts, p);

      if (ghc_playout_pull (playout, part, n_samples, now_us) > 0 && !self->is_deaf)
        add_part (sum, part, n_samples, ghc_playout_get_n_channels (playout));
    }
  for (guint i = 0; i < n_samples * GHC_MIXER_CHANNELS; i++)
    samples[i] = (gint16) CLAMP (sum[i], G_MININT16, G_MAXINT16);
}
