/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "gh-error.h"
#include "ghd-passwords.h"

#include <gio/gio.h>
#include <string.h>

static void
assert_reason (const char *password, const char *username, const char *reason)
{
  g_autoptr (GError) error = NULL;
  gboolean ok = ghd_password_check (password, username, 10, "password", &error);

  g_test_message ("%s", password);
  if (reason == NULL)
    {
      g_assert_no_error (error);
      g_assert_true (ok);
      return;
    }

  g_assert_false (ok);
  g_assert_cmpstr (gh_error_get_reason (error), ==, reason);
  g_assert_cmpstr (gh_error_get_field (error), ==, "password");
}

static void
test_rules (void)
{
  g_autofree char *long_one = g_strnfill (2000, 'x');

  long_one[0] = 'y';
  assert_reason ("short", NULL, "password.short");
  assert_reason ("nine char", NULL, "password.short");
  assert_reason ("ten chars!", NULL, NULL);
  /* Counted in characters, not bytes. */
  assert_reason ("ääääööööü", NULL, "password.short");
  assert_reason ("ääääööööüü", NULL, NULL);
  assert_reason (long_one, NULL, "password.long");
  assert_reason ("password123", NULL, "password.common");
  assert_reason ("PassWord123", NULL, "password.common");
  assert_reason ("zzzzzzzzzzzzzzzzzz", NULL, "password.common");
  assert_reason ("somebodysname", "somebodysname", "password.username");
  /* No rules of composition. */
  assert_reason ("alllowercaseletters", NULL, NULL);
  assert_reason ("correct horse battery staple", NULL, NULL);
}

static void
test_list (void)
{
  g_autoptr (GBytes) list = NULL;
  g_auto (GStrv) lines = NULL;
  guint n = 0;

  g_assert_false (ghd_password_is_common ("never seen before, this"));
  list = g_resources_lookup_data ("/org/guildhall/guildhalld/domain/common-passwords.txt", 0, NULL);
  g_assert_nonnull (list);

  /* Each line is found, so the list is sorted as the search wants it; the neighbours are not. */
  lines = g_strsplit (g_bytes_get_data (list, NULL), "\n", -1);
  for (guint i = 0; lines[i] != NULL; i++)
    {
      g_autofree char *longer = g_strconcat (lines[i], "\x01", NULL);

      if (lines[i][0] == '#' || lines[i][0] == '\0')
        continue;
      g_assert_true (ghd_password_is_common (lines[i]));
      g_assert_false (ghd_password_is_common (longer));
      n++;
    }
  g_assert_cmpuint (n, >, 1000);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/domain/passwords/rules", test_rules);
  g_test_add_func ("/domain/passwords/list", test_list);

  return g_test_run ();
}
