/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of sessions, against the real server: coming, going, keys, signals, and who may. */
#include "session-place.h"

#include "gh-error.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <libsoup/soup.h>
#include <string.h>

static void
test_meet (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "meet", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = NULL;
  guint n_servers;
  guint32 epoch;

  test_until (test_n_members (room->his_channel) == 1);
  g_assert_false (ghc_call_get_joined (ghc_channel_get_call (room->his_channel)));
  g_assert_false (ghc_call_member_get_is_self (test_find_member (room->his_channel, room->ada)));

  his = test_sit_down (room->brook, room->his_channel);
  g_assert_cmpuint (test_n_members (room->his_channel), ==, 2);
  test_until (test_n_members (room->her_channel) == 2);
  g_assert_true (test_has_same_key (hers, his));
  g_assert_cmpstr (ghc_call_seat_get_call_id (hers->seat), ==,
                   ghc_call_seat_get_call_id (his->seat));
  g_assert_cmpstr (ghc_call_member_get_member_id (test_find_member (room->his_channel, room->ada)),
                   ==, ghc_call_seat_get_member_id (hers->seat));
  g_assert_cmpstr (ghc_call_seat_get_ice_ufrag (hers->seat), !=,
                   ghc_call_seat_get_ice_ufrag (his->seat));
  ghc_call_seat_get_ice_servers (hers->seat, &n_servers);
  g_assert_cmpuint (n_servers, ==, 0);
  g_assert_true (ghc_call_seat_get_can_speak (his->seat));

  /* Joining it again is nothing new. */
  {
    g_autoptr (GhcCallSeat) again = test_await_object (
      ghc_session_join_call (room->ada->session, room->her_channel, TRUE, TRUE));

    g_assert_true (again == hers->seat);
  }

  /* Who leaves is gone at once, and those who stay have a key that is theirs alone. */
  epoch = test_epoch_of (his);
  {
    g_autoptr (DexFuture) left = ghc_session_leave_call (room->ada->session);

    g_assert_cmpstr (hers->ended, ==, "left");
    g_assert_null (ghc_call_seat_get_ended_text (hers->seat));
    g_assert_null (ghc_session_get_seat (room->ada->session));
    g_assert_false (ghc_call_get_joined (ghc_channel_get_call (room->her_channel)));
    test_await_true (g_steal_pointer (&left));
  }
  test_until (test_n_members (room->his_channel) == 1 && test_n_members (room->her_channel) == 1);
  test_until (test_epoch_of (his) == epoch + 1);
  test_await_true (ghc_session_leave_call (room->ada->session));

  /* Quitting the program is leaving. */
  test_person_leave (room->brook);
  test_until (test_n_members (room->her_channel) == 0);

  test_room_free (room);
}

static void
test_mute (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "mute", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);

  test_until (test_n_members (room->his_channel) == 1);
  ghc_call_seat_set_muted (hers->seat, TRUE);
  g_assert_true (ghc_call_seat_get_muted (hers->seat));
  test_until (ghc_call_member_get_muted (test_find_member (room->his_channel, room->ada)));
  ghc_call_seat_set_deafened (hers->seat, TRUE);
  test_until (ghc_call_member_get_deafened (test_find_member (room->his_channel, room->ada)));

  /* However often it changes, how it is in the end is what the others see. */
  for (guint i = 0; i < 25; i++)
    ghc_call_seat_set_muted (hers->seat, i % 2 == 0);
  ghc_call_seat_set_muted (hers->seat, FALSE);
  test_until (!ghc_call_member_get_muted (test_find_member (room->his_channel, room->ada))
              && !ghc_call_member_get_deafened (test_find_member (room->his_channel, room->ada)));

  /* And so when the server did not hear of it. */
  ghc_gateway_close (room->ada->session->gateway);
  g_assert_cmpint (ghc_call_seat_get_state (hers->seat), ==, GHC_SEAT_RECONNECTING);
  ghc_call_seat_set_muted (hers->seat, TRUE);
  test_until (ghc_call_member_get_muted (test_find_member (room->his_channel, room->ada)));

  test_room_free (room);
}

static void
test_signals (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "signal", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autofree char *his_id = g_strdup (ghc_call_seat_get_member_id (his->seat));
  g_autoptr (GhJson) signal = ghc_data_new ("s", "kind", "test", NULL);
  g_autoptr (GError) error = NULL;

  test_until (test_n_members (room->her_channel) == 2);
  for (guint i = 0; i < 200; i++)
    test_send_number (hers, his_id, i);
  test_assert_signals (his, 200);
  g_assert_cmpstr (his->from_member_id, ==, ghc_call_seat_get_member_id (hers->seat));
  test_await_true (ghc_call_seat_send (hers->seat, his_id, signal));
  test_until (his->numbers->len == 201);

  error = test_await_error (ghc_call_seat_send (hers->seat, "nobody", signal));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  g_clear_error (&error);

  /* What is sent without a connection arrives when there is one, in order. */
  g_array_set_size (his->numbers, 0);
  ghc_gateway_close (room->ada->session->gateway);
  for (guint i = 0; i < 100; i++)
    test_send_number (hers, his_id, i);
  g_assert_cmpuint (his->numbers->len, ==, 0);
  test_assert_signals (his, 100);

  /* Whoever left can be sent nothing. */
  test_await_true (ghc_session_leave_call (room->brook->session));
  test_until (test_n_members (room->her_channel) == 1);
  error = test_await_error (ghc_call_seat_send (hers->seat, his_id, signal));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  test_await_true (ghc_session_leave_call (room->ada->session));
  error = test_await_error (ghc_call_seat_send (hers->seat, his_id, signal));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);

  test_room_free (room);
}

/* The same person at another computer. */
static TestPerson *
sign_in_elsewhere (TestPerson *person)
{
  TestPerson *self = g_new0 (TestPerson, 1);

  self->daemon = person->daemon;
  self->name = g_strdup (person->name);
  self->folder = g_strconcat (person->folder, "-elsewhere", NULL);
  self->sessions = ghc_sessions_new (self->folder, "elsewhere");
  test_await_true (ghc_sessions_load (self->sessions));
  self->session = test_await_object (
    ghc_sessions_sign_in (self->sessions, person->daemon->url, person->name, PASSWORD));
  test_until (test_is_online (self));

  return self;
}

static void
test_moved (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "moved", "Voices");
  TestPerson *elsewhere = sign_in_elsewhere (room->ada);
  const char *channel_id = ghc_channel_get_channel_id (room->her_channel);
  GhcChannel *there = ghc_account_lookup_channel (test_person_account (elsewhere), channel_id);
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (TestPlace) moved = NULL;
  g_autoptr (GhcChannel) lounge = NULL;
  g_autoptr (TestPlace) second = NULL;
  g_autoptr (TestPlace) third = NULL;
  GhcChannel *his_lounge;

  moved = test_sit_down (elsewhere, there);
  test_until (hers->ended != NULL);
  g_assert_cmpstr (hers->ended, ==, "moved");
  g_assert_nonnull (ghc_call_seat_get_ended_text (hers->seat));
  g_assert_null (ghc_session_get_seat (room->ada->session));
  test_until (test_has_same_key (moved, his));
  g_assert_cmpuint (test_n_members (room->his_channel), ==, 2);

  /* Who was away meanwhile does not take it back. */
  g_clear_pointer (&hers, test_place_free);
  hers = test_sit_down (room->ada, room->her_channel);
  test_until (moved->ended != NULL);
  g_clear_pointer (&moved, test_place_free);
  test_daemon_stop (daemon);
  test_until (!test_is_joined (hers) && !test_is_joined (his) && !test_is_online (elsewhere));
  test_daemon_start (daemon);
  test_until (test_is_joined (hers) && test_is_joined (his) && test_is_online (elsewhere));
  ghc_gateway_close (room->ada->session->gateway);
  moved = test_sit_down (elsewhere, there);
  test_until (hers->ended != NULL);
  g_assert_cmpstr (hers->ended, ==, "moved");
  g_assert_true (test_is_joined (moved));

  /* On the same device into another channel: one leaves the first by oneself. */
  lounge = test_await_object (ghc_session_create_channel (room->ada->session, room->hers,
                                                          GHC_CHANNEL_VOICE, "lounge", NULL, FALSE,
                                                          NULL));
  g_clear_pointer (&hers, test_place_free);
  hers = test_sit_down (room->ada, room->her_channel);
  second = test_sit_down (room->ada, lounge);
  g_assert_cmpstr (hers->ended, ==, "left");
  test_until (test_n_members (room->his_channel) == 1);
  g_assert_cmpuint (test_n_members (lounge), ==, 1);

  /* One click: into the channel and into its call. */
  test_until ((his_lounge = ghc_account_lookup_channel (test_person_account (room->brook),
                                                        ghc_channel_get_channel_id (lounge)))
                != NULL
              && ghc_channel_get_can_join (his_lounge));
  third = test_sit_down (room->brook, his_lounge);
  g_assert_true (ghc_channel_get_joined (his_lounge));
  test_until (test_n_members (lounge) == 2);

  test_person_free (elsewhere);
  test_room_free (room);
}

/* Two accounts of one program have one microphone. */
static void
test_two_accounts (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "accounts", "Voices");
  g_autoptr (GhcSession)
    second = test_await_object (ghc_sessions_register (room->ada->sessions, daemon->url,
                                                       "accounts_cleo", PASSWORD, NULL, NULL));
  g_autoptr (GhcGuild) guild = NULL;
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (GhcCallSeat) seat = NULL;

  test_until (ghc_session_get_connection (second) == GHC_CONNECTION_ONLINE);
  guild = test_await_object (ghc_session_create_guild (second, "Elsewhere"));
  seat = test_await_object (
    ghc_session_join_call (second, test_find_channel (guild, "general"), TRUE, FALSE));
  g_assert_true (ghc_call_seat_get_muted (seat));
  g_assert_cmpstr (hers->ended, ==, "left");
  g_assert_null (ghc_session_get_seat (room->ada->session));
  g_assert_true (ghc_session_get_seat (second) == seat);
  test_until (test_n_members (room->his_channel) == 0);

  test_room_free (room);
}

static void
test_moderated (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "moderated", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (GError) error = NULL;
  GhcMember *member;
  guint32 epoch = test_epoch_of (hers);

  test_until (test_n_members (room->her_channel) == 2);
  test_await_true (ghc_session_silence_member (room->ada->session,
                                               test_find_member (room->her_channel, room->brook),
                                               TRUE));
  test_until (ghc_call_seat_get_silenced (his->seat));
  g_assert_false (ghc_call_seat_get_can_speak (his->seat));
  error = test_await_error (
    ghc_session_silence_member (room->brook->session,
                                test_find_member (room->his_channel, room->ada), TRUE));
  g_assert_error (error, GH_ERROR, GH_ERROR_DENIED);
  g_clear_error (&error);
  test_await_true (ghc_session_silence_member (room->ada->session,
                                               test_find_member (room->her_channel, room->brook),
                                               FALSE));
  test_until (ghc_call_seat_get_can_speak (his->seat));

  test_await_true (
    ghc_session_disconnect_member (room->ada->session,
                                   test_find_member (room->her_channel, room->brook)));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "disconnected");
  g_assert_nonnull (ghc_call_seat_get_ended_text (his->seat));
  test_until (test_epoch_of (hers) == epoch + 1);

  /* It can not be undone by a connection that was not there. */
  g_clear_pointer (&his, test_place_free);
  his = test_sit_down (room->brook, room->his_channel);
  test_until (test_n_members (room->her_channel) == 2);
  ghc_gateway_close (room->brook->session->gateway);
  test_await_true (
    ghc_session_disconnect_member (room->ada->session,
                                   test_find_member (room->her_channel, room->brook)));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "disconnected");
  test_until (test_n_members (room->her_channel) == 1);

  /* What may not be done any more is not done any more. */
  g_clear_pointer (&his, test_place_free);
  his = test_sit_down (room->brook, room->his_channel);
  test_await_true (ghc_session_set_override (room->ada->session, room->her_channel, "everyone", 0,
                                             GH_PERMISSION_SPEAK));
  test_until (!ghc_call_seat_get_can_speak (his->seat));
  test_await_true (ghc_session_set_override (room->ada->session, room->her_channel, "everyone", 0,
                                             GH_PERMISSION_CONNECT));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "removed");
  error = test_await_error (
    ghc_session_join_call (room->brook->session, room->his_channel, FALSE, FALSE));
  g_assert_error (error, GH_ERROR, GH_ERROR_DENIED);
  g_assert_cmpstr (error->message, ==, "You may not join calls in this channel.");
  g_clear_error (&error);
  test_await_true (
    ghc_session_set_override (room->ada->session, room->her_channel, "everyone", 0, 0));

  /* Whoever is thrown out of the guild is out of its call. */
  g_clear_pointer (&his, test_place_free);
  his = test_sit_down (room->brook, room->his_channel);
  member = ghc_guild_lookup_member (room->hers,
                                    ghc_account_get_user_id (test_person_account (room->brook)));
  g_assert_nonnull (member);
  test_await_true (ghc_session_kick_member (room->ada->session, room->hers, member, NULL));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "removed");

  test_await_true (ghc_session_delete_channel (room->ada->session, room->her_channel));
  test_until (hers->ended != NULL);
  g_assert_cmpstr (hers->ended, ==, "deleted");

  test_room_free (room);
}

static void
test_full (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "full", "Voices");
  TestPerson *cleo = test_person_register (daemon, "full_cleo");
  GhcGuild *theirs = test_join_guild (room->ada, room->hers, cleo);
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (GError) error = NULL;

  error = test_await_error (
    ghc_session_join_call (cleo->session, test_find_channel (theirs, "general"), FALSE, FALSE));
  g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "call.full");
  g_assert_cmpstr (error->message, ==, "This call is full.");
  g_assert_null (ghc_session_get_seat (cleo->session));

  test_person_free (cleo);
  test_room_free (room);
}

static gint64
read_metric (TestDaemon *daemon, const char *name)
{
  g_autoptr (SoupSession) soup = soup_session_new ();
  g_autofree char *url = g_strconcat (daemon->url, "/metrics", NULL);
  g_autofree char *line = g_strconcat ("\n", name, " ", NULL);
  g_autoptr (SoupMessage) message = soup_message_new (SOUP_METHOD_GET, url);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = soup_session_send_and_read (soup, message, NULL, &error);
  g_autofree char *text = NULL;
  const char *found;

  g_assert_no_error (error);
  text = g_strndup (g_bytes_get_data (bytes, NULL), g_bytes_get_size (bytes));
  found = strstr (text, line);
  g_assert_nonnull (found);

  return g_ascii_strtoll (found + strlen (line), NULL, 10);
}

/* What media counts comes to the server's metrics once, also what is too much for one time. */
static void
test_counters (TestDaemon *daemon)
{
  static const char sealed[] = "guildhall_call_packets_total{result=\"sealed\"}";
  static const char tampered[] = "guildhall_call_packets_total{result=\"tampered\"}";
  TestRoom *room = test_room_new (daemon, "counters", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  GhcSeatCounters counters = { .sealed = 1500000, .tampered = 7 };
  gint64 n_sealed = read_metric (daemon, sealed);
  gint64 n_tampered = read_metric (daemon, tampered);

  ghc_call_seat_report (hers->seat, &counters);
  test_until (read_metric (daemon, sealed) == n_sealed + 1500000);
  counters.sealed += 3;
  ghc_call_seat_report (hers->seat, &counters);
  test_until (read_metric (daemon, sealed) == n_sealed + 1500003);
  g_assert_cmpint (read_metric (daemon, tampered), ==, n_tampered + 7);

  test_room_free (room);
}

int
main (int argc, char **argv)
{
  static const char *const settings[] = {
    "GUILDHALL_CALLS_MAX_MEMBERS=2",
    NULL,
  };
  static const TestCase cases[] = {
    { "/session-calls/meet", test_meet },
    { "/session-calls/mute", test_mute },
    { "/session-calls/signals", test_signals },
    { "/session-calls/moved", test_moved },
    { "/session-calls/two-accounts", test_two_accounts },
    { "/session-calls/moderated", test_moderated },
    { "/session-calls/full", test_full },
    { "/session-calls/counters", test_counters },
  };

  return test_main (argc, argv, settings, cases, G_N_ELEMENTS (cases));
}
