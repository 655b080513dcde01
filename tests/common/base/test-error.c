/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

static void
test_fields (void)
{
  g_autoptr (GError)
    error = gh_error_new (GH_ERROR_LIMITED, "login.rate", "password", 1500, "Wait %d s", 2);
  g_autoptr (GError) copy = g_error_copy (error);

  for (guint i = 0; i < 2; i++)
    {
      const GError *one = i == 0 ? error : copy;

      g_assert_error (one, GH_ERROR, GH_ERROR_LIMITED);
      g_assert_cmpstr (one->message, ==, "Wait 2 s");
      g_assert_cmpstr (gh_error_get_reason (one), ==, "login.rate");
      g_assert_cmpstr (gh_error_get_field (one), ==, "password");
      g_assert_cmpint (gh_error_get_retry_after_ms (one), ==, 1500);
      g_assert_cmpstr (gh_error_get_public_message (one), ==, "Wait 2 s");
    }

  gh_error_set_field (copy, "username");
  gh_error_set_retry_after_ms (copy, -7);
  g_assert_cmpstr (gh_error_get_field (copy), ==, "username");
  g_assert_cmpint (gh_error_get_retry_after_ms (copy), ==, 0);
  g_assert_cmpstr (gh_error_get_field (error), ==, "password");
}

static void
test_defaults (void)
{
  g_autoptr (GError) error = gh_error_new (GH_ERROR_NOT_FOUND, NULL, NULL, 0, "Nobody is here");

  g_assert_cmpstr (gh_error_get_reason (error), ==, "not_found");
  g_assert_null (gh_error_get_field (error));
  g_assert_cmpint (gh_error_get_retry_after_ms (error), ==, 0);
}

static void
test_set (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_false (gh_set_error (NULL, GH_ERROR_DENIED, NULL, NULL, "No"));
  g_assert_false (gh_set_error (&error, GH_ERROR_DENIED, "guild.owner", NULL, "No"));
  assert_refused (error, GH_ERROR_DENIED, "guild.owner");
}

static void
test_codes (void)
{
  static const struct
  {
    GhError code;
    const char *name;
    guint status;
  } table[] = {
    { GH_ERROR_INVALID, "invalid", 400 },   { GH_ERROR_UNAUTHENTICATED, "unauthenticated", 401 },
    { GH_ERROR_DENIED, "denied", 403 },     { GH_ERROR_NOT_FOUND, "not_found", 404 },
    { GH_ERROR_CONFLICT, "conflict", 409 }, { GH_ERROR_TOO_LARGE, "too_large", 413 },
    { GH_ERROR_LIMITED, "limited", 429 },   { GH_ERROR_UNAVAILABLE, "unavailable", 503 },
    { GH_ERROR_INTERNAL, "internal", 500 },
  };
  GhError code;

  g_assert_cmpuint (G_N_ELEMENTS (table), ==, GH_N_ERRORS);
  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_assert_cmpstr (gh_error_code_to_string (table[i].code), ==, table[i].name);
      g_assert_cmpuint (gh_error_code_to_http_status (table[i].code), ==, table[i].status);
      g_assert_cmpint (gh_error_code_from_http_status (table[i].status), ==, table[i].code);
      g_assert_true (gh_error_code_from_string (table[i].name, &code));
      g_assert_cmpint (code, ==, table[i].code);
    }
  g_assert_false (gh_error_code_from_string ("nothing", &code));
  g_assert_false (gh_error_code_from_string (NULL, &code));
  g_assert_cmpint (gh_error_code_from_http_status (502), ==, GH_ERROR_UNAVAILABLE);
  g_assert_cmpint (gh_error_code_from_http_status (418), ==, GH_ERROR_INVALID);
  g_assert_cmpint (gh_error_code_from_http_status (599), ==, GH_ERROR_INTERNAL);
}

static void
test_foreign (void)
{
  g_autoptr (GError)
    file = g_error_new (G_FILE_ERROR, G_FILE_ERROR_NOENT, "/secret/path does not exist");
  g_autoptr (GError) away = g_error_new (G_IO_ERROR, G_IO_ERROR_CONNECTION_REFUSED, "10.0.0.7");
  g_autoptr (GError) own = gh_error_new (GH_ERROR_INTERNAL, NULL, NULL, 0, "SELECT password");

  g_assert_cmpint (gh_error_get_code (file), ==, GH_ERROR_INTERNAL);
  g_assert_cmpint (gh_error_get_code (away), ==, GH_ERROR_UNAVAILABLE);
  g_assert_cmpstr (gh_error_get_reason (file), ==, "internal");
  g_assert_cmpstr (gh_error_get_reason (away), ==, "unavailable");
  g_assert_null (gh_error_get_field (file));
  g_assert_cmpint (gh_error_get_retry_after_ms (file), ==, 0);
  /* What is ours to know is not told. */
  g_assert_null (strstr (gh_error_get_public_message (file), "secret"));
  g_assert_null (strstr (gh_error_get_public_message (away), "10.0.0.7"));
  g_assert_null (strstr (gh_error_get_public_message (own), "password"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/error/fields", test_fields);
  g_test_add_func ("/error/defaults", test_defaults);
  g_test_add_func ("/error/set", test_set);
  g_test_add_func ("/error/codes", test_codes);
  g_test_add_func ("/error/foreign", test_foreign);
  return g_test_run ();
}
