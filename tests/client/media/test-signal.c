/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What members tell each other to be connected, and the tickets that they know each other by. */
#include "gh-error.h"
#include "ghc-link-private.h"
#include "ghc-signal.h"

#include <string.h>

static gboolean
reads (const char *text, GhcSignal *signal)
{
  g_autoptr (GError) error = NULL;
  g_autofree char *quoted = g_strdup (text);
  static GhJson *json;

  g_clear_pointer (&json, gh_json_unref);
  g_strdelimit (quoted, "'", '"');
  json = gh_json_parse (quoted, strlen (quoted), &error);
  g_assert_no_error (error);
  return ghc_signal_read (json, signal, NULL);
}

static void
test_signal (void)
{
  GhcSignal signal = { .kind = GHC_SIGNAL_CANDIDATE, .turn = 3, .text = "candidate:1 1 UDP" };
  g_autoptr (GhJson) json = ghc_signal_write (&signal);
  GhcSignal back;

  g_assert_true (ghc_signal_read (json, &back, NULL));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_CANDIDATE);
  g_assert_cmpuint (back.turn, ==, 3);
  g_assert_cmpstr (back.text, ==, signal.text);
  g_assert_true (reads ("{'kind':'description','type':'answer','sdp':'v=0','turn':1}", &back));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_ANSWER);
  g_assert_true (reads ("{'kind':'candidate','mline':0,'candidate':'','turn':1}", &back));

  g_assert_true (reads ("{'kind':'pictures','mline':2,'paused':true,'turn':1}", &back));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_PAUSE);
  g_assert_cmpuint (back.line, ==, 2);
  g_assert_true (reads ("{'kind':'pictures','mline':1,'paused':false,'turn':1}", &back));
  g_assert_cmpint (back.kind, ==, GHC_SIGNAL_RESUME);

  g_assert_false (reads ("{'kind':'pictures','mline':0,'paused':true,'turn':1}", &back));
  g_assert_false (reads ("{'kind':'pictures','mline':3,'paused':true,'turn':1}", &back));
  g_assert_false (reads ("{'kind':'pictures','mline':1,'turn':1}", &back));
  g_assert_false (reads ("{}", &back));
  g_assert_false (reads ("{'kind':'dance','turn':1}", &back));
  g_assert_false (reads ("{'kind':'description','type':'pranswer','sdp':'v=0','turn':1}", &back));
  g_assert_false (reads ("{'kind':'description','type':'offer','sdp':'v=0','turn':0}", &back));
  g_assert_false (reads ("{'kind':'description','type':'offer','sdp':'\\u00e9','turn':1}", &back));
  g_assert_false (reads ("{'kind':'description','type':'offer','sdp':3,'turn':1}", &back));
  g_assert_false (reads ("{'kind':'candidate','mline':1,'candidate':'','turn':1}", &back));
  g_assert_false (reads ("{'kind':'candidate','mline':0,'candidate':'a=x','turn':1}", &back));
  g_assert_false (
    reads ("{'kind':'candidate','mline':0,'candidate':'candidate:1\\r\\na=x','turn':1}", &back));
}

#define AUDIO "m=audio 9 UDP/TLS/RTP/SAVPF 111\r\n"
#define VIDEO "m=video 9 UDP/TLS/RTP/SAVPF 96\r\n"
#define MEDIA AUDIO VIDEO VIDEO AUDIO
#define TICKET "a=ice-ufrag:abcd\r\na=ice-pwd:0123456789012345678901\r\n"

static void
test_ticket (void)
{
  GhcTicket ticket;
  g_autofree char *ours = ghc_ticket_write ("v=0\r\n" MEDIA TICKET "a=sendrecv\r\n", "mine",
                                            "a-password-that-is-mine");

  g_assert_cmpstr (ours, ==,
                   "v=0\r\n" MEDIA "a=ice-ufrag:mine\r\na=ice-pwd:a-password-that-is-mine\r\n"
                   "a=sendrecv\r\n");
  g_assert_true (ghc_ticket_read ("v=0\r\n" MEDIA TICKET TICKET, &ticket, NULL));
  g_assert_cmpstr (ticket.ufrag, ==, "abcd");
  g_assert_cmpstr (ticket.password, ==, "0123456789012345678901");
  ghc_ticket_clear (&ticket);
  g_assert_false (ghc_ticket_read ("v=0\r\n" MEDIA, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" MEDIA AUDIO TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" AUDIO VIDEO VIDEO TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" VIDEO VIDEO AUDIO AUDIO TICKET, &ticket, NULL));
  g_assert_false (ghc_ticket_read ("v=0\r\n" AUDIO VIDEO VIDEO "m=audiovisual 9 UDP 1\r\n" TICKET,
                                   &ticket, NULL));
  g_assert_false (ghc_ticket_read (MEDIA TICKET "a=ice-ufrag:other\r\n", &ticket, NULL));
  g_assert_false (ghc_ticket_read (MEDIA "a=ice-ufrag:abcd\r\na=ice-pwd:short\r\n", &ticket, NULL));
}

static gboolean
checks (GhcTicket *known, const char *told, const char *ufrag, const char *password,
        const char *reason)
{
  g_autofree char *sdp = g_strdup_printf (MEDIA "a=ice-ufrag:%s\r\na=ice-pwd:%s\r\n", ufrag, password);
  g_autoptr (GError) error = NULL;
  gboolean is_good = ghc_ticket_check (known, told, sdp, &error);

  g_assert_cmpstr (error != NULL ? gh_error_get_reason (error) : NULL, ==, reason);
  return is_good;
}

static void
test_ticket_check (void)
{
  const char *one = "the-first-password-of-all";
  const char *two = "the-second-password-of-all";
  GhcTicket known = { 0 };

  /* The server says whose it is. */
  g_assert_false (checks (&known, "hers", "his-", one, "call.ticket"));
  g_assert_null (known.ufrag);
  g_assert_true (checks (&known, "hers", "hers", one, NULL));
  g_assert_true (checks (&known, "hers", "hers", one, NULL));
  g_assert_false (checks (&known, "hers", "hers", two, "call.ticket"));
  g_assert_false (checks (&known, "hers", "his-", one, "call.ticket"));
  g_assert_false (checks (&known, "hers", "hers", "short", "call.description"));
  /* One that has forgotten the call gives another. */
  g_assert_false (checks (&known, "new-", "hers", one, "call.ticket"));
  g_assert_true (checks (&known, "new-", "new-", two, NULL));
  g_assert_false (checks (&known, "new-", "new-", one, "call.ticket"));
  ghc_ticket_clear (&known);
  /* One that does not say has given the one that comes first. */
  g_assert_true (checks (&known, NULL, "hers", one, NULL));
  g_assert_false (checks (&known, NULL, "his-", one, "call.ticket"));
  g_assert_true (checks (&known, NULL, "hers", one, NULL));
  ghc_ticket_clear (&known);
}

static void
test_turn (void)
{
  g_autofree char *uri = ghc_turn_uri ("turn:example.org:3478?transport=udp", "123:@a:b", "x/y+z=");

  g_assert_cmpstr (uri, ==, "turn://123%3A%40a%3Ab:x%2Fy%2Bz%3D@example.org:3478?transport=udp");
  g_assert_null (ghc_turn_uri ("stun:example.org", "a", "b"));
  g_assert_null (ghc_turn_uri ("turn", "a", "b"));
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/voice/signal", test_signal);
  g_test_add_func ("/voice/ticket", test_ticket);
  g_test_add_func ("/voice/ticket-check", test_ticket_check);
  g_test_add_func ("/voice/turn", test_turn);
  return g_test_run ();
}
