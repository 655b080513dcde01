/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-cluster.h"

#include "gh-error.h"
#include "gh-random.h"
#include "ghd-cluster-paths.h"
#include "ghd-log.h"
#include "ghd-worker.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <grp.h>
#include <libpq-fe.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <unistd.h>

struct _GhdCluster
{
  GObject        parent_instance;

  char          *data_dir;
  char          *postgres_dir;
  char          *socket_dir;
  char          *conninfo;
  char          *bin_dir;
  GhdClusterUser user;
  int            lock_fd;

  GSubprocess   *process;
  DexFuture     *listener; /* takes what postgres says */
  DexPromise    *started;
  DexPromise    *stopping;
  DexPromise    *finished;
  char          *last_words; /* what postgres last said, to explain a failing start */
  gboolean       has_orphans; /* it said that sessions of the one before are still there */
  gboolean       is_running;
  gboolean       is_stopping;
  gboolean       is_attached; /* somebody else's: not ours to stop */
};

typedef enum
{
  PROP_RUNNING = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhdCluster, ghd_cluster, G_TYPE_OBJECT)

#define POLL_MS 10
#define LOCK_WAIT_MS 5000
#define FAST_STOP_MS 20000
#define IMMEDIATE_STOP_MS 5000
#define LISTEN_MS 200
#define ORPHANS_MS 15000
#define ORPHANS_PAUSE_MS 50
#define INITDB "The database is made for the first time"

static const char *const settings[] = {
  "listen_addresses=", "unix_socket_permissions=0700", "shared_buffers=64MB", "max_connections=100",
  "max_wal_senders=0", "wal_level=minimal", "jit=off", "max_wal_size=512MB", "wal_compression=on",
  "log_destination=stderr", "logging_collector=off", "log_line_prefix=", "log_checkpoints=off",
  "log_min_messages=warning", "timezone=UTC", "log_timezone=UTC", "huge_pages=off",
};

static void
ghd_cluster_finalize (GObject *object)
{
  GhdCluster *self = GHD_CLUSTER (object);

  if (self->lock_fd >= 0)
    close (self->lock_fd);
  g_clear_object (&self->process);
  g_clear_pointer (&self->listener, dex_unref);
  g_clear_pointer (&self->started, dex_unref);
  g_clear_pointer (&self->finished, dex_unref);
  dex_unref (self->stopping);
  ghd_cluster_user_clear (&self->user);
  g_free (self->data_dir);
  g_free (self->postgres_dir);
  g_free (self->socket_dir);
  g_free (self->conninfo);
  g_free (self->bin_dir);
  g_free (self->last_words);

  G_OBJECT_CLASS (ghd_cluster_parent_class)->finalize (object);
}

static void
ghd_cluster_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  switch ((Property) id)
    {
    case PROP_RUNNING:
      g_value_set_boolean (value, ghd_cluster_is_running (GHD_CLUSTER (object)));
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghd_cluster_class_init (GhdClusterClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->finalize = ghd_cluster_finalize;
  object_class->get_property = ghd_cluster_get_property;

  properties[PROP_RUNNING] = g_param_spec_boolean ("running", NULL, NULL, FALSE,
                                                   G_PARAM_READABLE | G_PARAM_STATIC_STRINGS);
  g_object_class_install_properties (object_class, N_PROPS, properties);
}

static void
ghd_cluster_init (GhdCluster *self)
{
  self->lock_fd = -1;
  self->stopping = dex_promise_new ();
}

static void
set_running (GhdCluster *self, gboolean is_running)
{
  if (self->is_running == is_running)
    return;
  self->is_running = is_running;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_RUNNING]);
}

/* FALSE when the cluster is being stopped. */
static gboolean
sleep_ms (GhdCluster *self, guint ms)
{
  dex_await (dex_future_first (dex_timeout_new_msec (ms), dex_ref (DEX_FUTURE (self->stopping)), NULL), NULL);
  return !self->is_stopping;
}

/* --- the lock: one daemon for a data directory --- */

static gboolean
try_lock (GhdCluster *self, gboolean *is_locked, GError **error)
{
  g_autofree char *path = g_build_filename (self->data_dir, "postgres.lock", NULL);

  if (self->lock_fd < 0)
    self->lock_fd = open (path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
  if (self->lock_fd < 0)
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "Cannot write %s: %s", path,
                    g_strerror (errno));
      return FALSE;
    }
  *is_locked = flock (self->lock_fd, LOCK_EX | LOCK_NB) == 0;
  return TRUE;
}

/* A daemon that is just stopping gives the lock up within moments. */
static gboolean
take_lock (GhdCluster *self, GError **error)
{
  gboolean is_locked = FALSE;

  for (guint waited_ms = 0; waited_ms < LOCK_WAIT_MS; waited_ms += POLL_MS)
    {
      if (!try_lock (self, &is_locked, error))
        return FALSE;
      if (is_locked)
        return TRUE;
      if (waited_ms == 10 * POLL_MS)
        ghd_log_info ("Another guildhalld uses this data directory; waiting for it to stop",
                      GHD_LOG_STRING ("data_dir", self->data_dir));
      if (!sleep_ms (self, POLL_MS))
        break;
    }
  gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.in-use", NULL,
                "Another guildhalld uses the data directory %s. Stop it first, or choose another with --data-dir.",
                self->data_dir);
  return FALSE;
}

/* --- processes --- */

/* Runs in the child between fork and exec: system calls only. */
static void
child_setup (gpointer data)
{
  const GhdCluster *self = data;

  setpgid (0, 0); /* Ctrl+C at a terminal is for the daemon, which then stops us in good order */
  if (self->user.drops
      && (setgroups (1, &self->user.gid) != 0 || setresgid (self->user.gid, self->user.gid, self->user.gid) != 0
          || setresuid (self->user.uid, self->user.uid, self->user.uid) != 0))
    _exit (77);
  /* After the change of user, which clears it. SIGINT is postgres' fast shutdown. */
  prctl (PR_SET_PDEATHSIG, SIGINT);
}

static GSubprocess *
spawn (GhdCluster *self, GSubprocessFlags flags, GPtrArray *arguments, GError **error)
{
  static const char *const environment[] = { "LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (flags);
  g_autoptr (GError) local_error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  g_subprocess_launcher_set_cwd (launcher, "/");
  g_subprocess_launcher_set_child_setup (launcher, child_setup, g_object_ref (self), g_object_unref);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata, &local_error);
  if (process == NULL)
    gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.start", NULL, "Cannot start PostgreSQL: %s",
                  local_error->message);
  return process;
}

/* What postgres says of itself is worth a warning; what it says of statements and sessions is told by
 * whoever made them. */
static gboolean
is_alarming (GhdCluster *self, const char *line)
{
  if (strstr (line, "PANIC:") != NULL)
    return TRUE;
  return strstr (line, "FATAL:") != NULL && !self->is_stopping && strstr (line, "terminating connection") == NULL
         && strstr (line, "the database system is") == NULL;
}

/* Everything postgres says becomes a line of our log. */
static void
log_line (GhdCluster *self, const char *line)
{
  if (*line == '\0')
    return;
  g_set_str (&self->last_words, line);
  if (strstr (line, "shared memory block") != NULL)
    self->has_orphans = TRUE;
  if (is_alarming (self, line))
    ghd_log_warning ("PostgreSQL says", GHD_LOG_STRING ("database_message", line));
  else
    ghd_log_debug ("PostgreSQL says", GHD_LOG_STRING ("database_message", line));
}

typedef struct
{
  GhdCluster   *cluster;
  GInputStream *stream;
} Listening;

static void
listening_free (gpointer data)
{
  Listening *listening = data;

  g_object_unref (listening->cluster);
  g_object_unref (listening->stream);
  g_free (listening);
}

static DexFuture *
listen_fiber (gpointer data)
{
  Listening *listening = data;
  g_autoptr (GString) pending = g_string_new (NULL);

  for (;;)
    {
      g_autoptr (GBytes) bytes = dex_await_boxed (dex_input_stream_read_bytes (listening->stream, 4096, 0), NULL);
      char *end;

      if (bytes == NULL || g_bytes_get_size (bytes) == 0)
        break;
      g_string_append_len (pending, g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
      while ((end = strchr (pending->str, '\n')) != NULL)
        {
          *end = '\0';
          log_line (listening->cluster, pending->str);
          g_string_erase (pending, 0, end + 1 - pending->str);
        }
    }
  log_line (listening->cluster, pending->str);
  return dex_future_new_true ();
}

static DexFuture *
listen_to (GhdCluster *self, GSubprocess *process)
{
  Listening *listening = g_new0 (Listening, 1);

  listening->cluster = g_object_ref (self);
  listening->stream = g_object_ref (g_subprocess_get_stderr_pipe (process));
  return dex_scheduler_spawn (NULL, 0, listen_fiber, listening, listening_free);
}

/* The pipe ends with the last process of the cluster; a straggler is not waited for. */
static void
stop_listening (GhdCluster *self)
{
  if (self->listener != NULL)
    dex_await (dex_future_first (g_steal_pointer (&self->listener), dex_timeout_new_msec (LISTEN_MS), NULL), NULL);
}

/* --- the first start --- */

static gboolean
run_initdb (GhdCluster *self, const char *dir, GError **error)
{
  g_autofree char *initdb = g_build_filename (self->bin_dir, "initdb", NULL);
  g_autoptr (GPtrArray) arguments = g_ptr_array_new ();
  g_autoptr (GSubprocess) process = NULL;
  DexFuture *said;
  const char *fixed[] = { initdb, "-D", dir, "-U", GHD_CLUSTER_ROLE, "--encoding=UTF8", "--locale=C",
                          "--auth=peer", "--data-checksums", "--no-instructions", "--no-sync", "-c", "shared_buffers=64MB",
                          "-c", "max_connections=100", NULL };

  if (self->user.drops && (g_mkdir (dir, 0700) != 0 || chown (dir, self->user.uid, self->user.gid) != 0))
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "Cannot make %s: %s", dir,
                    g_strerror (errno));
      return FALSE;
    }
  for (gsize i = 0; i < G_N_ELEMENTS (fixed); i++)
    g_ptr_array_add (arguments, (gpointer) fixed[i]);
  process = spawn (self, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, arguments, error);
  if (process == NULL)
    return FALSE;

  said = listen_to (self, process);
  if (!dex_await (dex_subprocess_wait_check (process), NULL))
    {
      dex_await (said, NULL);
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.initdb", NULL, "PostgreSQL could not make its database in %s: %s",
                    dir, self->last_words != NULL ? self->last_words : "it did not say why");
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
                                                   "Cannot write %s to the disk: %s", (const char *) data,
                                                   g_strerror (errno)));
  return dex_future_new_true ();
}

/* Made aside and then renamed, so that an interrupted first start leaves nothing half-made. */
static gboolean
make_database (GhdCluster *self, GError **error)
{
  g_autofree char *part = g_strconcat (self->postgres_dir, ".part", NULL);
  gint64 began_us = g_get_monotonic_time ();

  ghd_log_info (INITDB ", which takes a few seconds", GHD_LOG_STRING ("directory", self->postgres_dir));
  if (!ghd_cluster_remove_tree (part, error) || !run_initdb (self, part, error)
      || !dex_await (ghd_worker_spawn ("sync", sync_on_thread, g_strdup (self->data_dir), g_free), error))
    return FALSE;
  if (g_rename (part, self->postgres_dir) != 0)
    {
      gh_set_error (error, GH_ERROR_INTERNAL, "cluster.data-dir", NULL, "Cannot rename %s: %s", part,
                    g_strerror (errno));
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
  while (ghd_cluster_is_ours (self->postgres_dir, pid) || ghd_cluster_is_answering (self->socket_dir))
    {
      if (waited_ms == 0)
        {
          ghd_log_info ("Stopping the PostgreSQL that an earlier guildhalld has left", GHD_LOG_INT ("pid", pid));
          if (ghd_cluster_is_ours (self->postgres_dir, pid))
            kill (pid, SIGINT);
        }
      if (waited_ms == FAST_STOP_MS && ghd_cluster_is_ours (self->postgres_dir, pid))
        kill (pid, SIGQUIT);
      if (waited_ms > FAST_STOP_MS + IMMEDIATE_STOP_MS)
        {
          gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.in-use", NULL,
                        "A PostgreSQL (process %d) still uses %s and does not stop", pid, self->postgres_dir);
          return FALSE;
        }
      if (!sleep_ms (self, POLL_MS))
        return TRUE;
      waited_ms += POLL_MS;
    }

  if (ghd_cluster_read_pid (self->postgres_dir, NULL) != pid)
    return TRUE;
  ghd_log_info ("PostgreSQL did not end in good order; it recovers now");
  return kill (pid, 0) != 0 || ghd_cluster_disown_pid (self->postgres_dir, error);
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
  return spawn (self, G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE, arguments, error);
}

static gboolean
is_process_gone (GSubprocess *process)
{
  return g_subprocess_get_identifier (process) == NULL;
}

/* Recovery may take long; as long as the process lives it is waited for. */
static gboolean
wait_until_ready (GhdCluster *self, GSubprocess *process, GError **error)
{
  const char *identifier = g_subprocess_get_identifier (process);
  int pid = identifier != NULL ? atoi (identifier) : 0;

  for (guint waited_ms = 0; !is_process_gone (process); waited_ms += POLL_MS)
    {
      gboolean is_ready;

      if (ghd_cluster_read_pid (self->postgres_dir, &is_ready) == pid && is_ready)
        return TRUE;
      if (waited_ms > 0 && waited_ms % 5000 == 0)
        ghd_log_info ("Waiting for PostgreSQL to recover", GHD_LOG_INT ("seconds", waited_ms / 1000));
      if (!sleep_ms (self, POLL_MS))
        break;
    }
  /* What it said last may still be in the pipe. */
  stop_listening (self);
  gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.start", NULL, "PostgreSQL did not start: %s",
                self->last_words != NULL ? self->last_words : "it did not say why");
  return FALSE;
}

static DexFuture *
create_on_thread (gpointer data)
{
  g_autofree char *conninfo = ghd_cluster_conninfo (data, "postgres");
  PGconn *pg = PQconnectdb (conninfo);
  PGresult *found = PQexec (pg, "SELECT 1 FROM pg_database WHERE datname = '" GHD_CLUSTER_DATABASE "'");
  gboolean ok = PQresultStatus (found) == PGRES_TUPLES_OK;
  g_autoptr (GError) error = NULL;

  if (ok && PQntuples (found) == 0)
    {
      PGresult *made = PQexec (pg, "CREATE DATABASE " GHD_CLUSTER_DATABASE);

      ok = PQresultStatus (made) == PGRES_COMMAND_OK;
      PQclear (made);
    }
  if (!ok)
    error = gh_error_new (GH_ERROR_UNAVAILABLE, "cluster.start", NULL, 0, "PostgreSQL did not let us in: %s",
                          PQerrorMessage (pg));
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

  if (!end_stray (self, error) || !ghd_cluster_write_access (self->postgres_dir, &self->user, error))
    return FALSE;
  self->process = launch (self, error);
  if (self->process == NULL)
    return FALSE;
  g_clear_pointer (&self->listener, dex_unref);
  self->listener = listen_to (self, self->process);
  return wait_until_ready (self, self->process, error)
         && dex_await (ghd_worker_spawn ("create-database", create_on_thread, g_strdup (self->socket_dir), g_free),
                       error);
}

/* Sessions of a postgres that was killed end a moment after it; until then a new one refuses to start. */
static gboolean
bring_up (GhdCluster *self, GError **error)
{
  for (guint waited_ms = 0;; waited_ms += ORPHANS_PAUSE_MS)
    {
      g_autoptr (GError) local_error = NULL;

      if (try_to_bring_up (self, &local_error))
        return TRUE;
      if (!self->has_orphans || waited_ms >= ORPHANS_MS || !sleep_ms (self, ORPHANS_PAUSE_MS))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
}

static gboolean
prepare (GhdCluster *self, GError **error)
{
  int major;

  if (!ghd_cluster_user_find (&self->user, error)
      || !ghd_cluster_make_dirs (self->data_dir, self->socket_dir, &self->user, error)
      || !take_lock (self, error))
    return FALSE;

  major = ghd_cluster_read_major (self->postgres_dir);
  self->bin_dir = ghd_cluster_find_bin_dir (major, error);
  if (self->bin_dir == NULL)
    return FALSE;
  return major != 0 || make_database (self, error);
}

static gboolean
wait_gone (GhdCluster *self, guint timeout_ms)
{
  g_autoptr (DexFuture) gone = dex_future_first (dex_subprocess_wait_check (self->process),
                                                 dex_timeout_new_msec (timeout_ms), NULL);

  dex_await (g_steal_pointer (&gone), NULL);
  return is_process_gone (self->process);
}

/* Fast first: sessions are cut, what is committed is on disk, a checkpoint makes the next start quick. */
static void
bring_down (GhdCluster *self)
{
  if (self->process == NULL || is_process_gone (self->process))
    return;
  g_subprocess_send_signal (self->process, SIGINT);
  if (wait_gone (self, FAST_STOP_MS))
    return;
  ghd_log_warning ("PostgreSQL does not stop; it is stopped at once and recovers at the next start");
  g_subprocess_send_signal (self->process, SIGQUIT);
  if (!wait_gone (self, IMMEDIATE_STOP_MS))
    g_subprocess_force_exit (self->process);
}

/* Starts postgres, and again whenever it dies, until the cluster is stopped. */
static DexFuture *
cluster_fiber (gpointer data)
{
  GhdCluster *self = data;
  GhBackoff backoff = GH_BACKOFF_INIT (50, 5000);
  g_autoptr (GError) error = NULL;

  if (!prepare (self, &error) || !bring_up (self, &error))
    {
      bring_down (self);
      stop_listening (self);
      g_clear_fd (&self->lock_fd, NULL);
      dex_promise_reject (self->started, g_steal_pointer (&error));
      dex_promise_resolve_boolean (self->finished, TRUE);
      return dex_future_new_true ();
    }

  set_running (self, TRUE);
  dex_promise_resolve_boolean (self->started, TRUE);
  while (!self->is_stopping)
    {
      g_autoptr (GError) restart_error = NULL;

      dex_await (dex_future_first (dex_subprocess_wait_check (self->process),
                                   dex_ref (DEX_FUTURE (self->stopping)), NULL),
                 NULL);
      if (self->is_stopping)
        break;

      set_running (self, FALSE);
      ghd_log_warning ("PostgreSQL has ended; starting it again",
                       GHD_LOG_STRING ("database_message", self->last_words));
      if (bring_up (self, &restart_error))
        {
          ghd_log_info ("PostgreSQL runs again");
          gh_backoff_reset (&backoff);
          set_running (self, TRUE);
          continue;
        }
      if (!self->is_stopping)
        ghd_log_error ("PostgreSQL does not start; trying again",
                       GHD_LOG_STRING ("database_message", restart_error->message));
      bring_down (self);
      sleep_ms (self, gh_backoff_next_ms (&backoff));
    }

  bring_down (self);
  stop_listening (self);
  set_running (self, FALSE);
  g_clear_fd (&self->lock_fd, NULL);
  dex_promise_resolve_boolean (self->finished, TRUE);
  return dex_future_new_true ();
}

static DexFuture *
attach_fiber (gpointer data)
{
  GhdCluster *self = data;

  for (guint waited_ms = 0; waited_ms < LOCK_WAIT_MS; waited_ms += POLL_MS)
    {
      gboolean is_ready, is_locked = FALSE;
      int pid = ghd_cluster_read_pid (self->postgres_dir, &is_ready);

      if (pid != 0 && is_ready && ghd_cluster_is_answering (self->socket_dir))
        {
          self->is_attached = TRUE;
          self->bin_dir = ghd_cluster_find_bin_dir (ghd_cluster_read_major (self->postgres_dir), NULL);
          set_running (self, TRUE);
          g_clear_fd (&self->lock_fd, NULL);
          return dex_future_new_true ();
        }
      /* Nobody has it: it is ours to start. Somebody has the lock but does not answer yet: wait. */
      if (!g_file_test (self->data_dir, G_FILE_TEST_IS_DIR) || !try_lock (self, &is_locked, NULL) || is_locked)
        return ghd_cluster_start (self);
      if (!sleep_ms (self, POLL_MS))
        break;
    }
  return dex_future_new_for_error (
    gh_error_new (GH_ERROR_UNAVAILABLE, "cluster.in-use", NULL, 0,
                  "A guildhalld uses %s, but its PostgreSQL does not answer", self->data_dir));
}

/* --- public --- */

/**
 * ghd_cluster_new:
 * @data_dir: made when it is not there
 *
 * Returns: (transfer full): nothing runs before ghd_cluster_start()
 */
GhdCluster *
ghd_cluster_new (const char *data_dir)
{
  GhdCluster *self;

  g_return_val_if_fail (data_dir != NULL, NULL);

  self = g_object_new (GHD_TYPE_CLUSTER, NULL);
  self->data_dir = g_canonicalize_filename (data_dir, NULL);
  self->postgres_dir = g_build_filename (self->data_dir, "postgres", NULL);
  self->socket_dir = ghd_cluster_socket_dir (self->data_dir);
  self->conninfo = ghd_cluster_conninfo (self->socket_dir, GHD_CLUSTER_DATABASE);
  return self;
}

/**
 * ghd_cluster_start:
 *
 * Makes the database at the first start, and keeps PostgreSQL running until ghd_cluster_stop(). To
 * be called on the main thread: postgres ends when the thread ends that started it.
 *
 * Returns: (transfer full): resolves to %TRUE when PostgreSQL accepts connections; rejects with
 *   reason "cluster.data-dir", "cluster.permission", "cluster.in-use", "cluster.postgres-missing",
 *   "cluster.initdb" or "cluster.start"
 */
DexFuture *
ghd_cluster_start (GhdCluster *self)
{
  dex_return_error_if_fail (GHD_IS_CLUSTER (self));
  dex_return_error_if_fail (self->started == NULL);

  self->started = dex_promise_new ();
  self->finished = dex_promise_new ();
  dex_future_disown (dex_scheduler_spawn (NULL, 0, cluster_fiber, g_object_ref (self), g_object_unref));
  return dex_ref (DEX_FUTURE (self->started));
}

/**
 * ghd_cluster_attach:
 *
 * As ghd_cluster_start(), but where a daemon's PostgreSQL is running that one is used, and left
 * running by ghd_cluster_stop().
 */
DexFuture *
ghd_cluster_attach (GhdCluster *self)
{
  dex_return_error_if_fail (GHD_IS_CLUSTER (self));
  dex_return_error_if_fail (self->started == NULL && !self->is_attached);

  return dex_scheduler_spawn (NULL, 0, attach_fiber, g_object_ref (self), g_object_unref);
}

/**
 * ghd_cluster_stop:
 *
 * Returns: (transfer full): resolves to %TRUE when PostgreSQL has ended
 */
DexFuture *
ghd_cluster_stop (GhdCluster *self)
{
  dex_return_error_if_fail (GHD_IS_CLUSTER (self));

  if (self->is_attached)
    set_running (self, FALSE);
  if (!self->is_stopping)
    {
      self->is_stopping = TRUE;
      dex_promise_resolve_boolean (self->stopping, TRUE);
    }
  return self->finished != NULL ? dex_ref (DEX_FUTURE (self->finished)) : dex_future_new_true ();
}

/**
 * ghd_cluster_get_conninfo:
 *
 * Returns: a libpq connection string, good from the moment the cluster runs
 */
const char *
ghd_cluster_get_conninfo (GhdCluster *self)
{
  g_return_val_if_fail (GHD_IS_CLUSTER (self), NULL);

  return self->conninfo;
}

/**
 * ghd_cluster_get_bin_dir:
 *
 * Returns: (nullable): where its programs are, once it has been started
 */
const char *
ghd_cluster_get_bin_dir (GhdCluster *self)
{
  g_return_val_if_fail (GHD_IS_CLUSTER (self), NULL);

  return self->bin_dir;
}

/**
 * ghd_cluster_get_pid:
 *
 * Returns: the process id of postgres; 0 = it does not run
 */
int
ghd_cluster_get_pid (GhdCluster *self)
{
  const char *identifier;

  g_return_val_if_fail (GHD_IS_CLUSTER (self), 0);

  identifier = self->process != NULL ? g_subprocess_get_identifier (self->process) : NULL;
  return identifier != NULL ? atoi (identifier) : 0;
}

gboolean
ghd_cluster_is_running (GhdCluster *self)
{
  g_return_val_if_fail (GHD_IS_CLUSTER (self), FALSE);

  return self->is_running;
}
