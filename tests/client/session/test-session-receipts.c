/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What becomes of a server's receipts, right and wrong. */
#include "test-server.h"

#include "gh-error.h"
#include "gh-receipt.h"

static GhcChannel *
find_channel (TestPerson *person)
{
  GListModel *guilds = ghc_account_get_guilds (test_person_account (person));
  g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, 0);

  g_assert_nonnull (guild);

  return test_find_channel (guild, "general");
}

static void
open_channel (TestPerson *person)
{
  g_object_unref (
    test_await_object (ghc_session_open_channel (person->session, find_channel (person))));
}

static GhcMessage *
send (TestPerson *person, const char *body)
{
  GhcMessage *message = test_await_object (
    ghc_session_send_message (person->session, find_channel (person), body));

  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);

  return message;
}

/* The event may be seen before the reply, in whatever order they come. */
static GhcMessage *
send_for_receipt (TestPerson *person, const char *body)
{
  GhcMessage *message = send (person, body);

  test_until (ghc_message_get_receipt_state (message) != GHC_RECEIPT_NONE);

  return message;
}

static GhcMessage *
find_message (TestPerson *person, const char *body)
{
  GListModel *timeline = G_LIST_MODEL (ghc_channel_get_timeline (find_channel (person)));

  for (guint i = 0; i < g_list_model_get_n_items (timeline); i++)
    {
      g_autoptr (GhcTimelineItem) item = g_list_model_get_item (timeline, i);
      GhcMessage *message = ghc_timeline_item_get_message (item);

      if (message != NULL && g_str_equal (ghc_message_get_body (message), body))
        return message;
    }

  return NULL;
}

static void
assert_verified (GhcMessage *message)
{
  g_autoptr (GhJson) json = NULL;
  g_autoptr (GhReceipt) receipt = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (ghc_message_get_receipt_state (message), ==, GHC_RECEIPT_VERIFIED);
  g_assert_null (ghc_message_get_receipt_problem (message));
  json = gh_json_parse_bytes (ghc_receipt_get_json (ghc_message_get_receipt (message)), &error);
  g_assert_no_error (error);
  receipt = gh_receipt_from_json (json, &error);
  g_assert_no_error (error);
  g_assert_cmpstr (gh_receipt_get_event_id (receipt), ==, ghc_message_get_event_id (message));
  g_assert_cmpint (gh_receipt_get_position (receipt), ==, ghc_message_get_position (message));
}

/* Sent all the same, but not passed over in silence. */
static void
assert_wrong (GhcMessage *message, const char *word)
{
  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);
  g_assert_cmpint (ghc_message_get_receipt_state (message), ==, GHC_RECEIPT_WRONG);
  g_assert_nonnull (ghc_message_get_receipt (message));
  g_assert_nonnull (strstr (ghc_message_get_receipt_problem (message), word));
}

static void
on_warning (GhcSession *session, const char *sentence, guint *n_warnings)
{
  g_assert_nonnull (strstr (sentence, "key"));
  ++*n_warnings;
}

static void
test_right (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autoptr (GhcMessage) before = NULL;
  g_autoptr (GhcMessage) after = NULL;

  open_channel (ada);
  before = send_for_receipt (ada, "the reply is first");
  assert_verified (before);

  test_server_set_receipts (server, TEST_RECEIPT_RIGHT, TRUE);
  after = send_for_receipt (ada, "the event is first");
  assert_verified (after);

  test_person_free (ada);
}

/* The connection breaks between the event and its reply: the receipt is asked for again. */
static void
test_lost (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autoptr (GhcMessage) message = NULL;

  open_channel (ada);
  test_server_lose_reply (server);
  message = send_for_receipt (ada, "did you hear me");
  assert_verified (message);
  g_assert_cmpint (ghc_message_get_position (message), ==, 2);

  test_person_free (ada);
}

static void
test_wrong (TestServer *server)
{
  static const struct
  {
    TestReceipts receipts;
    const char *word;
  } cases[] = {
    { TEST_RECEIPT_SIGNATURE, "signature" },
    { TEST_RECEIPT_OTHER_EVENT, "another message" },
    { TEST_RECEIPT_NEW_KEY, "a different key" },
    { TEST_RECEIPT_JUNK, "read" },
  };
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  guint n_warnings = 0;

  open_channel (ada);
  g_signal_connect (ada->session, "warning", G_CALLBACK (on_warning), &n_warnings);
  for (guint i = 0; i < 2 * G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GhcMessage) message = NULL;

      test_server_set_receipts (server, cases[i / 2].receipts, i % 2 == 1);
      message = send_for_receipt (ada, cases[i / 2].word);
      assert_wrong (message, cases[i / 2].word);
    }
  /* The key that nobody announced: said once. */
  g_assert_cmpuint (n_warnings, ==, 1);

  test_person_free (ada);
}

static void
on_any_warning (GhcSession *session, const char *sentence, GPtrArray *warnings)
{
  g_ptr_array_add (warnings, g_strdup (sentence));
}

/* Of what is no message the receipt is checked too, and a wrong one is said once. */
static void
test_change (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  GListModel *guilds = ghc_account_get_guilds (test_person_account (ada));
  g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, 0);
  g_autoptr (GPtrArray) warnings = g_ptr_array_new_with_free_func (g_free);

  g_signal_connect (ada->session, "warning", G_CALLBACK (on_any_warning), warnings);
  test_await_true (ghc_session_edit_guild (ada->session, guild, "Right", NULL));
  g_assert_cmpuint (warnings->len, ==, 0);

  test_server_set_receipts (server, TEST_RECEIPT_OTHER_EVENT, FALSE);
  test_await_true (ghc_session_edit_guild (ada->session, guild, "Wrong", NULL));
  g_assert_cmpuint (warnings->len, ==, 1);
  g_assert_nonnull (strstr (g_ptr_array_index (warnings, 0), "another change"));
  test_server_set_receipts (server, TEST_RECEIPT_SIGNATURE, FALSE);
  test_await_true (ghc_session_edit_guild (ada->session, guild, "Wrong again", NULL));
  g_assert_cmpuint (warnings->len, ==, 1);

  test_person_free (ada);
}

static void
test_absent (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autofree char *path = g_build_filename (ada->folder, "none", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GhcMessage) message = NULL;
  g_autoptr (GError) error = NULL;

  open_channel (ada);
  test_server_set_receipts (server, TEST_RECEIPT_NONE, FALSE);
  message = send (ada, "as before");
  /* The second goes out when the reply to the first has come. */
  g_object_unref (send (ada, "and after"));
  g_assert_cmpint (ghc_message_get_receipt_state (message), ==, GHC_RECEIPT_NONE);
  g_assert_null (ghc_message_get_receipt (message));
  error = test_await_error (ghc_session_save_receipt (ada->session, message, file));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_NOT_FOUND));

  test_person_free (ada);
}

/* A server that gives receipts, but has not said which keys are its own. */
static void
test_no_keys (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autoptr (GhcMessage) message = NULL;

  open_channel (ada);
  message = send_for_receipt (ada, "who says so");
  assert_wrong (message, "which keys");

  test_person_free (ada);
}

static void
test_kept (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autofree char *path = g_build_filename (ada->folder, "receipt.json", NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GhcMessage) right = NULL;
  g_autoptr (GhcMessage) wrong = NULL;
  g_autoptr (GBytes) receipt = NULL;
  g_autofree char *problem = NULL;
  g_autofree char *saved = NULL;
  gsize size;

  open_channel (ada);
  right = send_for_receipt (ada, "right");
  test_server_set_receipts (server, TEST_RECEIPT_SIGNATURE, FALSE);
  wrong = send_for_receipt (ada, "wrong");
  receipt = g_bytes_ref (ghc_receipt_get_json (ghc_message_get_receipt (right)));
  problem = g_strdup (ghc_message_get_receipt_problem (wrong));
  test_until (ghc_timeline_get_newest_position (ghc_channel_get_timeline (find_channel (ada)))
              == ghc_message_get_position (wrong));
  g_clear_object (&right);
  g_clear_object (&wrong);

  test_person_leave (ada);
  test_person_return (ada);
  open_channel (ada);
  right = g_object_ref (find_message (ada, "right"));
  wrong = g_object_ref (find_message (ada, "wrong"));
  assert_verified (right);
  assert_wrong (wrong, problem);
  g_assert_true (g_bytes_equal (receipt, ghc_receipt_get_json (ghc_message_get_receipt (right))));

  /* As a file it is the same, and no more. */
  test_await_true (ghc_session_save_receipt (ada->session, right, file));
  g_assert_true (g_file_get_contents (path, &saved, &size, NULL));
  g_assert_cmpmem (saved, size, g_bytes_get_data (receipt, NULL), g_bytes_get_size (receipt));

  test_person_free (ada);
}

/* The key changes while one is away: nothing vouches for it, so its receipts prove nothing, and
 * that is said when one comes back. */
static void
test_key_changed (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autoptr (GhcMessage) before = NULL;
  g_autoptr (GhcMessage) after = NULL;
  guint n_warnings = 0;

  if (!test_has_keyring ())
    {
      g_test_skip ("without a keyring nobody comes back signed in");
      test_person_free (ada);
      return;
    }

  open_channel (ada);
  before = send_for_receipt (ada, "with the old key");
  assert_verified (before);
  g_clear_object (&before);

  test_person_leave (ada);
  test_server_change_key (server);
  test_person_return (ada);
  g_signal_connect (ada->session, "warning", G_CALLBACK (on_warning), &n_warnings);
  test_until (n_warnings == 1);
  test_until (ghc_session_get_connection (ada->session) == GHC_CONNECTION_ONLINE);
  open_channel (ada);
  assert_verified (find_message (ada, "with the old key"));
  after = send_for_receipt (ada, "with the new key");
  assert_wrong (after, "a different key");
  g_assert_cmpuint (n_warnings, ==, 1);

  test_person_free (ada);
}

int
main (int argc, char **argv)
{
  static const TestServerCase cases[] = {
    { "/session-receipts/right", test_right, FALSE },
    { "/session-receipts/lost", test_lost, FALSE },
    { "/session-receipts/wrong", test_wrong, FALSE },
    { "/session-receipts/change", test_change, FALSE },
    { "/session-receipts/absent", test_absent, FALSE },
    { "/session-receipts/no-keys", test_no_keys, TRUE },
    { "/session-receipts/kept", test_kept, FALSE },
    { "/session-receipts/key-changed", test_key_changed, FALSE },
  };

  return test_server_main (argc, argv, cases, G_N_ELEMENTS (cases));
}
