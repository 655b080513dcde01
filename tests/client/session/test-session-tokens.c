/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Access tokens that live for a minute, the shortest a server gives. */
#include "ghc-session-internal.h"
#include "session-util.h"

#include "gh-error.h"

/* Whatever asks for a new token meanwhile, the old refresh token is used once: a second use
 * would make the server take everything back. */
static void
test_single_flight (TestDaemon *daemon)
{
  TestPerson *ada = test_person_register (daemon, "flight_ada");
  g_autofree char *before = g_strdup (ghc_session_get_tokens (ada->session)->access_token);
  g_autofree char *after = NULL;
  DexFuture *renewals[5];

  for (guint i = 0; i < G_N_ELEMENTS (renewals); i++)
    renewals[i] = ghc_auth_renew (ada->session->auth, before);
  for (guint i = 0; i < G_N_ELEMENTS (renewals); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *token = dex_await_string (renewals[i], &error);

      g_assert_no_error (error);
      g_assert_cmpstr (token, !=, before);
      if (after == NULL)
        after = g_strdup (token);
      g_assert_cmpstr (token, ==, after);
    }

  /* Who still holds the old one gets the new one, without asking again. */
  {
    g_autofree char *token = dex_await_string (ghc_auth_renew (ada->session->auth, before), NULL);

    g_assert_cmpstr (token, ==, after);
  }
  test_await_true (
    ghc_session_load_profile (ada->session, ghc_account_get_user (test_person_account (ada))));
  g_assert_true (test_is_online (ada));

  test_person_free (ada);
}

static void
test_expiry (TestDaemon *daemon)
{
  TestPerson *ada = test_person_register (daemon, "expiry_ada");
  g_autofree char *before = g_strdup (ghc_session_get_tokens (ada->session)->access_token);
  gint64 expires_ts = ghc_session_get_tokens (ada->session)->access_expires_ts;
  g_autoptr (GBytes) picture = test_make_png (64, 64);
  g_autoptr (GhcHttp) http = ghc_http_new (daemon->url);
  g_autoptr (GError) error = NULL;

  g_assert_cmpint (expires_ts - g_get_real_time () / 1000, <=, 60 * 1000);

  /* Renewed before it ends, without anybody asking for anything. */
  test_until (g_strcmp0 (ghc_session_get_tokens (ada->session)->access_token, before) != 0);
  g_assert_cmpint (g_get_real_time () / 1000, <, expires_ts);
  g_assert_true (test_is_online (ada));

  /* When the old one has ended the new one serves, for what goes over HTTP as well. */
  test_until (g_get_real_time () / 1000 > expires_ts + 1000);
  error = test_await_error (ghc_http_call (http, before, "GET", "/guilds", NULL, NULL));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_UNAUTHENTICATED));
  test_await_true (ghc_session_set_profile_picture (ada->session, GHC_PROFILE_IMAGE, picture, 0, 0,
                                                    0, NULL));

  /* And it was kept: who quits and comes back is signed in. */
  if (test_has_keyring ())
    {
      test_person_leave (ada);
      test_person_return (ada);
      test_until (test_is_online (ada));
    }

  test_person_free (ada);
}

int
main (int argc, char **argv)
{
  static const char *const settings[] = {
    "GUILDHALL_ACCOUNTS_ACCESS_TOKEN_MINUTES=1",
    NULL,
  };
  static const TestCase cases[] = {
    { "/session-tokens/single-flight", test_single_flight },
    { "/session-tokens/expiry", test_expiry },
  };

  return test_main (argc, argv, settings, cases, G_N_ELEMENTS (cases));
}
