/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-settings.h"

#include <gio/gio.h>
#include <glib/gstdio.h>
#include <string.h>
#include <sysexits.h>

/* Loads from words as of a command line, with an environment of its own. */
static GhdSettings *
load (const char *line, const char *const *environment, GhdSettingsMode *mode, char ***rest,
      GError **error)
{
  g_auto (GStrv) owned = g_strsplit (line, " ", -1);
  int argc = g_strv_length (owned);
  char **argv = g_memdup2 (owned, (argc + 1) * sizeof *argv);
  const char *const empty[] = { NULL };
  GhdSettings *settings =
    ghd_settings_load (&argc, &argv, environment != NULL ? environment : empty, mode, error);

  if (rest != NULL)
    *rest = settings != NULL ? g_strdupv (argv) : NULL;
  g_free (argv);
  return settings;
}

static GhdSettings *
load_ok (const char *line, const char *const *environment)
{
  g_autoptr (GError) error = NULL;
  GhdSettingsMode mode;
  GhdSettings *settings = load (line, environment, &mode, NULL, &error);

  g_assert_no_error (error);
  return settings;
}

static void
test_defaults (void)
{
  const char *const environment[] = { "STATE_DIRECTORY=/var/lib/guildhalld:/other",
                                      "XDG_STATE_HOME=/x", NULL };
  g_autoptr (GhdSettings) settings = load_ok ("guildhalld", environment);
  g_autofree char *path = ghd_settings_build_path (settings, "keys/signing.key");

  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME), ==, "localhost");
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_LISTEN), ==,
                   "127.0.0.1:8448");
  g_assert_cmpint (ghd_settings_get_int (settings, GHD_SETTING_LIMITS_MESSAGE_BYTES), ==, 8000);
  g_assert_cmpint (ghd_settings_get_int (settings, GHD_SETTING_ACCOUNTS_REFRESH_TOKEN_DAYS), ==,
                   90);
  g_assert_false (ghd_settings_get_bool (settings, GHD_SETTING_DATABASE_EMBEDDED));
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_TRACING_ENDPOINT), ==, "");
  g_assert_cmpfloat (ghd_settings_get_sample (settings), ==, 1);
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_DATA_DIR), ==,
                   "/var/lib/guildhalld");
  g_assert_cmpstr (path, ==, "/var/lib/guildhalld/keys/signing.key");
}

static void
test_layers (void)
{
  const char *const environment[] = { "GUILDHALL_SERVER_TITLE=from environment",
                                      "GUILDHALL_DATABASE_POOL_SIZE=7", "GUILDHALL_SOURCE=/ignored",
                                      "GUILDHALL_SERVER_BEHIND_PROXY=true", NULL };
  g_autofree char *file = NULL;
  g_autofree char *line = NULL;
  g_autoptr (GhdSettings) settings = NULL;
  int fd = g_file_open_tmp ("guildhalld-XXXXXX.conf", &file, NULL);

  g_assert_cmpint (fd, >=, 0);
  g_close (fd, NULL);
  g_assert_true (
    g_file_set_contents (file,
                         "[server]\ntitle=from file\nlisten=127.0.0.1:1\nname=chat.example.org\n"
                         "[database]\npool-size=3\n",
                         -1, NULL));
  line = g_strdup_printf (
    "guildhalld --embedded --config %s --listen=[::1]:0 --data-dir /tmp/somewhere/../else", file);
  settings = load_ok (line, environment);
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME), ==,
                   "chat.example.org");
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_TITLE), ==,
                   "from environment");
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_LISTEN), ==, "[::1]:0");
  g_assert_cmpstr (ghd_settings_get_string (settings, GHD_SETTING_SERVER_DATA_DIR), ==,
                   "/tmp/else");
  g_assert_cmpint (ghd_settings_get_int (settings, GHD_SETTING_DATABASE_POOL_SIZE), ==, 7);
  g_assert_true (ghd_settings_get_bool (settings, GHD_SETTING_DATABASE_EMBEDDED));
  g_assert_true (ghd_settings_get_bool (settings, GHD_SETTING_SERVER_BEHIND_PROXY));
  g_remove (file);
}

static void
test_arguments (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhdSettings) settings = NULL;
  g_auto (GStrv) rest = NULL;
  g_autofree char *joined = NULL;
  GhdSettingsMode mode;

  settings = load ("guildhalld user --embedded add ada --generate --data-dir /d", NULL, &mode,
                   &rest, &error);
  g_assert_no_error (error);
  joined = g_strjoinv (" ", rest);
  g_assert_cmpstr (joined, ==, "guildhalld user add ada --generate");
  g_assert_cmpint (mode, ==, GHD_SETTINGS_RUN);
}

static void
test_modes (void)
{
  static const struct
  {
    const char *line;
    GhdSettingsMode mode;
  } cases[] = {
    { "guildhalld", GHD_SETTINGS_RUN },
    { "guildhalld --print-settings", GHD_SETTINGS_PRINT },
    { "guildhalld --embedded --version", GHD_SETTINGS_VERSION },
    { "guildhalld --help", GHD_SETTINGS_HELP },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;
      GhdSettingsMode mode;
      g_autoptr (GhdSettings) settings = load (cases[i].line, NULL, &mode, NULL, &error);

      g_assert_no_error (error);
      g_assert_cmpint (mode, ==, cases[i].mode);
    }
}

static void
test_refused (void)
{
  static const struct
  {
    const char *line;
    const char *environment;
    int status;
    const char *says;
  } cases[] = {
    { "guildhalld --no-such-flag", NULL, EX_USAGE, "--no-such-flag" },
    { "guildhalld --listen", NULL, EX_USAGE, "--listen" },
    { "guildhalld --config /nonexistent/file", NULL, EX_CONFIG, "/nonexistent/file" },
    { "guildhalld", "GUILDHALL_DATABASE_POOL_SIZE=many", EX_CONFIG, "many" },
    { "guildhalld", "GUILDHALL_DATABASE_POOL_SIZE=0", EX_CONFIG, "0" },
    { "guildhalld", "GUILDHALL_SERVER_REGISTRATION=perhaps", EX_CONFIG, "perhaps" },
    { "guildhalld", "GUILDHALL_SERVER_BEHIND_PROXY=maybe", EX_CONFIG, "maybe" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const environment[] = { cases[i].environment, NULL };
      g_autoptr (GError) error = NULL;
      GhdSettingsMode mode;

      g_assert_null (load (cases[i].line, environment, &mode, NULL, &error));
      g_assert_nonnull (error);
      g_assert_cmpint (ghd_settings_error_get_status (error), ==, cases[i].status);
      if (strstr (error->message, cases[i].says) == NULL)
        g_error ("\"%s\" does not name %s", error->message, cases[i].says);
    }
}

static void
test_check (void)
{
  static const struct
  {
    const char *line;
    const char *environment;
    const char *says; /* NULL: fine */
  } cases[] = {
    { "guildhalld --embedded", NULL, NULL },
    { "guildhalld", NULL, "--embedded" },
    { "guildhalld", "GUILDHALL_DATABASE_URI=postgresql:///guildhall", NULL },
    { "guildhalld --embedded", "GUILDHALL_DATABASE_URI=postgresql:///guildhall", "choose one" },
    { "guildhalld --embedded --listen 127.0.0.1:0", NULL, NULL },
    { "guildhalld --embedded --listen [::1]:8448", NULL, NULL },
    { "guildhalld --embedded --listen localhost:8448", NULL, NULL },
    { "guildhalld --embedded --listen 0.0.0.0:8448", NULL, "Plain HTTP" },
    { "guildhalld --embedded --listen [::]:8448", NULL, "Plain HTTP" },
    { "guildhalld --embedded --listen chat.example.org:8448", NULL, "Plain HTTP" },
    { "guildhalld --embedded --listen 256.1.1.1:8448", NULL, "256.1.1.1" },
    { "guildhalld --embedded --listen 127.0.0:8448", NULL, "127.0.0" },
    { "guildhalld --embedded --listen 0.0.0.0:8448", "GUILDHALL_SERVER_BEHIND_PROXY=true", NULL },
    { "guildhalld --embedded --listen 8448", NULL, "server.listen" },
    { "guildhalld --embedded --listen 127.0.0.1:99999", NULL, "server.listen" },
    { "guildhalld --embedded --listen ::1:80", NULL, "server.listen" },
    { "guildhalld --embedded --listen :80", NULL, "server.listen" },
    { "guildhalld --embedded", "GUILDHALL_TLS_KEY=/k", "tls.certificate" },
    { "guildhalld --embedded", "GUILDHALL_TLS_CERTIFICATE=/c", "tls.key" },
    { "guildhalld --embedded", "GUILDHALL_SERVER_NAME=Not A Host", "server.name" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=http://127.0.0.1:4318", NULL },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=https://otel.example.org/at/", NULL },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=127.0.0.1:4318", "tracing.endpoint" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=ftp://x", "tracing.endpoint" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=http://a:b@x", "tracing.endpoint" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=http://", "tracing.endpoint" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_ENDPOINT=http://x/?a=b", "tracing.endpoint" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=0", NULL },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=0.125", NULL },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=1.5", "tracing.sample" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=-1", "tracing.sample" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=nan", "tracing.sample" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=0,5", "tracing.sample" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=0x1", "tracing.sample" },
    { "guildhalld --embedded", "GUILDHALL_TRACING_SAMPLE=", "tracing.sample" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      const char *const environment[] = { cases[i].environment, NULL };
      g_autoptr (GhdSettings) settings = load_ok (cases[i].line, environment);
      g_autoptr (GError) error = NULL;

      g_assert_true (ghd_settings_check (settings, &error) == (cases[i].says == NULL));
      if (cases[i].says == NULL)
        continue;
      g_assert_cmpint (ghd_settings_error_get_status (error), ==, EX_CONFIG);
      if (strstr (error->message, cases[i].says) == NULL)
        g_error ("%s: \"%s\" does not say %s", cases[i].line, error->message, cases[i].says);
    }
}

static void
test_print (void)
{
  g_autofree char *text = ghd_settings_print ();
  g_auto (GStrv) lines = g_strsplit (text, "\n", -1);

  g_assert_cmpuint (g_strv_length (lines), ==, GHD_N_SETTINGS + 1);
  g_assert_true (g_strv_contains ((const char *const *) lines, "server.listen=127.0.0.1:8448"));
  g_assert_true (g_strv_contains ((const char *const *) lines, "accounts.rate-factor=100"));
  g_assert_true (g_strv_contains ((const char *const *) lines, "server.title="));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/settings/defaults", test_defaults);
  g_test_add_func ("/settings/layers", test_layers);
  g_test_add_func ("/settings/arguments", test_arguments);
  g_test_add_func ("/settings/modes", test_modes);
  g_test_add_func ("/settings/refused", test_refused);
  g_test_add_func ("/settings/check", test_check);
  g_test_add_func ("/settings/print", test_print);
  return g_test_run ();
}
