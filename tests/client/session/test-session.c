/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sessions against the real server: people, what they may do, and who they are. */
#include "session-util.h"

#include "gh-error.h"
#include "gh-limits.h"
#include "gh-permission.h"
#include "gh-time.h"

G_NORETURN static void
on_warning (GhcSession *session, const char *sentence, gpointer data)
{
  g_error ("an unexpected warning: %s", sentence);
}

/* Not even about the receipt of a change. */
static void
expect_no_warning (TestPerson *person)
{
  g_signal_connect (person->session, "warning", G_CALLBACK (on_warning), NULL);
}

static void
test_talk (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "talk", "Talkers");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcGuild *hers = room->hers;
  GhcGuild *his = room->his;
  GhcChannel *her_channel = room->her_channel;
  GhcChannel *his_channel = room->his_channel;
  GhcUser *ada_for_brook = ghc_account_lookup_user (test_person_account (brook),
                                                    "@talk_ada:localhost");
  g_autoptr (GhcMessage) message = NULL;
  GhcMessage *pending;

  expect_no_warning (ada);
  expect_no_warning (brook);
  g_assert_true (ghc_guild_get_is_owner (hers));
  g_assert_false (ghc_guild_get_is_owner (his));
  g_assert_true (ghc_channel_get_joined (his_channel));
  g_assert_true (ghc_channel_get_can_send (his_channel));
  g_assert_false (ghc_channel_get_can_manage (his_channel));
  test_until (ghc_member_list_lookup (ghc_guild_get_members (hers), "@talk_brook:localhost")
              != NULL);

  /* Both are seen to be here, and who types is seen to. */
  test_until (ghc_user_get_online (ada_for_brook));
  ghc_session_set_typing (ada->session, her_channel, TRUE);
  test_until (g_list_model_get_n_items (ghc_channel_get_typing (his_channel)) == 1);

  /* The row is there at once and stays the same object. */
  test_open_channel (ada, her_channel);
  test_open_channel (brook, his_channel);
  {
    DexFuture *sending = ghc_session_send_message (ada->session, her_channel, "  hello Brook  ");
    guint index = g_list_model_get_n_items (G_LIST_MODEL (ghc_channel_get_timeline (her_channel)))
                  - 1;
    g_autoptr (GhcTimelineItem)
      item = g_list_model_get_item (G_LIST_MODEL (ghc_channel_get_timeline (her_channel)), index);

    pending = ghc_timeline_item_get_message (item);
    g_assert_cmpint (ghc_message_get_state (pending), ==, GHC_MESSAGE_PENDING);
    g_assert_cmpstr (ghc_message_get_body (pending), ==, "hello Brook");
    message = test_await_object (sending);
    g_assert_true (message == pending);
    g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);
  }
  test_until (test_shows (his_channel, "hello Brook"));
  g_assert_cmpuint (g_list_model_get_n_items (ghc_channel_get_typing (his_channel)), ==, 0);
  g_assert_true (ghc_channel_get_unread (his_channel));
  ghc_channel_set_attended (his_channel, TRUE);
  g_assert_false (ghc_channel_get_unread (his_channel));

  /* The server's word for it is genuine. */
  test_until (ghc_message_get_receipt_state (message) != GHC_RECEIPT_NONE);
  g_assert_cmpstr (ghc_message_get_receipt_problem (message), ==, NULL);
  g_assert_cmpint (ghc_message_get_receipt_state (message), ==, GHC_RECEIPT_VERIFIED);

  test_send (brook, his_channel, "hello Ada");
  test_until (test_shows (her_channel, "hello Ada"));
  g_assert_cmpuint (test_n_messages (her_channel), ==, 2);
  g_assert_cmpuint (test_n_messages (his_channel), ==, 2);

  /* Nothing that could not be sent makes a row. */
  {
    g_autofree char *long_text = g_strnfill (GH_LIMIT_MESSAGE + 1, 'x');
    g_autoptr (GError)
      empty = test_await_error (ghc_session_send_message (ada->session, her_channel, "  \n "));
    g_autoptr (GError)
      large = test_await_error (ghc_session_send_message (ada->session, her_channel, long_text));

    g_assert_true (g_error_matches (empty, GH_ERROR, GH_ERROR_INVALID));
    g_assert_true (g_error_matches (large, GH_ERROR, GH_ERROR_TOO_LARGE));
    g_assert_cmpstr (gh_error_get_field (large), ==, "body");
    g_assert_cmpuint (test_n_messages (her_channel), ==, 2);
  }

  /* Presence. */
  test_await_true (ghc_session_set_presence (ada->session, GHC_PRESENCE_DND));
  test_until (ghc_user_get_presence (ada_for_brook) == GHC_PRESENCE_DND);
  test_await_true (ghc_session_set_presence (ada->session, GHC_PRESENCE_ONLINE));
  ghc_session_set_active (ada->session, FALSE);
  test_until (ghc_user_get_presence (ada_for_brook) == GHC_PRESENCE_IDLE);
  ghc_session_set_active (ada->session, TRUE);
  test_until (ghc_user_get_presence (ada_for_brook) == GHC_PRESENCE_ONLINE);

  test_person_leave (ada);
  test_until (!ghc_user_get_online (ada_for_brook));

  test_room_free (room);
}

/* B2: everybody sees that a private channel exists; only who is invited comes in. */
static void
test_private_channel (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "priv", "Secrets");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcGuild *hers = room->hers;
  GhcGuild *his = room->his;
  g_autoptr (GhcChannel) her_channel = NULL;
  g_autoptr (GListModel) members = NULL;
  GhcChannel *his_channel;
  gpointer gone;

  expect_no_warning (ada);
  expect_no_warning (brook);
  her_channel = test_await_object (ghc_session_create_channel (ada->session, hers, GHC_CHANNEL_TEXT,
                                                               "staff", "Only for us", TRUE, NULL));
  g_assert_true (ghc_channel_get_joined (her_channel));
  g_assert_true (ghc_channel_get_private (her_channel));
  g_assert_true (ghc_channel_get_can_invite (her_channel));
  test_until (ghc_channel_get_topic (her_channel) != NULL);
  test_send (ada, her_channel, "nobody hears this");

  test_until (test_find_channel (his, "staff") != NULL);
  his_channel = test_find_channel (his, "staff");
  g_assert_true (ghc_channel_get_closed (his_channel));
  g_assert_false (ghc_channel_get_can_join (his_channel));
  g_assert_null (ghc_channel_get_topic (his_channel));
  {
    g_autoptr (GError)
      error = test_await_error (ghc_session_open_channel (brook->session, his_channel));
    g_autoptr (GError)
      join = test_await_error (ghc_session_join_channel (brook->session, his_channel));

    g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_DENIED));
    g_assert_true (join->domain == GH_ERROR);
  }

  test_await_true (
    ghc_session_invite_to_channel (ada->session, her_channel, "@priv_brook:localhost"));
  test_until (ghc_channel_get_membership (his_channel) == GHC_MEMBERSHIP_INVITE);
  g_assert_true (ghc_channel_get_can_join (his_channel));
  members = test_await_object (ghc_session_list_channel_members (ada->session, her_channel));
  g_assert_cmpuint (g_list_model_get_n_items (members), ==, 2);

  test_await_true (ghc_session_join_channel (brook->session, his_channel));
  g_assert_true (ghc_channel_get_joined (his_channel));
  test_until (g_strcmp0 (ghc_channel_get_topic (his_channel), "Only for us") == 0);
  test_open_channel (brook, his_channel);
  test_send (brook, his_channel, "I am in");
  test_open_channel (ada, her_channel);
  test_until (test_shows (her_channel, "I am in"));

  /* Renamed, and gone. */
  test_await_true (ghc_session_edit_channel (ada->session, her_channel, "crew", NULL));
  test_until (g_str_equal (ghc_channel_get_name (his_channel), "crew"));
  gone = his_channel;
  g_object_add_weak_pointer (gone, &gone);
  test_await_true (ghc_session_delete_channel (ada->session, her_channel));
  test_until (test_find_channel (his, "crew") == NULL);
  test_until (gone == NULL);

  test_room_free (room);
}

static void
set_permissions (TestPerson *person, GhcGuild *guild, GhcRole *role, GhPermissions permissions)
{
  GhcRoleChange change = { .has_permissions = TRUE, .permissions = permissions };

  test_await_true (ghc_session_edit_role (person->session, guild, role, &change));
}

/* Permission is lost while a message waits: it fails visibly, and can be sent again later. */
static void
test_refused (TestDaemon *daemon)
{
  TestRoom *room = test_room_new (daemon, "deny", "Rules");
  TestPerson *ada = room->ada;
  TestPerson *brook = room->brook;
  GhcGuild *hers = room->hers;
  GhcRole *everyone = ghc_guild_lookup_role (hers, "everyone");
  GhPermissions before = ghc_role_get_permissions (everyone);
  GhcChannel *his_channel = room->his_channel;
  GhcChannel *her_channel = room->her_channel;
  g_autoptr (GhcMessage) message = NULL;
  g_autoptr (GError) refused = NULL;
  DexFuture *sending;

  expect_no_warning (ada);
  expect_no_warning (brook);
  test_open_channel (ada, her_channel);
  test_open_channel (brook, his_channel);
  set_permissions (ada, hers, everyone, before & ~GH_PERMISSION_SEND_MESSAGES);
  test_until (!ghc_channel_get_can_send (his_channel));
  refused = test_await_error (
    ghc_session_send_message (brook->session, his_channel, "not allowed"));
  g_assert_true (g_error_matches (refused, GH_ERROR, GH_ERROR_DENIED));
  set_permissions (ada, hers, everyone, before);
  test_until (ghc_channel_get_can_send (his_channel));

  /* Written while it was allowed, sent when it no longer is. */
  test_await_true (ghc_session_close (brook->session));
  test_person_leave (brook);
  set_permissions (ada, hers, everyone, before & ~GH_PERMISSION_SEND_MESSAGES);
  test_person_return (brook);
  his_channel = ghc_account_lookup_channel (test_person_account (brook),
                                            ghc_channel_get_channel_id (her_channel));
  g_assert_true (ghc_channel_get_can_send (his_channel));
  sending = ghc_session_send_message (brook->session, his_channel, "too late");
  message = g_object_ref (ghc_timeline_item_get_message (g_list_model_get_item (
    G_LIST_MODEL (ghc_channel_get_timeline (his_channel)),
    g_list_model_get_n_items (G_LIST_MODEL (ghc_channel_get_timeline (his_channel))) - 1)));
  test_go_online (brook);
  g_clear_error (&refused);
  refused = test_await_error (sending);
  g_assert_true (g_error_matches (refused, GH_ERROR, GH_ERROR_DENIED));
  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_FAILED);
  g_assert_cmpstr (ghc_message_get_error (message), ==, refused->message);
  g_assert_cmpuint (ghc_session_get_n_waiting (brook->session), ==, 0);

  set_permissions (ada, hers, everyone, before);
  test_until (ghc_channel_get_can_send (his_channel));
  {
    g_autoptr (GhcMessage)
      sent = test_await_object (ghc_session_retry_message (brook->session, message));

    g_assert_true (sent == message);
    g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);
  }
  test_until (test_shows (her_channel, "too late"));

  test_room_free (room);
}

static void
test_profile (TestDaemon *daemon)
{
  TestPerson *ada = test_person_register (daemon, "face_ada");
  TestPerson *brook = test_person_register (daemon, "face_brook");
  GhcGuild *hers = test_make_guild (ada, "Faces");
  GhcUser *self = ghc_account_get_user (test_person_account (ada));
  GhcUser *ada_for_brook;
  g_autofree char *longest = g_strnfill (GH_LIMIT_STATUS_CHARS + 1, 'x');
  g_autoptr (GError) too_long = NULL;
  g_autoptr (GhcTransfer) transfer = ghc_transfer_new ();
  g_autoptr (GBytes) picture = test_make_png (300, 200);
  g_autoptr (GBytes) junk = g_bytes_new_static ("this is not a picture", 21);
  g_autofree guint8 *much = g_malloc0 (GH_LIMIT_IMAGE + 1);
  g_autoptr (GBytes) large = g_bytes_new (much, GH_LIMIT_IMAGE + 1);
  g_autoptr (GError) not_a_picture = NULL;
  g_autoptr (GError) too_large = NULL;

  expect_no_warning (ada);
  expect_no_warning (brook);
  test_join_guild (ada, hers, brook);
  ada_for_brook = ghc_account_lookup_user (test_person_account (brook), "@face_ada:localhost");
  test_await_true (ghc_session_set_profile (ada->session, "Ada L.", "First of her kind."));
  test_until (g_str_equal (ghc_user_get_display_name (ada_for_brook), "Ada L."));
  test_await_true (ghc_session_load_profile (brook->session, ada_for_brook));
  g_assert_cmpstr (ghc_user_get_bio (ada_for_brook), ==, "First of her kind.");

  test_await_true (ghc_session_set_status (ada->session, " At tea ", 1800));
  g_assert_cmpstr (ghc_user_get_status (self), ==, "At tea");
  test_until (g_strcmp0 (ghc_user_get_status (ada_for_brook), "At tea") == 0);
  g_assert_cmpint (ghc_user_get_status_expires_ts (ada_for_brook), >, gh_time_wall_ms ());
  g_assert_cmpint (ghc_user_get_status_expires_ts (ada_for_brook), <=,
                   gh_time_wall_ms () + 1800000);
  too_long = test_await_error (ghc_session_set_status (ada->session, longest, 0));
  g_assert_cmpstr (gh_error_get_field (too_long), ==, "status");
  g_assert_cmpstr (ghc_user_get_status (self), ==, "At tea");
  test_await_true (ghc_session_set_status (ada->session, "", 0));
  g_assert_null (ghc_user_get_status (self));
  test_until (ghc_user_get_status (ada_for_brook) == NULL);

  not_a_picture = test_await_error (
    ghc_session_set_profile_picture (ada->session, GHC_PROFILE_IMAGE, junk, 0, 0, 0, NULL));
  g_assert_cmpstr (gh_error_get_field (not_a_picture), ==, "image");
  too_large = test_await_error (
    ghc_session_set_profile_picture (ada->session, GHC_PROFILE_IMAGE, large, 0, 0, 0, NULL));
  g_assert_true (g_error_matches (too_large, GH_ERROR, GH_ERROR_TOO_LARGE));
  g_assert_cmpstr (gh_error_get_field (too_large), ==, "image");

  test_await_true (ghc_session_set_profile_picture (ada->session, GHC_PROFILE_IMAGE, picture, 50, 0,
                                                    200, transfer));
  g_assert_cmpfloat (ghc_transfer_get_fraction (transfer), ==, 1.0);
  g_assert_false (ghc_transfer_get_active (transfer));
  g_assert_nonnull (ghc_user_get_image_id (ghc_account_get_user (test_person_account (ada))));
  test_until (ghc_user_get_image_id (ada_for_brook) != NULL);

  test_await_true (ghc_session_load_user_image (brook->session, ada_for_brook, 96));
  g_assert_cmpuint (g_bytes_get_size (ghc_user_get_image (ada_for_brook)), >, 100);

  /* From memory the second time: the same bytes. */
  {
    g_autoptr (GBytes) again = dex_await_boxed (
      ghc_session_fetch_media (brook->session, ghc_user_get_image_id (ada_for_brook), 100), NULL);

    g_assert_true (again == ghc_user_get_image (ada_for_brook));
  }

  test_await_true (
    ghc_session_set_profile_picture (ada->session, GHC_PROFILE_BANNER, picture, 0, 10, 100, NULL));
  g_assert_cmpstr (ghc_user_get_banner_id (self), !=, ghc_user_get_image_id (self));
  test_until (ghc_user_get_banner_id (ada_for_brook) != NULL);
  test_await_true (ghc_session_load_user_banner (brook->session, ada_for_brook, 96));
  g_assert_cmpuint (g_bytes_get_size (ghc_user_get_banner (ada_for_brook)), >, 100);
  test_await_true (ghc_session_remove_profile_picture (ada->session, GHC_PROFILE_BANNER));
  test_until (ghc_user_get_banner_id (ada_for_brook) == NULL);
  g_assert_null (ghc_user_get_banner (ada_for_brook));
  g_assert_nonnull (ghc_user_get_image_id (ada_for_brook));

  test_await_true (ghc_session_remove_profile_picture (ada->session, GHC_PROFILE_IMAGE));
  test_until (ghc_user_get_image_id (ada_for_brook) == NULL);
  g_assert_null (ghc_user_get_image (ada_for_brook));

  test_person_free (ada);
  test_person_free (brook);
}

/* Signed out from another device: the session says so and can be signed in again; then out for
   good. */
static void
test_signed_out (TestDaemon *daemon)
{
  TestPerson *ada = test_person_register (daemon, "out_ada");
  g_autofree char *other_folder = g_strconcat (ada->folder, "-elsewhere", NULL);
  g_autoptr (GhcSessions) other = ghc_sessions_new (other_folder, "elsewhere");
  g_autoptr (GhcSession) second = NULL;
  g_autoptr (GListModel) devices = NULL;
  g_autoptr (GError) wrong = NULL;
  g_autofree char *cache = NULL;
  GhcGuild *guild = test_make_guild (ada, "Doors");

  test_await_true (ghc_sessions_load (other));
  wrong = test_await_error (
    ghc_sessions_sign_in (other, daemon->url, "out_ada", "not the password"));
  g_assert_true (g_error_matches (wrong, GH_ERROR, GH_ERROR_UNAUTHENTICATED));
  second = test_await_object (ghc_sessions_sign_in (other, daemon->url, "out_ada", PASSWORD));
  test_until (ghc_session_get_connection (second) == GHC_CONNECTION_ONLINE);
  g_assert_nonnull (
    ghc_account_lookup_guild (ghc_session_get_account (second), ghc_guild_get_guild_id (guild)));

  devices = test_await_object (ghc_session_list_devices (second));
  g_assert_cmpuint (g_list_model_get_n_items (devices), ==, 2);
  for (guint i = 0; i < 2; i++)
    {
      g_autoptr (GhcDevice) device = g_list_model_get_item (devices, i);

      if (!ghc_device_get_current (device))
        test_await_true (ghc_session_revoke_device (second, device));
    }

  test_until (ghc_session_get_connection (ada->session) == GHC_CONNECTION_SIGNED_OUT);
  g_assert_nonnull (ghc_session_get_status (ada->session));
  g_clear_error (&wrong);
  wrong = test_await_error (ghc_session_sign_in_again (ada->session, "not the password"));
  g_assert_cmpstr (gh_error_get_field (wrong), ==, "password");
  test_await_true (ghc_session_sign_in_again (ada->session, PASSWORD));
  test_until (test_is_online (ada));

  /* For good. */
  cache = g_strdup_printf ("%s/%s.sqlite", ada->folder,
                           ghc_account_get_account_id (test_person_account (ada)));
  g_assert_true (g_file_test (cache, G_FILE_TEST_EXISTS));
  test_await_true (ghc_sessions_sign_out (ada->sessions, ada->session));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ada->sessions)), ==, 0);
  g_assert_false (g_file_test (cache, G_FILE_TEST_EXISTS));
  g_clear_object (&devices);
  devices = test_await_object (ghc_session_list_devices (second));
  g_assert_cmpuint (g_list_model_get_n_items (devices), ==, 1);

  g_clear_object (&ada->session);
  test_await_true (ghc_sessions_close (other));
  test_person_free (ada);
}

/* Two accounts side by side in one program. */
static void
test_side_by_side (TestDaemon *daemon)
{
  TestPerson *ada = test_person_register (daemon, "side_ada");
  g_autoptr (GhcSession) second = test_await_object (
    ghc_sessions_register (ada->sessions, daemon->url, "side_too", PASSWORD, "Second self", NULL));
  g_autoptr (GError) taken = NULL;
  GhcGuild *guild;
  g_autoptr (GhcInvite) invite = NULL;
  g_autoptr (GhcGuild) joined = NULL;

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ada->sessions)), ==, 2);
  test_until (ghc_session_get_connection (second) == GHC_CONNECTION_ONLINE);
  taken = test_await_error (
    ghc_sessions_register (ada->sessions, daemon->url, "side_too", PASSWORD, NULL, NULL));
  g_assert_cmpstr (gh_error_get_reason (taken), ==, "username.taken");
  g_assert_cmpstr (gh_error_get_field (taken), ==, "username");

  guild = test_make_guild (ada, "Mirror");
  invite = test_await_object (ghc_session_create_invite (ada->session, guild, 0, 1));
  {
    g_autoptr (GhcServerProbe) probe = ghc_server_probe_new ();
    g_autoptr (GhcInvitePreview) preview = test_await_object (
      ghc_server_probe_preview_invite (probe, ghc_invite_get_link (invite)));

    g_assert_cmpstr (ghc_invite_preview_get_guild_name (preview), ==, "Mirror");
    g_assert_cmpuint (ghc_invite_preview_get_n_members (preview), ==, 1);
    g_assert_cmpstr (ghc_invite_preview_get_initials (preview), ==, "M");
  }
  joined = test_await_object (ghc_session_accept_invite (second, ghc_invite_get_code (invite)));
  g_assert_true (joined != guild);
  test_until (ghc_guild_get_n_members (guild) == 2);
  test_await_true (ghc_session_leave_guild (second, joined));
  g_assert_cmpuint (g_list_model_get_n_items (
                      ghc_account_get_guilds (ghc_session_get_account (second))),
                    ==, 0);
  test_until (ghc_guild_get_n_members (guild) == 1);

  test_person_leave (ada);
  ada->sessions = ghc_sessions_new (ada->folder, ada->name);
  test_await_true (ghc_sessions_load (ada->sessions));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (ada->sessions)), ==, 2);
  test_person_free (ada);
}

static void
test_probe (TestDaemon *daemon)
{
  g_autoptr (GhcServerProbe) probe = ghc_server_probe_new ();
  g_autofree char *typed = g_strdup_printf (" 127.0.0.1:%u ", daemon->port);
  g_autoptr (GhcServerInfo) info = NULL;
  g_autoptr (GhcServerInfo) local = NULL;
  g_autoptr (GError) error = NULL;
  DexFuture *older = ghc_server_probe_check (probe, "127.0.0.1");

  info = test_await_object (ghc_server_probe_check (probe, typed));
  g_assert_cmpstr (ghc_server_info_get_url (info), ==, daemon->url);
  g_assert_cmpstr (ghc_server_info_get_name (info), ==, "localhost");
  g_assert_cmpint (ghc_server_info_get_registration (info), ==, GHC_REGISTRATION_OPEN);
  error = test_await_error (older);
  g_assert_true (g_error_matches (error, G_IO_ERROR, G_IO_ERROR_CANCELLED));

  g_clear_error (&error);
  error = test_await_error (ghc_server_probe_check (probe, "http://example.org"));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_INVALID));
  g_assert_cmpstr (gh_error_get_field (error), ==, "server");

  g_clear_error (&error);
  error = test_await_error (ghc_server_probe_check (probe, "127.0.0.1:1"));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_UNAVAILABLE));

  g_setenv ("GUILDHALL_LOCAL_SERVER", daemon->url + strlen ("http://"), TRUE);
  local = test_await_object (ghc_server_probe_find_local (probe));
  g_assert_cmpstr (ghc_server_info_get_url (local), ==, daemon->url);

  test_await_true (ghc_server_probe_check_name (probe, daemon->url, "nobody_yet"));
  g_clear_error (&error);
  error = test_await_error (ghc_server_probe_check_name (probe, daemon->url, "Not Valid"));
  g_assert_cmpstr (gh_error_get_field (error), ==, "username");
}

int
main (int argc, char **argv)
{
  static const TestCase cases[] = {
    { "/session/probe", test_probe },
    { "/session/talk", test_talk },
    { "/session/private-channel", test_private_channel },
    { "/session/refused", test_refused },
    { "/session/profile", test_profile },
    { "/session/signed-out", test_signed_out },
    { "/session/side-by-side", test_side_by_side },
  };

  return test_main (argc, argv, NULL, cases, G_N_ELEMENTS (cases));
}
