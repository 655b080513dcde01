/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-util.h"

#include <glib/gstdio.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

#define READY_TIMEOUT_S 120

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

/* A test that fails takes what it started with it. */
static void
end_with_parent (gpointer data)
{
  prctl (PR_SET_PDEATHSIG, SIGTERM);
}

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

  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
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
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
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
test_daemon_start (TestDaemon *self)
{
  g_autoptr (GSubprocessLauncher)
    launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDOUT_PIPE);
  g_autofree char *listen = g_strdup_printf ("127.0.0.1:%u", self->port);
  g_autofree char *log = g_build_filename (self->folder, "log", NULL);
  g_autoptr (GError) error = NULL;

  for (guint i = 0; self->environment != NULL && self->environment[i] != NULL; i++)
    {
      g_auto (GStrv) parts = g_strsplit (self->environment[i], "=", 2);

      g_subprocess_launcher_setenv (launcher, parts[0], parts[1], TRUE);
    }
  g_subprocess_launcher_set_child_setup (launcher, end_with_parent, NULL, NULL);
  g_subprocess_launcher_set_stderr_file_path (launcher, log);
  self->process = g_subprocess_launcher_spawn (launcher, &error, find_program (), "--embedded",
                                               "--data-dir", self->data_dir, "--listen", listen,
                                               NULL);
  g_assert_no_error (error);
  self->port = read_port (self->process);
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
  test_remove_folder (self->folder);
  g_free (self->folder);
  g_free (self->data_dir);
  g_free (self->url);
  g_strfreev (self->environment);
  g_free (self);
}

gpointer
test_await_object (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  gpointer object = dex_await_object (future, &error);

  g_assert_no_error (error);
  g_assert_nonnull (object);

  return object;
}

void
test_await_true (DexFuture *future)
{
  g_autoptr (GError) error = NULL;

  dex_await (future, &error);
  g_assert_no_error (error);
}

GError *
test_await_error (DexFuture *future)
{
  GError *error = NULL;

  g_assert_false (dex_await (future, &error));
  g_assert_nonnull (error);
  g_assert_cmpuint (strlen (error->message), >, 0);

  return error;
}

TestPerson *
test_person_register (TestDaemon *daemon, const char *name)
{
  TestPerson *self = g_new0 (TestPerson, 1);
  g_autofree char *folder_name = g_strdup_printf ("person-%s", name);

  self->daemon = daemon;
  self->name = g_strdup (name);
  self->folder = g_build_filename (daemon->folder, folder_name, NULL);
  self->sessions = ghc_sessions_new (self->folder, name);
  test_await_true (ghc_sessions_load (self->sessions));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->sessions)), ==, 0);

  self->session = test_await_object (
    ghc_sessions_register (self->sessions, daemon->url, name, PASSWORD, NULL, NULL));
  test_until (test_is_online (self));

  return self;
}

/* Quits the program, as it were: nothing of it may stay behind. */
void
test_person_leave (TestPerson *self)
{
  gpointer session = self->session;
  gpointer account = session != NULL ? ghc_session_get_account (session) : NULL;

  if (session != NULL)
    {
      g_object_add_weak_pointer (session, &session);
      g_object_add_weak_pointer (account, &account);
    }
  test_await_true (ghc_sessions_close (self->sessions));
  g_clear_object (&self->session);
  g_clear_object (&self->sessions);
  test_until (session == NULL && account == NULL);
}

/* Starts it again. Where the keyring does not work the tokens are gone with the program, so one
 * signs in; what was kept in the folder is there in both cases. */
void
test_person_return (TestPerson *self)
{
  self->sessions = ghc_sessions_new (self->folder, self->name);
  test_await_true (ghc_sessions_load (self->sessions));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (self->sessions)), ==, 1);
  self->session = g_list_model_get_item (G_LIST_MODEL (self->sessions), 0);
  test_await_true (ghc_session_start (self->session));
}

void
test_person_free (TestPerson *self)
{
  if (self->sessions != NULL)
    test_person_leave (self);
  g_free (self->folder);
  g_free (self->name);
  g_free (self);
}

GhcAccount *
test_person_account (TestPerson *self)
{
  return ghc_session_get_account (self->session);
}

typedef struct
{
  TestFunc func;
  TestDaemon *daemon;
} FiberTest;

static DexFuture *
test_fiber (gpointer data)
{
  FiberTest *test = data;

  test->func (test->daemon);

  return dex_future_new_true ();
}

static DexFuture *
on_done (DexFuture *future, gpointer data)
{
  return dex_future_new_true ();
}

void
test_run_fiber (TestFunc func, TestDaemon *daemon)
{
  FiberTest test = { func, daemon };
  g_autoptr (DexFuture)
    future = dex_future_finally (dex_scheduler_spawn (NULL, 256 * 1024, test_fiber, &test, NULL),
                                 on_done, NULL, NULL);

  while (dex_future_is_pending (future))
    g_main_context_iteration (NULL, TRUE);
}

GhcGuild *
test_make_guild (TestPerson *owner, const char *name)
{
  g_autoptr (GhcGuild) guild = test_await_object (ghc_session_create_guild (owner->session, name));

  g_assert_cmpstr (ghc_guild_get_name (guild), ==, name);
  g_assert_true (
    ghc_account_lookup_guild (test_person_account (owner), ghc_guild_get_guild_id (guild))
    == guild);

  return guild;
}

GhcGuild *
test_join_guild (TestPerson *owner, GhcGuild *guild, TestPerson *guest)
{
  g_autoptr (GhcInvite)
    invite = test_await_object (ghc_session_create_invite (owner->session, guild, 3600, 0));
  g_autoptr (GhcGuild) joined = NULL;

  g_assert_true (g_str_has_prefix (ghc_invite_get_link (invite), "guildhall://"));
  joined = test_await_object (
    ghc_session_accept_invite (guest->session, ghc_invite_get_link (invite)));
  g_assert_cmpstr (ghc_guild_get_guild_id (joined), ==, ghc_guild_get_guild_id (guild));
  g_assert_true (joined != guild);

  return joined;
}

GhcChannel *
test_find_channel (GhcGuild *guild, const char *name)
{
  GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));

  for (guint i = 0; i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);

      if (g_str_equal (ghc_channel_get_name (channel), name))
        return channel;
    }

  return NULL;
}

/* What the timeline shows, as texts; those that are not sent with a question mark. */
GPtrArray *
test_read_bodies (GhcChannel *channel)
{
  GListModel *timeline = G_LIST_MODEL (ghc_channel_get_timeline (channel));
  GPtrArray *bodies = g_ptr_array_new_with_free_func (g_free);

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++)
    {
      g_autoptr (GhcTimelineItem) item = g_list_model_get_item (timeline, i);
      GhcMessage *message = ghc_timeline_item_get_message (item);

      if (message != NULL)
        g_ptr_array_add (bodies,
                         g_strconcat (ghc_message_get_body (message),
                                      ghc_message_get_state (message) == GHC_MESSAGE_SENT ? ""
                                                                                          : "?",
                                      NULL));
    }

  return bodies;
}

gboolean
test_shows (GhcChannel *channel, const char *body)
{
  g_autoptr (GPtrArray) bodies = test_read_bodies (channel);

  return g_ptr_array_find_with_equal_func (bodies, body, g_str_equal, NULL);
}

void
test_send (TestPerson *person, GhcChannel *channel, const char *body)
{
  g_autoptr (GhcMessage)
    message = test_await_object (ghc_session_send_message (person->session, channel, body));

  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);
}

void
test_open_channel (TestPerson *person, GhcChannel *channel)
{
  g_autoptr (GhcTimeline)
    timeline = test_await_object (ghc_session_open_channel (person->session, channel));

  g_assert_true (timeline == ghc_channel_get_timeline (channel));
  g_assert_true (ghc_timeline_get_loaded (timeline));
}

gboolean
test_is_online (TestPerson *person)
{
  return ghc_session_get_connection (person->session) == GHC_CONNECTION_ONLINE;
}

/* Where there is no keyring, coming back is signing in. */
void
test_go_online (TestPerson *person)
{
  test_until (ghc_session_get_connection (person->session) == GHC_CONNECTION_SIGNED_OUT
              || test_is_online (person));
  if (test_has_keyring ())
    g_assert_true (test_is_online (person));
  if (!test_is_online (person))
    test_await_true (ghc_session_sign_in_again (person->session, PASSWORD));
  test_until (test_is_online (person));
}

void
test_assert_numbers (GhcChannel *channel, guint first, guint n)
{
  g_autoptr (GPtrArray) bodies = test_read_bodies (channel);

  g_assert_cmpuint (bodies->len, ==, n);
  for (guint i = 0; i < n; i++)
    {
      g_autofree char *expected = g_strdup_printf ("number %u", first + i);

      g_assert_cmpstr (g_ptr_array_index (bodies, i), ==, expected);
    }
}

guint
test_n_messages (GhcChannel *channel)
{
  g_autoptr (GPtrArray) bodies = test_read_bodies (channel);

  return bodies->len;
}

static void
append_u32 (GByteArray *out, guint32 value)
{
  guint32 big = GUINT32_TO_BE (value);

  g_byte_array_append (out, (const guint8 *) &big, 4);
}

/* PNG, third edition, annex D */
static guint32
crc (const guint8 *data, gsize size)
{
  guint32 c = 0xffffffff;

  for (gsize i = 0; i < size; i++)
    {
      c ^= data[i];
      for (guint bit = 0; bit < 8; bit++)
        c = (c & 1) != 0 ? 0xedb88320 ^ (c >> 1) : c >> 1;
    }

  return c ^ 0xffffffff;
}

static void
append_chunk (GByteArray *png, const char *type, const guint8 *data, gsize size)
{
  gsize start = png->len + 4;

  append_u32 (png, (guint32) size);
  g_byte_array_append (png, (const guint8 *) type, 4);
  if (size > 0)
    g_byte_array_append (png, data, (guint) size);
  append_u32 (png, crc (png->data + start, png->len - start));
}

/* A real picture: noise in eight-bit RGB. */
GBytes *
test_make_png (guint width, guint height)
{
  static const guint8 signature[] = { 0x89, 'P', 'N', 'G', '\r', '\n', 0x1a, '\n' };
  g_autoptr (GByteArray) png = g_byte_array_new ();
  g_autoptr (GByteArray) header = g_byte_array_new ();
  g_autoptr (GByteArray) rows = g_byte_array_new ();
  g_autoptr (GZlibCompressor) compressor = g_zlib_compressor_new (G_ZLIB_COMPRESSOR_FORMAT_ZLIB, 1);
  g_autoptr (GOutputStream) memory = g_memory_output_stream_new_resizable ();
  g_autoptr (GOutputStream)
    compressed = g_converter_output_stream_new (memory, G_CONVERTER (compressor));
  static const guint8 kind[] = { 8, 2, 0, 0, 0 };

  append_u32 (header, width);
  append_u32 (header, height);
  g_byte_array_append (header, kind, sizeof kind);

  for (guint y = 0; y < height; y++)
    {
      guint8 filter = 0;

      g_byte_array_append (rows, &filter, 1);
      for (guint x = 0; x < width * 3; x++)
        {
          guint8 value = (guint8) g_test_rand_int_range (0, 256);

          g_byte_array_append (rows, &value, 1);
        }
    }
  g_assert_true (g_output_stream_write_all (compressed, rows->data, rows->len, NULL, NULL, NULL));
  g_assert_true (g_output_stream_close (compressed, NULL, NULL));

  g_byte_array_append (png, signature, sizeof signature);
  append_chunk (png, "IHDR", header->data, header->len);
  append_chunk (png, "IDAT", g_memory_output_stream_get_data (G_MEMORY_OUTPUT_STREAM (memory)),
                g_memory_output_stream_get_data_size (G_MEMORY_OUTPUT_STREAM (memory)));
  append_chunk (png, "IEND", NULL, 0);

  return g_byte_array_free_to_bytes (g_steal_pointer (&png));
}
