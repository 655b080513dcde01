/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-notify.h"
#include "ghd-worker.h"

#include "gh-error.h"

#include <glib/gstdio.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

static DexFuture *
await_fiber (gpointer data)
{
  dex_await (dex_ref (DEX_FUTURE (data)), NULL);
  return dex_future_new_true ();
}

/* A fiber that waits is what wakes the main loop. */
static void
settle (DexFuture *future)
{
  g_autoptr (DexFuture) waiting = dex_scheduler_spawn (NULL, 0, await_fiber, future, NULL);

  while (dex_future_is_pending (waiting))
    g_main_context_iteration (NULL, TRUE);
}

static GMutex gate;
static gint n_destroyed;

static DexFuture *
wait_at_gate (gpointer data)
{
  g_mutex_lock (&gate);
  g_mutex_unlock (&gate);
  return dex_future_new_for_int (GPOINTER_TO_INT (data) * 2);
}

static DexFuture *
fail (gpointer data)
{
  return dex_future_new_for_error (
    gh_error_new_literal (GH_ERROR_INVALID, "test.bad", NULL, 0, "No."));
}

static DexFuture *
name_thread (gpointer data)
{
  return dex_future_new_for_pointer (g_thread_self ());
}

static void
on_destroy (gpointer data)
{
  g_atomic_int_inc (&n_destroyed);
}

static void
test_results (void)
{
  /* Made before the others: one that is made when they have ended may be where one of them was. */
  GThread *here = g_thread_self ();
  GhdWorker *worker = ghd_worker_new (2, 4);
  g_autoptr (DexFuture) good = ghd_worker_run (worker, wait_at_gate, GINT_TO_POINTER (21), NULL);
  g_autoptr (DexFuture) bad = ghd_worker_run (worker, fail, NULL, NULL);
  g_autoptr (DexFuture) where = ghd_worker_run (worker, name_thread, NULL, NULL);
  g_autoptr (DexFuture) alone = ghd_worker_spawn ("alone", name_thread, NULL, NULL);
  g_autoptr (GError) error = NULL;

  settle (good);
  settle (bad);
  settle (where);
  settle (alone);
  g_assert_cmpint (g_value_get_int (dex_future_get_value (good, NULL)), ==, 42);
  g_assert_null (dex_future_get_value (bad, &error));
  g_assert_cmpstr (gh_error_get_reason (error), ==, "test.bad");
  g_assert_true (g_value_get_pointer (dex_future_get_value (where, NULL)) != here);
  g_assert_true (g_value_get_pointer (dex_future_get_value (alone, NULL)) != here);
  g_assert_finalize_object (worker);
}

static void
test_bounded (void)
{
  GhdWorker *worker = ghd_worker_new (1, 2);
  DexFuture *futures[6];
  guint n_refused = 0;

  n_destroyed = 0;
  g_mutex_lock (&gate);
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    futures[i] = ghd_worker_run (worker, wait_at_gate, GINT_TO_POINTER (1), on_destroy);
  g_assert_cmpuint (ghd_worker_get_n_jobs (worker), ==, 3);
  g_mutex_unlock (&gate);
  for (gsize i = 0; i < G_N_ELEMENTS (futures); i++)
    {
      g_autoptr (GError) error = NULL;

      settle (futures[i]);
      if (dex_future_get_value (futures[i], &error) == NULL)
        {
          g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
          g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);
          n_refused++;
        }
      dex_unref (futures[i]);
    }
  g_assert_cmpuint (n_refused, ==, 3);
  g_assert_finalize_object (worker);
  g_assert_cmpint (n_destroyed, ==, 6);
}

static void
test_notify (void)
{
  g_autofree char *dir = g_dir_make_tmp ("guildhall-XXXXXX", NULL);
  g_autofree char *path = g_build_filename (dir, "notify", NULL);
  struct sockaddr_un address = { .sun_family = AF_UNIX };
  char buffer[100];
  ssize_t n;
  int fd = socket (AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

  g_unsetenv ("NOTIFY_SOCKET");
  g_assert_false (ghd_notify_send ("READY=1"));

  g_strlcpy (address.sun_path, path, sizeof address.sun_path);
  g_assert_cmpint (bind (fd, (struct sockaddr *) &address, sizeof address), ==, 0);
  g_setenv ("NOTIFY_SOCKET", path, TRUE);
  g_assert_true (ghd_notify_send ("READY=1\nSTATUS=fine"));
  n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT);
  g_assert_cmpmem (buffer, n, "READY=1\nSTATUS=fine", strlen ("READY=1\nSTATUS=fine"));

  g_unsetenv ("WATCHDOG_USEC");
  g_assert_null (ghd_notify_watchdog ());
  g_setenv ("WATCHDOG_USEC", "20000", TRUE);
  {
    GSource *source = ghd_notify_watchdog ();

    g_assert_nonnull (source);
    while ((n = recv (fd, buffer, sizeof buffer, MSG_DONTWAIT)) < 0)
      g_main_context_iteration (NULL, TRUE);
    g_assert_cmpmem (buffer, n, "WATCHDOG=1", strlen ("WATCHDOG=1"));
    g_source_destroy (source);
    g_source_unref (source);
  }
  g_setenv ("WATCHDOG_PID", "1", TRUE);
  g_assert_null (ghd_notify_watchdog ());

  close (fd);
  g_unlink (path);
  g_rmdir (dir);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();
  g_test_add_func ("/worker/results", test_results);
  g_test_add_func ("/worker/bounded", test_bounded);
  g_test_add_func ("/notify/datagrams", test_notify);
  return g_test_run ();
}
