/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people say of themselves, when answers and frames come in an order that nobody would expect. */
#include "test-server.h"

static gint64
say (TestPerson *ada)
{
  g_autoptr (GhcGuild)
    guild = g_list_model_get_item (ghc_account_get_guilds (test_person_account (ada)), 0);
  g_autoptr (GhcMessage) message = test_await_object (
    ghc_session_send_message (ada->session, test_find_channel (guild, "general"), "hello"));

  return ghc_message_get_timestamp (message);
}

static gint64
break_off (TestServer *server, TestPerson *ada, guint n_asked)
{
  GArray *asked = test_server_get_profiles_asked (server);

  test_server_hang_up (server);
  test_until (asked->len == n_asked && test_is_online (ada));

  return g_array_index (asked, gint64, n_asked - 1);
}

/* Who changed their profile while one was away is asked for until there is an answer. That an event was heard
 * does not say that all changes before it were, too. */
static void
test_missed (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  gint64 first_ts;
  gint64 second_ts;
  gint64 since_ts;

  test_until (test_is_online (ada));
  first_ts = say (ada);
  test_server_refuse_profiles (server, 1);
  since_ts = break_off (server, ada, 1);
  g_assert_cmpint (since_ts, >, 0);
  g_assert_cmpint (since_ts, <, first_ts);

  /* Nobody said who changed, and then came an event. */
  second_ts = say (ada);
  g_assert_cmpint (break_off (server, ada, 2), ==, since_ts);

  g_assert_cmpint (break_off (server, ada, 3), >=, since_ts + second_ts - first_ts);

  test_person_free (ada);
}

/* An answer that was overtaken by a newer frame is not what the next start begins with. */
static void
test_overtaken (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  GhcUser *brook;

  test_until (test_is_online (ada));
  brook = ghc_account_ensure_user (test_person_account (ada), TEST_SERVER_OTHER);
  test_await_true (ghc_session_load_profile (ada->session, brook));
  g_assert_cmpstr (ghc_user_get_bio (brook), ==, TEST_SERVER_NEWER_BIO);

  test_person_leave (ada);
  test_person_return (ada);
  brook = ghc_account_ensure_user (test_person_account (ada), TEST_SERVER_OTHER);
  g_assert_cmpstr (ghc_user_get_bio (brook), ==, TEST_SERVER_NEWER_BIO);

  test_person_free (ada);
}

static void
run_fiber (TestDaemon *data)
{
  g_autoptr (TestServer) server = test_server_new (TRUE);

  ((void (*) (TestServer *)) (gpointer) data) (server);
}

static void
run (gconstpointer func)
{
  test_run_fiber (run_fiber, (gpointer) func);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  test_keyring_start ();
  dex_init ();

  g_test_add_data_func ("/session-profiles/missed", test_missed, run);
  g_test_add_data_func ("/session-profiles/overtaken", test_overtaken, run);
  status = g_test_run ();

  test_keyring_stop ();

  return status;
}
