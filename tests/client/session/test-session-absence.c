/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What has to be asked for anew after one was away, because no events told of it. */
#include "test-server-private.h"

#include "ghc-session-internal.h"

typedef struct
{
  TestPerson *person;
  guint n;
  gint64 position; /* up to where everything was known at the last */
} Asking;

static void
on_members_changed (GhcChannel *channel, Asking *asking)
{
  asking->n++;
  asking->position = asking->person->session->position;
}

static void
come_back (TestServer *server, TestPerson *person)
{
  g_autoptr (GObject) before = test_dup_connection (person);

  test_server_hang_up (server);
  test_await_return (person, before);
}

/* Who is in a channel is asked for anew when what happened there was passed over, and not before the rest is known:
 * an older answer would stay. */
static void
test_members (TestServer *server)
{
  Asking asking = { .person = test_person_register (test_server_get_daemon (server), "ada") };
  GhcAccount *account = test_person_account (asking.person);
  GhcChannel *channel = ghc_account_lookup_channel (account, server->channel_id);

  g_assert_true (ghc_channel_get_joined (channel));
  g_signal_connect (channel, "members-changed", G_CALLBACK (on_members_changed), &asking);

  /* A page of events would have told of it. */
  test_server_miss_pages (server, 1);
  come_back (server, asking.person);
  g_assert_cmpint (asking.person->session->position, ==, server->position);
  g_assert_cmpuint (asking.n, ==, 0);

  test_server_miss_pages (server, 2);
  come_back (server, asking.person);
  g_assert_cmpuint (asking.n, ==, 1);
  g_assert_cmpint (asking.position, ==, server->position);

  /* It was restored from a backup. */
  server->position = 1;
  come_back (server, asking.person);
  g_assert_cmpuint (asking.n, ==, 2);
  g_assert_cmpint (asking.position, ==, server->position);

  g_signal_handlers_disconnect_by_data (channel, &asking);
  test_person_free (asking.person);
}

int
main (int argc, char **argv)
{
  static const TestServerCase cases[] = {
    { "/session-absence/members", test_members, FALSE },
  };

  return test_server_main (argc, argv, cases, G_N_ELEMENTS (cases));
}
