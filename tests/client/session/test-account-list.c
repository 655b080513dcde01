/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The list of accounts on this computer, whole and damaged. */
#include "session-util.h"

#include "gh-error.h"

#include <glib/gstdio.h>

typedef struct
{
  char *folder;
  char *list;
  guint n_warnings;
} Fixture;

static Fixture fixture;

static void
on_warning (GhcSessions *sessions, const char *sentence, gpointer data)
{
  g_assert_nonnull (strstr (sentence, "accounts.json.damaged"));
  fixture.n_warnings++;
}

static void
write_list (const char *text)
{
  g_autoptr (GError) error = NULL;

  g_file_set_contents (fixture.list, text, -1, &error);
  g_assert_no_error (error);
}

/* Its folder is made, however deep. */
static void
test_none (TestDaemon *nobody)
{
  g_autofree char *deep = g_build_filename (fixture.folder, "a", "b", NULL);
  g_autoptr (GhcSessions) sessions = ghc_sessions_new (deep, "list");

  g_assert_false (ghc_sessions_get_loaded (sessions));
  test_await_true (ghc_sessions_load (sessions));
  g_assert_true (ghc_sessions_get_loaded (sessions));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (sessions)), ==, 0);
  g_assert_true (g_file_test (deep, G_FILE_TEST_IS_DIR));
}

/* A file is where the folder should be. */
static void
test_no_folder (TestDaemon *nobody)
{
  g_autofree char *impossible = g_build_filename (fixture.list, "below", NULL);
  g_autoptr (GhcSessions) sessions = ghc_sessions_new (impossible, "list");
  g_autoptr (GError) error = NULL;

  write_list ("{\"accounts\":[]}");
  error = test_await_error (ghc_sessions_load (sessions));
  g_assert_true (g_error_matches (error, GH_ERROR, GH_ERROR_INTERNAL));
  g_assert_nonnull (strstr (error->message, impossible));
  g_assert_false (ghc_sessions_get_loaded (sessions));
}

/* Put aside, with a word to the person; nothing is thrown away. */
static void
test_damaged (TestDaemon *nobody)
{
  static const char *const damaged[] = {
    "{\"accounts\":[{\"account_id\":\"a",
    "[]",
    "{\"accounts\":[{\"account_id\":\"a\",\"server_url\":\"http://127.0.0.1:1\"}]}",
    ("{\"accounts\":[{\"account_id\":\"a\",\"server_url\":\"http://127.0.0.1:1\","
     "\"user_id\":\"@ada:localhost\",\"server_keys\":\"none\"}]}"),
  };
  g_autofree char *aside = g_strconcat (fixture.list, ".damaged", NULL);

  for (guint i = 0; i < G_N_ELEMENTS (damaged); i++)
    {
      g_autoptr (GhcSessions) sessions = ghc_sessions_new (fixture.folder, "list");
      g_autofree char *kept = NULL;

      write_list (damaged[i]);
      fixture.n_warnings = 0;
      g_signal_connect (sessions, "warning", G_CALLBACK (on_warning), NULL);
      test_await_true (ghc_sessions_load (sessions));
      g_assert_cmpuint (fixture.n_warnings, ==, 1);
      g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (sessions)), ==, 0);
      g_assert_false (g_file_test (fixture.list, G_FILE_TEST_EXISTS));
      g_assert_true (g_file_get_contents (aside, &kept, NULL, NULL));
      g_assert_cmpstr (kept, ==, damaged[i]);
    }
}

/* Keys that are none do not keep anybody from their account. */
static void
test_keys (TestDaemon *nobody)
{
  g_autoptr (GhcSessions) sessions = ghc_sessions_new (fixture.folder, "list");

  write_list ("{\"accounts\":[{\"account_id\":\"a\",\"server_url\":\"http://127.0.0.1:1\","
              "\"user_id\":\"@ada:localhost\",\"server_keys\":{\"ed25519:x\":\"nothing\"}}]}");
  test_await_true (ghc_sessions_load (sessions));
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (sessions)), ==, 1);
  test_await_true (ghc_sessions_close (sessions));
}

static void
run (gconstpointer func)
{
  g_autoptr (GError) error = NULL;

  fixture.folder = g_dir_make_tmp ("guildhall-accounts-XXXXXX", &error);
  g_assert_no_error (error);
  fixture.list = g_build_filename (fixture.folder, "accounts.json", NULL);
  test_run_fiber ((TestFunc) func, NULL);
  test_remove_folder (fixture.folder);
  g_free (fixture.folder);
  g_free (fixture.list);
}

int
main (int argc, char **argv)
{
  int status;

  g_test_init (&argc, &argv, NULL);
  test_keyring_start ();
  dex_init ();

  g_test_add_data_func ("/account-list/none", test_none, run);
  g_test_add_data_func ("/account-list/no-folder", test_no_folder, run);
  g_test_add_data_func ("/account-list/damaged", test_damaged, run);
  g_test_add_data_func ("/account-list/keys", test_keys, run);
  status = g_test_run ();

  test_keyring_stop ();

  return status;
}
