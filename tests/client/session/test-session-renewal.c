/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Renewals whose reply does not arrive: nobody is signed out by a bad line. */
#include "ghc-session-internal.h"
#include "test-server.h"

#include "gh-error.h"

static char *
dup_token (TestPerson *person)
{
  return g_strdup (ghc_session_get_tokens (person->session)->access_token);
}

/* What the next start of the program would begin with. */
static char *
dup_kept (TestPerson *person)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhcTokens) tokens =
    dex_await_boxed (ghc_token_store_load (person->session->store, person->session->account_id),
                     &error);

  g_assert_no_error (error);

  return g_strdup (tokens->refresh_token);
}

static void
assert_renewals (TestServer *server, guint n, const char *token)
{
  GPtrArray *renewals = test_server_get_renewals (server);

  g_assert_cmpuint (renewals->len, ==, n);
  for (guint i = 0; i < n; i++)
    g_assert_cmpstr (g_ptr_array_index (renewals, i), ==, token);
}

/* The reply is lost: the same token is given again at once, and the new pair is kept by the time
 * that somebody can use it. */
static void
test_lost (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autofree char *before = dup_token (ada);
  g_autofree char *refresh = g_strdup (ghc_session_get_tokens (ada->session)->refresh_token);
  g_autofree char *after = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) error = NULL;

  test_server_lose_renewals (server, 1);
  after = dex_await_string (ghc_auth_renew (ada->session->auth, before), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (after, !=, before);
  assert_renewals (server, 2, refresh);
  kept = dup_kept (ada);
  g_assert_cmpstr (kept, ==, test_server_get_latest_refresh_token (server));
  g_assert_true (test_is_online (ada));

  test_person_free (ada);
}

/* The line stays bad for a while: one stays signed in, and the old token serves once it is better. */
static void
test_lost_again (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autofree char *before = dup_token (ada);
  g_autofree char *refresh = g_strdup (ghc_session_get_tokens (ada->session)->refresh_token);
  g_autofree char *after = NULL;
  g_autofree char *kept = NULL;
  g_autoptr (GError) away = NULL;
  g_autoptr (GError) error = NULL;

  test_server_lose_renewals (server, 2);
  away = test_await_error (ghc_auth_renew (ada->session->auth, before));
  g_assert_true (g_error_matches (away, GH_ERROR, GH_ERROR_UNAVAILABLE));
  g_assert_true (ghc_auth_get_signed_in (ada->session->auth));
  kept = dup_kept (ada);
  g_assert_cmpstr (kept, ==, refresh);

  after = dex_await_string (ghc_auth_renew (ada->session->auth, before), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (after, !=, before);
  assert_renewals (server, 3, refresh);

  test_person_free (ada);
}

/* Cut off before the new pair came: the program comes back with the old one. */
static void
test_lost_and_restarted (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autofree char *before = dup_token (ada);
  g_autofree char *after = NULL;
  g_autoptr (GError) away = NULL;
  g_autoptr (GError) error = NULL;

  if (!test_has_keyring ())
    {
      g_test_skip ("without a keyring nobody comes back signed in");
      test_person_free (ada);
      return;
    }

  test_server_lose_renewals (server, 2);
  away = test_await_error (ghc_auth_renew (ada->session->auth, before));
  test_person_leave (ada);
  test_person_return (ada);
  test_until (test_is_online (ada));
  after = dex_await_string (ghc_auth_renew (ada->session->auth, before), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (after, !=, before);

  test_person_free (ada);
}

/* Somebody between us and the server says something of their own. */
static void
test_garbled (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autofree char *before = dup_token (ada);
  g_autofree char *after = NULL;
  g_autoptr (GError) error = NULL;

  test_server_garble_renewal (server);
  after = dex_await_string (ghc_auth_renew (ada->session->auth, before), &error);
  g_assert_no_error (error);
  g_assert_cmpstr (after, !=, before);
  g_assert_true (ghc_auth_get_signed_in (ada->session->auth));

  test_person_free (ada);
}

/* A token that somebody else has used since: then one is signed out, and told so. */
static void
test_reused (TestServer *server)
{
  TestPerson *ada = test_person_register (test_server_get_daemon (server), "ada");
  g_autoptr (GhcTokens) old = ghc_tokens_ref (ghc_session_get_tokens (ada->session));
  g_autofree char *renewed = NULL;
  g_autofree char *again = NULL;
  g_autoptr (GError) error = NULL;

  renewed = dex_await_string (ghc_auth_renew (ada->session->auth, old->access_token), NULL);
  g_assert_nonnull (renewed);
  again = dex_await_string (ghc_auth_renew (ada->session->auth, renewed), NULL);
  g_assert_nonnull (again);

  ghc_auth_adopt (ada->session->auth, old);
  error = test_await_error (ghc_auth_renew (ada->session->auth, old->access_token));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_UNAUTHENTICATED));
  g_assert_false (ghc_auth_get_signed_in (ada->session->auth));
  test_until (ghc_session_get_connection (ada->session) == GHC_CONNECTION_SIGNED_OUT);
  g_assert_nonnull (ghc_session_get_status (ada->session));

  test_person_free (ada);
}

int
main (int argc, char **argv)
{
  static const TestServerCase cases[] = {
    { "/session-renewal/lost", test_lost, FALSE },
    { "/session-renewal/lost-again", test_lost_again, FALSE },
    { "/session-renewal/lost-and-restarted", test_lost_and_restarted, FALSE },
    { "/session-renewal/garbled", test_garbled, FALSE },
    { "/session-renewal/reused", test_reused, FALSE },
  };

  return test_server_main (argc, argv, cases, G_N_ELEMENTS (cases));
}
