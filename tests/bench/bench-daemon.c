/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-daemon.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define READY "listening on http://127.0.0.1:"

struct _BenchDaemon
{
  GSubprocess *process;
  char *dir;
  guint16 port;
};

static void
die_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static int
remove_one (const char *path, const struct stat *status, int kind, struct FTW *walk)
{
  return remove (path);
}

static GSubprocess *
spawn (const char *dir, GError **error)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *data_dir = g_build_filename (dir, "data", NULL);
  const char *program = g_getenv ("GUILDHALLD_BIN");

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "GUILDHALL_ACCOUNTS_RATE_FACTOR", "1000000", TRUE);
  g_subprocess_launcher_setenv (launcher, "GUILDHALL_LOG_LEVEL", "warning", TRUE);

  return g_subprocess_launcher_spawn (launcher, error, program != NULL ? program : "guildhalld",
                                      "--embedded", "--data-dir", data_dir, "--listen",
                                      "127.0.0.1:0", NULL);
}

static gboolean
read_port (BenchDaemon *self, GError **error)
{
  g_autoptr (GDataInputStream) output = NULL;
  g_autofree char *line = NULL;

  output = g_data_input_stream_new (g_subprocess_get_stdout_pipe (self->process));
  line = g_data_input_stream_read_line (output, NULL, NULL, error);
  if (line == NULL || !g_str_has_prefix (line, READY))
    {
      g_clear_error (error);
      g_set_error_literal (error, G_IO_ERROR, G_IO_ERROR_FAILED, "guildhalld did not start");
      return FALSE;
    }

  self->port = g_ascii_strtoull (line + strlen (READY), NULL, 10);

  return TRUE;
}

/**
 * bench_daemon_start:
 *
 * Starts the program that $GUILDHALLD_BIN names and returns once it listens.
 */
BenchDaemon *
bench_daemon_start (GError **error)
{
  g_autoptr (BenchDaemon) self = g_new0 (BenchDaemon, 1);

  self->dir = g_dir_make_tmp ("guildhall-bench-XXXXXX", error);
  if (self->dir == NULL)
    return NULL;

  self->process = spawn (self->dir, error);
  if (self->process == NULL || !read_port (self, error))
    return NULL;

  return g_steal_pointer (&self);
}

void
bench_daemon_stop (BenchDaemon *self)
{
  if (self->process != NULL)
    {
      g_subprocess_send_signal (self->process, SIGTERM);
      g_subprocess_wait (self->process, NULL, NULL);
      g_object_unref (self->process);
    }
  if (self->dir != NULL)
    nftw (self->dir, remove_one, 16, FTW_DEPTH | FTW_PHYS | FTW_MOUNT);
  g_free (self->dir);
  g_free (self);
}

guint16
bench_daemon_get_port (BenchDaemon *self)
{
  return self->port;
}

/**
 * bench_daemon_get_cpu_us:
 *
 * Returns: the time that the daemon's own threads have run, without its PostgreSQL
 */
gint64
bench_daemon_get_cpu_us (BenchDaemon *self)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  guint64 user = 0;
  guint64 system = 0;

  path = g_strdup_printf ("/proc/%s/stat", g_subprocess_get_identifier (self->process));
  if (!g_file_get_contents (path, &text, NULL, NULL) || strrchr (text, ')') == NULL
      || sscanf (strrchr (text, ')') + 2,
                 "%*c %*d %*d %*d %*d %*d %*u %*u %*u %*u %*u %" G_GUINT64_FORMAT
                 " %" G_GUINT64_FORMAT,
                 &user, &system)
           != 2)
    return 0;

  return (user + system) * G_USEC_PER_SEC / sysconf (_SC_CLK_TCK);
}

/**
 * bench_daemon_get_rss:
 *
 * Returns: the daemon's resident memory in bytes
 */
gint64
bench_daemon_get_rss (BenchDaemon *self)
{
  g_autofree char *path = NULL;
  g_autofree char *text = NULL;
  guint64 resident = 0;

  path = g_strdup_printf ("/proc/%s/statm", g_subprocess_get_identifier (self->process));
  if (!g_file_get_contents (path, &text, NULL, NULL)
      || sscanf (text, "%*u %" G_GUINT64_FORMAT, &resident) != 1)
    return 0;

  return resident * sysconf (_SC_PAGESIZE);
}
