/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "test-daemon.h"

#include <signal.h>
#include <sys/prctl.h>
#include <unistd.h>

static const char *
find_program (void)
{
  static char *program = NULL;
  const char *named = g_getenv ("GUILDHALLD_BIN");
  const char *build = g_getenv ("GUILDHALL_BUILD");

  if (named != NULL)
    return named;
  if (program == NULL && build != NULL)
    program = g_build_filename (build, "src", "server", "guildhalld", NULL);

  return program;
}

/* Everything below @folder, which the test made. */
void
test_remove_folder (const char *folder)
{
  g_autoptr (GError) error = NULL;
  const char *argv[] = { "rm", "-rf", "--one-file-system", folder, NULL };
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
}

void
test_end_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

static void
copy_folder (const char *from, const char *to)
{
  const char *argv[] = { "cp", "-a", from, to, NULL };
  g_autoptr (GError) error = NULL;
  int status;

  g_spawn_sync (NULL, (char **) argv, NULL, G_SPAWN_SEARCH_PATH, NULL, NULL, NULL, NULL, &status,
                &error);
  g_assert_no_error (error);
  g_assert_cmpint (status, ==, 0);
}

void
test_daemon_back_up (TestDaemon *self)
{
  g_autofree char *aside = g_strconcat (self->data_dir, "-backup", NULL);

  g_assert_null (self->process);
  copy_folder (self->data_dir, aside);
}

void
test_daemon_restore (TestDaemon *self)
{
  g_autofree char *aside = g_strconcat (self->data_dir, "-backup", NULL);

  g_assert_null (self->process);
  test_remove_folder (self->data_dir);
  copy_folder (aside, self->data_dir);
  test_remove_folder (aside);
}

/* @port: 0 for any. Others may listen there, too, who know of it; a connection is refused as long as nobody does. */
static GSocket *
bind_port (guint16 port)
{
  g_autoptr (GInetAddress) loopback = g_inet_address_new_loopback (G_SOCKET_FAMILY_IPV4);
  g_autoptr (GSocketAddress) address = g_inet_socket_address_new (loopback, port);
  g_autoptr (GError) error = NULL;
  GSocket *socket = g_socket_new (G_SOCKET_FAMILY_IPV4, G_SOCKET_TYPE_STREAM,
                                  G_SOCKET_PROTOCOL_TCP, &error);

  g_assert_no_error (error);
  g_socket_bind (socket, address, TRUE, &error);
  g_assert_no_error (error);
  return socket;
}

static guint16
get_port (GSocket *socket)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GSocketAddress) address = g_socket_get_local_address (socket, &error);

  g_assert_no_error (error);
  return g_inet_socket_address_get_port (G_INET_SOCKET_ADDRESS (address));
}

TestDaemon *
test_daemon_new (const char *const *settings)
{
  const char *program = find_program ();
  g_autoptr (GError) error = NULL;
  TestDaemon *self;

  if (program == NULL || !g_file_test (program, G_FILE_TEST_IS_EXECUTABLE))
    {
      g_test_skip ("guildhalld was not built: nothing to talk to");
      return NULL;
    }

  self = g_new0 (TestDaemon, 1);
  self->folder = g_dir_make_tmp ("guildhall-session-XXXXXX", &error);
  g_assert_no_error (error);
  self->data_dir = g_build_filename (self->folder, "data", NULL);
  self->environment = g_strdupv ((char **) settings);
  self->place = bind_port (0);
  self->port = get_port (self->place);
  test_daemon_start (self);

  return self;
}

/* The line that says where it listens. */
static guint16
read_port (GSubprocess *process)
{
  g_autoptr (GDataInputStream)
    lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (process));
  char *line;

  g_filter_input_stream_set_close_base_stream (G_FILTER_INPUT_STREAM (lines), FALSE);
  while ((line = g_data_input_stream_read_line (lines, NULL, NULL, NULL)) != NULL)
    {
      g_autofree char *text = line;
      const char *port = strrchr (text, ':');

      if (g_str_has_prefix (text, "listening on ") && port != NULL)
        return (guint16) g_ascii_strtoull (port + 1, NULL, 10);
    }

  g_error ("guildhalld ended before it listened");
}

void
test_daemon_hold_address (TestDaemon *self)
{
  g_autoptr (GError) error = NULL;

  g_assert_null (self->process);
  g_assert_null (self->listening);
  self->listening = bind_port (self->port);
  g_socket_listen (self->listening, &error);
  g_assert_no_error (error);
}

void
test_daemon_start (TestDaemon *self)
{
  /* The number of the process is known only once it runs. */
  static const char activate[] = "export LISTEN_FDS=1 LISTEN_PID=$$; exec \"$@\"";
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_autofree char *log = g_build_filename (self->folder, "log", NULL);
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) argv = NULL;
  g_autoptr (GError) error = NULL;

  for (guint i = 0; self->environment != NULL && self->environment[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (self->environment[i], "=", 2);

      g_subprocess_launcher_setenv (launcher, parts[0], parts[1], TRUE);
    }
  g_subprocess_launcher_set_child_setup (launcher, test_end_with_parent, NULL, NULL);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  if (self->listening != NULL)
    {
      g_subprocess_launcher_take_fd (launcher, dup (g_socket_get_fd (self->listening)), 3);
      g_strv_builder_add_many (builder, "sh", "-c", activate, "sh", NULL);
    }
  g_strv_builder_add_many (builder, find_program (), "--embedded", "--data-dir", self->data_dir,
                           "--listen", listen, NULL);
  argv = g_strv_builder_end (builder);
  self->process = g_subprocess_launcher_spawnv (launcher, (const char *const *) argv, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (read_port (self->process), ==, self->port);
  g_free (self->url);
  self->url = g_strdup_printf ("http://127.0.0.1:%u", self->port);
}

static void
end (TestDaemon *self, int number)
{
  g_autoptr (GError) error = NULL;

  if (self->process == NULL)
    return;

  g_subprocess_send_signal (self->process, number);
  g_subprocess_wait (self->process, NULL, &error);
  g_assert_no_error (error);
  g_clear_object (&self->process);
}

/* As if the power had gone: its PostgreSQL lives on and is found again at the next start. */
void
test_daemon_kill (TestDaemon *self)
{
  end (self, SIGKILL);
}

void
test_daemon_stop (TestDaemon *self)
{
  end (self, SIGTERM);
}

void
test_daemon_free (TestDaemon *self)
{
  if (self->process == NULL)
    test_daemon_start (self); /* so that its PostgreSQL is stopped too */
  test_daemon_stop (self);
  g_clear_object (&self->listening);
  g_clear_object (&self->place);
  test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->data_dir);
  g_free (self->url);
  g_strfreev (self->environment);
  g_free (self);
}
