/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-signing.h"

#include <stdatomic.h>

/* So many wait before somebody is asked to help: to wake a thread takes as long as to sign one. */
#define WORTH_HELP 4

/* With so many waiting, whoever adds them signs too, so that little is left at the end. */
#define MAX_WAITING 16

#define MAX_HELPERS 3

struct _GhdSigning
{
  atomic_uint ref_count; /* not GLib's, whose order ThreadSanitizer does not see */
  const GhEventSigner *signer;
  GThreadPool *helpers;
  GMutex mutex;
  GCond changed;
  GPtrArray *events; /* (element-type GhEvent): not owned */
  guint n_taken;
  guint n_asked;   /* helpers, whether they have begun or not */
  guint n_helping; /* that have begun */
  gboolean is_complete;
  GError *error; /* the first */
};

static void
unref (GhdSigning *self)
{
  if (atomic_fetch_sub_explicit (&self->ref_count, 1, memory_order_acq_rel) > 1)
    return;
  g_ptr_array_unref (self->events);
  g_mutex_clear (&self->mutex);
  g_cond_clear (&self->changed);
  g_clear_error (&self->error);
  g_free (self);
}

/* With the mutex held, which it lets go of meanwhile. FALSE when there is none to sign. */
static gboolean
sign_next (GhdSigning *self)
{
  GError *error = NULL;
  GhEvent *event;

  if (self->n_taken == self->events->len)
    return FALSE;
  event = g_ptr_array_index (self->events, self->n_taken++);
  g_mutex_unlock (&self->mutex);
  gh_event_sign (event, self->signer, &error);
  g_mutex_lock (&self->mutex);
  if (error != NULL && self->error == NULL)
    self->error = g_steal_pointer (&error);
  g_clear_error (&error);
  return TRUE;
}

static void
help (gpointer data, gpointer user_data)
{
  GhdSigning *self = data;

  g_mutex_lock (&self->mutex);
  self->n_helping++;
  for (;;)
    {
      if (sign_next (self))
        continue;
      if (self->is_complete)
        break;
      g_cond_wait (&self->changed, &self->mutex);
    }
  self->n_helping--;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->mutex);
  unref (self);
}

/**
 * ghd_signing_make_helpers:
 *
 * Returns: (transfer full) (nullable): threads that help, one for each further core; %NULL on a
 *   machine with one. They need not be there for all to be signed.
 */
GThreadPool *
ghd_signing_make_helpers (void)
{
  guint n = MIN (g_get_num_processors () - 1, MAX_HELPERS);

  return n > 0 ? g_thread_pool_new (help, NULL, n, FALSE, NULL) : NULL;
}

/**
 * ghd_signing_new:
 * @signer: lives until ghd_signing_finish()
 * @helpers: (nullable): of ghd_signing_make_helpers()
 */
GhdSigning *
ghd_signing_new (const GhEventSigner *signer, GThreadPool *helpers)
{
  GhdSigning *self = g_new0 (GhdSigning, 1);

  atomic_init (&self->ref_count, 1);
  self->signer = signer;
  self->helpers = helpers;
  g_mutex_init (&self->mutex);
  g_cond_init (&self->changed);
  self->events = g_ptr_array_new ();
  return self;
}

/* With the mutex held. */
static void
ask_for_help (GhdSigning *self)
{
  if (self->helpers == NULL
      || self->n_asked >= (guint) g_thread_pool_get_max_threads (self->helpers))
    return;
  self->n_asked++;
  atomic_fetch_add_explicit (&self->ref_count, 1, memory_order_relaxed);
  g_thread_pool_push (self->helpers, self, NULL);
}

/**
 * ghd_signing_add:
 * @event: not signed, and nobody else's; lives until ghd_signing_finish()
 *
 * Always from the same thread.
 */
void
ghd_signing_add (GhdSigning *self, GhEvent *event)
{
  guint n_waiting;

  g_mutex_lock (&self->mutex);
  g_ptr_array_add (self->events, event);
  n_waiting = self->events->len - self->n_taken;
  if (n_waiting >= WORTH_HELP)
    ask_for_help (self);
  if (n_waiting > MAX_WAITING)
    sign_next (self);
  else if (n_waiting >= WORTH_HELP && self->n_helping > 0)
    g_cond_signal (&self->changed);
  g_mutex_unlock (&self->mutex);
}

/**
 * ghd_signing_finish:
 * @self: (transfer full)
 *
 * Signs what is left, and waits for those who help; not for a helper that never came.
 *
 * Returns: whether all are signed
 */
gboolean
ghd_signing_finish (GhdSigning *self, GError **error)
{
  gboolean is_signed;

  g_mutex_lock (&self->mutex);
  self->is_complete = TRUE;
  if (self->n_helping > 0)
    g_cond_broadcast (&self->changed);
  while (sign_next (self))
    ;
  while (self->n_helping > 0)
    g_cond_wait (&self->changed, &self->mutex);
  is_signed = self->error == NULL;
  if (!is_signed)
    g_propagate_error (error, g_steal_pointer (&self->error));
  g_mutex_unlock (&self->mutex);
  unref (self);
  return is_signed;
}
