/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-mixer.h"

#include <string.h>

/* A block of the mixer's source is not longer. */
#define MOST_SAMPLES (GHC_RATE / 50)

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

/**
 * ghc_mixer_pull:
 * @self: a mixer
 * @samples: (out caller-allocates) (array length=n_samples): where the sum goes
 * @n_samples: how many are due, at most a fiftieth of a second
 * @now_us: the monotonic time
 */
void
ghc_mixer_pull (GhcMixer *self, gint16 *samples, guint n_samples, gint64 now_us)
{
  gint16 part[MOST_SAMPLES];
  gint32 sum[MOST_SAMPLES];
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL && n_samples <= MOST_SAMPLES);

  memset (sum, 0, n_samples * sizeof *sum);
  locker = g_mutex_locker_new (&self->lock);
  for (guint p = 0; p < self->playouts->len; p++)
    {
      if (ghc_playout_pull (g_ptr_array_index (self->playouts, p), part, n_samples, now_us) == 0
          || self->is_deaf)
        continue;
      for (guint i = 0; i < n_samples; i++)
        sum[i] += part[i];
    }
  for (guint i = 0; i < n_samples; i++)
    samples[i] = (gint16) CLAMP (sum[i], G_MININT16, G_MAXINT16);
}
