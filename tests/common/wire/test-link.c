/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "../test-util.h"

#include "gh-link.h"

#include <string.h>

static void
test_addresses (void)
{
  static const struct
  {
    const char *text;
    const char *url;
    const char *authority;
    gboolean is_loopback;
  } table[] = {
    { "example.org", "https://example.org", "example.org", FALSE },
    { " Example.ORG ", "https://example.org", "example.org", FALSE },
    { "https://example.org/", "https://example.org", "example.org", FALSE },
    { "HTTPS://example.org:443", "https://example.org", "example.org", FALSE },
    { "example.org:8448", "https://example.org:8448", "example.org:8448", FALSE },
    { "192.0.2.1", "https://192.0.2.1", "192.0.2.1", FALSE },
    { "[2001:DB8::1]:99", "https://[2001:db8::1]:99", "[2001:db8::1]:99", FALSE },
    { "xn--bcher-kva.example", "https://xn--bcher-kva.example", "xn--bcher-kva.example", FALSE },
    { "guildhall://example.org", "https://example.org", "example.org", FALSE },
    { "localhost", "http://localhost:8448", "localhost:8448", TRUE },
    { "127.0.0.1", "http://127.0.0.1:8448", "127.0.0.1:8448", TRUE },
    { "127.0.0.1:9000", "http://127.0.0.1:9000", "127.0.0.1:9000", TRUE },
    { "[::1]", "http://[::1]:8448", "[::1]:8448", TRUE },
    { "http://localhost", "http://localhost:80", "localhost:80", TRUE },
    { "http://127.0.0.1:8448/", "http://127.0.0.1:8448", "127.0.0.1:8448", TRUE },
    { "https://localhost:8449", "https://localhost:8449", "localhost:8449", TRUE },
    { "guildhall://localhost", "http://localhost:8448", "localhost:8448", TRUE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhServerAddress) address = gh_server_address_parse (table[i].text, &error);
      g_autoptr (GhServerAddress) again = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_no_error (error);
      g_assert_cmpstr (gh_server_address_get_url (address), ==, table[i].url);
      g_assert_cmpstr (gh_server_address_get_authority (address), ==, table[i].authority);
      g_assert_cmpint (gh_server_address_is_loopback (address), ==, table[i].is_loopback);
      g_assert_cmpint (gh_server_address_is_secure (address), ==,
                       g_str_has_prefix (table[i].url, "https:"));
      again = gh_server_address_parse (gh_server_address_get_url (address), &error);
      g_assert_no_error (error);
      g_assert_true (gh_server_address_equal (address, again));
      g_assert_cmpuint (gh_server_address_get_port (again), ==,
                        gh_server_address_get_port (address));
    }
}

static void
test_address_refusals (void)
{
  static const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "", "server.empty" },
    { "   ", "server.empty" },
    { "https://", "server.empty" },
    { "https:///x", "server.empty" },
    { "http://example.org", "server.insecure" },
    { "http://192.0.2.1:8448", "server.insecure" },
    { "http://localhost.example.org", "server.insecure" },
    { "bücher.example", "server.international" },
    { "exаmple.org", "server.international" }, /* a Cyrillic letter */
    { "ftp://example.org", "server.invalid" },
    { "javascript://example.org", "server.invalid" },
    { "ada@example.org", "server.invalid" },
    { "https://ada:secret@example.org", "server.invalid" },
    { "exa mple.org", "server.invalid" },
    { "example.org:0", "server.invalid" },
    { "example.org:99999", "server.invalid" },
    { "example.org:x", "server.invalid" },
    { "::1", "server.invalid" },
    { "[::1", "server.invalid" },
    { "-x.org", "server.invalid" },
    { "example.org/chat", "server.path" },
    { "example.org?x", "server.path" },
    { "example.org/#x", "server.path" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_null (gh_server_address_parse (table[i].text, &error));
      g_assert_nonnull (error);
      g_test_message ("  %s", error->message);
      g_assert_cmpstr (gh_error_get_field (error), ==, "server");
      assert_refused (error, GH_ERROR_INVALID, table[i].reason);
    }
}

static void
test_links (void)
{
  static const struct
  {
    const char *text;
    const char *uri;
    const char *url;
  } table[] = {
    { "guildhall://example.org/invite/Abc-1_2", "guildhall://example.org/invite/Abc-1_2",
      "https://example.org/invite/Abc-1_2" },
    { " https://example.org:99/invite/x/ ", "guildhall://example.org:99/invite/x",
      "https://example.org:99/invite/x" },
    { "http://127.0.0.1:8448/invite/x?a=b#c", "guildhall://127.0.0.1:8448/invite/x",
      "http://127.0.0.1:8448/invite/x" },
    { "guildhall://[::1]/invite/x", "guildhall://[::1]:8448/invite/x",
      "http://[::1]:8448/invite/x" },
    { "example.org/invite/x", "guildhall://example.org/invite/x", "https://example.org/invite/x" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autoptr (GhLink) link = gh_link_parse (table[i].text, &error);
      g_autoptr (GhLink) again = NULL;
      g_autoptr (GhLink) made = NULL;
      g_autofree char *uri = NULL;
      g_autofree char *url = NULL;
      g_autofree char *made_uri = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_no_error (error);
      uri = gh_link_to_uri (link);
      url = gh_link_to_url (link);
      g_assert_cmpstr (uri, ==, table[i].uri);
      g_assert_cmpstr (url, ==, table[i].url);

      again = gh_link_parse (url, &error);
      g_assert_no_error (error);
      g_assert_true (
        gh_server_address_equal (gh_link_get_server (link), gh_link_get_server (again)));
      g_assert_cmpstr (gh_link_get_invite_code (link), ==, gh_link_get_invite_code (again));
      made = gh_link_new_invite (gh_link_get_server (link), gh_link_get_invite_code (link));
      made_uri = gh_link_to_uri (made);
      g_assert_cmpstr (made_uri, ==, uri);
    }
}

static void
test_link_refusals (void)
{
  g_autofree char *code = g_strnfill (GH_LIMIT_INVITE_CODE + 1, 'a');
  g_autofree char *long_code = g_strconcat ("guildhall://example.org/invite/", code, NULL);
  const struct
  {
    const char *text;
    const char *reason;
  } table[] = {
    { "", "link.unknown" },
    { "guildhall://example.org", "link.unknown" },
    { "guildhall://example.org/", "link.unknown" },
    { "guildhall://example.org/join/x", "link.unknown" },
    { "guildhall://example.org/a/invite/x", "link.unknown" },
    { "guildhall:example.org/invite/x", "server.invalid" },
    { "mailto:a@example.org", "link.unknown" },
    { "guildhall:///invite/x", "server.empty" },
    { "http://example.org/invite/x", "server.insecure" },
    { "ftp://example.org/invite/x", "server.invalid" },
    { "guildhall://bücher.example/invite/x", "server.international" },
    { "guildhall://example.org/invite/", "link.code" },
    { "guildhall://example.org/invite/#x", "link.code" },
    { "guildhall://example.org/invite/a b", "link.code" },
    { "guildhall://example.org/invite/a/b", "link.code" },
    { "guildhall://example.org/invite/%41", "link.code" },
    { "guildhall://example.org/invite/ä", "link.code" },
    { long_code, "link.code" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s", table[i].text);
      g_assert_null (gh_link_parse (table[i].text, &error));
      assert_refused (error, GH_ERROR_INVALID, table[i].reason);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/address/forms", test_addresses);
  g_test_add_func ("/address/refusals", test_address_refusals);
  g_test_add_func ("/link/forms", test_links);
  g_test_add_func ("/link/refusals", test_link_refusals);
  return g_test_run ();
}
