/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is seen as what: against the double, which says things in an order that the real server does so only by chance. */
#include "test-server.h"

#include "gh-error.h"
#include "ghc-session-internal.h"

static GhcUser *
find_brook (TestPerson *person)
{
  GListModel *guilds = ghc_account_get_guilds (test_person_account (person));
  g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, 0);
  GListModel *members = ghc_member_list_get_all (ghc_guild_get_members (guild));

  for (guint i = 0; i < g_list_model_get_n_items (members); i++)
    {
      g_autoptr (GhcMember) member = g_list_model_get_item (members, i);

      if (g_str_equal (ghc_user_get_display_name (ghc_member_get_user (member)), "Brook"))
        return ghc_member_get_user (member);
    }

  g_assert_not_reached ();
}

static GhcPresence
own_presence (TestPerson *person)
{
  return ghc_user_get_presence (ghc_account_get_user (test_person_account (person)));
}

static void
connect_again (TestServer *server, TestPerson *person)
{
  g_autoptr (GObject) before = test_dup_connection (person);

  test_server_hang_up (server);
  test_await_return (person, before);
}

/* Between the two there is no connection, however long that takes. */
static void
go_away (TestServer *server, TestPerson *person)
{
  test_server_set_busy (server, TRUE);
  test_server_hang_up (server);
  test_until (!test_is_online (person));
}

static void
begin_to_return (TestServer *server)
{
  test_server_set_busy (server, FALSE);
  test_server_hang_up (server);
}

/* What is told after "ready" is newer than its list, also when both are read at once. */
static void
test_after_ready (TestServer *server)
{
  TestPerson *ada;

  test_server_set_presence (server, "offline", NULL, NULL, NULL);
  ada = test_person_register (test_server_get_daemon (server), "ada");
  g_assert_cmpint (ghc_user_get_presence (find_brook (ada)), ==, GHC_PRESENCE_OFFLINE);

  test_server_set_presence (server, "offline", NULL, "online", NULL);
  connect_again (server, ada);
  g_assert_cmpint (ghc_user_get_presence (find_brook (ada)), ==, GHC_PRESENCE_ONLINE);

  test_server_set_presence (server, "offline", "online", "offline", NULL);
  connect_again (server, ada);
  g_assert_cmpint (ghc_user_get_presence (find_brook (ada)), ==, GHC_PRESENCE_OFFLINE);

  test_server_set_presence (server, "offline", "dnd", NULL, NULL);
  connect_again (server, ada);
  g_assert_cmpint (ghc_user_get_presence (find_brook (ada)), ==, GHC_PRESENCE_DND);

  /* Nobody told of them: they have gone meanwhile. */
  test_server_set_presence (server, "offline", NULL, NULL, NULL);
  connect_again (server, ada);
  g_assert_cmpint (ghc_user_get_presence (find_brook (ada)), ==, GHC_PRESENCE_OFFLINE);

  test_person_free (ada);
}

/* And what is told while the guild is on its way is newer than what the guild has. */
static void
test_after_guild (TestServer *server)
{
  TestPerson *ada;

  test_server_set_presence (server, "offline", NULL, "online", NULL);
  ada = test_person_register (test_server_get_daemon (server), "ada");
  test_until (ghc_user_get_presence (find_brook (ada)) == GHC_PRESENCE_ONLINE);

  /* Nothing of what is still on its way has it otherwise. */
  connect_again (server, ada);
  g_assert_cmpint (ghc_user_get_presence (find_brook (ada)), ==, GHC_PRESENCE_ONLINE);

  test_person_free (ada);
}

/* One left the keyboard, and the program ended: whoever is back is not away any more. */
static void
test_back_at_the_keyboard (TestServer *server)
{
  TestPerson *ada;

  test_server_set_presence (server, NULL, NULL, NULL, "idle");
  ada = test_person_register (test_server_get_daemon (server), "ada");
  test_until (g_strcmp0 (test_server_get_told_presence (server), "online") == 0);
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_ONLINE);

  /* Another device has nobody at it, and this one has. */
  test_server_set_presence (server, NULL, NULL, NULL, "online");
  ghc_session_set_active (ada->session, FALSE);
  test_until (g_strcmp0 (test_server_get_told_presence (server), "idle") == 0);
  ghc_session_set_active (ada->session, TRUE);
  test_until (g_strcmp0 (test_server_get_told_presence (server), "online") == 0);
  test_await_true (ghc_session_set_presence (ada->session, GHC_PRESENCE_DND));
  test_await_true (ghc_session_set_presence (ada->session, GHC_PRESENCE_ONLINE));
  test_server_forget_told_presence (server);
  test_server_tell_own_presence (server, "idle");
  test_until (g_strcmp0 (test_server_get_told_presence (server), "online") == 0);
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_ONLINE);

  test_person_free (ada);
}

/* One's choice is the same on all devices: the latest. */
static void
test_chosen_elsewhere (TestServer *server)
{
  TestPerson *ada;

  test_server_set_presence (server, NULL, NULL, NULL, "dnd");
  ada = test_person_register (test_server_get_daemon (server), "ada");
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_DND);

  test_server_tell_own_presence (server, "invisible");
  test_until (own_presence (ada) == GHC_PRESENCE_INVISIBLE);

  test_server_set_presence (server, NULL, NULL, NULL, "online");
  connect_again (server, ada);
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_ONLINE);

  /* None of that was this device's to tell. */
  g_assert_cmpstr (test_server_get_told_presence (server), ==, NULL);

  /* The other device was online, and then nobody was at it; here somebody is. */
  test_server_tell_own_presence (server, "dnd");
  test_until (own_presence (ada) == GHC_PRESENCE_DND);
  test_server_set_presence (server, NULL, NULL, NULL, "idle");
  connect_again (server, ada);
  test_until (g_strcmp0 (test_server_get_told_presence (server), "online") == 0);
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_ONLINE);

  test_person_free (ada);
}

/* Somebody is heard of before there is a connection: their name is asked for once there is one. */
static void
test_named_later (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  GhcUser *brook;

  go_away (server, ada);
  brook = ghc_account_ensure_user (test_person_account (ada), TEST_SERVER_OTHER);
  test_until (ada->session->profile_timer == 0);
  g_assert_false (ghc_user_get_known (brook));

  begin_to_return (server);
  test_until (ghc_user_get_known (brook));
  g_assert_cmpstr (ghc_user_get_display_name (brook), ==, "Brook");

  test_person_free (ada);
}

/* What one chooses without a connection is told with the next, and not undone by it. */
static void
test_chosen_offline (TestServer *server)
{
  TestPerson *ada;

  test_server_set_presence (server, NULL, NULL, NULL, "dnd");
  ada = test_person_register (test_server_get_daemon (server), "ada");
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_DND);

  go_away (server, ada);
  test_await_true (ghc_session_set_presence (ada->session, GHC_PRESENCE_ONLINE));
  begin_to_return (server);
  test_until (g_strcmp0 (test_server_get_told_presence (server), "online") == 0);
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_ONLINE);

  test_person_free (ada);
}

/* What is refused is not chosen, and does not stand in the way of what is chosen elsewhere. */
static void
test_refused (TestServer *server)
{
  TestPerson *ada;
  g_autoptr (GError) error = NULL;

  test_server_set_presence (server, NULL, NULL, NULL, "online");
  ada = test_person_register (test_server_get_daemon (server), "ada");
  test_server_refuse_presence (server);
  error = test_await_error (ghc_session_set_presence (ada->session, GHC_PRESENCE_DND));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_LIMITED));
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_ONLINE);

  test_server_tell_own_presence (server, "invisible");
  test_until (own_presence (ada) == GHC_PRESENCE_INVISIBLE);
  g_assert_cmpstr (test_server_get_told_presence (server), ==, NULL);

  /* But who chose without a connection was not there to be told: it is said again with the next one. */
  test_server_set_presence (server, NULL, NULL, NULL, "online");
  connect_again (server, ada);
  test_server_refuse_presence (server);
  go_away (server, ada);
  test_await_true (ghc_session_set_presence (ada->session, GHC_PRESENCE_INVISIBLE));
  begin_to_return (server);
  test_until (test_server_has_refused_presence (server));
  test_until (!dex_future_is_pending (ada->session->presence_turn));
  g_assert_cmpstr (test_server_get_told_presence (server), ==, NULL);
  connect_again (server, ada);
  test_until (g_strcmp0 (test_server_get_told_presence (server), "invisible") == 0);
  g_assert_cmpint (own_presence (ada), ==, GHC_PRESENCE_INVISIBLE);

  test_person_free (ada);
}

int
main (int argc, char **argv)
{
  static const TestServerCase cases[] = {
    { "/session-presence/after-ready", test_after_ready, FALSE },
    { "/session-presence/after-guild", test_after_guild, FALSE },
    { "/session-presence/back-at-the-keyboard", test_back_at_the_keyboard, FALSE },
    { "/session-presence/chosen-elsewhere", test_chosen_elsewhere, FALSE },
    { "/session-presence/chosen-offline", test_chosen_offline, FALSE },
    { "/session-presence/refused", test_refused, FALSE },
    { "/session-presence/named-later", test_named_later, FALSE },
  };

  return test_server_main (argc, argv, cases, G_N_ELEMENTS (cases));
}
