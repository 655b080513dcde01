/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-util.h"

#include <signal.h>
#include <string.h>
#include <sys/prctl.h>

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
  g_subprocess_launcher_set_child_setup (launcher, test_end_with_parent, NULL, NULL);
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

TestRoom *
test_room_new (TestDaemon *daemon, const char *name, const char *guild_name)
{
  TestRoom *self = g_new0 (TestRoom, 1);
  g_autofree char *ada = g_strconcat (name, "_ada", NULL);
  g_autofree char *brook = g_strconcat (name, "_brook", NULL);

  self->ada = test_person_register (daemon, ada);
  self->brook = test_person_register (daemon, brook);
  self->hers = test_make_guild (self->ada, guild_name);
  self->his = test_join_guild (self->ada, self->hers, self->brook);
  self->her_channel = test_find_channel (self->hers, "general");
  self->his_channel = test_find_channel (self->his, "general");

  return self;
}

void
test_room_free (TestRoom *self)
{
  test_person_free (self->ada);
  test_person_free (self->brook);
  g_free (self);
}

static const char *const *daemon_settings;
static TestDaemon *daemon_in_use;

static void
run (gconstpointer func)
{
  if (daemon_in_use == NULL)
    daemon_in_use = test_daemon_new (daemon_settings);
  if (daemon_in_use != NULL)
    test_run_fiber ((TestFunc) func, daemon_in_use);
}

int
test_main (int argc, char **argv, const char *const *settings, const TestCase *cases, gsize n_cases)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  g_auto (GStrv) all = NULL;
  int status;

  g_strv_builder_add (builder, "GUILDHALL_ACCOUNTS_RATE_FACTOR=1000000");
  if (settings != NULL)
    g_strv_builder_addv (builder, (const char **) settings);
  all = g_strv_builder_end (builder);
  daemon_settings = (const char *const *) all;

  g_test_init (&argc, &argv, NULL);
  test_keyring_start ();
  dex_init ();

  for (gsize i = 0; i < n_cases; i++)
    g_test_add_data_func (cases[i].path, cases[i].func, run);
  status = g_test_run ();

  g_clear_pointer (&daemon_in_use, test_daemon_free);
  test_keyring_stop ();

  return status;
}
