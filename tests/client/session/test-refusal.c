/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What servers say is read in one's own language, as far as it is known; the rest as it came. */
#include <gio/gio.h>

#include "gh-error.h"
#include "ghc-refusal.h"

/* gettext translates nothing where the machine has no locale but C, so this stands in its place. */
static const char *const catalogue[][2] = {
  { "The password is too short. Use at least %s characters; a few unrelated words are a good choice.",
    "Short: %s!" },
  { "This username is taken. Choose another one.", "Taken!" },
  { "Only the name of the server is needed, without “%s”", "Leave out %s, %s!" },
};

static guint n_lookups;

char *gettext (const char *text);
char *dgettext (const char *domain, const char *text);
char *dcgettext (const char *domain, const char *text, int category);

char *
gettext (const char *text)
{
  n_lookups++;
  for (guint i = 0; i < G_N_ELEMENTS (catalogue); i++)
    {
      if (g_str_equal (catalogue[i][0], text))
        return (char *) catalogue[i][1];
    }
  return (char *) text;
}

char *
dgettext (const char *domain, const char *text)
{
  return gettext (text);
}

char *
dcgettext (const char *domain, const char *text, int category)
{
  return gettext (text);
}

static void
assert_read (const char *said, const char *read)
{
  g_autoptr (GError) error = ghc_refusal_translate (
    gh_error_new_literal (GH_ERROR_LIMITED, "some.reason", "some_field", 42, said));

  g_assert_cmpstr (error->message, ==, read);
  g_assert_error (error, GH_ERROR, GH_ERROR_LIMITED);
  g_assert_cmpstr (gh_error_get_reason (error), ==, "some.reason");
  g_assert_cmpstr (gh_error_get_field (error), ==, "some_field");
  g_assert_cmpint (gh_error_get_retry_after_ms (error), ==, 42);
}

static void
test_known (void)
{
  assert_read ("This username is taken. Choose another one.", "Taken!");
  assert_read ("The password is too short. Use at least 10 characters; a few unrelated words are a "
               "good choice.",
               "Short: 10!");
}

/* What somebody wrote is put in once, and whatever it looks like it is no format. */
static void
test_with_text (void)
{
  assert_read ("Only the name of the server is needed, without “/here/”", "Leave out /here/, %s!");
  assert_read ("Only the name of the server is needed, without “/25%s%n”", "Leave out /25%s%n, %s!");
  assert_read ("Only the name of the server is needed, without “””", "Leave out ”, %s!");
  assert_read ("What is said to 192.0.2.7 over http could be read on the way. Use https, or leave http:// out",
               "What is said to 192.0.2.7 over http could be read on the way. Use https, or leave http:// out");
}

/* Known, but translated by nobody: as it came, with its number. */
static void
test_untranslated (void)
{
  assert_read ("This call is full: 25 people are in it.",
               "This call is full: 25 people are in it.");
  assert_read ("The message is empty.", "The message is empty.");
}

/* What a server makes up is not looked up, and is no format. */
static void
test_unknown (void)
{
  guint before = n_lookups;

  assert_read ("", "");
  assert_read ("%s%n", "%s%n");
  assert_read ("12", "12");
  assert_read ("You have %s to %d pay 5 now", "You have %s to %d pay 5 now");
  assert_read ("Only the name of the server is needed, without “”",
               "Only the name of the server is needed, without “”");
  assert_read ("Only the name of the server is needed, without “7", "Only the name of the server is needed, without “7");
  g_assert_cmpuint (n_lookups, ==, before);
}

static void
test_other_domains (void)
{
  g_autoptr (GError) error = ghc_refusal_translate (
    g_error_new_literal (G_IO_ERROR, G_IO_ERROR_FAILED,
                         "This username is taken. Choose another one."));

  g_assert_error (error, G_IO_ERROR, G_IO_ERROR_FAILED);
  g_assert_cmpstr (error->message, ==, "This username is taken. Choose another one.");
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/refusal/known", test_known);
  g_test_add_func ("/refusal/with-text", test_with_text);
  g_test_add_func ("/refusal/untranslated", test_untranslated);
  g_test_add_func ("/refusal/unknown", test_unknown);
  g_test_add_func ("/refusal/other-domains", test_other_domains);
  return g_test_run ();
}
