/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-cluster-private.h"

#include "gh-error.h"
#include "ghd-log.h"
#include "ghd-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#define SMART_STOP_MS 1000
#define FAST_STOP_MS 20000
#define IMMEDIATE_STOP_MS 5000
#define ORPHANS_MS 15000
#define ORPHANS_PAUSE_MS 50

static const char *const settings[] = {
  "listen_addresses=",     "unix_socket_permissions=0700",
  "shared_buffers=128MB",   "max_connections=100",
  "max_wal_senders=0",     "max_logical_replication_workers=0",
  "wal_level=minimal",     "jit=off",
  "max_wal_size=1GB",    "min_wal_size=256MB",
  "wal_compression=off",    "wal_buffers=16MB", /* a whole batch of the writer */
  "logging_collector=off", "log_destination=stderr",
  "log_checkpoints=off",   "log_line_prefix=",
  "timezone=UTC",          "log_min_messages=warning",
  "huge_pages=off",        "log_timezone=UTC",
};

/* --- the first start --- */

static gboolean
run_initdb (GhdCluster *self, const char *dir, GError **error)
{
  g_autofree char *initdb = g_build_filename (self->bin_dir, "initdb", NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  DexFuture *said;
  const char *fixed[] = { initdb,
                          "-D",
                          dir,
                          "-U",
                          GHD_CLUSTER_ROLE,
                          "--encoding=UTF8",
                          "--locale=C",
                          "--auth=peer",
                          "--data-checksums",
                          "--no-instructions",
                          "--no-sync",
                          NULL };

  if (self->user.drops
      && (g_mkdir (dir, 0700) != 0 || chown (dir, self->user.uid, self->user.gid) != 0))
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "Cannot make %s: %s", dir,
                    g_strerror (errno));
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (arguments, (gpointer) fixed[i]);
  process = ghd_cluster_spawn (self, arguments, error);
  if (process == NULL)
    return FALSE;

  said = ghd_cluster_listen (self, process);
  if (!dex_await (dex_subprocess_wait_check (process), NULL))
    {
      dex_await (said, NULL);
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.initdb", NULL,
                    "PostgreSQL could not make its database in %s: %s", dir,
                    self->last_words != NULL ? self->last_words : "it did not say why");
      return FALSE;
    }
  dex_await (said, NULL);
  return TRUE;
}

/* initdb would sync its thousand files one by one; the file system does it at once. */
static DexFuture *
sync_on_thread (gpointer data)
{
  g_autofd int fd = open (data, O_RDONLY | O_CLOEXEC | O_DIRECTORY);

  if (fd < 0 || syncfs (fd) != 0)
    return dex_future_new_for_error (gh_error_new (GH_ERROR_INTERNAL, "cluster.data-dir", NULL, 0,
                                                   "Cannot write %s to the disk: %s",
                                                   (const char *) data, g_strerror (errno)));
  return dex_future_new_true ();
}

/**
 * ghd_cluster_make_database:
 *
 * Runs initdb, aside and then renamed, so that an interrupted first start leaves nothing half-made.
 */
gboolean
ghd_cluster_make_database (GhdCluster *self, GError **error)
{
  g_autofree char *part = g_strconcat (self->postgres_dir, ".part", NULL);
  gint64 began_us = g_get_monotonic_time ();

  ghd_log_info ("The database is made for the first time, which takes a few seconds",
                GHD_LOG_STRING ("directory", self->postgres_dir));
  if (!ghd_cluster_remove_tree (part, error) || !run_initdb (self, part, error)
      || !dex_await (ghd_worker_spawn ("sync", sync_on_thread, g_strdup (self->data_dir), g_free),
                     error))
    return FALSE;
  if (g_rename (part, self->postgres_dir) != 0)
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "Cannot rename %s: %s",
                    part, g_strerror (errno));
      return FALSE;
    }
  ghd_log_info ("The database is made",
                GHD_LOG_INT ("duration_ms", (g_get_monotonic_time () - began_us) / 1000));
  return TRUE;
}

/* --- each start --- */

/* A postgres that has lost its daemon is already shutting down; it is waited for, then urged. */
static gboolean
end_stray (GhdCluster *self, GError **error)
{
  guint waited_ms = 0;
  int pid = ghd_cluster_read_pid (self->postgres_dir, NULL);

  if (pid == 0)
    return TRUE;
  while (ghd_cluster_is_ours (self->postgres_dir, pid)
         || ghd_cluster_is_answering (self->socket_dir))
    {
      if (waited_ms == 0)
        {
          ghd_log_info ("Stopping the PostgreSQL that an earlier guildhalld has left",
                        GHD_LOG_INT ("pid", pid));
          if (ghd_cluster_is_ours (self->postgres_dir, pid))
            kill (pid, SIGINT);
        }
      if (waited_ms == FAST_STOP_MS && ghd_cluster_is_ours (self->postgres_dir, pid))
        kill (pid, SIGQUIT);
      if (waited_ms > FAST_STOP_MS + IMMEDIATE_STOP_MS)
        {
          gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.in-use", NULL,
                        "A PostgreSQL (process %d) still uses %s and does not stop", pid,
                        self->postgres_dir);
          return FALSE;
        }
      if (!ghd_cluster_sleep_ms (self, GHD_CLUSTER_POLL_MS))
        return TRUE;
      waited_ms += GHD_CLUSTER_POLL_MS;
    }

  if (ghd_cluster_read_pid (self->postgres_dir, NULL) != pid)
    return TRUE;
  ghd_log_info ("PostgreSQL did not end in good order; it recovers now");
  return ghd_cluster_disown_pid (self->postgres_dir, error);
}

static GSubprocess *
launch (GhdCluster *self, GError **error)
{
  g_autofree char *postgres = g_build_filename (self->bin_dir, "postgres", NULL);
  g_autofree char *socket_dir = g_strconcat ("unix_socket_directories=", self->socket_dir, NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();

  g_ptr_array_add (arguments, postgres);
  g_ptr_array_add (arguments, (gpointer) "-D");
  g_ptr_array_add (arguments, self->postgres_dir);
  for (gsize i = 0; i < G_N_ELEMENTS (settings); i++)
    {
      g_ptr_array_add (arguments, (gpointer) "-c");
      g_ptr_array_add (arguments, (gpointer) settings[i]);
    }
  g_ptr_array_add (arguments, (gpointer) "-c");
  g_ptr_array_add (arguments, socket_dir);
  g_ptr_array_add (arguments, NULL);
  return ghd_cluster_spawn (self, arguments, error);
}

/* Recovery may take long; as long as the process lives it is waited for. */
static gboolean
wait_until_ready (GhdCluster *self, GSubprocess *process, GError **error)
{
  const char *identifier = g_subprocess_get_identifier (process);
  int pid = identifier != NULL ? atoi (identifier) : 0;

  for (guint waited_ms = 0; !ghd_cluster_is_gone (process); waited_ms += GHD_CLUSTER_POLL_MS)
    {
      gboolean is_ready;

      if (ghd_cluster_read_pid (self->postgres_dir, &is_ready) == pid && is_ready)
        return TRUE;
      if (waited_ms > 0 && waited_ms % 5000 == 0)
        ghd_log_info ("Waiting for PostgreSQL to recover",
                      GHD_LOG_INT ("seconds", waited_ms / 1000));
      if (!ghd_cluster_sleep_ms (self, GHD_CLUSTER_POLL_MS))
        break;
    }
  /* What it said last may still be in the pipe. */
  ghd_cluster_stop_listening (self);
  gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.start", NULL, "PostgreSQL did not start: %s",
                self->last_words != NULL ? self->last_words : "it did not say why");
  return FALSE;
}

static DexFuture *
create_on_thread (gpointer data)
{
  g_autofree char *conninfo = ghd_cluster_conninfo (data, "postgres");
  PGconn *pg = PQconnectdb (conninfo);
  PGresult *found = PQexec (pg,
                            "SELECT 1 FROM pg_database WHERE datname = '" GHD_CLUSTER_DATABASE "'");
  gboolean ok = PQresultStatus (found) == PGRES_TUPLES_OK;
  g_autoptr (GError) error = NULL;

  if (ok && PQntuples (found) == 0)
    {
      PGresult *made = PQexec (pg, "CREATE DATABASE " GHD_CLUSTER_DATABASE);

      ok = PQresultStatus (made) == PGRES_COMMAND_OK;
      PQclear (made);
    }
  if (!ok)
    error = gh_error_new (GH_ERROR_UNAVAILABLE, "cluster.start", NULL, 0,
                          "PostgreSQL did not let us in: %s", PQerrorMessage (pg));
  PQclear (found);
  PQfinish (pg);
  return ok ? dex_future_new_true () : dex_future_new_for_error (g_steal_pointer (&error));
}

static gboolean
try_to_bring_up (GhdCluster *self, GError **error)
{
  g_clear_object (&self->process);
  g_clear_pointer (&self->last_words, g_free);
  self->has_orphans = FALSE;

  if (!end_stray (self, error)
      || !ghd_cluster_write_access (self->postgres_dir, &self->user, error))
    return FALSE;
  self->process = launch (self, error);
  if (self->process == NULL)
    return FALSE;
  g_clear_pointer (&self->listener, dex_unref);
  self->listener = ghd_cluster_listen (self, self->process);
  return wait_until_ready (self, self->process, error)
         && dex_await (ghd_worker_spawn ("create-database", create_on_thread,
                                         g_strdup (self->socket_dir), g_free),
                       error);
}

/**
 * ghd_cluster_bring_up:
 *
 * Starts postgres and waits until it accepts connections. Sessions of one that was killed end a
 * moment after it; until then a new one refuses to start, and is tried again.
 */
gboolean
ghd_cluster_bring_up (GhdCluster *self, GError **error)
{
  for (guint waited_ms = 0;; waited_ms += ORPHANS_PAUSE_MS)
    {
      g_autoptr (GError) local_error = NULL;

      if (try_to_bring_up (self, &local_error))
        return TRUE;
      if (!self->has_orphans || waited_ms >= ORPHANS_MS
          || !ghd_cluster_sleep_ms (self, ORPHANS_PAUSE_MS))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

static gboolean
wait_gone (GhdCluster *self, guint timeout_ms)
{
  g_autoptr (DexFuture) gone = dex_future_first (dex_subprocess_wait_check (self->process),
                                                 dex_timeout_new_msec (timeout_ms), NULL);

  dex_await (g_steal_pointer (&gone), NULL);
  return ghd_cluster_is_gone (self->process);
}

/**
 * ghd_cluster_bring_down:
 *
 * Stops postgres. Our sessions have ended already, or do so within moments, and are let end by
 * themselves; what is left after that (a command that uses the database beside us) is cut. What is
 * committed is on disk, a checkpoint makes the next start quick.
 */
void
ghd_cluster_bring_down (GhdCluster *self)
{
  if (self->process == NULL || ghd_cluster_is_gone (self->process))
    return;
  g_subprocess_send_signal (self->process, SIGTERM);
  if (wait_gone (self, SMART_STOP_MS))
    return;
  g_subprocess_send_signal (self->process, SIGINT);
  if (wait_gone (self, FAST_STOP_MS))
    return;
  ghd_log_warning (
    "PostgreSQL does not stop; it is stopped at once and recovers at the next start");
  g_subprocess_send_signal (self->process, SIGQUIT);
  if (!wait_gone (self, IMMEDIATE_STOP_MS))
    g_subprocess_force_exit (self->process);
}
