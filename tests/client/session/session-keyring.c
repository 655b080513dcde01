/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A Secret Service of the tests' own. */
#include "session-util.h"

#include <signal.h>

static GSubprocess *bus_daemon;
static GDBusConnection *shared_bus;
static GSubprocess *keyring;
static char *keyring_folder;

static gboolean
is_keyring_open (GDBusConnection *bus)
{
  g_autoptr (GVariant) reply = g_dbus_connection_call_sync (
    bus, "org.freedesktop.secrets", "/org/freedesktop/secrets/collection/login",
    "org.freedesktop.DBus.Properties", "Get",
    g_variant_new ("(ss)", "org.freedesktop.Secret.Collection", "Locked"), NULL,
    G_DBUS_CALL_FLAGS_NO_AUTO_START, -1, NULL, NULL);
  g_autoptr (GVariant) locked = NULL;

  if (reply == NULL)
    return FALSE;
  g_variant_get (reply, "(v)", &locked);

  return !g_variant_get_boolean (locked);
}

/* Not GTestDBus: that wants every connection gone at the end, and libsecret keeps its own. */
static char *
start_bus (const char *program)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autoptr (GDataInputStream) lines = NULL;
  g_autoptr (GError) error = NULL;
  char *address;

  g_subprocess_launcher_set_child_setup (launcher, test_end_with_parent, NULL, NULL);
  bus_daemon = g_subprocess_launcher_spawn (launcher, &error, program, "--session", "--nofork",
                                            "--print-address=1", NULL);
  g_assert_no_error (error);
  lines = g_data_input_stream_new (g_subprocess_get_stdout_pipe (bus_daemon));
  address = g_data_input_stream_read_line (lines, NULL, NULL, &error);
  g_assert_no_error (error);
  g_assert_nonnull (address);
  g_setenv ("DBUS_SESSION_BUS_ADDRESS", address, TRUE);

  return address;
}

void
test_keyring_start (void)
{
  g_autofree char *program = g_find_program_in_path ("gnome-keyring-daemon");
  g_autofree char *bus_program = g_find_program_in_path ("dbus-daemon");
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GDBusConnection) bus = NULL;
  g_autoptr (GError) error = NULL;
  g_autofree char *control = NULL;
  g_autofree char *address = NULL;
  GOutputStream *input;
  gint64 deadline = g_get_monotonic_time () + 60 * G_USEC_PER_SEC;

  if (program == NULL || bus_program == NULL)
    {
      g_test_message (
        "gnome-keyring-daemon or dbus-daemon is missing: tokens are kept in memory in these tests");
      return;
    }

  address = start_bus (bus_program);
  keyring_folder = g_dir_make_tmp ("guildhall-keyring-XXXXXX", &error);
  g_assert_no_error (error);
  control = g_strdup_printf ("--control-directory=%s", keyring_folder);

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE
                                        | G_SUBPROCESS_FLAGS_STDOUT_SILENCE
                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_child_setup (launcher, test_end_with_parent, NULL, NULL);
  g_subprocess_launcher_setenv (launcher, "XDG_DATA_HOME", keyring_folder, TRUE);
  g_subprocess_launcher_setenv (launcher, "XDG_RUNTIME_DIR", keyring_folder, TRUE);
  keyring = g_subprocess_launcher_spawn (launcher, &error, program, "--foreground", "--unlock",
                                         "--components=secrets", control, NULL);
  g_assert_no_error (error);
  input = g_subprocess_get_stdin_pipe (keyring);
  g_output_stream_write_all (input, "\n", 1, NULL, NULL, NULL);
  g_output_stream_close (input, NULL, NULL);

  bus = g_dbus_connection_new_for_address_sync (address,
                                                G_DBUS_CONNECTION_FLAGS_AUTHENTICATION_CLIENT
                                                  | G_DBUS_CONNECTION_FLAGS_MESSAGE_BUS_CONNECTION,
                                                NULL, NULL, &error);
  g_assert_no_error (error);
  /* The bus ends before we do. */
  shared_bus = g_bus_get_sync (G_BUS_TYPE_SESSION, NULL, &error);
  g_assert_no_error (error);
  g_dbus_connection_set_exit_on_close (shared_bus, FALSE);

  while (!is_keyring_open (bus))
    {
      if (g_get_monotonic_time () > deadline)
        g_error ("the keyring never opened");
      g_usleep (20 * 1000);
    }
}

gboolean
test_has_keyring (void)
{
  return keyring != NULL;
}

void
test_keyring_stop (void)
{
  if (keyring == NULL)
    return;

  g_subprocess_send_signal (keyring, SIGTERM);
  g_subprocess_wait (keyring, NULL, NULL);
  g_clear_object (&keyring);
  g_subprocess_send_signal (bus_daemon, SIGTERM);
  g_subprocess_wait (bus_daemon, NULL, NULL);
  g_clear_object (&bus_daemon);
  g_clear_object (&shared_bus);
  test_remove_folder (keyring_folder);
  g_clear_pointer (&keyring_folder, g_free);
}
