/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of sessions against the real server, which goes away, or from which one is away. */
#include "session-place.h"

#include "gh-error.h"
#include "ghc-session-internal.h"

/* A connection that breaks is not the end of a place. */
static void
test_connection_lost (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "broken", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (GhcCallMember) brook = NULL;
  g_autofree char *member_id = g_strdup (ghc_call_seat_get_member_id (hers->seat));
  g_autofree char *ufrag = g_strdup (ghc_call_seat_get_ice_ufrag (hers->seat));
  guint32 epoch = test_epoch_of (his);

  test_until (test_n_members (room->her_channel) == 2);
  g_set_object (&brook, test_find_member (room->her_channel, room->brook));
  for (guint i = 0; i < 3; i++)
    {
      ghc_gateway_close (room->ada->session->gateway);
      g_assert_cmpint (ghc_call_seat_get_state (hers->seat), ==, GHC_SEAT_RECONNECTING);
      g_assert_cmpuint (test_n_members (room->her_channel), ==, 2);
      test_until (test_is_joined (hers));
      g_assert_true (brook == test_find_member (room->her_channel, room->brook));
    }
  g_assert_cmpstr (ghc_call_seat_get_member_id (hers->seat), ==, member_id);
  g_assert_cmpstr (ghc_call_seat_get_ice_ufrag (hers->seat), ==, ufrag);
  g_assert_false (ghc_call_get_holding (ghc_channel_get_call (room->her_channel)));
  g_assert_cmpuint (test_epoch_of (his), ==, epoch);
  g_assert_true (test_has_same_key (hers, his));
  g_assert_cmpstr (his->keys->str, ==, "");
  g_assert_cmpstr (hers->keys->str, ==, "");

  test_room_free (room);
}

/* The server is killed and comes back: everybody stays who they were, under a later key. */
static void
test_server_killed (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "killed", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autofree char *call_id = g_strdup (ghc_call_seat_get_call_id (hers->seat));
  g_autofree char *her_id = g_strdup (ghc_call_seat_get_member_id (hers->seat));
  g_autofree char *his_id = g_strdup (ghc_call_seat_get_member_id (his->seat));
  g_autofree char *wanted = NULL;
  g_autoptr (GhcCallMember) brook = NULL;
  guint32 epoch = test_epoch_of (hers);

  test_until (test_n_members (room->her_channel) == 2);
  g_set_object (&brook, test_find_member (room->her_channel, room->brook));
  test_daemon_kill (daemon);
  test_until (!test_is_joined (hers) && !test_is_joined (his));
  test_send_number (hers, his_id, 0);
  g_assert_cmpuint (test_n_members (room->her_channel), ==, 2);
  g_assert_cmpuint (test_n_members (room->his_channel), ==, 2);
  test_daemon_start (daemon);
  test_until (test_is_joined (hers) && test_is_joined (his));
  test_until (!ghc_call_get_holding (ghc_channel_get_call (room->her_channel))
              && !ghc_call_get_holding (ghc_channel_get_call (room->his_channel)));

  g_assert_null (hers->ended);
  g_assert_cmpstr (ghc_call_seat_get_call_id (hers->seat), ==, call_id);
  g_assert_cmpstr (ghc_call_seat_get_member_id (hers->seat), ==, her_id);
  g_assert_cmpstr (ghc_call_seat_get_member_id (his->seat), ==, his_id);
  g_assert_true (brook == test_find_member (room->her_channel, room->brook));
  g_assert_cmpuint (test_epoch_of (hers), ==, epoch + 1);
  g_assert_true (test_has_same_key (hers, his));
  wanted = g_strdup_printf ("moved %u key %u ", epoch + 1, epoch + 1);
  g_assert_cmpstr (hers->keys->str, ==, wanted);
  g_assert_cmpstr (his->keys->str, ==, wanted);
  test_assert_signals (his, 1);

  test_room_free (room);
}

static void
on_retry_in_s (GObject *session, GParamSpec *pspec, guint *longest_s)
{
  guint retry_in_s;

  g_object_get (session, "retry-in-s", &retry_in_s, NULL);
  *longest_s = MAX (*longest_s, retry_in_s);
}

/* One of them does not come back: after ten seconds the others go on without. */
static void
test_not_everybody_returns (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "alone", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autofree char *moved = g_strdup_printf ("moved %u ", test_epoch_of (hers) + 1);
  g_autofree char *settled = g_strdup_printf ("moved %u key %u ", test_epoch_of (hers) + 1,
                                              test_epoch_of (hers) + 1);
  guint longest_s = 0;
  gint64 began_us;

  test_until (test_n_members (room->her_channel) == 2);
  g_signal_connect (room->ada->session, "notify::retry-in-s", G_CALLBACK (on_retry_in_s),
                    &longest_s);
  test_daemon_kill (daemon);
  test_until (!test_is_joined (hers) && !test_is_joined (his));
  test_person_leave (room->brook);
  g_assert_cmpstr (his->ended, ==, "left");

  /* Longer than the server would have waited, had it been there. */
  dex_await (dex_timeout_new_seconds (11), NULL);
  g_assert_cmpint (ghc_call_seat_get_state (hers->seat), ==, GHC_SEAT_RECONNECTING);
  g_assert_cmpuint (test_n_members (room->her_channel), ==, 2);
  /* However long it is away: the others will not wait for longer. */
  g_assert_cmpuint (longest_s, >, 0);
  g_assert_cmpuint (longest_s, <=, 2);
  /* Before it waits: we may be slow to see that it does. */
  began_us = g_get_monotonic_time ();
  test_daemon_start (daemon);
  test_until (test_is_joined (hers));
  g_signal_handlers_disconnect_by_data (room->ada->session, &longest_s);
  g_assert_cmpstr (hers->keys->str, ==, moved);
  g_assert_cmpuint (test_n_members (room->her_channel), ==, 2);
  test_until (test_n_members (room->her_channel) == 1);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >, 9 * G_USEC_PER_SEC);
  g_assert_cmpstr (hers->keys->str, ==, settled);

  test_room_free (room);
}

static void
test_offline (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "nowhere", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (GError) error = NULL;

  test_daemon_stop (daemon);
  test_until (!test_is_online (room->ada) && !test_is_online (room->brook));
  error = test_await_error (
    ghc_session_join_call (room->brook->session, room->his_channel, FALSE, FALSE));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);

  /* One can leave without a server, and does not come back by oneself. */
  test_await_true (ghc_session_leave_call (room->ada->session));
  g_assert_cmpstr (hers->ended, ==, "left");
  test_daemon_start (daemon);
  ghc_session_retry_now (room->ada->session);
  ghc_session_retry_now (room->brook->session);
  test_until (test_is_online (room->ada) && test_is_online (room->brook));
  g_assert_null (ghc_session_get_seat (room->ada->session));
  g_assert_cmpuint (test_n_members (room->his_channel), ==, 0);

  test_room_free (room);
}

int
main (int argc, char **argv)
{
  static const TestCase cases[] = {
    { "/session-calls-away/connection-lost", test_connection_lost },
    { "/session-calls-away/server-killed", test_server_killed },
    { "/session-calls-away/not-everybody-returns", test_not_everybody_returns },
    { "/session-calls-away/offline", test_offline },
  };

  return test_main (argc, argv, NULL, cases, G_N_ELEMENTS (cases));
}
