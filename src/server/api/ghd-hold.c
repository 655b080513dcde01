/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-hold.h"

#include "gh-error.h"
#include "gh-time.h"

#define TICK_MS 50

/* Beyond that a refusal is given at once: memory is bounded. */
#define MAX_HELD 32768

typedef struct
{
  DexPromise *promise;
  GError *error;
  gint64 due_us;
} Held;

struct _GhdHold
{
  GObject parent_instance;
  GQueue waiting; /* Held, the first due first */
  guint timer;
};

G_DEFINE_FINAL_TYPE (GhdHold, ghd_hold, G_TYPE_OBJECT)

static void
release (Held *held)
{
  dex_promise_reject (held->promise, g_steal_pointer (&held->error));
  dex_unref (held->promise);
  g_free (held);
}

static gboolean
on_tick (gpointer user_data)
{
  GhdHold *self = user_data;
  gint64 now_us = gh_time_monotonic_us ();
  Held *held;

  while ((held = g_queue_peek_head (&self->waiting)) != NULL && held->due_us <= now_us)
    release (g_queue_pop_head (&self->waiting));

  if (held != NULL)
    return G_SOURCE_CONTINUE;

  self->timer = 0;
  return G_SOURCE_REMOVE;
}

static void
ghd_hold_dispose (GObject *object)
{
  GhdHold *self = GHD_HOLD (object);

  g_clear_handle_id (&self->timer, g_source_remove);
  while (!g_queue_is_empty (&self->waiting))
    release (g_queue_pop_head (&self->waiting));

  G_OBJECT_CLASS (ghd_hold_parent_class)->dispose (object);
}

static void
ghd_hold_class_init (GhdHoldClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghd_hold_dispose;
}

static void
ghd_hold_init (GhdHold *self)
{
  g_queue_init (&self->waiting);
}

GhdHold *
ghd_hold_new (void)
{
  return g_object_new (GHD_TYPE_HOLD, NULL);
}

/**
 * ghd_hold_reject:
 * @error: (transfer full): of GH_ERROR; the time to wait that it tells is shortened by the breath
 *
 * Returns: (transfer full): rejects with @error after GHD_HOLD_MS
 */
DexFuture *
ghd_hold_reject (GhdHold *self, GError *error)
{
  Held *held;

  g_return_val_if_fail (GHD_IS_HOLD (self), NULL);
  g_return_val_if_fail (error != NULL, NULL);

  if (self->waiting.length >= MAX_HELD)
    return dex_future_new_for_error (error);

  gh_error_set_retry_after_ms (error, MAX (gh_error_get_retry_after_ms (error) - GHD_HOLD_MS, 1));

  held = g_new0 (Held, 1);
  held->promise = dex_promise_new ();
  held->error = error;
  held->due_us = gh_time_monotonic_us () + GHD_HOLD_MS * 1000;
  g_queue_push_tail (&self->waiting, held);
  if (self->timer == 0)
    self->timer = g_timeout_add (TICK_MS, on_tick, self);

  return dex_ref (DEX_FUTURE (held->promise));
}
