/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Ids, hosts and user names. */
#include "../test-util.h"

#include "gh-host.h"
#include "gh-id.h"
#include "gh-user-name.h"

/* Base58 of the 16 bytes 11 12 … 20. */
#define SIXTEEN "37G9X3VBf9g7tEbWtLBu9Z"
#define LABEL63 "abcdefghijklmnopqrstuvwxyz0123456789abcdefghijklmnopqrstuvwxyz0"

static void
test_generated (void)
{
  static const GhIdKind kinds[] = { GH_ID_ROOM, GH_ID_ROLE, GH_ID_CATEGORY, GH_ID_MEDIA,
                                    GH_ID_DEVICE };
  static const char *const hosts[] = { "localhost", "chat.example.org:8448", "[::1]:8448",
                                       "127.0.0.1" };

  for (guint i = 0; i < 200; i++)
    {
      for (gsize k = 0; k < G_N_ELEMENTS (kinds); k++)
        {
          const char *host = hosts[i % G_N_ELEMENTS (hosts)];
          g_autofree char *id = gh_id_new (kinds[k], host);
          g_autofree char *other = gh_id_new (kinds[k], host);
          g_autofree char *found = gh_id_dup_host (kinds[k], id);
          /* Two digits fewer is a byte fewer; one digit may be none. */
          g_autofree char *cut = g_strndup (id, strlen (id) - 2);

          g_assert_cmpstr (id, !=, other);
          for (GhIdKind kind = 0; kind < GH_N_ID_KINDS; kind++)
            g_assert_cmpint (gh_id_is_valid (kind, id), ==, kind == kinds[k]);
          if (kinds[k] == GH_ID_ROOM || kinds[k] == GH_ID_MEDIA)
            {
              g_assert_cmpstr (found, ==, host);
            }
          else
            {
              g_assert_null (found);
              g_assert_false (gh_id_is_valid (kinds[k], cut));
            }
        }
    }
}

static void
test_users (void)
{
  g_autofree char *id = gh_id_new_user ("ada.lovelace", "example.org");
  g_autofree char *name = gh_id_dup_local (GH_ID_USER, id);
  g_autofree char *host = gh_id_dup_host (GH_ID_USER, id);
  g_autofree char *local = gh_id_dup_local (GH_ID_MEDIA, "mxc://example.org/" SIXTEEN);

  g_assert_cmpstr (id, ==, "@ada.lovelace:example.org");
  g_assert_cmpstr (name, ==, "ada.lovelace");
  g_assert_cmpstr (host, ==, "example.org");
  g_assert_cmpstr (local, ==, SIXTEEN);
}

static void
test_id_table (void)
{
  static const struct
  {
    GhIdKind kind;
    const char *id;
    gboolean valid;
  } table[] = {
    { GH_ID_USER, "@ada:localhost", TRUE },
    { GH_ID_USER, "@ada:[::1]:8448", TRUE },
    { GH_ID_USER, "ada:localhost", FALSE },
    { GH_ID_USER, "@ada", FALSE },
    { GH_ID_USER, "@ada:", FALSE },
    { GH_ID_USER, "@:localhost", FALSE },
    { GH_ID_USER, "@Ada:localhost", FALSE },
    { GH_ID_USER, "@ada:Localhost", FALSE },
    { GH_ID_USER, "@ada:localhost ", FALSE },
    { GH_ID_USER, "@ada:local\nhost", FALSE },
    { GH_ID_USER, "", FALSE },
    { GH_ID_USER, NULL, FALSE },
    { GH_ID_ROOM, "!" SIXTEEN ":localhost", TRUE },
    { GH_ID_ROOM, "!" SIXTEEN, FALSE },
    { GH_ID_ROOM, "!" SIXTEEN ":", FALSE },
    { GH_ID_ROOM, "!1:localhost", FALSE },
    { GH_ID_ROOM, "!" SIXTEEN SIXTEEN ":localhost", FALSE },
    { GH_ID_ROLE, "everyone", TRUE },
    { GH_ID_ROLE, "r_" SIXTEEN, TRUE },
    { GH_ID_ROLE, "r_", FALSE },
    { GH_ID_ROLE, "c_" SIXTEEN, FALSE },
    { GH_ID_CATEGORY, "c_" SIXTEEN, TRUE },
    { GH_ID_CATEGORY, "everyone", FALSE },
    { GH_ID_EVENT, "$9iZ2ANAer8bSZEax8g7CBX6yC2ZaQqCZ5JxtYQhk8MyR", TRUE },
    { GH_ID_EVENT, "9iZ2ANAer8bSZEax8g7CBX6yC2ZaQqCZ5JxtYQhk8MyR", FALSE },
    { GH_ID_EVENT, "$" SIXTEEN, FALSE },
    { GH_ID_MEDIA, "mxc://localhost/" SIXTEEN, TRUE },
    { GH_ID_MEDIA, "mxc://localhost/../" SIXTEEN, FALSE },
    { GH_ID_MEDIA, "mxc:///" SIXTEEN, FALSE },
    { GH_ID_MEDIA, "mxc://localhost/", FALSE },
    { GH_ID_DEVICE, "D9EGJCxbxRGT", TRUE },
    { GH_ID_DEVICE, "d9EGJCxbxRGT", FALSE },
    { GH_ID_DEVICE, "D" SIXTEEN, FALSE },
    { GH_ID_DEVICE, "DzzzzzzzzzzzzzzM", FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      gboolean valid = gh_id_check (table[i].kind, table[i].id, "which", &error);

      g_test_message ("%s", table[i].id != NULL ? table[i].id : "(null)");
      g_assert_cmpint (valid, ==, table[i].valid);
      g_assert_cmpint (gh_id_is_valid (table[i].kind, table[i].id), ==, table[i].valid);
      if (valid)
        {
          g_assert_no_error (error);
          continue;
        }
      g_assert_cmpstr (gh_error_get_field (error), ==, "which");
      assert_refused (error, GH_ERROR_INVALID, "id.invalid");
    }
}

static void
test_color (void)
{
  guint counts[8] = { 0 };

  for (guint i = 0; i < 8000; i++)
    {
      g_autofree char *id = g_strdup_printf ("@user%u:localhost", i);
      guint color = gh_id_color_index (id, G_N_ELEMENTS (counts));

      g_assert_cmpuint (color, <, G_N_ELEMENTS (counts));
      g_assert_cmpuint (color, ==, gh_id_color_index (id, G_N_ELEMENTS (counts)));
      counts[color]++;
    }
  /* A thousand each; a fair spread stays well within these (6 sigma is 180). */
  for (gsize i = 0; i < G_N_ELEMENTS (counts); i++)
    {
      g_assert_cmpuint (counts[i], >, 800);
      g_assert_cmpuint (counts[i], <, 1200);
    }
}

static void
test_hosts (void)
{
  static const struct
  {
    const char *host;
    gboolean valid;
    gboolean loopback;
  } table[] = {
    { "localhost", TRUE, TRUE },
    { "localhost:8448", TRUE, TRUE },
    { "app.localhost", TRUE, TRUE },
    { "notlocalhost", TRUE, FALSE },
    { "localhost.example.org", TRUE, FALSE },
    { "example.org", TRUE, FALSE },
    { "example.org:1", TRUE, FALSE },
    { "example.org:65535", TRUE, FALSE },
    { "xn--bcher-kva.example", TRUE, FALSE },
    { "127.0.0.1", TRUE, TRUE },
    { "127.255.0.1:80", TRUE, TRUE },
    { "128.0.0.1", TRUE, FALSE },
    { "127.example.org", TRUE, FALSE },
    { "[::1]", TRUE, TRUE },
    { "[::1]:8448", TRUE, TRUE },
    { "[2001:db8::1]", TRUE, FALSE },
    { LABEL63 ".org", TRUE, FALSE },
    { LABEL63 "a.org", FALSE, FALSE },
    { LABEL63 "." LABEL63 "." LABEL63 "." LABEL63, FALSE, FALSE },
    { "", FALSE, FALSE },
    { ".", FALSE, FALSE },
    { "example.org.", FALSE, FALSE },
    { ".example.org", FALSE, FALSE },
    { "example..org", FALSE, FALSE },
    { "-example.org", FALSE, FALSE },
    { "example-.org", FALSE, FALSE },
    { "exa_mple.org", FALSE, FALSE },
    { "Example.org", FALSE, FALSE },
    { "bücher.example", FALSE, FALSE },
    { "exam ple.org", FALSE, FALSE },
    { "example.org/", FALSE, FALSE },
    { "example.org:", FALSE, FALSE },
    { "example.org:0", FALSE, FALSE },
    { "example.org:080", FALSE, FALSE },
    { "example.org:65536", FALSE, FALSE },
    { "example.org:99999999999999999999", FALSE, FALSE },
    { "example.org:80:80", FALSE, FALSE },
    { "1.2.3", FALSE, FALSE },
    { "1.2.3.4.5", FALSE, FALSE },
    { "256.1.1.1", FALSE, FALSE },
    { "01.2.3.4", FALSE, FALSE },
    { "::1", FALSE, FALSE },
    { "[::1", FALSE, FALSE },
    { "[::1]x", FALSE, FALSE },
    { "[]", FALSE, FALSE },
    { "[0:0:0:0:0:0:0:1]", FALSE, FALSE },
    { "[::1%eth0]", FALSE, FALSE },
    { "[127.0.0.1]", FALSE, FALSE },
    { "[2001:DB8::1]", FALSE, FALSE },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_test_message ("%s", table[i].host);
      g_assert_cmpint (gh_host_is_valid (table[i].host), ==, table[i].valid);
      if (table[i].valid)
        g_assert_cmpint (gh_host_is_loopback (table[i].host), ==, table[i].loopback);
    }
  g_assert_false (gh_host_is_valid (NULL));
}

static void
test_host_split (void)
{
  static const struct
  {
    const char *text;
    const char *host; /* NULL: refused */
    guint16 port;
    const char *reason;
  } table[] = {
    { "Example.ORG", "example.org", 0, NULL },
    { "example.org:8448", "example.org", 8448, NULL },
    { "[0:0::1]:80", "[::1]", 80, NULL },
    { "[2001:DB8::1]", "[2001:db8::1]", 0, NULL },
    { "127.0.0.1:65535", "127.0.0.1", 65535, NULL },
    { "example.org:", NULL, 0, "host.port" },
    { "example.org:http", NULL, 0, "host.port" },
    { "example.org:65536", NULL, 0, "host.port" },
    { "exam ple", NULL, 0, "host.invalid" },
    { "", NULL, 0, "host.invalid" },
    { "[::1", NULL, 0, "host.invalid" },
    { "[localhost]", NULL, 0, "host.invalid" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (table); i++)
    {
      g_autoptr (GError) error = NULL;
      g_autofree char *host = NULL;
      guint16 port;

      g_test_message ("%s", table[i].text);
      if (table[i].host == NULL)
        {
          g_assert_false (gh_host_split (table[i].text, &host, &port, &error));
          assert_refused (error, GH_ERROR_INVALID, table[i].reason);
          continue;
        }
      g_assert_true (gh_host_split (table[i].text, &host, &port, &error));
      g_assert_no_error (error);
      g_assert_cmpstr (host, ==, table[i].host);
      g_assert_cmpuint (port, ==, table[i].port);
      g_assert_true (gh_host_is_valid (host));
    }
}

static void
test_user_names (void)
{
  static const char *const good[] = { "ab", "ada", "a.b-c_d", "x0",
                                      "abcdefghijklmnopqrstuvwxyz012345" };
  static const char *const bad[] = {
    "",
    "a",
    "0ab",
    ".ab",
    "-ab",
    "_ab",
    "ab.",
    "ab-",
    "a..b",
    "a._b",
    "Ada",
    "adä",
    "a b",
    "a@b",
    "a:b",
    "a/b",
    "abcdefghijklmnopqrstuvwxyz0123456",
    "ab\n",
    "a\tb",
  };

  for (gsize i = 0; i < G_N_ELEMENTS (good); i++)
    g_assert_true (gh_user_name_is_valid (good[i]));
  for (gsize i = 0; i < G_N_ELEMENTS (bad); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("“%s”", bad[i]);
      g_assert_false (gh_user_name_is_valid (bad[i]));
      g_assert_false (gh_user_name_check (bad[i], "username", &error));
      g_assert_cmpstr (gh_error_get_field (error), ==, "username");
      assert_refused (error, GH_ERROR_INVALID, "username.invalid");
    }
  g_assert_false (gh_user_name_is_valid (NULL));
}

static void
test_skeletons (void)
{
  static const char *const alike[][2] = {
    { "bob", "b0b" },      { "alice", "a1ice" }, { "alice", "allce" },  { "martin", "rnartin" },
    { "wanda", "vvanda" }, { "ada", "a.d-a" },   { "anna_b", "annab" }, { "vvv", "vw" },
    { "vvv", "wv" },       { "milo", "rnl1o" },  { "hill", "h1ii" },
  };
  static const char *const different[][2] = {
    { "bob", "rob" }, { "ada", "adda" },  { "alice", "alicia" },
    { "max", "nax" }, { "vera", "wera" },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (alike); i++)
    {
      g_autofree char *a = gh_user_name_skeleton (alike[i][0]);
      g_autofree char *b = gh_user_name_skeleton (alike[i][1]);

      g_assert_cmpstr (a, ==, b);
    }
  for (gsize i = 0; i < G_N_ELEMENTS (different); i++)
    {
      g_autofree char *a = gh_user_name_skeleton (different[i][0]);
      g_autofree char *b = gh_user_name_skeleton (different[i][1]);

      g_assert_cmpstr (a, !=, b);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/id/generated", test_generated);
  g_test_add_func ("/id/users", test_users);
  g_test_add_func ("/id/table", test_id_table);
  g_test_add_func ("/id/color", test_color);
  g_test_add_func ("/host/table", test_hosts);
  g_test_add_func ("/host/split", test_host_split);
  g_test_add_func ("/user-name/rules", test_user_names);
  g_test_add_func ("/user-name/skeletons", test_skeletons);
  return g_test_run ();
}
