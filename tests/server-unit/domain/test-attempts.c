/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Guessing passwords is slowed down, and nobody else is. */
#include "gh-error.h"
#include "ghd-attempts.h"

#include <gio/gio.h>

#define ADDRESS "192.0.2.1"
/* Delays double: whatever time a machine takes, one of so many comes too early. */
#define MANY 200

static GhdAttempts *
create (const char *factor)
{
  g_autofree char *variable = g_strconcat ("GUILDHALL_ACCOUNTS_RATE_FACTOR=", factor, NULL);
  const char *const environment[] = { variable, NULL };
  char *words[] = { (char *) "guildhalld", NULL };
  char **argv = words;
  int argc = 1;
  g_autoptr (GError) error = NULL;
  GhdSettingsMode mode;
  g_autoptr (GhdSettings) settings = ghd_settings_load (&argc, &argv, environment, &mode, &error);

  g_assert_no_error (error);
  return ghd_attempts_new (settings);
}

static gboolean
may_try (GhdAttempts *attempts, const char *username, const char *address)
{
  g_auto (GhdAttempt) attempt = { 0 };
  g_autoptr (GError) error = NULL;

  if (ghd_attempts_begin (attempts, username, address, &attempt, &error))
    {
      ghd_attempts_end (attempts, &attempt, FALSE);
      return TRUE;
    }
  g_assert_error (error, GH_ERROR, GH_ERROR_LIMITED);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "session.limited");
  g_assert_cmpint (gh_error_get_retry_after_ms (error), >, 0);
  return FALSE;
}

static guint
count_tries (GhdAttempts *attempts, const char *username, const char *address)
{
  guint n = 0;

  while (may_try (attempts, username, address))
    g_assert_cmpuint (++n, <, MANY);
  return n;
}

static void
test_pair (void)
{
  g_autoptr (GhdAttempts) attempts = create ("100");
  g_autoptr (GhdAttempts) generous = create ("300");

  g_assert_cmpuint (count_tries (attempts, "ada", ADDRESS), >=, 6);
  /* Neither for others from there, nor for her from elsewhere. */
  g_assert_true (may_try (attempts, "brook", ADDRESS));
  g_assert_true (may_try (attempts, "ada", "192.0.2.2"));
  g_assert_cmpuint (count_tries (generous, "ada", ADDRESS), >=, 16);
}

static void
test_account (void)
{
  g_autoptr (GhdAttempts) attempts = create ("100");
  gboolean is_limited = FALSE;

  for (guint i = 0; !is_limited; i++)
    {
      g_autofree char *address = g_strdup_printf ("192.0.2.%u", i);

      g_assert_cmpuint (i, <, MANY);
      is_limited = !may_try (attempts, "ada", address);
      g_assert_true (i > 50 || !is_limited);
    }
  g_assert_true (may_try (attempts, "brook", "198.51.100.1"));
}

static void
test_address (void)
{
  g_autoptr (GhdAttempts) attempts = create ("100");
  gboolean is_limited = FALSE;

  for (guint i = 0; !is_limited; i++)
    {
      g_autofree char *username = g_strdup_printf ("person%u", i);

      g_assert_cmpuint (i, <, MANY);
      is_limited = !may_try (attempts, username, ADDRESS);
      g_assert_true (i > 50 || !is_limited);
    }
  g_assert_true (may_try (attempts, "ada", "198.51.100.1"));
}

/* Whoever has an IPv6 network has any number of addresses. */
static void
test_network (void)
{
  g_autoptr (GhdAttempts) attempts = create ("100");
  gboolean is_limited = FALSE;

  for (guint i = 0; !is_limited; i++)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8::%x", i + 1);

      g_assert_cmpuint (i, <, 20);
      is_limited = !may_try (attempts, "ada", address);
    }
  is_limited = FALSE;
  for (guint i = 0; !is_limited; i++)
    {
      g_autofree char *address = g_strdup_printf ("2001:db8::1:%x", i + 1);
      g_autofree char *username = g_strdup_printf ("person%u", i);

      g_assert_cmpuint (i, <, MANY);
      is_limited = !may_try (attempts, username, address);
    }
  g_assert_true (may_try (attempts, "ada", "2001:db8:0:1::1"));
}

/* Whoever knows the password is never slowed down, nor is anybody by a server that had no time to look. */
static void
test_forgiven (void)
{
  g_autoptr (GhdAttempts) attempts = create ("100");

  for (guint i = 0; i < MANY; i++)
    {
      g_auto (GhdAttempt) attempt = { 0 };
      g_autoptr (GError) error = NULL;

      ghd_attempts_begin (attempts, "ada", ADDRESS, &attempt, &error);
      g_assert_no_error (error);
      if (i % 2 == 0)
        ghd_attempts_take_back (attempts, &attempt);
      else
        ghd_attempts_end (attempts, &attempt, TRUE);
    }
}

/* Many at once are counted before any of them is known to be wrong. */
static void
test_at_once (void)
{
  g_autoptr (GhdAttempts) attempts = create ("100");
  guint n = 0;

  for (gboolean is_limited = FALSE; !is_limited;)
    {
      g_auto (GhdAttempt) attempt = { 0 };

      is_limited = !ghd_attempts_begin (attempts, "ada", ADDRESS, &attempt, NULL);
      g_assert_cmpuint (++n, <, MANY);
    }
  g_assert_cmpuint (n, >, 6);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/attempts/pair", test_pair);
  g_test_add_func ("/attempts/account", test_account);
  g_test_add_func ("/attempts/address", test_address);
  g_test_add_func ("/attempts/network", test_network);
  g_test_add_func ("/attempts/forgiven", test_forgiven);
  g_test_add_func ("/attempts/at-once", test_at_once);
  return g_test_run ();
}
