/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-time.h"

#include <stdatomic.h>

struct _GhClock
{
  gatomicrefcount ref_count;
  gboolean is_manual;
  _Atomic gint64 wall_ms;
  _Atomic gint64 monotonic_us;
};

G_DEFINE_BOXED_TYPE (GhClock, gh_clock, gh_clock_ref, gh_clock_unref)

static GhClock *
allocate (gboolean is_manual, gint64 wall_ms)
{
  GhClock *self = g_new0 (GhClock, 1);

  g_atomic_ref_count_init (&self->ref_count);
  self->is_manual = is_manual;
  atomic_init (&self->wall_ms, wall_ms);
  /* Monotonic time starts anywhere but at zero, which often means "never". */
  atomic_init (&self->monotonic_us, G_USEC_PER_SEC);
  return self;
}

/**
 * gh_clock_new_system:
 *
 * Returns: (transfer full): a clock that follows the system's
 */
GhClock *
gh_clock_new_system (void)
{
  return allocate (FALSE, 0);
}

/**
 * gh_clock_new_manual:
 * @wall_ms: its wall time, ms since the Unix epoch
 *
 * Returns: (transfer full): a clock that moves only by gh_clock_advance_ms()
 */
GhClock *
gh_clock_new_manual (gint64 wall_ms)
{
  return allocate (TRUE, wall_ms);
}

/**
 * gh_clock_ref:
 * @self: a clock
 *
 * Returns: (transfer full): the same clock
 */
GhClock *
gh_clock_ref (GhClock *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * gh_clock_unref:
 * @self: (transfer full): a clock
 */
void
gh_clock_unref (GhClock *self)
{
  g_return_if_fail (self != NULL);

  if (g_atomic_ref_count_dec (&self->ref_count))
    g_free (self);
}

/**
 * gh_clock_get_wall_ms:
 * @self: (nullable): a clock, %NULL for the system's
 *
 * Returns: ms since the Unix epoch (UTC); may jump when the machine's clock is set
 */
gint64
gh_clock_get_wall_ms (GhClock *self)
{
  if (self == NULL || !self->is_manual)
    return gh_time_wall_ms ();
  return atomic_load (&self->wall_ms);
}

/**
 * gh_clock_get_monotonic_us:
 * @self: (nullable): a clock, %NULL for the system's
 *
 * Returns: microseconds since some moment; never goes back
 */
gint64
gh_clock_get_monotonic_us (GhClock *self)
{
  if (self == NULL || !self->is_manual)
    return gh_time_monotonic_us ();
  return atomic_load (&self->monotonic_us);
}

/**
 * gh_clock_advance_ms:
 * @self: a clock of gh_clock_new_manual()
 * @ms: how far, not negative
 */
void
gh_clock_advance_ms (GhClock *self, gint64 ms)
{
  g_return_if_fail (self != NULL && self->is_manual);
  g_return_if_fail (ms >= 0);

  atomic_fetch_add (&self->wall_ms, ms);
  atomic_fetch_add (&self->monotonic_us, ms * 1000);
}

/**
 * gh_time_wall_ms:
 *
 * Returns: the system's ms since the Unix epoch (UTC)
 */
gint64
gh_time_wall_ms (void)
{
  return g_get_real_time () / 1000;
}

/**
 * gh_time_monotonic_us:
 *
 * Returns: the system's microseconds since some moment; never goes back
 */
gint64
gh_time_monotonic_us (void)
{
  return g_get_monotonic_time ();
}
