/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-log.h"

#include <gio/gio.h>

/* 2026-01-02T03:04:05.678Z */
#define TIME (G_GINT64_CONSTANT (1767323045678901))

static char *
format (GhdLogFormat how, const char *message, const GhdLogField *fields)
{
  return ghd_log_format_line (how, TIME, "ghd-net", G_LOG_LEVEL_WARNING, message, fields);
}

static void
test_json (void)
{
  const GhdLogField fields[] = { GHD_LOG_STRING ("request_id", "r\"1\\"),
                                 GHD_LOG_INT ("duration_ms", -3),
                                 GHD_LOG_STRING ("user_id", NULL),
                                 { NULL } };
  g_autofree char *line = format (GHD_LOG_FORMAT_JSON, "Two\nlines\001", fields);

  g_assert_cmpstr (
    line, ==,
    "{\"ts\":\"2026-01-02T03:04:05.678Z\",\"level\":\"warning\",\"domain\":\"ghd-net\","
    "\"message\":\"Two\\nlines\\u0001\",\"request_id\":\"r\\\"1\\\\\",\"duration_ms\":-3,\"user_id\":\"\"}");
}

static void
test_text (void)
{
  const GhdLogField fields[] = { GHD_LOG_STRING ("address", "::1\n\033[31m\302\2337m \303\251"), { NULL } };
  g_autofree char *line = format (GHD_LOG_FORMAT_TEXT, "Hello", fields);

  g_assert_cmpstr (line, ==, "2026-01-02T03:04:05.678Z warning Hello address=::1  [31m 7m \303\251 [ghd-net]");
}

static void
test_broken_utf8 (void)
{
  g_autofree char *line = format (GHD_LOG_FORMAT_JSON, "a\377b", NULL);

  g_assert_true (g_utf8_validate (line, -1, NULL));
}

static void
test_names (void)
{
  GLogLevelFlags level;
  GhdLogFormat how;

  g_assert_true (ghd_log_parse_level ("debug", &level));
  g_assert_cmpint (level, ==, G_LOG_LEVEL_DEBUG);
  g_assert_true (ghd_log_parse_level ("info", &level));
  g_assert_cmpint (level, ==, G_LOG_LEVEL_INFO);
  g_assert_true (ghd_log_parse_level ("error", &level));
  g_assert_cmpint (level, ==, G_LOG_LEVEL_CRITICAL);
  g_assert_false (ghd_log_parse_level ("loud", &level));
  g_assert_true (ghd_log_parse_format ("json", &how));
  g_assert_cmpint (how, ==, GHD_LOG_FORMAT_JSON);
  g_assert_false (ghd_log_parse_format ("xml", &how));
}

/* The real thing: what a process writes, its own lines and those of libraries. */
static void
test_process (void)
{
  if (g_test_subprocess ())
    {
      ghd_log_setup (GHD_LOG_FORMAT_AUTO, G_LOG_LEVEL_INFO);
      ghd_log_info ("Started", GHD_LOG_INT ("port", 8448));
      ghd_log_info ("Without fields");
      ghd_log_debug ("Not to be seen");
      g_message ("from a library");
      return;
    }
  g_test_trap_subprocess (NULL, 0, G_TEST_SUBPROCESS_DEFAULT);
  g_test_trap_assert_passed ();
  g_test_trap_assert_stderr (
    "*\"level\":\"info\",\"domain\":\"test\",\"message\":\"Started\",\"port\":8448}\n*");
  g_test_trap_assert_stderr ("*\"message\":\"Without fields\"}\n*");
  g_test_trap_assert_stderr ("*\"message\":\"from a library\"}\n*");
  g_test_trap_assert_stderr_unmatched ("*Not to be seen*");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/log/json", test_json);
  g_test_add_func ("/log/text", test_text);
  g_test_add_func ("/log/broken-utf8", test_broken_utf8);
  g_test_add_func ("/log/names", test_names);
  g_test_add_func ("/log/process", test_process);
  return g_test_run ();
}
