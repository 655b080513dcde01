/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-cluster-private.h"

#include "gh-error.h"
#include "ghd-log.h"

#include <grp.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define LISTEN_MS 200

/* Runs in the child between fork and exec: system calls only. */
static void
child_setup (gpointer data)
{
  const GhdCluster *self = data;

  setpgid (0, 0); /* Ctrl+C at a terminal is for the daemon, which then stops us in good order */
  if (self->user.drops
      && (setgroups (1, &self->user.gid) != 0
          || setresgid (self->user.gid, self->user.gid, self->user.gid) != 0
          || setresuid (self->user.uid, self->user.uid, self->user.uid) != 0))
    _exit (77);
  /* After the change of user, which clears it. SIGINT is postgres' fast shutdown. */
  prctl (PR_SET_PDEATHSIG, SIGINT);
}

/**
 * ghd_cluster_spawn:
 * @arguments: (element-type utf8): ends with %NULL
 *
 * Starts a program of PostgreSQL as the user that it runs as, to end when we do. It gets little of
 * our environment, for PGDATA and its kin would mislead it; but what is preloaded into us, another
 * allocator perhaps, is for it too.
 */
GSubprocess *
ghd_cluster_spawn (GhdCluster *self, GPtrArray *arguments, GError **error)
{
  static const char *const environment[] = { "LC_ALL=C", "TZ=UTC", "PATH=/usr/bin:/bin", NULL };
  g_autoptr (GSubprocessLauncher) launcher = g_subprocess_launcher_new (
    G_SUBPROCESS_FLAGS_STDOUT_SILENCE | G_SUBPROCESS_FLAGS_STDERR_PIPE);
  g_autoptr (GError) local_error = NULL;
  GSubprocess *process;

  g_subprocess_launcher_set_environ (launcher, (char **) environment);
  if (g_getenv ("LD_PRELOAD") != NULL)
    g_subprocess_launcher_setenv (launcher, "LD_PRELOAD", g_getenv ("LD_PRELOAD"), TRUE);
  g_subprocess_launcher_set_cwd (launcher, "/");
  g_subprocess_launcher_set_child_setup (launcher, child_setup, g_object_ref (self),
                                         g_object_unref);
  process = g_subprocess_launcher_spawnv (launcher, (const char *const *) arguments->pdata,
                                          &local_error);
  if (process == NULL)
    gh_set_error (error, GH_ERROR_UNAVAILABLE, "cluster.start", NULL, "Cannot start PostgreSQL: %s",
                  local_error->message);
  return process;
}

/* What postgres says of itself is worth a warning; what it says of statements and sessions is told
 * by whoever made them. */
static gboolean
is_alarming (GhdCluster *self, const char *line)
{
  if (strstr (line, "PANIC:") != NULL)
    return TRUE;
  return strstr (line, "FATAL:") != NULL && !self->is_stopping
         && strstr (line, "terminating connection") == NULL
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
  GhdCluster *cluster;
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
      g_autoptr (GBytes)
        bytes = dex_await_boxed (dex_input_stream_read_bytes (listening->stream, 4096, 0), NULL);
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

/**
 * ghd_cluster_listen:
 *
 * Puts what a process says on standard error into the log.
 *
 * Returns: (transfer full): resolves when nothing more will come
 */
DexFuture *
ghd_cluster_listen (GhdCluster *self, GSubprocess *process)
{
  Listening *listening = g_new0 (Listening, 1);

  listening->cluster = g_object_ref (self);
  listening->stream = g_object_ref (g_subprocess_get_stderr_pipe (process));
  return dex_scheduler_spawn (NULL, 0, listen_fiber, listening, listening_free);
}

/**
 * ghd_cluster_stop_listening:
 *
 * Takes what is left in the pipe. It ends with the last process of the cluster; a straggler is not
 * waited for.
 */
void
ghd_cluster_stop_listening (GhdCluster *self)
{
  if (self->listener != NULL)
    dex_await (dex_future_first (g_steal_pointer (&self->listener),
                                 dex_timeout_new_msec (LISTEN_MS), NULL),
               NULL);
}

/**
 * ghd_cluster_is_gone:
 *
 * Whether a process has ended, and its end has been taken notice of.
 */
gboolean
ghd_cluster_is_gone (GSubprocess *process)
{
  return g_subprocess_get_identifier (process) == NULL;
}
