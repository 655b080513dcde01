/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions against the real server, which goes away, or from which one is away. */
#include "ghc-cache.h"
#include "session-util.h"

/* Some hundreds are fetched event by event. */
static void
test_short_away (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "short", "Strollers");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcChannel *her_channel = room->her_channel;
  GhcChannel *his_channel = room->his_channel;
  g_autofree char *channel_id = g_strdup (ghc_channel_get_channel_id (her_channel));
  const guint n_missed = 300;

  test_open_channel (brook, his_channel);
  test_send (ada, her_channel, "number 0");
  test_until (test_shows (his_channel, "number 0"));
  test_person_leave (brook);
  for (guint i = 1; i <= n_missed; i++)
    {
      g_autofree char *body = g_strdup_printf ("number %u", i);

      dex_future_disown (ghc_session_send_message (ada->session, her_channel, body));
    }
  test_until (ghc_session_get_n_waiting (ada->session) == 0);

  test_person_return (brook);
  his_channel = ghc_account_lookup_channel (test_person_account (brook), channel_id);
  test_open_channel (brook, his_channel);
  test_go_online (brook);
  test_until (test_n_messages (his_channel) == n_missed + 1);
  test_assert_numbers (his_channel, 0, n_missed + 1);
  g_assert_true (ghc_channel_get_unread (his_channel));
  g_assert_cmpuint (ghc_channel_get_n_unread (his_channel), ==, n_missed);

  test_room_free (room);
}

/* 3,000 messages are missed: the timeline is not filled with them, and paged through it has each
   once. */
static void
test_long_away (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "away", "Travellers");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcChannel *her_channel = room->her_channel;
  g_autofree char *channel_id = g_strdup (ghc_channel_get_channel_id (her_channel));
  const guint n_missed = 3000;
  GhcChannel *his_channel = room->his_channel;
  GhcTimeline *timeline;
  guint next;
  guint n_pages = 0;

  test_open_channel (brook, his_channel);
  test_send (ada, her_channel, "number 0");
  test_until (test_shows (his_channel, "number 0"));
  test_person_leave (brook);

  for (guint i = 1; i <= n_missed; i++)
    {
      g_autofree char *body = g_strdup_printf ("number %u", i);

      dex_future_disown (ghc_session_send_message (ada->session, her_channel, body));
    }
  test_until (ghc_session_get_n_waiting (ada->session) == 0);

  test_person_return (brook);
  his_channel = ghc_account_lookup_channel (test_person_account (brook), channel_id);
  test_open_channel (brook, his_channel);
  g_assert_true (test_shows (his_channel, "number 0"));
  timeline = ghc_channel_get_timeline (his_channel);
  ghc_timeline_set_visible_range (timeline, 0, 1);
  test_go_online (brook);
  test_until (!ghc_timeline_get_loading_newer (timeline));
  g_assert_true (ghc_channel_get_unread (his_channel));
  g_assert_cmpuint (test_n_messages (his_channel), <=,
                    1 + GH_LIMIT_EVENTS_PAGE + 2 * GHC_TIMELINE_PAGE);
  g_assert_false (ghc_timeline_get_at_end (timeline));

  /* Read on from where one was. */
  next = test_n_messages (his_channel);
  test_assert_numbers (his_channel, 0, next);
  while (!ghc_timeline_get_at_end (timeline))
    {
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (timeline));
      g_autoptr (GPtrArray) bodies = NULL;
      g_autofree char *first_new = g_strdup_printf ("number %u", next);
      guint index;

      ghc_timeline_set_visible_range (timeline, n_items - MIN (n_items, 10), n_items - 1);
      test_await_true (ghc_timeline_load_newer (timeline));
      g_assert_cmpuint (n_pages++, <, 2 * n_missed / GHC_TIMELINE_PAGE);

      bodies = test_read_bodies (his_channel);
      g_assert_cmpuint (bodies->len, <=, GHC_TIMELINE_WINDOW + GHC_TIMELINE_PAGE);
      g_assert_true (g_ptr_array_find_with_equal_func (bodies, first_new, g_str_equal, &index));
      for (; index < bodies->len; index++, next++)
        {
          g_autofree char *expected = g_strdup_printf ("number %u", next);

          g_assert_cmpstr (g_ptr_array_index (bodies, index), ==, expected);
        }
    }
  g_assert_cmpuint (next, ==, n_missed + 1);

  /* And what comes now comes live. */
  test_send (ada, her_channel, "and now");
  test_until (test_shows (his_channel, "and now"));

  test_room_free (room);
}

/* What is written without a server waits, survives the end of the program, and goes out in
   order. */
static void
test_offline (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "off", "Hermits");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcGuild *hers = room->hers;
  GhcChannel *her_channel = room->her_channel;
  GhcChannel *his_channel = room->his_channel;
  g_autofree char *guild_id = g_strdup (ghc_guild_get_guild_id (hers));
  g_autofree char *channel_id = g_strdup (ghc_channel_get_channel_id (her_channel));

  test_open_channel (ada, her_channel);
  test_open_channel (brook, his_channel);
  test_send (ada, her_channel, "number 0");
  test_until (test_shows (his_channel, "number 0"));
  ghc_channel_set_draft (her_channel, "half a thought");

  test_daemon_stop (daemon);
  test_until (ghc_session_get_connection (ada->session) == GHC_CONNECTION_OFFLINE);
  for (guint i = 1; i <= 5; i++)
    {
      g_autofree char *body = g_strdup_printf ("number %u", i);

      dex_future_disown (ghc_session_send_message (ada->session, her_channel, body));
    }
  ghc_channel_set_draft (her_channel, "half a thought");
  g_assert_cmpuint (ghc_session_get_n_waiting (ada->session), ==, 5);
  g_assert_true (test_shows (her_channel, "number 5?"));
  test_person_leave (ada);

  /* Back without a server: everything is there from the cache. */
  test_person_return (ada);
  hers = ghc_account_lookup_guild (test_person_account (ada), guild_id);
  g_assert_nonnull (hers);
  g_assert_cmpstr (ghc_guild_get_name (hers), ==, "Hermits");
  her_channel = ghc_guild_lookup_channel (hers, channel_id);
  g_assert_cmpstr (ghc_channel_get_draft (her_channel), ==, "half a thought");
  g_assert_cmpuint (ghc_session_get_n_waiting (ada->session), ==, 5);
  test_open_channel (ada, her_channel);
  g_assert_cmpuint (test_n_messages (her_channel), ==, 6);
  g_assert_true (test_shows (her_channel, "number 0"));
  g_assert_true (test_shows (her_channel, "number 5?"));

  test_daemon_start (daemon);
  ghc_session_retry_now (ada->session);
  test_go_online (ada);
  test_until (ghc_session_get_n_waiting (ada->session) == 0);
  test_until (test_n_messages (his_channel) == 6);
  test_assert_numbers (her_channel, 0, 6);
  test_assert_numbers (his_channel, 0, 6);

  test_room_free (room);
}

/* The daemon is killed while somebody writes: what was written arrives, in order, once. */
static void
test_killed (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "kill", "Survivors");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcChannel *her_channel = room->her_channel;
  GhcChannel *his_channel = room->his_channel;
  const guint n_rounds = 3;
  const guint n_in_round = 60;
  guint n_sent = 0;

  test_open_channel (ada, her_channel);
  test_open_channel (brook, his_channel);

  for (guint round = 0; round < n_rounds; round++)
    {
      guint n_before = n_sent;

      for (guint i = 0; i < n_in_round; i++)
        {
          g_autofree char *body = g_strdup_printf ("number %u", n_sent++);

          dex_future_disown (ghc_session_send_message (ada->session, her_channel, body));
        }
      test_until (ghc_session_get_n_waiting (ada->session) < n_in_round / 2);
      test_daemon_kill (daemon);
      test_until (ghc_session_get_connection (ada->session) == GHC_CONNECTION_OFFLINE);
      test_until (!test_is_online (brook));
      g_assert_nonnull (ghc_session_get_status (ada->session));
      g_assert_cmpuint (test_n_messages (her_channel), ==, n_before + n_in_round);

      test_daemon_start (daemon);
      ghc_session_retry_now (ada->session);
      test_until (test_is_online (ada) && test_is_online (brook));
      g_assert_null (ghc_session_get_status (ada->session));
      test_until (ghc_session_get_n_waiting (ada->session) == 0);
      test_until (test_n_messages (his_channel) >= n_sent);
      test_assert_numbers (her_channel, 0, n_sent);
      test_assert_numbers (his_channel, 0, n_sent);
    }

  test_room_free (room);
}

/* The server comes back from a backup: what it has forgotten is gone, and what is new comes. */
static void
test_restored_server (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "back", "Before");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcGuild *hers = room->hers;
  GhcGuild *his = room->his;
  GhcChannel *her_channel = room->her_channel;
  GhcChannel *his_channel = room->his_channel;
  const char *his_id = ghc_account_get_user_id (test_person_account (brook));
  GhcUser *brook_for_ada = ghc_account_lookup_user (test_person_account (ada), his_id);
  g_autofree char *his_name = g_strdup (ghc_user_get_display_name (brook_for_ada));

  test_open_channel (ada, her_channel);
  test_open_channel (brook, his_channel);
  test_send (ada, her_channel, "number 0");
  test_daemon_stop (daemon);
  test_until (!test_is_online (ada) && !test_is_online (brook));
  test_daemon_back_up (daemon);

  test_daemon_start (daemon);
  ghc_session_retry_now (ada->session);
  test_until (test_is_online (ada) && test_is_online (brook));
  test_await_true (ghc_session_edit_guild (ada->session, hers, "After", NULL));
  test_await_true (ghc_session_set_profile (brook->session, "Of the future", NULL));
  test_until (g_str_equal (ghc_user_get_display_name (brook_for_ada), "Of the future"));
  for (guint i = 1; i < 20; i++)
    {
      g_autofree char *body = g_strdup_printf ("number %u", i);

      test_send (ada, her_channel, body);
    }
  test_until (test_n_messages (his_channel) == 20);

  test_daemon_stop (daemon);
  test_until (!test_is_online (ada) && !test_is_online (brook));
  test_daemon_restore (daemon);
  test_daemon_start (daemon);
  ghc_session_retry_now (ada->session);
  ghc_session_retry_now (brook->session);
  test_until (test_is_online (ada) && test_is_online (brook));
  test_until (test_n_messages (her_channel) == 1 && test_n_messages (his_channel) == 1);
  test_until (g_str_equal (ghc_guild_get_name (hers), "Before") && g_str_equal (ghc_guild_get_name (his), "Before"));
  test_until (g_str_equal (ghc_user_get_display_name (brook_for_ada), his_name));

  /* Positions are used again, for other messages. */
  for (guint i = 1; i < 5; i++)
    {
      g_autofree char *body = g_strdup_printf ("number %u", i);

      test_send (brook, his_channel, body);
    }
  test_until (test_n_messages (her_channel) == 5);
  test_assert_numbers (her_channel, 0, 5);
  test_assert_numbers (his_channel, 0, 5);

  /* Nor does the next start begin with what was forgotten. */
  test_person_leave (ada);
  test_person_return (ada);
  brook_for_ada = ghc_account_lookup_user (test_person_account (ada), his_id);
  g_assert_cmpstr (ghc_user_get_display_name (brook_for_ada), ==, his_name);

  test_room_free (room);
}

/* The program ended when it had just begun to forget: the guilds that it kept are of a log that is no more. */
static void
test_restored_and_ended (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "end", "Before");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  g_autofree char *guild_id = g_strdup (ghc_guild_get_guild_id (room->his));
  g_autofree char *file = g_strconcat (ghc_account_get_account_id (test_person_account (brook)), ".sqlite",
                                       NULL);
  g_autofree char *path = g_build_filename (brook->folder, file, NULL);
  g_autoptr (GhcCache) cache = NULL;
  GhcGuild *his;

  test_daemon_stop (daemon);
  test_until (!test_is_online (ada) && !test_is_online (brook));
  test_daemon_back_up (daemon);
  test_daemon_start (daemon);
  ghc_session_retry_now (ada->session);
  ghc_session_retry_now (brook->session);
  test_until (test_is_online (ada) && test_is_online (brook));
  test_await_true (ghc_session_edit_guild (ada->session, room->hers, "After", NULL));
  test_await_true (ghc_session_edit_guild (ada->session, room->hers, "Long after", NULL));
  test_until (g_str_equal (ghc_guild_get_name (room->his), "Long after"));

  test_daemon_stop (daemon);
  test_person_leave (brook);
  g_assert_true (g_file_test (path, G_FILE_TEST_EXISTS));
  cache = ghc_cache_new (path);
  test_await_true (ghc_cache_forget_history (cache));
  test_await_true (ghc_cache_close (cache));

  test_daemon_restore (daemon);
  test_daemon_start (daemon);
  ghc_session_retry_now (ada->session);
  test_until (test_is_online (ada));
  test_person_return (brook);
  test_go_online (brook);
  his = ghc_account_lookup_guild (test_person_account (brook), guild_id);
  g_assert_cmpstr (ghc_guild_get_name (his), ==, "Before");
  test_await_true (ghc_session_edit_guild (ada->session, room->hers, "Again", NULL));
  test_until (g_str_equal (ghc_guild_get_name (his), "Again"));

  test_room_free (room);
}

static void
on_connection (GhcSession *session, GParamSpec *pspec, guint *n_offline)
{
  *n_offline += ghc_session_get_connection (session) == GHC_CONNECTION_OFFLINE;
}

/* The daemon is replaced while its address stays open: nobody is ever offline, and what was being written
 * arrives, in order, once. */
static void
test_upgraded (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "new", "Patient");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  g_autoptr (GObject) hers = NULL;
  g_autoptr (GObject) his = NULL;
  const guint n_in_round = 40;
  guint n_offline = 0;
  guint n_sent = 0;

  test_open_channel (ada, room->her_channel);
  test_open_channel (brook, room->his_channel);
  hers = test_dup_connection (ada);
  his = test_dup_connection (brook);
  test_daemon_stop (daemon);
  test_daemon_hold_address (daemon);
  test_daemon_start (daemon);
  test_await_return (ada, hers);
  test_await_return (brook, his);
  g_signal_connect (ada->session, "notify::connection", G_CALLBACK (on_connection), &n_offline);
  g_signal_connect (brook->session, "notify::connection", G_CALLBACK (on_connection), &n_offline);

  for (guint round = 0; round < 2; round++)
    {
      for (guint i = 0; i < n_in_round; i++)
        {
          g_autofree char *body = g_strdup_printf ("number %u", n_sent++);

          dex_future_disown (ghc_session_send_message (ada->session, room->her_channel, body));
        }
      test_until (ghc_session_get_n_waiting (ada->session) < n_in_round / 2);
      test_daemon_stop (daemon);
      test_until (!test_is_online (ada) && !test_is_online (brook));
      test_daemon_start (daemon);
      test_until (test_is_online (ada) && test_is_online (brook));
      test_until (ghc_session_get_n_waiting (ada->session) == 0);
      test_until (test_n_messages (room->his_channel) >= n_sent);
      test_assert_numbers (room->her_channel, 0, n_sent);
      test_assert_numbers (room->his_channel, 0, n_sent);
    }
  g_assert_cmpuint (n_offline, ==, 0);

  g_signal_handlers_disconnect_by_func (ada->session, on_connection, &n_offline);
  g_signal_handlers_disconnect_by_func (brook->session, on_connection, &n_offline);
  test_room_free (room);
}

/* One leaves a channel right after something was said there: none of it is kept, so that whoever comes back
 * later does not take what was kept for all that was said. */
static void
test_out_of_channel (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "out", "Doorway");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcChannel *his_channel = room->his_channel;
  g_autofree char *channel_id = g_strdup (ghc_channel_get_channel_id (his_channel));

  test_open_channel (brook, his_channel);
  test_send (ada, room->her_channel, "number 0");
  test_until (test_shows (his_channel, "number 0"));
  test_await_true (ghc_session_leave_channel (brook->session, his_channel));
  test_until (!ghc_channel_get_joined (his_channel));
  test_person_leave (brook);
  test_send (ada, room->her_channel, "number 1");

  test_person_return (brook);
  test_go_online (brook);
  his_channel = ghc_account_lookup_channel (test_person_account (brook), channel_id);
  test_await_true (ghc_session_join_channel (brook->session, his_channel));
  test_until (ghc_channel_get_joined (his_channel));
  test_send (ada, room->her_channel, "number 2");
  test_until (ghc_channel_get_unread (his_channel));
  test_open_channel (brook, his_channel);
  while (!ghc_timeline_get_at_start (ghc_channel_get_timeline (his_channel)))
    test_await_true (ghc_timeline_load_older (ghc_channel_get_timeline (his_channel)));
  test_assert_numbers (his_channel, 0, 3);

  test_room_free (room);
}

int
main (int argc, char **argv)
{
  static const TestCase cases[] = {
    { "/session-away/short-away", test_short_away },
    { "/session-away/long-away", test_long_away },
    { "/session-away/offline", test_offline },
    { "/session-away/killed", test_killed },
    { "/session-away/restored-server", test_restored_server },
    { "/session-away/restored-and-ended", test_restored_and_ended },
    { "/session-away/upgraded", test_upgraded },
    { "/session-away/out-of-channel", test_out_of_channel },
  };

  return test_main (argc, argv, NULL, cases, G_N_ELEMENTS (cases));
}
