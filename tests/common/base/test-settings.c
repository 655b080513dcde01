/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-settings.h"

#include <glib/gstdio.h>

static const GhSettingSpec specs[] = {
  { "server", "name", GH_SETTING_STRING, "localhost", 1, 255, NULL, "Its name" },
  { "server", "behind-proxy", GH_SETTING_BOOL, "false", 0, 0, NULL, "Whether a proxy does TLS" },
  { "server", "registration", GH_SETTING_CHOICE, "open", 0, 0, "open|invite|closed", "Who may" },
  { "database", "uri", GH_SETTING_STRING, "", 0, 0, NULL, "Where PostgreSQL is" },
  { "database", "pool-size", GH_SETTING_INT, "4", 1, 64, NULL, "Connections" },
};

static GhSettings *
make (void)
{
  return gh_settings_new (specs, G_N_ELEMENTS (specs));
}

static void
test_defaults (void)
{
  g_autoptr (GhSettings) settings = make ();
  g_autofree char *printed = gh_settings_print (settings);

  g_assert_cmpstr (gh_settings_get_string (settings, "server", "name"), ==, "localhost");
  g_assert_cmpint (gh_settings_get_int (settings, "database", "pool-size"), ==, 4);
  g_assert_false (gh_settings_get_bool (settings, "server", "behind-proxy"));
  g_assert_null (gh_settings_get_origin (settings, "server", "name"));
  g_assert_cmpstr (printed, ==,
                   "server.name=localhost\nserver.behind-proxy=false\nserver.registration=open\n"
                   "database.uri=\ndatabase.pool-size=4\n");
}

static void
test_layers (void)
{
  static const char file[] = "# a comment\n[server]\nname = example.org \nbehind-proxy=yes\n"
                             "[database]\npool-size=8\nuri=postgresql://u:p%40@h/db\n";
  static const char *const environment[] = { "HOME=/", "GUILDHALL_DATABASE_POOL_SIZE=16",
                                             "GUILDHALL_SERVER_NAME=other.example",
                                             "GUILDHALL_SOMETHING_ELSE=1", NULL };
  g_autoptr (GhSettings) settings = make ();
  g_autoptr (GError) error = NULL;

  g_assert_true (gh_settings_load_data (settings, file, strlen (file), "/etc/g.conf", &error));
  g_assert_no_error (error);
  g_assert_cmpstr (gh_settings_get_string (settings, "server", "name"), ==, "example.org");
  g_assert_cmpstr (gh_settings_get_string (settings, "database", "uri"), ==,
                   "postgresql://u:p%40@h/db");
  g_assert_true (gh_settings_get_bool (settings, "server", "behind-proxy"));

  g_assert_true (gh_settings_load_environment (settings, "GUILDHALL", environment, &error));
  g_assert_no_error (error);
  g_assert_cmpint (gh_settings_get_int (settings, "database", "pool-size"), ==, 16);
  g_assert_cmpstr (gh_settings_get_string (settings, "server", "name"), ==, "other.example");

  g_assert_true (gh_settings_set (settings, "database", "pool-size", "32", "--pool-size", &error));
  g_assert_cmpint (gh_settings_get_int (settings, "database", "pool-size"), ==, 32);
  g_assert_cmpstr (gh_settings_get_origin (settings, "database", "pool-size"), ==, "--pool-size");
  g_assert_cmpstr (gh_settings_get_origin (settings, "server", "behind-proxy"), ==, "/etc/g.conf");
}

static void
test_refusals (void)
{
  static const struct
  {
    const char *file;
    const char *reason;
    const char *says; /* besides the file */
  } table[] = {
    { "[server]\nnmae=x\n", "settings.unknown", "server.nmae; perhaps server.name is meant" },
    { "[servr]\nname=x\n", "settings.unknown", "perhaps server.name is meant" },
    { "[server]\nsomething-entirely-else=x\n", "settings.unknown",
      "server.something-entirely-else" },
    { "[server]\nfoo=x\n", "settings.unknown", "there is no setting server.foo" },
    { "[server]\nname=\n", "settings.value", "server.name cannot be empty" },
    { "[server]\nbehind-proxy=maybe\n", "settings.value", "true or false" },
    { "[server]\nregistration=opn\n", "settings.value", "open|invite|closed" },
    { "[server]\nregistration=open|invite\n", "settings.value", "one of" },
    { "[database]\npool-size=0\n", "settings.value", "from 1 to 64" },
    { "[database]\npool-size=65\n", "settings.value", "from 1 to 64" },
    { "[database]\npool-size=4x\n", "settings.value", "“4x”" },
    { "[database]\npool-size=99999999999999999999999\n", "settings.value", "from 1 to 64" },
    { "name=x\n", "settings.syntax", NULL },
    { "[server\nname=x\n", "settings.syntax", NULL },
    { "[server]\nname\n", "settings.syntax", NULL },
    { "[server]\nname=\xff\n", "settings.syntax", "UTF-8" },
  };
  g_autofree char *huge = g_strnfill (1024 * 1024 + 1, '#');
  g_autofree char *long_value = NULL;
  g_autofree char *filler = g_strnfill (5000, 'p');
  g_autoptr (GhSettings) last = make ();
  g_autoptr (GError) last_error = NULL;

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GhSettings) settings = make ();
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].reason);
      g_assert_false (gh_settings_load_data (settings, table[i].file, strlen (table[i].file),
                                             "/etc/g.conf", &error));
      g_assert_nonnull (error);
      g_test_message ("%s", error->message);
      g_assert_true (g_str_has_prefix (error->message, "/etc/g.conf: "));
      if (table[i].says != NULL)
        g_assert_nonnull (strstr (error->message, table[i].says));
      /* Another name is suggested only where one is near. */
      g_assert_cmpint (table[i].says != NULL && strstr (table[i].says, "perhaps") != NULL, ==,
                       strstr (error->message, "perhaps") != NULL);
      assert_refused (error, GH_ERROR_INVALID, table[i].reason);
    }

  g_assert_false (gh_settings_load_data (last, huge, strlen (huge), "f", &last_error));
  assert_refused (last_error, GH_ERROR_INVALID, "settings.syntax");
  /* A value that may hold a password is not repeated. */
  long_value = g_strdup_printf ("[database]\nuri=%s\n", filler);
  g_assert_false (gh_settings_load_data (last, long_value, strlen (long_value), "f", &last_error));
  g_assert_null (strstr (last_error->message, "ppp"));
  assert_refused (last_error, GH_ERROR_INVALID, "settings.value");
}

static void
test_environment_refusal (void)
{
  static const char *const environment[] = { "GUILDHALL_DATABASE_POOL_SIZE=many", NULL };
  g_autoptr (GhSettings) settings = make ();
  g_autoptr (GError) error = NULL;

  g_assert_false (gh_settings_load_environment (settings, "GUILDHALL", environment, &error));
  g_assert_nonnull (strstr (error->message, "GUILDHALL_DATABASE_POOL_SIZE"));
  assert_refused (error, GH_ERROR_INVALID, "settings.value");
  g_assert_cmpint (gh_settings_get_int (settings, "database", "pool-size"), ==, 4);
}

static void
test_file (void)
{
  g_autoptr (GhSettings) settings = make ();
  g_autoptr (GError) error = NULL;
  g_autofree char *path = NULL;
  int fd = g_file_open_tmp ("guildhall-XXXXXX.conf", &path, &error);

  g_assert_no_error (error);
  g_close (fd, NULL);
  g_assert_true (g_file_set_contents (path, "[server]\nname=x.example\n", -1, &error));
  g_assert_true (gh_settings_load_file (settings, path, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (gh_settings_get_string (settings, "server", "name"), ==, "x.example");
  g_assert_cmpstr (gh_settings_get_origin (settings, "server", "name"), ==, path);

  g_unlink (path);
  g_assert_false (gh_settings_load_file (settings, path, &error));
  g_assert_nonnull (strstr (error->message, path));
  assert_refused (error, GH_ERROR_INVALID, "settings.file");
}

/* A file of settings may be damaged in any way, but never brings down who reads it. */
static void
test_damaged (void)
{
  static const char file[] =
    "# c\n[server]\nname=example.org\nbehind-proxy=true\nregistration=open\n"
    "[database]\nuri=x\npool-size=8\n";

  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (GhSettings) settings = make ();
      g_autoptr (GError) error = NULL;
      gsize size = strlen (file);
      char copy[sizeof file];
      gboolean loaded;

      memcpy (copy, file, sizeof file);
      for (int k = g_test_rand_int_range (0, 4); k > 0; k--)
        copy[g_test_rand_int_range (0, (gint32) size)] = (char) g_test_rand_int_range (0, 256);
      size = (gsize) g_test_rand_int_range (0, (gint32) size + 1);
      loaded = gh_settings_load_data (settings, copy, size, "f", &error);
      g_assert_true (loaded == (error == NULL));
      g_assert_cmpint (gh_settings_get_int (settings, "database", "pool-size"), >=, 1);
      g_assert_cmpuint (strlen (gh_settings_get_string (settings, "server", "name")), >=, 1);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/layers", test_layers);
  g_test_add_func ("/settings/refusals", test_refusals);
  g_test_add_func ("/settings/environment", test_environment_refusal);
  g_test_add_func ("/settings/file", test_file);
  g_test_add_func ("/settings/damaged", test_damaged);
  return g_test_run ();
}
