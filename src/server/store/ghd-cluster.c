/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-cluster-private.h"

#include "gh-error.h"
#include "gh-random.h"
#include "ghd-log.h"

#include <errno.h>
#include <fcntl.h>
#include <glib/gstdio.h>
#include <stdlib.h>
#include <sys/file.h>
#include <unistd.h>

typedef enum
{
  PROP_RUNNING = 1,
  N_PROPS
} Property;

static GParamSpec *properties[N_PROPS];

G_DEFINE_FINAL_TYPE (GhdCluster, ghd_cluster, G_TYPE_OBJECT)
#define LOCK_WAIT_MS 5000

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
/**
 * ghd_cluster_sleep_ms:
 *
 * Returns: %FALSE when the cluster is being stopped
 */
gboolean
ghd_cluster_sleep_ms (GhdCluster *self, guint ms)
{
  dex_await (dex_future_first (dex_timeout_new_msec (ms), dex_ref (DEX_FUTURE (self->stopping)),
                               NULL),
             NULL);
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

  for (guint waited_ms = 0; waited_ms < LOCK_WAIT_MS; waited_ms += GHD_CLUSTER_POLL_MS)
    {
      if (!try_lock (self, &is_locked, error))
        return FALSE;
      if (is_locked)
        return TRUE;
      if (waited_ms == 10 * GHD_CLUSTER_POLL_MS)
        ghd_log_info ("Another guildhalld uses this data directory; waiting for it to stop",
                      GHD_LOG_STRING ("data_dir", self->data_dir));
      if (!ghd_cluster_sleep_ms (self, GHD_CLUSTER_POLL_MS))
        break;
    }
  gh_set_error (
    error, GH_ERROR_UNAVAILABLE, "cluster.in-use", NULL,
    "Another guildhalld uses the data directory %s. Stop it first, or choose another with --data-dir.",
    self->data_dir);
  return FALSE;
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
  return major != 0 || ghd_cluster_make_database (self, error);
}

/* Starts postgres, and again whenever it dies, until the cluster is stopped. */
static DexFuture *
cluster_fiber (gpointer data)
{
  GhdCluster *self = data;
  GhBackoff backoff = GH_BACKOFF_INIT (50, 5000);
  g_autoptr (GError) error = NULL;

  if (!prepare (self, &error) || !ghd_cluster_bring_up (self, &error))
    {
      ghd_cluster_bring_down (self);
      ghd_cluster_stop_listening (self);
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
      if (ghd_cluster_bring_up (self, &restart_error))
        {
          ghd_log_info ("PostgreSQL runs again");
          gh_backoff_reset (&backoff);
          set_running (self, TRUE);
          continue;
        }
      if (!self->is_stopping)
        ghd_log_error ("PostgreSQL does not start; trying again",
                       GHD_LOG_STRING ("database_message", restart_error->message));
      ghd_cluster_bring_down (self);
      ghd_cluster_sleep_ms (self, gh_backoff_next_ms (&backoff));
    }

  ghd_cluster_bring_down (self);
  ghd_cluster_stop_listening (self);
  set_running (self, FALSE);
  g_clear_fd (&self->lock_fd, NULL);
  dex_promise_resolve_boolean (self->finished, TRUE);
  return dex_future_new_true ();
}

static DexFuture *
attach_fiber (gpointer data)
{
  GhdCluster *self = data;

  for (guint waited_ms = 0; waited_ms < LOCK_WAIT_MS; waited_ms += GHD_CLUSTER_POLL_MS)
    {
      gboolean is_ready, is_locked = FALSE;
      int pid = ghd_cluster_read_pid (self->postgres_dir, &is_ready);

      if (pid != 0 && is_ready && ghd_cluster_is_answering (self->socket_dir))
        {
          self->is_attached = TRUE;
          self->bin_dir = ghd_cluster_find_bin_dir (ghd_cluster_read_major (self->postgres_dir),
                                                    NULL);
          set_running (self, TRUE);
          g_clear_fd (&self->lock_fd, NULL);
          return dex_future_new_true ();
        }
      /* Nobody has it: it is ours to start. Somebody has the lock but does not answer yet: wait. */
      if (!g_file_test (self->data_dir, G_FILE_TEST_IS_DIR) || !try_lock (self, &is_locked, NULL)
          || is_locked)
        return ghd_cluster_start (self);
      if (!ghd_cluster_sleep_ms (self, GHD_CLUSTER_POLL_MS))
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
  dex_future_disown (
    dex_scheduler_spawn (NULL, 0, cluster_fiber, g_object_ref (self), g_object_unref));
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
