/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

/**
 * GhdWorkerFunc:
 * @data: what was passed to ghd_worker_run()
 *
 * Runs on a thread of the pool. It must not await, nor touch objects of the main thread.
 *
 * Returns: (transfer full): a future that is already resolved or rejected, for instance
 *   dex_future_new_take_boxed()
 */
typedef DexFuture *(*GhdWorkerFunc) (gpointer data);

/**
 * GhdWorker:
 *
 * Threads for work that would hold up the main thread: Argon2, images. The number of jobs that wait
 * is bounded.
 */
#define GHD_TYPE_WORKER (ghd_worker_get_type ())
G_DECLARE_FINAL_TYPE (GhdWorker, ghd_worker, GHD, WORKER, GObject)

GhdWorker *ghd_worker_new (guint n_threads, guint max_waiting);
DexFuture *ghd_worker_run (GhdWorker *self, GhdWorkerFunc func, gpointer data,
                           GDestroyNotify destroy);
guint ghd_worker_get_n_jobs (GhdWorker *self);

/* One call that blocks for long (a connection being made) on a thread of its own. */
DexFuture *ghd_worker_spawn (const char *thread_name, GhdWorkerFunc func, gpointer data,
                             GDestroyNotify destroy);

G_END_DECLS
