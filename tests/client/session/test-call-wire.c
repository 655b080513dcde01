/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a server says to a device in a call: what is taken, and what is not. */
#include "ghc-call-wire.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "ghc-ice-server.h"

#include <string.h>

#define KEY "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
#define CALL                                                                                          \
  "{'channel_id':'!5TPdaPd5hNm4KGTY1tPcfn:localhost','guild_id':'!5xdqeoS5dosF9Yoztv2CmU:localhost'," \
  "'started_ts':7,'revision':3,'members':[{'user_id':'@me:localhost','member_id':'8sQp1x',"           \
  "'joined_ts':5,'muted':false,'deafened':false,'silenced':false,'may_speak':true}]}"
#define TICKET                                                                                     \
  "{'call_id':'Call','epoch':4,'key':'" KEY "','member_id':'8sQp1x','ice_ufrag':'abcd',"           \
  "'ice_password':'abcdefghijklmnopqrstuv','ice_servers':[{'urls':['stun:a.example:3478']},"       \
  "{'urls':['turn:b.example','turns:b.example:5349?transport=tcp'],'username':'9:@me:localhost',"  \
  "'credential':'a secret'}],'route':'p2p','alive_ms':3000,'call':" CALL "}"

/* @text, with @from replaced by @to where that is given. */
static GhJson *
parse (const char *text, const char *from, const char *to)
{
  g_autoptr (GString) json = g_string_new (text);
  g_autoptr (GError) error = NULL;
  GhJson *parsed;

  if (from != NULL)
    g_assert_cmpuint (g_string_replace (json, from, to, 0), >, 0);
  g_string_replace (json, "'", "\"", 0);
  parsed = gh_json_parse (json->str, json->len, &error);
  g_assert_no_error (error);

  return parsed;
}

/* What expires is renewed by the answer to a sign of life. */
static void
test_renewal (void)
{
  g_autoptr (GhJson) nothing = parse ("{}", NULL, NULL);
  g_autoptr (GhJson) json = parse (
    "{'ice_servers':[{'urls':['turn:b.example'],'username':'9:@me:localhost','credential':'a secret'}]}",
    NULL, NULL);
  g_autoptr (GhJson) wrong = parse ("{'ice_servers':[{'urls':['http://b.example']}]}", NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GPtrArray) servers = ghc_call_wire_read_renewal (nothing, &error);
  const GhcIceServer *turn;

  g_assert_no_error (error);
  g_assert_null (servers);
  servers = ghc_call_wire_read_renewal (json, &error);
  g_assert_no_error (error);
  g_assert_cmpuint (servers->len, ==, 1);
  turn = g_ptr_array_index (servers, 0);
  g_assert_cmpstr (turn->username, ==, "9:@me:localhost");
  g_assert_cmpstr (gh_secret_get_string (turn->credential), ==, "a secret");
  g_assert_null (ghc_call_wire_read_renewal (wrong, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
}

static void
test_ticket (void)
{
  g_autoptr (GhJson) json = parse (TICKET, NULL, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcCallTicket) ticket = ghc_call_ticket_new_from_json (json, &error);
  const GhcIceServer *turn;
  const guint8 *key;

  g_assert_no_error (error);
  g_assert_cmpstr (ticket->call_id, ==, "Call");
  g_assert_cmpstr (ticket->member_id, ==, "8sQp1x");
  g_assert_cmpstr (ticket->ice_ufrag, ==, "abcd");
  g_assert_cmpuint (ticket->epoch, ==, 4);
  g_assert_cmpuint (ticket->alive_ms, ==, 3000);
  g_assert_cmpuint (ticket->description->n_stays, ==, 1);
  g_assert_cmpuint (gh_secret_get_size (ticket->key), ==, 32);
  key = gh_secret_get_data (ticket->key);
  for (guint i = 0; i < 32; i++)
    g_assert_cmpuint (key[i], ==, i);
  g_assert_cmpuint (ticket->ice_servers->len, ==, 2);
  turn = g_ptr_array_index (ticket->ice_servers, 1);
  g_assert_cmpstr (turn->urls[1], ==, "turns:b.example:5349?transport=tcp");
  g_assert_cmpstr (gh_secret_get_string (turn->credential), ==, "a secret");

  /* Nothing secret stays in the document. */
  {
    g_autofree char *left = gh_json_to_string (json);

    g_assert_null (strstr (left, KEY));
    g_assert_null (strstr (left, "a secret"));
  }
}

static void
test_wrong_tickets (void)
{
  static const struct
  {
    const char *from;
    const char *to;
    const char *reason; /* NULL: any */
  } wrong[] = {
    { "'epoch':4", "'epoch':0", NULL },
    { "'epoch':4", "'epoch':4294967296", NULL },
    { KEY, "AAEC", "call.invalid" },
    { KEY, KEY "AA", "call.invalid" },
    { "'ice_ufrag':'abcd'", "'ice_ufrag':'abc'", NULL },
    { "'ice_ufrag':'abcd'", "'ice_ufrag':'abcd\\r\\na=x'", "call.invalid" },
    { "'abcdefghijklmnopqrstuv'", "'abcdefghijklmnopqrst v'", NULL },
    { "stun:a.example:3478", "http://a.example", "call.invalid" },
    { "stun:a.example:3478", "stun:a b", "call.invalid" },
    { "stun:a.example:3478", "turn:", "call.invalid" },
    { "'credential':'a secret'", "'other':1", "call.invalid" },
    { "'urls':['stun:a.example:3478']", "'urls':[]", "call.invalid" },
    { "'route':'p2p'", "'route':'sfu'", "call.route" },
    { "'alive_ms':3000", "'alive_ms':0", NULL },
    { "'member_id':'8sQp1x','ice", "'member_id':'nobody','ice", "call.invalid" },
    { "'call_id':'Call'", "'call_id':''", NULL },
  };

  for (guint i = 0; i < G_N_ELEMENTS (wrong); i++)
    {
      g_autoptr (GhJson) json = parse (TICKET, wrong[i].from, wrong[i].to);
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", wrong[i].to);
      g_assert_null (ghc_call_ticket_new_from_json (json, &error));
      g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
      if (wrong[i].reason != NULL)
        g_assert_cmpstr (gh_error_get_reason (error), ==, wrong[i].reason);
    }
}

static void
test_news (void)
{
  g_autoptr (GhJson) key = parse ("{'call_id':'Call','epoch':5,'key':'" KEY "'}", NULL, NULL);
  g_autoptr (GhJson) signal = parse ("{'call_id':'Call','from':'@ada:localhost',"
                                     "'from_member':'a','to_member':'b','signal':{'x':1}}",
                                     NULL, NULL);
  g_autoptr (GhJson) ticketed = parse ("{'call_id':'Call','from':'@ada:localhost','ice_ufrag':'ab+/',"
                                       "'from_member':'a','to_member':'b','signal':{}}",
                                       NULL, NULL);
  g_autoptr (GhJson) wrongly = parse ("{'call_id':'Call','from':'@ada:localhost','ice_ufrag':'a b c',"
                                      "'from_member':'a','to_member':'b','signal':{}}",
                                      NULL, NULL);
  g_autoptr (GhJson) no_object = parse ("{'call_id':'Call','from':'@ada:localhost',"
                                        "'from_member':'a','to_member':'b','signal':[]}",
                                        NULL, NULL);
  g_autoptr (GhcCallNews) renewed = ghc_call_news_new_from_json (GH_EPHEMERAL_CALL_KEY, key, NULL);
  g_autoptr (GhcCallNews)
    said = ghc_call_news_new_from_json (GH_EPHEMERAL_CALL_SIGNAL, signal, NULL);
  g_autoptr (GhcCallNews)
    with_ticket = ghc_call_news_new_from_json (GH_EPHEMERAL_CALL_SIGNAL, ticketed, NULL);
  g_autoptr (GError) error = NULL;

  g_assert_cmpuint (renewed->epoch, ==, 5);
  g_assert_cmpstr (renewed->call_id, ==, "Call");
  g_assert_cmpstr (said->from_user, ==, "@ada:localhost");
  g_assert_cmpint (gh_json_peek_int (said->signal, "x", 0), ==, 1);
  g_assert_null (said->from_ufrag);
  g_assert_cmpstr (with_ticket->from_ufrag, ==, "ab+/");
  g_assert_null (ghc_call_news_new_from_json (GH_EPHEMERAL_CALL_SIGNAL, wrongly, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (ghc_call_news_new_from_json (GH_EPHEMERAL_CALL_SIGNAL, no_object, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
  g_clear_error (&error);
  g_assert_null (ghc_call_news_new_from_json (GH_EPHEMERAL_CALL_ENDED, signal, &error));
  g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
  g_assert_false (ghc_call_news_is_type (GH_EPHEMERAL_CALL));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/call-wire/ticket", test_ticket);
  g_test_add_func ("/call-wire/wrong-tickets", test_wrong_tickets);
  g_test_add_func ("/call-wire/renewal", test_renewal);
  g_test_add_func ("/call-wire/news", test_news);

  return g_test_run ();
}
