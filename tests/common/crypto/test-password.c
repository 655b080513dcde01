/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-password.h"

#include <string.h>
#include <time.h>

static void
test_hash (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhSecret) password = gh_secret_new_string ("correct horse battery ☃");
  g_autoptr (GhSecret) wrong = gh_secret_new_string ("correct horse battery ☂");
  g_autoptr (GhSecret) empty = gh_secret_new_string ("");
  g_autofree char *hash = gh_password_hash (password, &error);
  g_autofree char *again = gh_password_hash (password, &error);

  g_assert_no_error (error);
  g_assert_true (g_str_has_prefix (hash, "$argon2id$v=19$m=65536,t=2,p=1$"));
  g_assert_cmpuint (strlen (hash), <, 128);
  g_assert_cmpstr (hash, !=, again);
  g_assert_true (gh_password_verify (password, hash));
  g_assert_true (gh_password_verify (password, again));
  g_assert_false (gh_password_verify (wrong, hash));
  g_assert_false (gh_password_verify (empty, hash));
  g_assert_false (gh_password_needs_rehash (hash));
}

/* Made by the reference program: argon2 somesalt -id -t 2 -k 65536 -p 1, of its own test vectors. */
static void
test_published (void)
{
  static const char hash[] =
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPPc";
  g_autoptr (GhSecret) password = gh_secret_new_string ("password");
  g_autoptr (GhSecret) wrong = gh_secret_new_string ("differentpassword");

  g_assert_true (gh_password_verify (password, hash));
  g_assert_false (gh_password_verify (wrong, hash));
}

static void
test_damaged (void)
{
  static const char *const hashes[] = {
    "",
    "x",
    "$argon2id$",
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$",
    "$argon2id$v=19$m=65536,t=2,p=1$c29tZXNhbHQ$CTFhFdXPJO1aFaMaO6Mm5c8y7cJHAph8ArZWb2GRPP",
    "$2b$12$abcdefghijklmnopqrstuv",
  };
  g_autoptr (GhSecret) password = gh_secret_new_string ("password");
  g_autofree char *long_hash = g_strnfill (500, '$');

  for (gsize i = 0; i < G_N_ELEMENTS (hashes); i++)
    {
      g_assert_false (gh_password_verify (password, hashes[i]));
      if (i != 4) /* its settings are today's */
        g_assert_true (gh_password_needs_rehash (hashes[i]));
    }
  g_assert_false (gh_password_verify (password, long_hash));
  g_assert_true (gh_password_needs_rehash (long_hash));
  g_assert_true (gh_password_needs_rehash (
    "$argon2id$v=19$m=256,t=2,p=1$c29tZXNhbHQ$nf65EOgLrQMR/uIPnA4rEsF5h7TKyQwu9U1bMCHGi/4"));
}

static double
cpu_seconds (void)
{
  struct timespec spent;

  clock_gettime (CLOCK_THREAD_CPUTIME_ID, &spent);
  return (double) spent.tv_sec + (double) spent.tv_nsec / 1e9;
}

/* Who asks for an account that does not exist learns nothing from the time: the same work is done.
 * Computing time, not the clock's, so that a busy machine does not matter. */
static void
test_nobody (void)
{
  g_autoptr (GhSecret) password = gh_secret_new_string ("password");
  g_autofree char *hash = gh_password_hash (password, NULL);
  double with = 0;
  double without = 0;

  for (guint i = 0; i < 3; i++)
    {
      double start = cpu_seconds ();

      g_assert_true (gh_password_verify (password, hash));
      with += cpu_seconds () - start;
      start = cpu_seconds ();
      g_assert_false (gh_password_verify (password, NULL));
      without += cpu_seconds () - start;
    }
  g_test_message ("with a hash %.1f ms, without %.1f ms", with * 1000 / 3, without * 1000 / 3);
  g_assert_cmpfloat (without, >, with / 3);
  g_assert_cmpfloat (without, <, with * 3);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/password/hash", test_hash);
  g_test_add_func ("/password/published", test_published);
  g_test_add_func ("/password/damaged", test_damaged);
  g_test_add_func ("/password/nobody", test_nobody);
  return g_test_run ();
}
