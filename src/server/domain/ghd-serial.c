/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-serial.h"

struct _GhdSerial
{
  gatomicrefcount ref_count;
  gboolean busy;
  GQueue waiting; /* DexPromise, owned */
};

GhdSerial *
ghd_serial_new (void)
{
  GhdSerial *self = g_new0 (GhdSerial, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_queue_init (&self->waiting);

  return self;
}

GhdSerial *
ghd_serial_ref (GhdSerial *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
ghd_serial_unref (GhdSerial *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;

  g_queue_clear_full (&self->waiting, (GDestroyNotify) dex_unref);
  g_free (self);
}

/**
 * ghd_serial_enter:
 *
 * Waits on the caller's fiber for its turn. Every success is followed by ghd_serial_leave().
 *
 * Returns: FALSE when the fiber was cancelled while it waited; then its place is given up
 */
gboolean
ghd_serial_enter (GhdSerial *self, GError **error)
{
  g_autoptr (DexPromise) turn = NULL;

  g_return_val_if_fail (self != NULL, FALSE);

  if (!self->busy)
    {
      self->busy = TRUE;
      return TRUE;
    }

  turn = dex_promise_new ();
  g_queue_push_tail (&self->waiting, dex_ref (turn));

  if (dex_await (dex_ref (DEX_FUTURE (turn)), error))
    return TRUE;

  /* Given up before or after the turn came: in the second case it belongs to the next. */
  if (g_queue_remove (&self->waiting, turn))
    dex_unref (turn);
  else
    ghd_serial_leave (self);

  return FALSE;
}

void
ghd_serial_leave (GhdSerial *self)
{
  g_autoptr (DexPromise) next = NULL;

  g_return_if_fail (self != NULL);
  g_return_if_fail (self->busy);

  next = g_queue_pop_head (&self->waiting);
  if (next != NULL)
    dex_promise_resolve_boolean (next, TRUE);
  else
    self->busy = FALSE;
}

/**
 * ghd_serial_is_idle:
 *
 * Returns: whether nobody is in, waits, or holds it but who asks
 */
gboolean
ghd_serial_is_idle (GhdSerial *self)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return !self->busy && g_queue_is_empty (&self->waiting)
         && g_atomic_ref_count_compare (&self->ref_count, 1);
}
