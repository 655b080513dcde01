/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "session-util.h"

#include "ghc-session-internal.h"

#include <string.h>

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

GObject *
test_dup_connection (TestPerson *person)
{
  g_assert_nonnull (person->session->gateway);

  return g_object_ref (G_OBJECT (person->session->gateway));
}

void
test_await_return (TestPerson *person, GObject *before)
{
  test_until (person->session->gateway != NULL && G_OBJECT (person->session->gateway) != before
              && test_is_online (person));
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
