/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-cache.h"

#include "gh-error.h"
#include "ghc-cache-private.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* So many jobs share a transaction at most. */
#define BATCH 256

typedef struct
{
  GhcCacheFunc func; /* NULL: the last one */
  gpointer data;
  GDestroyNotify data_destroy;
  DexPromise *promise;
  GValue result;
  GError *error;
  gboolean removes_file;
} Job;

/* Shared by the object and its thread; what outlives the other frees it. */
typedef struct
{
  char *path;
  GAsyncQueue *jobs;
  GMainContext *context;
  GWeakRef cache;
} Worker;

struct _GhcCache
{
  GObject parent_instance;

  Worker *worker;
  gboolean is_closed;
};

enum
{
  SIGNAL_NOTICE,
  N_SIGNALS,
};

static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcCache, ghc_cache, G_TYPE_OBJECT)

static void
job_free (Job *job)
{
  if (job->data_destroy != NULL)
    job->data_destroy (job->data);
  dex_clear (&job->promise);
  g_clear_error (&job->error);
  if (G_IS_VALUE (&job->result))
    g_value_unset (&job->result);
  g_free (job);
}

static void
worker_clear (gpointer data)
{
  Worker *worker = data;

  g_free (worker->path);
  g_async_queue_unref (worker->jobs);
  g_main_context_unref (worker->context);
  g_weak_ref_clear (&worker->cache);
}

static void
worker_unref (Worker *worker)
{
  g_atomic_rc_box_release_full (worker, worker_clear);
}

typedef struct
{
  Worker *worker;
  char *sentence;
} Notice;

static void
notice_free (Notice *notice)
{
  worker_unref (notice->worker);
  g_free (notice->sentence);
  g_free (notice);
}

static gboolean
on_notice (gpointer data)
{
  Notice *notice = data;
  g_autoptr (GhcCache) cache = g_weak_ref_get (&notice->worker->cache);

  if (cache != NULL)
    g_signal_emit (cache, signals[SIGNAL_NOTICE], 0, notice->sentence);

  return G_SOURCE_REMOVE;
}

static void
tell (Worker *worker, char *sentence)
{
  Notice *notice;

  if (sentence == NULL)
    return;

  notice = g_new0 (Notice, 1);
  notice->worker = g_atomic_rc_box_acquire (worker);
  notice->sentence = sentence;
  g_main_context_invoke_full (worker->context, G_PRIORITY_DEFAULT, on_notice, notice,
                              (GDestroyNotify) notice_free);
}

static void
run_job (GhcCacheDb *db, Job *job)
{
  g_clear_error (&job->error);
  if (G_IS_VALUE (&job->result))
    g_value_unset (&job->result);

  if (!ghc_cache_db_exec (db, "SAVEPOINT job", &job->error))
    return;

  if (job->func (db, job->data, &job->result, &job->error))
    ghc_cache_db_exec (db, "RELEASE job", &job->error);
  else
    {
      g_assert (job->error != NULL);
      ghc_cache_db_exec (db, "ROLLBACK TO job; RELEASE job", NULL);
    }
}

/* Returns the error that spoilt the batch as a whole, or shows the file to be damaged. */
static GError *
run_batch (GhcCacheDb *db, GPtrArray *batch)
{
  g_autoptr (GError) error = NULL;

  if (!ghc_cache_db_exec (db, "BEGIN IMMEDIATE", &error))
    return g_steal_pointer (&error);

  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      run_job (db, job);
      if (ghc_cache_db_is_damaged (job->error))
        {
          error = g_error_copy (job->error);
          break;
        }
    }

  if (error == NULL)
    ghc_cache_db_exec (db, "COMMIT", &error);
  if (error != NULL)
    ghc_cache_db_exec (db, "ROLLBACK", NULL);

  return g_steal_pointer (&error);
}

static void
finish_batch (GPtrArray *batch, const GError *error)
{
  for (guint i = 0; i < batch->len; i++)
    {
      Job *job = g_ptr_array_index (batch, i);

      if (job->error == NULL && error != NULL)
        job->error = g_error_copy (error);

      if (job->error != NULL)
        dex_promise_reject (job->promise, g_steal_pointer (&job->error));
      else if (G_IS_VALUE (&job->result))
        dex_promise_resolve (job->promise, &job->result);
      else
        dex_promise_resolve_boolean (job->promise, TRUE);
    }
}

static void
remove_files (const char *path)
{
  static const char *const suffixes[] = { "", "-wal", "-shm" };

  for (guint i = 0; i < G_N_ELEMENTS (suffixes); i++)
    {
      g_autofree char *file = g_strconcat (path, suffixes[i], NULL);

      g_unlink (file);
    }
}

static DexFuture *
remove_fiber (gpointer path)
{
  remove_files (path);

  return dex_future_new_true ();
}

/* The first of what waits, and all that waits behind it. Returns the last job when that is
   reached. */
static Job *
gather (Worker *worker, GPtrArray *batch)
{
  Job *job = g_async_queue_pop (worker->jobs);

  while (job != NULL && job->func != NULL)
    {
      g_ptr_array_add (batch, job);
      job = batch->len < BATCH ? g_async_queue_try_pop (worker->jobs) : NULL;
    }

  return job;
}

static gpointer
worker_thread (gpointer data)
{
  Worker *worker = data;
  g_autoptr (GhcCacheDb) db = NULL;
  g_autoptr (GError) open_error = NULL;
  char *notice = NULL;
  Job *last = NULL;

  db = ghc_cache_db_open (worker->path, &notice, &open_error);
  if (open_error != NULL)
    g_warning ("%s", open_error->message);
  tell (worker, g_steal_pointer (&notice));

  while (last == NULL)
    {
      g_autoptr (GPtrArray) batch = g_ptr_array_new_with_free_func ((GDestroyNotify) job_free);
      g_autoptr (GError) error = NULL;

      last = gather (worker, batch);
      if (batch->len == 0)
        continue;

      if (db == NULL)
        error = g_error_copy (open_error);
      else
        {
          error = run_batch (db, batch);
          if (ghc_cache_db_is_damaged (error))
            {
              g_clear_error (&error);
              if (ghc_cache_db_start_over (db, &notice, &error))
                error = run_batch (db, batch);
              tell (worker, g_steal_pointer (&notice));
            }
        }
      finish_batch (batch, error);
    }

  g_clear_pointer (&db, ghc_cache_db_close);
  if (last->removes_file)
    remove_files (worker->path);
  if (last->promise != NULL)
    dex_promise_resolve_boolean (last->promise, TRUE);
  job_free (last);
  worker_unref (worker);

  return NULL;
}

static DexFuture *
end (GhcCache *self, gboolean removes_file)
{
  Job *job = g_new0 (Job, 1);
  DexFuture *future;

  self->is_closed = TRUE;
  job->removes_file = removes_file;
  job->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (job->promise));
  g_async_queue_push (self->worker->jobs, job);

  return future;
}

static void
ghc_cache_dispose (GObject *object)
{
  GhcCache *self = GHC_CACHE (object);

  if (self->worker != NULL && !self->is_closed)
    dex_unref (end (self, FALSE));

  G_OBJECT_CLASS (ghc_cache_parent_class)->dispose (object);
}

static void
ghc_cache_finalize (GObject *object)
{
  GhcCache *self = GHC_CACHE (object);

  g_clear_pointer (&self->worker, worker_unref);

  G_OBJECT_CLASS (ghc_cache_parent_class)->finalize (object);
}

static void
ghc_cache_class_init (GhcCacheClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_cache_dispose;
  object_class->finalize = ghc_cache_finalize;

  signals[SIGNAL_NOTICE] = g_signal_new ("notice", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0,
                                         NULL, NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_cache_init (GhcCache *self)
{
}

/**
 * ghc_cache_new:
 * @path: the file, made when it is not there; its folder exists
 *
 * Starts the thread, which opens the file: a file that can not be used shows in what is asked
 * later.
 */
GhcCache *
ghc_cache_new (const char *path)
{
  GhcCache *self;
  GThread *thread;

  g_return_val_if_fail (path != NULL, NULL);

  self = g_object_new (GHC_TYPE_CACHE, NULL);
  self->worker = g_atomic_rc_box_new0 (Worker);
  self->worker->path = g_strdup (path);
  self->worker->jobs = g_async_queue_new_full ((GDestroyNotify) job_free);
  self->worker->context = g_main_context_ref_thread_default ();
  g_weak_ref_init (&self->worker->cache, self);

  thread = g_thread_new ("cache", worker_thread, g_atomic_rc_box_acquire (self->worker));
  g_thread_unref (thread);

  return self;
}

const char *
ghc_cache_get_path (GhcCache *self)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return self->worker->path;
}

DexFuture *
ghc_cache_close (GhcCache *self)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return self->is_closed ? dex_future_new_true () : end (self, FALSE);
}

DexFuture *
ghc_cache_remove (GhcCache *self)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  if (!self->is_closed)
    return end (self, TRUE);

  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, remove_fiber,
                              g_strdup (self->worker->path), g_free);
}

/**
 * ghc_cache_run:
 * @data: (transfer full)
 *
 * Returns: (transfer full): resolves to what @func gives, once it is committed
 */
DexFuture *
ghc_cache_run (GhcCache *self, GhcCacheFunc func, gpointer data, GDestroyNotify data_destroy)
{
  Job *job;
  DexFuture *future;

  if (self->is_closed)
    {
      if (data_destroy != NULL)
        data_destroy (data);
      return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_UNAVAILABLE, "cache.closed",
                                                             NULL, 0,
                                                             _ ("The account has been closed.")));
    }

  job = g_new0 (Job, 1);
  job->func = func;
  job->data = data;
  job->data_destroy = data_destroy;
  job->promise = dex_promise_new ();
  future = dex_ref (DEX_FUTURE (job->promise));
  g_async_queue_push (self->worker->jobs, job);

  return future;
}

static gboolean
do_nothing (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  return TRUE;
}

DexFuture *
ghc_cache_flush (GhcCache *self)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return ghc_cache_run (self, do_nothing, NULL, NULL);
}
