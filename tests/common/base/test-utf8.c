/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-utf8.h"

#define FAMILY "\U0001F468\u200d\U0001F469\u200d\U0001F467"
#define ENGLAND "\U0001F3F4\U000E0067\U000E0062\U000E0065\U000E006E\U000E0067\U000E007F"

static void
test_graphemes (void)
{
  static const struct
  {
    const char *text;
    gsize n;
  } table[] = {
    { "", 0 },
    { "abc", 3 },
    { "\r\n", 1 },
    { "a\n\nb", 4 },
    { "é", 1 },
    { "e\u0301", 1 },
    { "Zürich", 6 },
    { "\U0001F44D\U0001F3FD", 1 }, /* thumbs up, medium skin */
    { FAMILY, 1 },
    { FAMILY FAMILY, 2 },
    { "\u2764\ufe0f\u200d\U0001F525", 1 },             /* heart on fire */
    { "\U0001F1E9\U0001F1EA\U0001F1EB\U0001F1F7", 2 }, /* two flags */
    { "\U0001F1E9", 1 },
    { ENGLAND, 1 },
    { "1\ufe0f\u20e3", 1 },                        /* keycap */
    { "\u1112\u1161\u11ab\u1100\u1173\u11af", 2 }, /* Hangul in jamo */
    { "\ud55c\uae00", 2 },
    { "\u0928\u093f", 1 }, /* Devanagari ni */
    { "日本語", 3 },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].text);
      g_assert_cmpuint (gh_utf8_count_graphemes (table[i].text), ==, table[i].n);
    }
}

static void
test_truncate (void)
{
  g_autofree char *text = g_strconcat ("a", FAMILY, "e\u0301", ENGLAND, "z", NULL);

  for (gsize n = 0; n <= 6; n++)
    {
      g_autofree char *cut = gh_utf8_truncate (text, n);

      g_assert_true (g_str_has_prefix (text, cut));
      g_assert_true (g_utf8_validate (cut, -1, NULL));
      g_assert_cmpuint (gh_utf8_count_graphemes (cut), ==, MIN (n, 5));
    }
}

static void
test_clean_name (void)
{
  static const struct
  {
    const char *text;
    const char *clean;
  } table[] = {
    { "Ada", "Ada" },
    { "  Ada   Lovelace \n", "Ada Lovelace" },
    { "Ada\u00a0\u2003Lovelace", "Ada Lovelace" },
    { "Ada\u202eecalevoL", "AdaecalevoL" }, /* right-to-left override */
    { "\u2066Ada\u2069", "Ada" },
    { "A\u200bd\u00ada", "Ada" }, /* zero width space, soft hyphen */
    { "A\001\033[31md\177a", "A[31mda" },
    { "e\u0301", "\u00e9" }, /* composed */
    { FAMILY, FAMILY },
    { ENGLAND, ENGLAND },
    { "a\U000E0067b", "ab" }, /* a tag that belongs to no flag */
    { "\u200dAda\u200d", "Ada" },
    { "\u3164\u2800", "" }, /* letters that look like nothing */
    { "\u202e\u200b", "" },
    { "\ue000Ada", "Ada" }, /* private use */
    { "\u0301Ada", "Ada" }, /* a mark with nothing below it */
    { "שלום", "שלום" },
  };
  g_autofree char *marks = NULL;
  g_autoptr (GString) many = g_string_new ("x");

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *clean = gh_utf8_clean_name (table[i].text);
      g_autofree char *again = gh_utf8_clean_name (clean);

      g_test_message ("%" G_GSIZE_FORMAT ": %s", i, clean);
      g_assert_cmpstr (clean, ==, table[i].clean);
      g_assert_cmpstr (again, ==, clean);
    }
  for (guint i = 0; i < 50; i++)
    g_string_append (many, "\u0324");
  marks = gh_utf8_clean_name (many->str);
  g_assert_cmpint (g_utf8_strlen (marks, -1), ==, 1 + 6);
}

static void
test_clean_text (void)
{
  static const struct
  {
    const char *text;
    const char *clean;
  } table[] = {
    { "one\r\ntwo\rthree\n", "one\ntwo\nthree" },
    { "tab\there", "tab\there" },
    { "bell\a and \033[1mescape", "bell and [1mescape" },
    { "x\u202ey\u202a", "xy" },
    { "x\u2067y\u2069", "x\u2067y\u2069" },
    { " \n\t ", "" },
    { "  indented", "  indented" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autofree char *clean = gh_utf8_clean_text (table[i].text);

      g_assert_cmpstr (clean, ==, table[i].clean);
    }
}

static void
test_check (void)
{
  g_autoptr (GError) error = NULL;

  g_assert_true (gh_utf8_check (FAMILY, 1, 1, 100, "name", "The name", &error));
  g_assert_no_error (error);

  g_assert_false (gh_utf8_check ("", 1, 5, 100, "name", "The name", &error));
  g_assert_cmpstr (error->message, ==, "The name can’t be empty");
  g_assert_cmpstr (gh_error_get_field (error), ==, "name");
  assert_refused (error, GH_ERROR_INVALID, "text.short");

  g_assert_false (gh_utf8_check ("ab", 3, 5, 100, "name", "The name", &error));
  assert_refused (error, GH_ERROR_INVALID, "text.short");
  g_assert_false (gh_utf8_check ("abcdef", 1, 5, 100, "name", "The name", &error));
  assert_refused (error, GH_ERROR_INVALID, "text.long");
  g_assert_false (gh_utf8_check (FAMILY, 1, 5, 10, "name", "The name", &error));
  assert_refused (error, GH_ERROR_INVALID, "text.long");
  g_assert_false (gh_utf8_check ("\xff", 1, 5, 10, "name", "The name", &error));
  assert_refused (error, GH_ERROR_INVALID, "text.utf8");
}

/* Whatever comes in: what goes out is valid, no longer, clean already, and countable. */
static void
test_random (void)
{
  for (guint i = 0; i < 3000; i++)
    {
      g_autoptr (GString) text = g_string_new (NULL);
      guint n = (guint) g_test_rand_int_range (0, 30);
      g_autofree char *clean = NULL;
      g_autofree char *again = NULL;
      g_autofree char *body = NULL;

      for (guint k = 0; k < n; k++)
        {
          gunichar c = (gunichar) g_test_rand_int_range (1, g_test_rand_int_range (0, 3) == 0
                                                              ? 0x110000
                                                              : 0x2100);

          if (g_unichar_validate (c))
            g_string_append_unichar (text, c);
        }
      g_assert_cmpuint (gh_utf8_count_graphemes (text->str), <=, g_utf8_strlen (text->str, -1));
      clean = gh_utf8_clean_name (text->str);
      again = gh_utf8_clean_name (clean);
      body = gh_utf8_clean_text (text->str);
      g_assert_true (g_utf8_validate (clean, -1, NULL));
      g_assert_true (g_utf8_validate (body, -1, NULL));
      g_assert_cmpstr (clean, ==, again);
      g_assert_cmpuint (strlen (body), <=, text->len);
      g_assert_null (strpbrk (clean, "\n\r\t\a\033"));
      g_assert_null (strstr (clean, "\u202e"));
      g_assert_null (strstr (body, "\u202e"));
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/utf8/graphemes", test_graphemes);
  g_test_add_func ("/utf8/truncate", test_truncate);
  g_test_add_func ("/utf8/clean-name", test_clean_name);
  g_test_add_func ("/utf8/clean-text", test_clean_text);
  g_test_add_func ("/utf8/check", test_check);
  g_test_add_func ("/utf8/random", test_random);
  return g_test_run ();
}
