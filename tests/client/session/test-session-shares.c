/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What sessions show and watch in calls, against the real server, which is killed meanwhile. */
#include "session-place.h"

#include "gh-error.h"
#include "ghc-session-internal.h"

static GhcShare *
peek_share (GhcChannel *channel, TestPerson *person, GhcShareKind kind)
{
  GhcCallMember *member = test_find_member (channel, person);

  return member != NULL ? ghc_call_member_get_share (member, kind) : NULL;
}

static guint
n_viewers (GhcChannel *channel, TestPerson *person, GhcShareKind kind)
{
  GhcShare *share = peek_share (channel, person, kind);

  return share != NULL ? ghc_share_get_n_viewers (share) : 0;
}

static void
test_show (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "show", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (GhcShare) share = NULL;
  g_autoptr (GError) error = NULL;

  test_until (test_n_members (room->her_channel) == 2);
  g_assert_true (ghc_call_seat_get_may_share (hers->seat));
  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_SCREEN, TRUE, TRUE));
  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_CAMERA, TRUE, FALSE));
  test_until (peek_share (room->his_channel, room->ada, GHC_SHARE_CAMERA) != NULL);
  g_set_object (&share, peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN));
  g_assert_true (ghc_share_get_has_sound (share));
  g_assert_true (
    ghc_share_get_is_own (peek_share (room->her_channel, room->ada, GHC_SHARE_SCREEN)));

  test_await_true (ghc_call_seat_watch (his->seat, share, TRUE));
  test_until (n_viewers (room->her_channel, room->ada, GHC_SHARE_SCREEN) == 1);
  g_assert_cmpuint (n_viewers (room->her_channel, room->ada, GHC_SHARE_CAMERA), ==, 0);

  /* However often it changes, how it is in the end is what the server knows. */
  for (guint i = 0; i < 40; i++)
    dex_future_disown (ghc_call_seat_watch (his->seat, share, i % 2 == 0));
  test_until (n_viewers (room->her_channel, room->ada, GHC_SHARE_SCREEN) == 0);
  dex_future_disown (ghc_call_seat_watch (his->seat, share, TRUE));
  test_until (n_viewers (room->her_channel, room->ada, GHC_SHARE_SCREEN) == 1);

  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_SCREEN, FALSE, FALSE));
  test_until (peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN) == NULL);
  error = test_await_error (ghc_call_seat_watch (his->seat, share, TRUE));
  g_assert_error (error, GH_ERROR, GH_ERROR_NOT_FOUND);
  g_assert_false (ghc_share_get_watched (share));

  test_room_free (room);
}

/* A connection that breaks: both go on; what was ended meanwhile has ended. */
static void
test_connection_lost (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "lost", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (GhcShare) share = NULL;
  g_autoptr (GError) error = NULL;

  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_SCREEN, TRUE, FALSE));
  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_CAMERA, TRUE, FALSE));
  test_until (peek_share (room->his_channel, room->ada, GHC_SHARE_CAMERA) != NULL);
  g_set_object (&share, peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN));

  ghc_gateway_close (room->brook->session->gateway);
  error = test_await_error (ghc_call_seat_watch (his->seat, share, TRUE));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  g_assert_true (ghc_share_get_watched (share));
  test_until (n_viewers (room->her_channel, room->ada, GHC_SHARE_SCREEN) == 1);

  ghc_gateway_close (room->ada->session->gateway);
  g_clear_error (&error);
  error = test_await_error (ghc_call_seat_share (hers->seat, GHC_SHARE_SCREEN, TRUE, TRUE));
  g_assert_error (error, GH_ERROR, GH_ERROR_UNAVAILABLE);
  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_CAMERA, FALSE, FALSE));
  test_until (peek_share (room->his_channel, room->ada, GHC_SHARE_CAMERA) == NULL);
  g_assert_true (peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN) == share);
  g_assert_cmpuint (n_viewers (room->his_channel, room->ada, GHC_SHARE_SCREEN), ==, 1);

  test_room_free (room);
}

/* The server forgets the call: what is shown and who watches is as before, on the same objects. */
static void
test_server_killed (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "forgot", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  GhcShare *hers_there, *hers_here;

  test_await_true (ghc_call_seat_share (hers->seat, GHC_SHARE_SCREEN, TRUE, TRUE));
  test_until (peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN) != NULL);
  hers_there = peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN);
  hers_here = peek_share (room->her_channel, room->ada, GHC_SHARE_SCREEN);
  test_await_true (ghc_call_seat_watch (his->seat, hers_there, TRUE));
  test_until (ghc_share_get_n_viewers (hers_here) == 1);

  test_daemon_kill (daemon);
  test_until (!test_is_joined (hers) && !test_is_joined (his));
  g_assert_cmpuint (ghc_share_get_n_viewers (hers_here), ==, 1);
  test_daemon_start (daemon);
  test_until (test_is_joined (hers) && test_is_joined (his));
  test_until (!ghc_call_get_holding (ghc_channel_get_call (room->her_channel))
              && !ghc_call_get_holding (ghc_channel_get_call (room->his_channel)));
  test_until (ghc_share_is_told (hers_here, test_find_member (room->her_channel, room->brook)));
  g_assert_true (peek_share (room->her_channel, room->ada, GHC_SHARE_SCREEN) == hers_here);
  g_assert_true (peek_share (room->his_channel, room->ada, GHC_SHARE_SCREEN) == hers_there);
  g_assert_true (ghc_share_get_has_sound (hers_there) && ghc_share_get_watched (hers_there));

  test_room_free (room);
}

static void
test_moderators (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "ended", "Voices");
  g_autoptr (TestPlace) hers = test_sit_down (room->ada, room->her_channel);
  g_autoptr (TestPlace) his = test_sit_down (room->brook, room->his_channel);
  g_autoptr (GError) error = NULL;

  test_await_true (ghc_call_seat_share (his->seat, GHC_SHARE_CAMERA, TRUE, FALSE));
  test_until (peek_share (room->her_channel, room->brook, GHC_SHARE_CAMERA) != NULL);
  test_await_true (ghc_session_stop_share (
    room->ada->session, peek_share (room->her_channel, room->brook, GHC_SHARE_CAMERA)));
  test_until (peek_share (room->his_channel, room->brook, GHC_SHARE_CAMERA) == NULL);

  /* It does not begin again with the next connection. */
  ghc_gateway_close (room->brook->session->gateway);
  test_until (test_is_joined (his));
  g_assert_null (peek_share (room->his_channel, room->brook, GHC_SHARE_CAMERA));

  test_await_true (ghc_session_set_override (room->ada->session, room->her_channel, "everyone", 0,
                                             GH_PERMISSION_VIDEO));
  test_until (!ghc_call_seat_get_may_share (his->seat));
  error = test_await_error (ghc_call_seat_share (his->seat, GHC_SHARE_CAMERA, TRUE, FALSE));
  g_assert_error (error, GH_ERROR, GH_ERROR_DENIED);
  g_assert_cmpstr (error->message, ==,
                   "You may not share your screen or camera in this channel.");

  test_room_free (room);
}

int
main (int argc, char **argv)
{
  static const TestCase cases[] = {
    { "/session-shares/show", test_show },
    { "/session-shares/connection-lost", test_connection_lost },
    { "/session-shares/server-killed", test_server_killed },
    { "/session-shares/moderators", test_moderators },
  };

  return test_main (argc, argv, NULL, cases, G_N_ELEMENTS (cases));
}
