/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-writer-private.h"

#include "ghd-signing.h"

/* So few are built at once on the main thread: to hand them over would take as long. */
#define FEW 2

typedef struct
{
  GhdPending *pending;
  GError *error;
} Unbuildable;

/* What the building thread works on. Until it is done, the batch, the heads and the pendings are its
 * own. */
struct _GhdBuild
{
  GhdBatch *batch;
  GHashTable *heads;
  const GhEventSigner *signer;
  GThreadPool *helpers;
  GPtrArray *pendings; /* (element-type GhdPending) */
  guint n_done;
  GArray *unbuildable; /* (element-type Unbuildable) */
  int is_stopped;      /* atomic */
  DexFuture *done;
};

static void
unbuildable_clear (gpointer data)
{
  g_error_free (((Unbuildable *) data)->error);
}

/* On any thread. */
static DexFuture *
build (gpointer data)
{
  GhdBuild *self = data;
  GhdSigning *signing = ghd_signing_new (self->signer, self->helpers);
  GError *error = NULL;

  while (self->n_done < self->pendings->len && !g_atomic_int_get (&self->is_stopped))
    {
      Unbuildable one = { g_ptr_array_index (self->pendings, self->n_done), NULL };

      if (!ghd_batch_add (self->batch, one.pending, self->heads, self->signer, &one.error))
        g_array_append_val (self->unbuildable, one);
      for (guint i = 0; one.error == NULL && i < one.pending->events->len; i++)
        ghd_signing_add (signing, g_ptr_array_index (one.pending->events, i));
      self->n_done++;
    }
  ghd_batch_settle (self->batch, ghd_signing_finish (signing, &error) ? NULL : error);
  return dex_future_new_true ();
}

/**
 * ghd_build_begin:
 * @batch: gets the events
 * @pendings: (element-type GhdPending): to be built, in this order; the heads of their rooms are known
 *
 * Begins to build on the writer's own thread, for signing takes long. One build at a time; it must be
 * ended with ghd_build_end().
 */
GhdBuild *
ghd_build_begin (GhdWriter *writer, GhdBatch *batch, GPtrArray *pendings)
{
  GhdBuild *self = g_new0 (GhdBuild, 1);

  self->batch = batch;
  self->heads = writer->heads;
  self->signer = &writer->signer;
  self->helpers = writer->helpers;
  self->pendings = g_ptr_array_ref (pendings);
  self->unbuildable = g_array_new (FALSE, FALSE, sizeof (Unbuildable));
  g_array_set_clear_func (self->unbuildable, unbuildable_clear);
  self->done = pendings->len <= FEW ? build (self)
                                    : ghd_worker_run (writer->builder, build, self, NULL);
  return self;
}

/**
 * ghd_build_when_done:
 *
 * Returns: (transfer full): resolves when all is built
 */
DexFuture *
ghd_build_when_done (GhdBuild *self)
{
  return dex_ref (self->done);
}

/**
 * ghd_build_end:
 * @self: (transfer full)
 * @at_once: stop with the event at hand
 *
 * Waits for the thread. What cannot be built is rejected, what was not built waits again.
 */
void
ghd_build_end (GhdBuild *self, GhdWriter *writer, gboolean at_once)
{
  g_autoptr (GPtrArray) rest = g_ptr_array_new ();

  if (at_once)
    g_atomic_int_set (&self->is_stopped, TRUE);
  dex_await (g_steal_pointer (&self->done), NULL);

  for (guint i = 0; i < self->unbuildable->len; i++)
    {
      const Unbuildable *one = &g_array_index (self->unbuildable, Unbuildable, i);

      ghd_pending_reject (one->pending, one->error);
      ghd_writer_forget (writer, one->pending);
    }
  for (guint i = self->n_done; i < self->pendings->len; i++)
    g_ptr_array_add (rest, g_ptr_array_index (self->pendings, i));
  ghd_writer_requeue (writer, rest);

  g_ptr_array_unref (self->pendings);
  g_array_unref (self->unbuildable);
  g_free (self);
}
