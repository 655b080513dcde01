/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calls of sessions, against the real server: coming, going, keys, signals, and a server that goes away. */
#include "session-util.h"

#include "gh-error.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

static TestDaemon *daemon_in_use;

/* A seat, and all that it said. */
typedef struct
{
  GhcCallSeat *seat;
  GString *keys;   /* "key 1 moved 2 key 2 " */
  GArray *numbers; /* of signals */
  char *from_member_id;
  char *ended;
} Place;

static void
on_key (Place *place, guint epoch, GhSecret *key)
{
  g_assert_cmpuint (gh_secret_get_size (key), ==, 32);
  g_string_append_printf (place->keys, "key %u ", epoch);
}

static void
on_moved_key (Place *place, guint epoch, GhSecret *key)
{
  g_string_append_printf (place->keys, "moved %u ", epoch);
}

static void
on_signal (Place *place, const char *from_member_id, GhJson *signal)
{
  gint64 number = gh_json_peek_int (signal, "number", -1);

  g_set_str (&place->from_member_id, from_member_id);
  g_array_append_val (place->numbers, number);
}

static void
on_ended (Place *place, const char *reason)
{
  g_assert_null (place->ended);
  place->ended = g_strdup (reason);
}

static Place *
place_new (GhcCallSeat *seat)
{
  Place *place = g_new0 (Place, 1);

  place->seat = g_object_ref (seat);
  place->keys = g_string_new (NULL);
  place->numbers = g_array_new (FALSE, FALSE, sizeof (gint64));
  g_signal_connect_swapped (seat, "key", G_CALLBACK (on_key), place);
  g_signal_connect_swapped (seat, "moved-key", G_CALLBACK (on_moved_key), place);
  g_signal_connect_swapped (seat, "signal", G_CALLBACK (on_signal), place);
  g_signal_connect_swapped (seat, "ended", G_CALLBACK (on_ended), place);

  return place;
}

static Place *
sit_down (TestPerson *person, GhcChannel *channel)
{
  g_autoptr (GhcCallSeat)
    seat = test_await_object (ghc_session_join_call (person->session, channel, FALSE, FALSE));

  g_assert_true (ghc_session_get_seat (person->session) == seat);
  g_assert_cmpint (ghc_call_seat_get_state (seat), ==, GHC_SEAT_JOINED);
  g_assert_true (ghc_call_get_joined (ghc_channel_get_call (channel)));

  return place_new (seat);
}

static void
place_free (Place *place)
{
  g_signal_handlers_disconnect_by_data (place->seat, place);
  g_object_unref (place->seat);
  g_string_free (place->keys, TRUE);
  g_array_unref (place->numbers);
  g_free (place->from_member_id);
  g_free (place->ended);
  g_free (place);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Place, place_free)

static guint32
epoch_of (Place *place)
{
  g_autoptr (GhSecret) key = NULL;
  guint32 epoch = 0;

  g_assert_true (ghc_call_seat_get_key (place->seat, &epoch, &key));

  return epoch;
}

static gboolean
has_same_key (Place *one, Place *other)
{
  g_autoptr (GhSecret) one_key = NULL;
  g_autoptr (GhSecret) other_key = NULL;
  guint32 one_epoch, other_epoch;

  return ghc_call_seat_get_key (one->seat, &one_epoch, &one_key)
         && ghc_call_seat_get_key (other->seat, &other_epoch, &other_key)
         && one_epoch == other_epoch && gh_secret_equal (one_key, other_key);
}

static gboolean
is_joined (Place *place)
{
  return ghc_call_seat_get_state (place->seat) == GHC_SEAT_JOINED;
}

static guint
n_members (GhcChannel *channel)
{
  return ghc_call_get_n_members (ghc_channel_get_call (channel));
}

static GhcCallMember *
find_member (GhcChannel *channel, TestPerson *person)
{
  const char *user_id = ghc_account_get_user_id (test_person_account (person));

  return ghc_call_lookup_user (ghc_channel_get_call (channel), user_id);
}

/* Two people in one guild, and its channel as each of them has it. */
typedef struct
{
  TestPerson *ada;
  TestPerson *brook;
  GhcGuild *hers;
  GhcChannel *her_channel;
  GhcChannel *his_channel;
} Room;

static Room *
room_new (TestDaemon *daemon, const char *name)
{
  Room *room = g_new0 (Room, 1);
  g_autofree char *ada = g_strconcat (name, "_ada", NULL);
  g_autofree char *brook = g_strconcat (name, "_brook", NULL);
  GhcGuild *his;

  room->ada = test_person_register (daemon, ada);
  room->brook = test_person_register (daemon, brook);
  room->hers = test_make_guild (room->ada, name);
  his = test_join_guild (room->ada, room->hers, room->brook);
  room->her_channel = test_find_channel (room->hers, "general");
  room->his_channel = test_find_channel (his, "general");

  return room;
}

static void
room_free (Room *room)
{
  test_person_free (room->ada);
  test_person_free (room->brook);
  g_free (room);
}

static void
test_meet (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "meet");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = NULL;
  guint n_servers;
  guint32 epoch;

  test_until (n_members (room->his_channel) == 1);
  g_assert_false (ghc_call_get_joined (ghc_channel_get_call (room->his_channel)));
  g_assert_false (ghc_call_member_get_is_self (find_member (room->his_channel, room->ada)));

  his = sit_down (room->brook, room->his_channel);
  g_assert_cmpuint (n_members (room->his_channel), ==, 2);
  test_until (n_members (room->her_channel) == 2);
  g_assert_true (has_same_key (hers, his));
  g_assert_cmpstr (ghc_call_seat_get_call_id (hers->seat), ==,
                   ghc_call_seat_get_call_id (his->seat));
  g_assert_cmpstr (ghc_call_member_get_member_id (find_member (room->his_channel, room->ada)), ==,
                   ghc_call_seat_get_member_id (hers->seat));
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
  epoch = epoch_of (his);
  {
    g_autoptr (DexFuture) left = ghc_session_leave_call (room->ada->session);

    g_assert_cmpstr (hers->ended, ==, "left");
    g_assert_null (ghc_call_seat_get_ended_text (hers->seat));
    g_assert_null (ghc_session_get_seat (room->ada->session));
    g_assert_false (ghc_call_get_joined (ghc_channel_get_call (room->her_channel)));
    test_await_true (g_steal_pointer (&left));
  }
  test_until (n_members (room->his_channel) == 1 && n_members (room->her_channel) == 1);
  test_until (epoch_of (his) == epoch + 1);
  test_await_true (ghc_session_leave_call (room->ada->session));

  /* Quitting the program is leaving. */
  test_person_leave (room->brook);
  test_until (n_members (room->her_channel) == 0);

  room_free (room);
}

static void
test_mute (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "mute");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);

  test_until (n_members (room->his_channel) == 1);
  ghc_call_seat_set_muted (hers->seat, TRUE);
  g_assert_true (ghc_call_seat_get_muted (hers->seat));
  test_until (ghc_call_member_get_muted (find_member (room->his_channel, room->ada)));
  ghc_call_seat_set_deafened (hers->seat, TRUE);
  test_until (ghc_call_member_get_deafened (find_member (room->his_channel, room->ada)));

  /* However often it changes, how it is in the end is what the others see. */
  for (guint i = 0; i < 25; i++)
    ghc_call_seat_set_muted (hers->seat, i % 2 == 0);
  ghc_call_seat_set_muted (hers->seat, FALSE);
  test_until (!ghc_call_member_get_muted (find_member (room->his_channel, room->ada))
              && !ghc_call_member_get_deafened (find_member (room->his_channel, room->ada)));

  /* And so when the server did not hear of it. */
  ghc_gateway_close (room->ada->session->gateway);
  g_assert_cmpint (ghc_call_seat_get_state (hers->seat), ==, GHC_SEAT_RECONNECTING);
  ghc_call_seat_set_muted (hers->seat, TRUE);
  test_until (ghc_call_member_get_muted (find_member (room->his_channel, room->ada)));

  room_free (room);
}

/* A connection that breaks is not the end of a place. */
static void
test_connection_lost (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "broken");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autoptr (GhcCallMember) brook = NULL;
  g_autofree char *member_id = g_strdup (ghc_call_seat_get_member_id (hers->seat));
  g_autofree char *ufrag = g_strdup (ghc_call_seat_get_ice_ufrag (hers->seat));
  guint32 epoch = epoch_of (his);

  test_until (n_members (room->her_channel) == 2);
  g_set_object (&brook, find_member (room->her_channel, room->brook));
  for (guint i = 0; i < 3; i++)
    {
      ghc_gateway_close (room->ada->session->gateway);
      g_assert_cmpint (ghc_call_seat_get_state (hers->seat), ==, GHC_SEAT_RECONNECTING);
      g_assert_cmpuint (n_members (room->her_channel), ==, 2);
      test_until (is_joined (hers));
      g_assert_true (brook == find_member (room->her_channel, room->brook));
    }
  g_assert_cmpstr (ghc_call_seat_get_member_id (hers->seat), ==, member_id);
  g_assert_cmpstr (ghc_call_seat_get_ice_ufrag (hers->seat), ==, ufrag);
  g_assert_false (ghc_call_get_holding (ghc_channel_get_call (room->her_channel)));
  g_assert_cmpuint (epoch_of (his), ==, epoch);
  g_assert_true (has_same_key (hers, his));
  g_assert_cmpstr (his->keys->str, ==, "");
  g_assert_cmpstr (hers->keys->str, ==, "");

  room_free (room);
}

static void
send_number (Place *from, const char *to_member_id, gint64 number)
{
  g_autoptr (GhJson) signal = ghc_data_new ("s", "kind", "test", "i", "number", number, NULL);

  dex_future_disown (ghc_call_seat_send (from->seat, to_member_id, signal));
}

static void
assert_numbers (Place *place, guint n)
{
  test_until (place->numbers->len >= n);
  g_assert_cmpuint (place->numbers->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpint (g_array_index (place->numbers, gint64, i), ==, i);
}

static void
test_signals (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "signal");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autofree char *his_id = g_strdup (ghc_call_seat_get_member_id (his->seat));
  g_autoptr (GhJson) signal = ghc_data_new ("s", "kind", "test", NULL);
  g_autoptr (GError) error = NULL;

  test_until (n_members (room->her_channel) == 2);
  for (guint i = 0; i < 200; i++)
    send_number (hers, his_id, i);
  assert_numbers (his, 200);
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
    send_number (hers, his_id, i);
  g_assert_cmpuint (his->numbers->len, ==, 0);
  assert_numbers (his, 100);

  /* Whoever left can be sent nothing. */
  test_await_true (ghc_session_leave_call (room->brook->session));
  test_until (n_members (room->her_channel) == 1);
  error = test_await_error (ghc_call_seat_send (hers->seat, his_id, signal));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  g_clear_error (&error);
  test_await_true (ghc_session_leave_call (room->ada->session));
  error = test_await_error (ghc_call_seat_send (hers->seat, his_id, signal));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);

  room_free (room);
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
  Room *room = room_new (daemon, "moved");
  TestPerson *elsewhere = sign_in_elsewhere (room->ada);
  const char *channel_id = ghc_channel_get_channel_id (room->her_channel);
  GhcChannel *there = ghc_account_lookup_channel (test_person_account (elsewhere), channel_id);
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autoptr (Place) moved = NULL;
  g_autoptr (GhcChannel) lounge = NULL;
  g_autoptr (Place) second = NULL;
  g_autoptr (Place) third = NULL;
  GhcChannel *his_lounge;

  moved = sit_down (elsewhere, there);
  test_until (hers->ended != NULL);
  g_assert_cmpstr (hers->ended, ==, "moved");
  g_assert_nonnull (ghc_call_seat_get_ended_text (hers->seat));
  g_assert_null (ghc_session_get_seat (room->ada->session));
  test_until (has_same_key (moved, his));
  g_assert_cmpuint (n_members (room->his_channel), ==, 2);

  /* Who was away meanwhile does not take it back. */
  g_clear_pointer (&hers, place_free);
  hers = sit_down (room->ada, room->her_channel);
  test_until (moved->ended != NULL);
  g_clear_pointer (&moved, place_free);
  test_daemon_stop (daemon);
  test_until (!is_joined (hers) && !is_joined (his) && !test_is_online (elsewhere));
  test_daemon_start (daemon);
  test_until (is_joined (hers) && is_joined (his) && test_is_online (elsewhere));
  ghc_gateway_close (room->ada->session->gateway);
  moved = sit_down (elsewhere, there);
  test_until (hers->ended != NULL);
  g_assert_cmpstr (hers->ended, ==, "moved");
  g_assert_true (is_joined (moved));

  /* On the same device into another channel: one leaves the first by oneself. */
  lounge = test_await_object (ghc_session_create_channel (room->ada->session, room->hers,
                                                          GHC_CHANNEL_VOICE, "lounge", NULL, FALSE,
                                                          NULL));
  g_clear_pointer (&hers, place_free);
  hers = sit_down (room->ada, room->her_channel);
  second = sit_down (room->ada, lounge);
  g_assert_cmpstr (hers->ended, ==, "left");
  test_until (n_members (room->his_channel) == 1);
  g_assert_cmpuint (n_members (lounge), ==, 1);

  /* One click: into the channel and into its call. */
  test_until ((his_lounge = ghc_account_lookup_channel (test_person_account (room->brook),
                                                        ghc_channel_get_channel_id (lounge)))
                != NULL
              && ghc_channel_get_can_join (his_lounge));
  third = sit_down (room->brook, his_lounge);
  g_assert_true (ghc_channel_get_joined (his_lounge));
  test_until (n_members (lounge) == 2);

  test_person_free (elsewhere);
  room_free (room);
}

/* Two accounts of one program have one microphone. */
static void
test_two_accounts (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "accounts");
  g_autoptr (GhcSession)
    second = test_await_object (ghc_sessions_register (room->ada->sessions, daemon->url,
                                                       "accounts_cleo", PASSWORD, NULL, NULL));
  g_autoptr (GhcGuild) guild = NULL;
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (GhcCallSeat) seat = NULL;

  test_until (ghc_session_get_connection (second) == GHC_CONNECTION_ONLINE);
  guild = test_await_object (ghc_session_create_guild (second, "Elsewhere"));
  seat = test_await_object (
    ghc_session_join_call (second, test_find_channel (guild, "general"), TRUE, FALSE));
  g_assert_true (ghc_call_seat_get_muted (seat));
  g_assert_cmpstr (hers->ended, ==, "left");
  g_assert_null (ghc_session_get_seat (room->ada->session));
  g_assert_true (ghc_session_get_seat (second) == seat);
  test_until (n_members (room->his_channel) == 0);

  room_free (room);
}

static void
test_moderated (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "moderated");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autoptr (GError) error = NULL;
  GhcMember *member;
  guint32 epoch = epoch_of (hers);

  test_until (n_members (room->her_channel) == 2);
  test_await_true (ghc_session_silence_member (room->ada->session,
                                               find_member (room->her_channel, room->brook), TRUE));
  test_until (ghc_call_seat_get_silenced (his->seat));
  g_assert_false (ghc_call_seat_get_can_speak (his->seat));
  error = test_await_error (ghc_session_silence_member (room->brook->session,
                                                        find_member (room->his_channel, room->ada),
                                                        TRUE));
  g_assert_error (error, GH_ERROR, GH_ERROR_DENIED);
  g_clear_error (&error);
  test_await_true (ghc_session_silence_member (room->ada->session,
                                               find_member (room->her_channel, room->brook),
                                               FALSE));
  test_until (ghc_call_seat_get_can_speak (his->seat));

  test_await_true (ghc_session_disconnect_member (room->ada->session,
                                                  find_member (room->her_channel, room->brook)));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "disconnected");
  g_assert_nonnull (ghc_call_seat_get_ended_text (his->seat));
  test_until (epoch_of (hers) == epoch + 1);

  /* It can not be undone by a connection that was not there. */
  g_clear_pointer (&his, place_free);
  his = sit_down (room->brook, room->his_channel);
  test_until (n_members (room->her_channel) == 2);
  ghc_gateway_close (room->brook->session->gateway);
  test_await_true (ghc_session_disconnect_member (room->ada->session,
                                                  find_member (room->her_channel, room->brook)));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "disconnected");
  g_assert_cmpuint (n_members (room->her_channel), ==, 1);

  /* What may not be done any more is not done any more. */
  g_clear_pointer (&his, place_free);
  his = sit_down (room->brook, room->his_channel);
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
  g_clear_pointer (&his, place_free);
  his = sit_down (room->brook, room->his_channel);
  member = ghc_guild_lookup_member (room->hers,
                                    ghc_account_get_user_id (test_person_account (room->brook)));
  g_assert_nonnull (member);
  test_await_true (ghc_session_kick_member (room->ada->session, room->hers, member, NULL));
  test_until (his->ended != NULL);
  g_assert_cmpstr (his->ended, ==, "removed");

  test_await_true (ghc_session_delete_channel (room->ada->session, room->her_channel));
  test_until (hers->ended != NULL);
  g_assert_cmpstr (hers->ended, ==, "deleted");

  room_free (room);
}

static void
test_full (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "full");
  TestPerson *cleo = test_person_register (daemon, "full_cleo");
  GhcGuild *theirs = test_join_guild (room->ada, room->hers, cleo);
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autoptr (GError) error = NULL;

  error = test_await_error (
    ghc_session_join_call (cleo->session, test_find_channel (theirs, "general"), FALSE, FALSE));
  g_assert_error (error, GH_ERROR, GH_ERROR_CONFLICT);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "call.full");
  g_assert_cmpstr (error->message, ==, "This call is full.");
  g_assert_null (ghc_session_get_seat (cleo->session));

  test_person_free (cleo);
  room_free (room);
}

/* The server is killed and comes back: everybody stays who they were, under a later key. */
static void
test_server_killed (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "killed");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autofree char *call_id = g_strdup (ghc_call_seat_get_call_id (hers->seat));
  g_autofree char *her_id = g_strdup (ghc_call_seat_get_member_id (hers->seat));
  g_autofree char *his_id = g_strdup (ghc_call_seat_get_member_id (his->seat));
  g_autofree char *wanted = NULL;
  g_autoptr (GhcCallMember) brook = NULL;
  guint32 epoch = epoch_of (hers);

  test_until (n_members (room->her_channel) == 2);
  g_set_object (&brook, find_member (room->her_channel, room->brook));
  test_daemon_kill (daemon);
  test_until (!is_joined (hers) && !is_joined (his));
  send_number (hers, his_id, 0);
  g_assert_cmpuint (n_members (room->her_channel), ==, 2);
  g_assert_cmpuint (n_members (room->his_channel), ==, 2);
  test_daemon_start (daemon);
  test_until (is_joined (hers) && is_joined (his));
  test_until (!ghc_call_get_holding (ghc_channel_get_call (room->her_channel))
              && !ghc_call_get_holding (ghc_channel_get_call (room->his_channel)));

  g_assert_null (hers->ended);
  g_assert_cmpstr (ghc_call_seat_get_call_id (hers->seat), ==, call_id);
  g_assert_cmpstr (ghc_call_seat_get_member_id (hers->seat), ==, her_id);
  g_assert_cmpstr (ghc_call_seat_get_member_id (his->seat), ==, his_id);
  g_assert_true (brook == find_member (room->her_channel, room->brook));
  g_assert_cmpuint (epoch_of (hers), ==, epoch + 1);
  g_assert_true (has_same_key (hers, his));
  wanted = g_strdup_printf ("moved %u key %u ", epoch + 1, epoch + 1);
  g_assert_cmpstr (hers->keys->str, ==, wanted);
  g_assert_cmpstr (his->keys->str, ==, wanted);
  assert_numbers (his, 1);

  room_free (room);
}

/* One of them does not come back: after ten seconds the others go on without. */
static void
test_not_everybody_returns (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "alone");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
  g_autoptr (Place) his = sit_down (room->brook, room->his_channel);
  g_autofree char *moved = g_strdup_printf ("moved %u ", epoch_of (hers) + 1);
  g_autofree char *settled = g_strdup_printf ("moved %u key %u ", epoch_of (hers) + 1,
                                              epoch_of (hers) + 1);
  gint64 began_us;

  test_until (n_members (room->her_channel) == 2);
  test_daemon_kill (daemon);
  test_until (!is_joined (hers) && !is_joined (his));
  test_person_leave (room->brook);
  g_assert_cmpstr (his->ended, ==, "left");

  /* Longer than the server would have waited, had it been there. */
  dex_await (dex_timeout_new_seconds (11), NULL);
  g_assert_cmpint (ghc_call_seat_get_state (hers->seat), ==, GHC_SEAT_RECONNECTING);
  g_assert_cmpuint (n_members (room->her_channel), ==, 2);
  test_daemon_start (daemon);
  ghc_session_retry_now (room->ada->session);
  test_until (is_joined (hers));
  began_us = g_get_monotonic_time ();
  g_assert_cmpstr (hers->keys->str, ==, moved);
  g_assert_cmpuint (n_members (room->her_channel), ==, 2);
  test_until (n_members (room->her_channel) == 1);
  g_assert_cmpint (g_get_monotonic_time () - began_us, >, 9 * G_USEC_PER_SEC);
  g_assert_cmpstr (hers->keys->str, ==, settled);

  room_free (room);
}

static void
test_offline (TestDaemon *daemon)
{
  Room *room = room_new (daemon, "nowhere");
  g_autoptr (Place) hers = sit_down (room->ada, room->her_channel);
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
  g_assert_cmpuint (n_members (room->his_channel), ==, 0);

  room_free (room);
}

static void
run (gconstpointer func)
{
  static const char *const settings[] = {
    "GUILDHALL_ACCOUNTS_RATE_FACTOR=1000000",
    "GUILDHALL_CALLS_MAX_MEMBERS=2",
    NULL,
  };

  if (daemon_in_use == NULL)
    daemon_in_use = test_daemon_new (settings);
  if (daemon_in_use != NULL)
    test_run_fiber ((TestFunc) func, daemon_in_use);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  test_keyring_start ();
  dex_init ();

  g_test_add_data_func ("/session-calls/meet", test_meet, run);
  g_test_add_data_func ("/session-calls/mute", test_mute, run);
  g_test_add_data_func ("/session-calls/connection-lost", test_connection_lost, run);
  g_test_add_data_func ("/session-calls/signals", test_signals, run);
  g_test_add_data_func ("/session-calls/moved", test_moved, run);
  g_test_add_data_func ("/session-calls/two-accounts", test_two_accounts, run);
  g_test_add_data_func ("/session-calls/moderated", test_moderated, run);
  g_test_add_data_func ("/session-calls/full", test_full, run);
  g_test_add_data_func ("/session-calls/server-killed", test_server_killed, run);
  g_test_add_data_func ("/session-calls/not-everybody-returns", test_not_everybody_returns, run);
  g_test_add_data_func ("/session-calls/offline", test_offline, run);
  status = g_test_run ();

  if (daemon_in_use != NULL)
    test_daemon_free (daemon_in_use);
  test_keyring_stop ();

  return status;
}
