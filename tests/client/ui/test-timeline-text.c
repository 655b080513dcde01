/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What becomes of the words people write, friendly or not, on their way to a label. */
#include "ghc-message-text.h"

#include <pango/pango.h>
#include <string.h>

/* Links are the label's own: Pango knows none. */
static char *
remove_links (const char *markup)
{
  GString *plain = g_string_new (NULL);

  for (const char *at = markup; *at != '\0';)
    {
      if (g_str_has_prefix (at, "<a ") || g_str_has_prefix (at, "</a>"))
        at = strchr (at, '>') + 1;
      else
        g_string_append_c (plain, *at++);
    }

  return g_string_free_and_steal (plain);
}

/* Whatever was written, the markup is valid and says the same words. */
static void
assert_says (const char *text)
{
  g_autofree char *markup = ghc_message_text_to_markup (text);
  g_autofree char *without_links = remove_links (markup);
  g_autofree char *said = NULL;
  g_autoptr (GError) error = NULL;

  g_assert_true (pango_parse_markup (without_links, -1, 0, NULL, &said, NULL, &error));
  g_assert_no_error (error);
  g_assert_cmpstr (said, ==, text);
}

static void
assert_markup (const char *text, const char *expected)
{
  g_autofree char *markup = ghc_message_text_to_markup (text);

  g_assert_cmpstr (markup, ==, expected);
  assert_says (text);
}

#define LINK(uri) "<a href=\"" uri "\">" uri "</a>"

static void
test_links (void)
{
  assert_markup ("", "");
  assert_markup ("No link", "No link");
  assert_markup ("https://example.org", LINK ("https://example.org"));
  assert_markup ("See http://example.org/a?b=1&c=2 now",
                 "See " LINK ("http://example.org/a?b=1&amp;c=2") " now");
  /* What ends a sentence is not part of the address. */
  assert_markup ("At https://example.org/hall.", "At " LINK ("https://example.org/hall") ".");
  assert_markup ("Is it https://example.org/hall?!", "Is it " LINK ("https://example.org/hall") "?!");
  assert_markup ("(https://example.org/hall)", "(" LINK ("https://example.org/hall") ")");
  assert_markup ("https://example.org/a_(b) c", LINK ("https://example.org/a_(b)") " c");
  assert_markup ("https://a.example,https://b.example",
                 LINK ("https://a.example,https://b.example"));
  assert_markup ("https://a.example https://b.example",
                 LINK ("https://a.example") " " LINK ("https://b.example"));
}

static void
test_no_links (void)
{
  const char *const texts[] = {
    "http",           "https",           "http://",          "https://",       "https:// example.org",
    "http:example",   "xhttp://example", "9https://example", "httpss://x.org", "ftp://example.org",
    "javascript://x", "file:///etc",     "https://.",        "https://…!",
  };

  for (guint i = 0; i < G_N_ELEMENTS (texts) - 1; i++)
    {
      g_autofree char *markup = ghc_message_text_to_markup (texts[i]);

      g_assert_null (strstr (markup, "<a "));
      assert_says (texts[i]);
    }
}

static void
test_hostile_markup (void)
{
  assert_markup ("<b>bold</b> & <span size='999999'>big</span>",
                 "&lt;b&gt;bold&lt;/b&gt; &amp; &lt;span size=&apos;999999&apos;&gt;big&lt;/span&gt;");
  assert_markup ("<a href=\"https://evil.example\">https://bank.example</a>",
                 "&lt;a href=&quot;" LINK ("https://evil.example") "&quot;&gt;"
                 LINK ("https://bank.example") "&lt;/a&gt;");
  assert_markup ("https://example.org/\"onclick=", LINK ("https://example.org/") "&quot;onclick=");
  assert_markup ("https://example.org/<b>", LINK ("https://example.org/") "&lt;b&gt;");
  assert_markup ("https://example.org/'&lt;", LINK ("https://example.org/&apos;&amp;lt"
                                                    ) ";");
  assert_says ("&#0; &#xFFFF; &amp; &nosuch; ]]> <!-- <?pi?> <![CDATA[");
}

/* What turns the direction of writing, or is not to be seen, ends an address: it could make it look like another one. */
static void
test_hidden_characters (void)
{
  const char *const hidden[] = {
    "\u202e", "\u202d", "\u2066", "\u2069", "\u200e", "\u200f", "\u061c", "\u200b", "\u00ad", "\ufeff", "\001", "\177", "\302\205", "\u2028",
  };

  for (guint i = 0; i < G_N_ELEMENTS (hidden); i++)
    {
      g_autofree char *text = g_strdup_printf ("https://example.org/%sgro.live", hidden[i]);
      g_autofree char *markup = ghc_message_text_to_markup (text);

      g_test_message ("U+%04X: %s", g_utf8_get_char (hidden[i]), markup);
      g_assert_true (g_str_has_prefix (markup, LINK ("https://example.org/")));
    }

  assert_says ("שלום https://example.org/שלום עולם");
  assert_says ("مرحبا \u202e https://example.org \u202c");
  assert_says ("line one\nline two\ttabbed");
}

static void
test_very_long (void)
{
  g_autofree char *dull = g_strnfill (1000000, 'h');
  g_autofree char *address = g_strconcat ("https://example.org/", dull, NULL);
  g_autofree char *markup = ghc_message_text_to_markup (address);
  g_autoptr (GString) many = g_string_new (NULL);

  g_assert_cmpuint (strlen (markup), ==, 2 * strlen (address) + strlen ("<a href=\"\"></a>"));

  /* Neither many beginnings of an address nor many addresses take more than their share of time. */
  for (guint i = 0; i < 20000; i++)
    g_string_append (many, i % 2 == 0 ? "http" : "https://");
  assert_says (many->str);
  g_string_truncate (many, 0);
  for (guint i = 0; i < 20000; i++)
    g_string_append (many, "https://a.b/( ");
  assert_says (many->str);
}

static void
test_needs_markup (void)
{
  g_assert_false (ghc_message_text_has_address ("A <b> & no address, http: neither"));
  g_assert_true (ghc_message_text_has_address ("https://example.org"));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/timeline-text/links", test_links);
  g_test_add_func ("/timeline-text/no-links", test_no_links);
  g_test_add_func ("/timeline-text/hostile-markup", test_hostile_markup);
  g_test_add_func ("/timeline-text/hidden-characters", test_hidden_characters);
  g_test_add_func ("/timeline-text/very-long", test_very_long);
  g_test_add_func ("/timeline-text/needs-markup", test_needs_markup);
  return g_test_run ();
}
