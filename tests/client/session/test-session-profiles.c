/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people say of themselves, when answers and frames come in an order that nobody would expect. */
#include "test-server-private.h"

#include "gh-error.h"
#include "gh-frame.h"

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

/* Speaks in place of the double once somebody is online: a guild that names one of its two members, whom
 * member.list tells, and refusals of what is asked for too often. */
typedef struct
{
  TestServer *server;
  SoupWebsocketConnection *socket;
  gint64 page_position;
  guint n_refusals; /* still to come */
  guint n_profiles; /* asked for */
  guint n_pages;
} Busy;

#define BUSY_POSITION 10

#define BUSY_ADA "{\"user_id\":\"" TEST_SERVER_USER "\",\"display_name\":\"Ada\",\"roles\":[],\"joined_ts\":1}"
#define BUSY_BROOK "{\"user_id\":\"" TEST_SERVER_OTHER "\",\"display_name\":\"Brook\",\"roles\":[],\"joined_ts\":1}"

static char *
answer_busily (Busy *busy, GhFrame *frame)
{
  if (g_str_equal (frame->operation, "profile.get"))
    {
      busy->n_profiles++;
      return g_strdup ("{\"user_id\":\"" TEST_SERVER_OTHER "\",\"display_name\":\"Brook\",\"changed_ts\":1}");
    }
  if (g_str_equal (frame->operation, "member.list"))
    {
      busy->n_pages++;
      return g_strdup_printf ("{\"members\":[" BUSY_ADA "," BUSY_BROOK "],\"position\":%" G_GINT64_FORMAT "}",
                              busy->page_position);
    }
  if (g_str_equal (frame->operation, "guild.get"))
    return g_strdup_printf ("{\"guild_id\":\"%s\",\"name\":\"Papers\",\"owner\":\"" TEST_SERVER_USER "\","
                            "\"position\":%d,\"my_roles\":[],\"members_count\":2,\"roles\":[],\"channels\":[],"
                            "\"members\":[" BUSY_ADA "]}",
                            busy->server->guild_id, BUSY_POSITION);

  return g_strdup ("{}");
}

static gboolean
is_refused (Busy *busy, GhFrame *frame)
{
  return busy->n_refusals > 0
         && (g_str_equal (frame->operation, "profile.get") || g_str_equal (frame->operation, "member.list"));
}

static void
on_busy_message (SoupWebsocketConnection *socket, SoupWebsocketDataType type, GBytes *message, Busy *busy)
{
  gsize size;
  const char *data = g_bytes_get_data (message, &size);
  g_autoptr (GhFrame) frame = gh_frame_parse_client (data, size, NULL);
  g_autoptr (GBytes) reply = NULL;

  if (frame->op == GH_FRAME_HEARTBEAT)
    reply = gh_frame_encode_heartbeat (frame->n);
  else if (frame->op == GH_FRAME_REQUEST)
    {
      gboolean refused = is_refused (busy, frame);
      char *text = answer_busily (busy, frame);
      g_autoptr (GBytes) body = g_bytes_new_take (text, strlen (text));
      g_autoptr (GError) error = gh_error_new_literal (GH_ERROR_LIMITED, "rate.limited", NULL, 10, "Too fast");

      busy->n_refusals -= refused;
      reply = refused ? gh_frame_encode_error (frame->id, error) : gh_frame_encode_reply (frame->id, body);
    }
  if (reply != NULL)
    soup_websocket_connection_send_message (socket, SOUP_WEBSOCKET_DATA_TEXT, reply);
}

static void
busy_init (Busy *busy, TestServer *server, guint n_refusals)
{
  *busy = (Busy) { .server = server, .page_position = BUSY_POSITION, .n_refusals = n_refusals };
  busy->socket = g_object_ref (g_ptr_array_index (server->sockets, server->sockets->len - 1));
  g_signal_handlers_block_matched (busy->socket, G_SIGNAL_MATCH_ID | G_SIGNAL_MATCH_DATA,
                                   g_signal_lookup ("message", SOUP_TYPE_WEBSOCKET_CONNECTION), 0, NULL, NULL,
                                   server);
  g_signal_connect (busy->socket, "message", G_CALLBACK (on_busy_message), busy);
}

static void
busy_clear (Busy *busy)
{
  g_signal_handlers_disconnect_by_data (busy->socket, busy);
  g_object_unref (busy->socket);
}

/* Who asks for names too fast gets them a little later. */
static void
test_limited (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  GhcUser *brook;
  Busy busy;

  busy_init (&busy, server, 2);
  brook = ghc_account_ensure_user (test_person_account (ada), TEST_SERVER_OTHER);
  test_until (ghc_user_get_known (brook));
  g_assert_cmpuint (busy.n_profiles, ==, 3);

  test_person_free (ada);
  busy_clear (&busy);
}

/* So it is with the members whom a guild's snapshot leaves out. Pages that are too old to be of use are not asked
 * for for ever. */
static void
test_limited_members (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  GhcAccount *account = test_person_account (ada);
  GhcGuild *guild = ghc_account_lookup_guild (account, server->guild_id);
  Busy busy;

  busy_init (&busy, server, 2);
  g_signal_emit_by_name (account, "refresh-needed", server->guild_id);
  test_until (ghc_guild_lookup_member (guild, TEST_SERVER_OTHER) != NULL);
  g_assert_cmpuint (busy.n_pages, ==, 3);

  busy.page_position = BUSY_POSITION - 1;
  g_signal_emit_by_name (account, "refresh-needed", server->guild_id);
  test_until (busy.n_pages >= 6);
  test_await_true (ghc_session_load_profile (ada->session, ghc_account_lookup_user (account, TEST_SERVER_OTHER)));
  g_assert_cmpuint (busy.n_pages, ==, 6);

  test_person_free (ada);
  busy_clear (&busy);
}

int
main (int argc, char **argv)
{
  static const TestServerCase cases[] = {
    { "/session-profiles/missed", test_missed, FALSE },
    { "/session-profiles/overtaken", test_overtaken, FALSE },
    { "/session-profiles/limited", test_limited, FALSE },
    { "/session-profiles/limited-members", test_limited_members, FALSE },
  };

  return test_server_main (argc, argv, cases, G_N_ELEMENTS (cases));
}
