/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "bench-daemon.h"

#include <ftw.h>
#include <glib/gstdio.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#define READY "listening on http"

struct _BenchDaemon
{
  GSubprocess *process;
  char *dir;
  SSL_CTX *tls; /* NULL: plain */
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

/* A certificate that signs itself, as DIR/certificate.pem and DIR/key.pem. */
static gboolean
make_certificate (const char *dir, GError **error)
{
  g_autofree char *certificate = g_build_filename (dir, "certificate.pem", NULL);
  g_autofree char *key = g_build_filename (dir, "key.pem", NULL);
  g_autoptr (GSubprocess) openssl = NULL;

  openssl = g_subprocess_new (G_SUBPROCESS_FLAGS_STDERR_SILENCE, error, "openssl", "req", "-x509",
                              "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1",
                              "-nodes", "-days", "2", "-subj", "/CN=localhost", "-keyout", key,
                              "-out", certificate, NULL);

  return openssl != NULL && g_subprocess_wait_check (openssl, NULL, error);
}

static GSubprocess *
spawn (const char *dir, gboolean with_tls, GError **error)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *data_dir = g_build_filename (dir, "data", NULL);
  const char *program = g_getenv ("GUILDHALLD_BIN");

  g_subprocess_launcher_set_child_setup (launcher, die_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "GUILDHALL_ACCOUNTS_RATE_FACTOR", "1000000", TRUE);
  g_subprocess_launcher_setenv (launcher, "GUILDHALL_LOG_LEVEL", "warning", TRUE);

  g_subprocess_launcher_setenv (launcher, "GUILDHALL_LIMITS_ADDRESS_FACTOR", "1000000", TRUE);
  g_subprocess_launcher_setenv (launcher, "GUILDHALL_LIMITS_CONNECTIONS_PER_ACCOUNT", "0", TRUE);

  if (with_tls)
    {
      g_autofree char *certificate = g_build_filename (dir, "certificate.pem", NULL);
      g_autofree char *key = g_build_filename (dir, "key.pem", NULL);

      g_subprocess_launcher_setenv (launcher, "GUILDHALL_TLS_CERTIFICATE", certificate, TRUE);
      g_subprocess_launcher_setenv (launcher, "GUILDHALL_TLS_KEY", key, TRUE);
    }

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

  self->port = g_ascii_strtoull (strrchr (line, ':') + 1, NULL, 10);

  return TRUE;
}

/**
 * bench_daemon_start:
 * @with_tls: whether its connections are under TLS
 *
 * Starts the program that $GUILDHALLD_BIN names and returns once it listens.
 */
BenchDaemon *
bench_daemon_start (gboolean with_tls, GError **error)
{
  g_autoptr (BenchDaemon) self = g_new0 (BenchDaemon, 1);

  self->dir = g_dir_make_tmp ("guildhall-bench-XXXXXX", error);
  if (self->dir == NULL)
    return NULL;

  if (with_tls)
    {
      if (!make_certificate (self->dir, error))
        return NULL;
      self->tls = SSL_CTX_new (TLS_client_method ());
      SSL_CTX_set_mode (self->tls, SSL_MODE_RELEASE_BUFFERS);
    }

  self->process = spawn (self->dir, with_tls, error);
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
  g_clear_pointer (&self->tls, SSL_CTX_free);
  g_free (self->dir);
  g_free (self);
}

guint16
bench_daemon_get_port (BenchDaemon *self)
{
  return self->port;
}

/**
 * bench_daemon_get_tls:
 *
 * Returns: (transfer none) (nullable): what to connect with
 */
SSL_CTX *
bench_daemon_get_tls (BenchDaemon *self)
{
  return self->tls;
}

pid_t
bench_daemon_get_pid (BenchDaemon *self)
{
  return atoi (g_subprocess_get_identifier (self->process));
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
