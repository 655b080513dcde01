/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-gate.h"

#include <math.h>

/* How long it stays open after the last loud bit, or after the key was let go. */
#define HANG_ACTIVITY_US (350 * 1000)
#define HANG_KEY_US (120 * 1000)
/* Nobody heard anything for so long: the microphone gives nothing. */
#define STALE_US (300 * 1000)

struct _GhcGate
{
  gatomicrefcount ref_count;

  GMutex lock; /* of what follows */
  GhcVoiceMode mode;
  double threshold_db;
  double level_db;
  gboolean is_pressed;
  gboolean is_muted;
  gint64 unmuted_at_us;   /* what began before is not sent */
  gint64 open_until_us;   /* by the sound, or by the key when it was let go */
  gint64 passed_until_us; /* when the last bit that was let through goes stale */
  gint64 loud_until_us;   /* by the sound, muted or not */
};

/**
 * ghc_gate_new:
 *
 * Returns: (transfer full): a gate that is not muted and opens for what is louder than -45 dB
 */
GhcGate *
ghc_gate_new (void)
{
  GhcGate *self = g_new0 (GhcGate, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->threshold_db = -45;
  self->level_db = GHC_SILENCE_DB;
  return self;
}

/**
 * ghc_gate_ref:
 * @self: a gate
 *
 * Returns: (transfer full): the same gate
 */
GhcGate *
ghc_gate_ref (GhcGate *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_gate_unref:
 * @self: (transfer full): a gate
 */
void
ghc_gate_unref (GhcGate *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_mutex_clear (&self->lock);
  g_free (self);
}

/**
 * ghc_gate_set_mode:
 * @self: a gate
 * @mode: what opens it
 */
void
ghc_gate_set_mode (GhcGate *self, GhcVoiceMode mode)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (self->mode != mode)
    self->open_until_us = 0;
  self->mode = mode;
}

/**
 * ghc_gate_set_threshold:
 * @self: a gate
 * @threshold_db: from which level on it opens, with %GHC_VOICE_ACTIVITY; GHC_SILENCE_DB for always
 */
void
ghc_gate_set_threshold (GhcGate *self, double threshold_db)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  self->threshold_db = threshold_db;
}

/**
 * ghc_gate_set_pressed:
 * @self: a gate
 * @is_pressed: whether the key is held, with %GHC_VOICE_PUSH_TO_TALK
 * @now_us: the monotonic time
 */
void
ghc_gate_set_pressed (GhcGate *self, gboolean is_pressed, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (self->is_pressed && !is_pressed && self->mode == GHC_VOICE_PUSH_TO_TALK)
    self->open_until_us = now_us + HANG_KEY_US;
  self->is_pressed = is_pressed;
}

/**
 * ghc_gate_set_muted:
 * @self: a gate
 * @is_muted: whether nothing passes; when that ends, nothing passes that was heard before
 * @now_us: the monotonic time
 */
void
ghc_gate_set_muted (GhcGate *self, gboolean is_muted, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  if (self->is_muted && !is_muted)
    self->unmuted_at_us = now_us;
  self->is_muted = is_muted;
  if (is_muted)
    self->open_until_us = self->passed_until_us = 0;
}

/**
 * ghc_level_of:
 * @samples: (array length=n_samples): sound
 * @n_samples: how many
 *
 * Returns: its mean power in dB of full scale, not below GHC_SILENCE_DB
 */
double
ghc_level_of (const gint16 *samples, gsize n_samples)
{
  gint64 sum = 0;

  if (n_samples == 0)
    return GHC_SILENCE_DB;
  for (gsize i = 0; i < n_samples; i++)
    sum += (gint32) samples[i] * (gint32) samples[i];
  if (sum == 0)
    return GHC_SILENCE_DB;
  return MAX (GHC_SILENCE_DB, 10 * log10 ((double) sum / (double) n_samples / (32768.0 * 32768.0)));
}

/**
 * ghc_gate_pass:
 * @self: a gate
 * @samples: (array length=n_samples): what the microphone heard
 * @n_samples: how many
 * @begun_us: when the first of them was heard, in monotonic time
 * @now_us: the monotonic time
 *
 * Returns: whether it may be sent
 */
gboolean
ghc_gate_pass (GhcGate *self, const gint16 *samples, gsize n_samples, gint64 begun_us,
               gint64 now_us)
{
  double level_db = ghc_level_of (samples, n_samples);
  g_autoptr (GMutexLocker) locker = NULL;
  gboolean is_open;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  self->level_db = level_db;
  if (level_db >= self->threshold_db)
    self->loud_until_us = now_us + HANG_ACTIVITY_US;
  if (self->is_muted || begun_us < self->unmuted_at_us)
    return FALSE;
  if (self->mode == GHC_VOICE_PUSH_TO_TALK)
    is_open = self->is_pressed || now_us < self->open_until_us;
  else
    {
      if (level_db >= self->threshold_db)
        self->open_until_us = now_us + HANG_ACTIVITY_US;
      is_open = now_us < self->open_until_us;
    }
  self->passed_until_us = is_open ? now_us + STALE_US : 0;
  return is_open;
}

/**
 * ghc_gate_get_level:
 * @self: a gate
 *
 * Returns: how loud the last bit was, in dB of full scale
 */
double
ghc_gate_get_level (GhcGate *self)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, GHC_SILENCE_DB);

  locker = g_mutex_locker_new (&self->lock);
  return self->level_db;
}

/**
 * ghc_gate_is_open:
 * @self: a gate
 * @now_us: the monotonic time
 *
 * Returns: whether sound passes now
 */
gboolean
ghc_gate_is_open (GhcGate *self, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return !self->is_muted && now_us < self->passed_until_us;
}

/**
 * ghc_gate_is_loud:
 * @self: a gate
 * @now_us: the monotonic time
 *
 * Returns: whether what is heard reaches the threshold, or did just now; also while nothing passes
 */
gboolean
ghc_gate_is_loud (GhcGate *self, gint64 now_us)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  locker = g_mutex_locker_new (&self->lock);
  return now_us < self->loud_until_us;
}
