/* SPDX-License-Identifier: GPL-3.0-or-later */

/*
 * GLib and libdex are not instrumented: ThreadSanitizer does not see that a queue, a lock or a promise of
 * theirs lets one thread's work happen before another's, and would call everything passed that way a race.
 * The functions here stand before theirs, say so, and do the same otherwise. Each says no more than what
 * the original documents: what is passed by any other way is still found.
 */
#include <dlfcn.h>
#include <glib-object.h>
#include <libdex.h>
#include <sanitizer/tsan_interface.h>

#define REAL(name)                                                                                 \
  ({                                                                                               \
    static gpointer found;                                                                         \
    gpointer next = __atomic_load_n (&found, __ATOMIC_RELAXED);                                    \
                                                                                                   \
    if (next == NULL)                                                                              \
      {                                                                                            \
        next = dlsym (RTLD_NEXT, #name);                                                           \
        __atomic_store_n (&found, next, __ATOMIC_RELAXED);                                         \
      }                                                                                            \
    (__typeof__ (&name)) next;                                                                     \
  })

/* --- promises ---
 *
 * What was done before a promise was kept happened before whoever waited for it goes on. A future may
 * stand for others, so it is not known which promise was waited for: one mark serves them all. The I/O
 * threads neither keep promises nor wait for any, so nothing of theirs hides behind it. */

static char promises;

#undef dex_promise_resolve
void
dex_promise_resolve (DexPromise *promise, const GValue *value)
{
  __tsan_release (&promises);
  REAL (dex_promise_resolve) (promise, value);
}

void
dex_promise_resolve_boolean (DexPromise *promise, gboolean value)
{
  __tsan_release (&promises);
  REAL (dex_promise_resolve_boolean) (promise, value);
}

void
dex_promise_reject (DexPromise *promise, GError *error)
{
  __tsan_release (&promises);
  REAL (dex_promise_reject) (promise, error);
}

const GValue *
dex_future_get_value (DexFuture *future, GError **error)
{
  const GValue *value = REAL (dex_future_get_value) (future, error);

  __tsan_acquire (&promises);
  return value;
}

#define AWAIT(type, name)                                                                          \
  type name (DexFuture *future, GError **error)                                                    \
  {                                                                                                \
    type result = REAL (name) (future, error);                                                     \
                                                                                                   \
    __tsan_acquire (&promises);                                                                    \
    return result;                                                                                 \
  }

AWAIT (gboolean, dex_await)
AWAIT (gboolean, dex_await_boolean)
AWAIT (int, dex_await_int)
AWAIT (gint64, dex_await_int64)
AWAIT (gpointer, dex_await_boxed)
AWAIT (gpointer, dex_await_object)
AWAIT (gpointer, dex_await_pointer)
AWAIT (char *, dex_await_string)

/* --- thread pools ---
 *
 * What was done before a job was pushed happened before it runs; all jobs happened before a pool that
 * was waited for is gone. */

typedef struct
{
  GFunc func;
  gpointer user_data;
} Crew;

static void
run_job (gpointer job, gpointer user_data)
{
  const Crew *crew = user_data;

  __tsan_acquire (job);
  crew->func (job, crew->user_data);
  __tsan_release (&promises);
}

GThreadPool *
g_thread_pool_new (GFunc func, gpointer user_data, int max_threads, gboolean exclusive,
                   GError **error)
{
  Crew *crew = g_new (Crew, 1); /* as long as the process: pools are few */

  crew->func = func;
  crew->user_data = user_data;
  return REAL (g_thread_pool_new) (run_job, crew, max_threads, exclusive, error);
}

gboolean
g_thread_pool_push (GThreadPool *pool, gpointer data, GError **error)
{
  __tsan_release (data);
  return REAL (g_thread_pool_push) (pool, data, error);
}

void
g_thread_pool_free (GThreadPool *pool, gboolean immediate, gboolean wait)
{
  REAL (g_thread_pool_free) (pool, immediate, wait);
  if (wait)
    __tsan_acquire (&promises);
}

/* --- locks --- */

void
g_mutex_lock (GMutex *mutex)
{
  REAL (g_mutex_lock) (mutex);
  __tsan_acquire (mutex);
}

void
g_mutex_unlock (GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_mutex_unlock) (mutex);
}

/* What waits for a condition gives its lock up meanwhile. */
void
g_cond_wait (GCond *cond, GMutex *mutex)
{
  __tsan_release (mutex);
  REAL (g_cond_wait) (cond, mutex);
  __tsan_acquire (mutex);
}

gboolean
g_cond_wait_until (GCond *cond, GMutex *mutex, gint64 end_time)
{
  gboolean is_signalled;

  __tsan_release (mutex);
  is_signalled = REAL (g_cond_wait_until) (cond, mutex, end_time);
  __tsan_acquire (mutex);
  return is_signalled;
}

/* --- references ---
 *
 * What was done with a thing before a reference to it was given up happened before it is freed. A mark before
 * the count goes down is too early, since another thread may take the last one meanwhile: so counts go down one
 * after the other, and whoever gives up the last has seen all marks. The lock is one that TSan does not see;
 * otherwise it would order whatever shares it. */

typedef struct
{
  gpointer holder; /* the thread's own mark, or NULL */
  int depth;
} Gate;

static Gate gates[64];
static __thread char own_mark;

#define UNSEEN __attribute__ ((no_sanitize ("thread"), noinline))

static Gate *
gate_of (gpointer thing)
{
  return &gates[((guintptr) thing >> 4) % G_N_ELEMENTS (gates)];
}

static UNSEEN void
gate_enter (Gate *gate)
{
  gpointer nobody = NULL;

  if (__atomic_load_n (&gate->holder, __ATOMIC_RELAXED) != &own_mark)
    while (!__atomic_compare_exchange_n (&gate->holder, &nobody, &own_mark, FALSE, __ATOMIC_ACQUIRE,
                                         __ATOMIC_RELAXED))
      {
        nobody = NULL;
        g_thread_yield ();
      }
  gate->depth++;
}

static UNSEEN void
gate_leave (Gate *gate)
{
  if (--gate->depth == 0)
    __atomic_store_n (&gate->holder, NULL, __ATOMIC_RELEASE);
}

static UNSEEN gboolean
is_last (GObject *object)
{
  return __atomic_load_n (&object->ref_count, __ATOMIC_RELAXED) == 1;
}

/* Calls GIVE_UP_ONE, which gives up a reference to OBJECT. */
static void
give_up (GObject *object, void (*give_up_one) (gpointer), gpointer data)
{
  Gate *gate = gate_of (object);
  gboolean last;

  gate_enter (gate);
  __tsan_release (object);
  last = is_last (object);
  if (!last)
    give_up_one (data);
  gate_leave (gate);
  /* Not behind the gate: what it then does may wait for another thread. */
  if (last)
    {
      __tsan_acquire (object);
      give_up_one (data);
    }
}

#undef g_object_unref
void
g_object_unref (gpointer object)
{
  give_up (object, REAL (g_object_unref), object);
}

/* As libdex lets go of what a future stood for. */
void
g_value_unset (GValue *value)
{
  void (*real) (gpointer) = (void (*) (gpointer)) REAL (g_value_unset);
  gpointer object = value != NULL && G_VALUE_HOLDS_OBJECT (value) ? value->data[0].v_pointer : NULL;

  if (object != NULL)
    give_up (object, real, value);
  else
    real (value);
}

void
g_bytes_unref (GBytes *bytes)
{
  Gate *gate = gate_of (bytes);

  if (bytes == NULL)
    return;
  gate_enter (gate);
  __tsan_release (bytes);
  __tsan_acquire (bytes);
  REAL (g_bytes_unref) (bytes);
  gate_leave (gate);
}
