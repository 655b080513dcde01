/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-worker.h"

#include "gh-error.h"

struct _GhdWorker
{
  GObject parent_instance;
  GThreadPool *pool;
  guint max_jobs;
  gint n_jobs; /* atomic: waiting and running */
};

typedef struct
{
  GhdWorkerFunc func;
  gpointer data;
  GDestroyNotify destroy;
  DexPromise *promise;
} Job;

G_DEFINE_FINAL_TYPE (GhdWorker, ghd_worker, G_TYPE_OBJECT)

/* How long to wait when all threads are busy and enough jobs wait already. */
#define RETRY_AFTER_MS 1000

static Job *
job_new (GhdWorkerFunc func, gpointer data, GDestroyNotify destroy)
{
  Job *job = g_new0 (Job, 1);

  job->func = func;
  job->data = data;
  job->destroy = destroy;
  job->promise = dex_promise_new ();
  return job;
}

static void
job_run (Job *job)
{
  g_autoptr (DexFuture) future = job->func (job->data);
  g_autoptr (GError) error = NULL;
  const GValue *value = dex_future_get_value (future, &error);

  if (job->destroy != NULL)
    job->destroy (job->data);
  if (value != NULL)
    dex_promise_resolve (job->promise, value);
  else
    dex_promise_reject (job->promise, g_steal_pointer (&error));
  dex_unref (job->promise);
  g_free (job);
}

static void
on_job (gpointer data, gpointer user_data)
{
  GhdWorker *self = user_data;

  job_run (data);
  g_atomic_int_add (&self->n_jobs, -1);
}

static gpointer
on_thread (gpointer data)
{
  job_run (data);
  return NULL;
}

static void
ghd_worker_finalize (GObject *object)
{
  GhdWorker *self = GHD_WORKER (object);

  /* What was promised is done: every job that waits still runs. */
  if (self->pool != NULL)
    g_thread_pool_free (self->pool, FALSE, TRUE);

  G_OBJECT_CLASS (ghd_worker_parent_class)->finalize (object);
}

static void
ghd_worker_class_init (GhdWorkerClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_worker_finalize;
}

static void
ghd_worker_init (GhdWorker *self)
{
}

/**
 * ghd_worker_new:
 * @n_threads: at least 1
 * @max_waiting: jobs that may wait for a thread
 */
GhdWorker *
ghd_worker_new (guint n_threads, guint max_waiting)
{
  GhdWorker *self = g_object_new (GHD_TYPE_WORKER, NULL);

  n_threads = MAX (n_threads, 1);
  self->max_jobs = n_threads + max_waiting;
  self->pool = g_thread_pool_new (on_job, self, n_threads, FALSE, NULL);
  return self;
}

/**
 * ghd_worker_run:
 * @data: passed to @func, and to @destroy on the same thread after it
 *
 * Returns: (transfer full): what the future of @func resolves to or rejects with; rejects with
 *   %GH_ERROR_UNAVAILABLE at once when too many jobs wait, and @destroy is called here then
 */
DexFuture *
ghd_worker_run (GhdWorker *self, GhdWorkerFunc func, gpointer data, GDestroyNotify destroy)
{
  DexFuture *future;
  Job *job;

  dex_return_error_if_fail (GHD_IS_WORKER (self));
  dex_return_error_if_fail (func != NULL);

  if ((guint) g_atomic_int_add (&self->n_jobs, 1) >= self->max_jobs)
    {
      g_atomic_int_add (&self->n_jobs, -1);
      if (destroy != NULL)
        destroy (data);
      return dex_future_new_for_error (gh_error_new (GH_ERROR_UNAVAILABLE, "server.busy", NULL,
                                                     RETRY_AFTER_MS,
                                                     "The server is busy. Try again in a moment."));
    }

  job = job_new (func, data, destroy);
  future = dex_ref (DEX_FUTURE (job->promise));
  g_thread_pool_push (self->pool, job, NULL);
  return future;
}

/**
 * ghd_worker_get_n_jobs:
 *
 * Returns: jobs that run or wait
 */
guint
ghd_worker_get_n_jobs (GhdWorker *self)
{
  g_return_val_if_fail (GHD_IS_WORKER (self), 0);

  return g_atomic_int_get (&self->n_jobs);
}

/**
 * ghd_worker_spawn:
 *
 * Runs @func once on a thread of its own. For what is rare and blocks.
 *
 * Returns: (transfer full): as ghd_worker_run(), but never refused for want of room
 */
DexFuture *
ghd_worker_spawn (const char *thread_name, GhdWorkerFunc func, gpointer data,
                  GDestroyNotify destroy)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GThread) thread = NULL;
  DexFuture *future;
  Job *job;

  dex_return_error_if_fail (func != NULL);

  job = job_new (func, data, destroy);
  future = dex_ref (DEX_FUTURE (job->promise));
  thread = g_thread_try_new (thread_name, on_thread, job, &error);
  if (thread == NULL)
    {
      if (destroy != NULL)
        destroy (data);
      dex_promise_reject (job->promise,
                          gh_error_new (GH_ERROR_UNAVAILABLE, "server.busy", NULL, RETRY_AFTER_MS,
                                        "The server is out of threads: %s", error->message));
      dex_unref (job->promise);
      g_free (job);
    }
  return future;
}
