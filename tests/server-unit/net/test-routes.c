/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-arguments.h"
#include "ghd-routes.h"

#include "gh-error.h"

#define BASE "/client/v1"

static const GhdArg list_args[] = {
  { .name = "after", .type = GHD_ARG_STRING },
  { .name = "limit", .type = GHD_ARG_INTEGER, .min = 1, .max = 1000 },
  { .name = "all", .type = GHD_ARG_BOOLEAN },
  { .name = "overrides", .type = GHD_ARG_OBJECT },
  { .name = NULL },
};

static const GhdOperation operations[] = {
  { .name = "guild.list", .method = "GET", .path = "/guilds" },
  { .name = "guild.create", .method = "POST", .path = "/guilds" },
  { .name = "guild.get", .method = "GET", .path = "/guilds/{guild_id}", .args = list_args },
  { .name = "channel.one", .method = "PUT", .path = "/guilds/{guild_id}/channels/{channel_id}" },
  { .name = "channel.reorder", .method = "PUT", .path = "/guilds/{guild_id}/channels/order" },
  { .name = "member.ban", .method = "POST", .path = "/guilds/{guild_id}/members/{user_id}/ban" },
};

static GhdRoutes *
new_routes (void)
{
  return ghd_routes_new (BASE, operations, G_N_ELEMENTS (operations));
}

static void
test_find (void)
{
  static const struct
  {
    const char *method;
    const char *path;
    const char *operation;
    const char *values;
  } cases[] = {
    { "GET", BASE "/guilds", "guild.list", "" },
    { "HEAD", BASE "/guilds", "guild.list", "" },
    { "POST", BASE "/guilds", "guild.create", "" },
    { "GET", BASE "/guilds/!a:host", "guild.get", "!a:host" },
    { "GET", BASE "/guilds/%21a%3ahost%2Fb", "guild.get", "!a:host/b" },
    { "PUT", BASE "/guilds/g/channels/order", "channel.reorder", "g" },
    { "PUT", BASE "/guilds/g/channels/orders", "channel.one", "g|orders" },
    { "POST", BASE "/guilds/g/members/@ada:host/ban", "member.ban", "g|@ada:host" },
    { "HEAD", BASE "/guilds/g/members/@ada:host/ban", NULL, NULL },
    { "get", BASE "/guilds", NULL, NULL },
    { "PUT", BASE "/guilds", NULL, NULL },
    { "GET", BASE "/guilds/", NULL, NULL },
    { "GET", BASE "//guilds", NULL, NULL },
    { "GET", BASE "/guilds/g/more", NULL, NULL },
    { "GET", BASE "/guilds/%ff", NULL, NULL },
    { "GET", BASE "/guilds/a%00b", NULL, NULL },
    { "GET", BASE "/guilds/%zz", NULL, NULL },
    { "GET", BASE "x/guilds", NULL, NULL },
    { "GET", BASE, NULL, NULL },
    { "GET", "/guilds", NULL, NULL },
    { "GET", "/", NULL, NULL },
  };
  g_autoptr (GhdRoutes) routes = new_routes ();

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      GhdRouteMatch match = { 0 };
      gboolean found = ghd_routes_find (routes, cases[i].method, cases[i].path, &match);

      g_test_message ("%s %s", cases[i].method, cases[i].path);
      g_assert_cmpint (found, ==, cases[i].operation != NULL);
      if (found)
        {
          g_autofree char *values = g_strjoinv ("|", match.values);

          g_assert_cmpstr (match.operation->name, ==, cases[i].operation);
          g_assert_cmpstr (values, ==, cases[i].values);
        }
      ghd_route_match_clear (&match);
    }
}

static void
test_list (void)
{
  g_autoptr (GhdRoutes) routes = new_routes ();
  g_autofree char *guilds = ghd_routes_list (routes, BASE "/guilds");
  g_autofree char *ban = ghd_routes_list (routes, BASE "/guilds/g/members/u/ban");
  g_autofree char *nothing = ghd_routes_list (routes, BASE "/nothing");

  g_assert_cmpstr (guilds, ==, "GET, HEAD, POST, OPTIONS");
  g_assert_cmpstr (ban, ==, "POST, OPTIONS");
  g_assert_null (nothing);
}

static GhJson *
merge (const char *path, const char *query, const char *body, GError **error)
{
  g_autoptr (GhdRoutes) routes = new_routes ();
  g_autoptr (GhJson) json = NULL;
  GhJson *merged;
  GhdRouteMatch match = { 0 };

  if (body != NULL)
    json = gh_json_parse_object (body, strlen (body), NULL);
  g_assert_true (ghd_routes_find (routes, "GET", path, &match));
  merged = ghd_arguments_merge (&match, query, json, error);
  ghd_route_match_clear (&match);

  return merged;
}

static void
test_merge (void)
{
  g_autoptr (GError) error = NULL;
  g_autoptr (GhJson) merged = NULL;
  g_autoptr (GBytes) canonical = NULL;
  g_autofree char *text = NULL;

  merged = merge (BASE "/guilds/!a%3Ahost", "limit=-20&all=true&after=a+b%26%C3%A9&other=7",
                  "{\"overrides\":{\"x\":1}}", &error);
  g_assert_no_error (error);
  canonical = gh_json_to_canonical (merged);
  text = g_strndup (g_bytes_get_data (canonical, NULL), g_bytes_get_size (canonical));
  g_assert_cmpstr (
    text, ==,
    "{\"after\":\"a b&\xc3\xa9\",\"all\":true,\"guild_id\":\"!a:host\",\"limit\":-20,"
    "\"other\":\"7\",\"overrides\":{\"x\":1}}");
}

static void
test_merge_refuses (void)
{
  static const struct
  {
    const char *query;
    const char *body;
    const char *field;
  } cases[] = {
    { "limit=1&limit=2", NULL, "limit" },
    { "limit=1", "{\"limit\":1}", "limit" },
    { "guild_id=x", NULL, "guild_id" },
    { NULL, "{\"guild_id\":\"x\"}", "guild_id" },
    { "limit=many", NULL, "limit" },
    { "limit=", NULL, "limit" },
    { "limit=1.5", NULL, "limit" },
    { "limit=0x10", NULL, "limit" },
    { "limit=9007199254740992", NULL, "limit" },
    { "all=yes", NULL, "all" },
    { "overrides={}", NULL, "overrides" },
    { "after=%ff", NULL, NULL },
    { "%ff=after", NULL, NULL },
    { "after=%00", NULL, NULL },
    { "a&b&c&d&e&f&g&h&i&j&k&l&m&n&o&p&q&r&s&t&u&v&w&x&y&z&A&B&C&D&E&F&G", NULL, NULL },
  };

  for (gsize i = 0; i < G_N_ELEMENTS (cases); i++)
    {
      g_autoptr (GError) error = NULL;

      g_test_message ("%s %s", cases[i].query, cases[i].body);
      g_assert_null (merge (BASE "/guilds/g", cases[i].query, cases[i].body, &error));
      g_assert_error (error, GH_ERROR, GH_ERROR_INVALID);
      g_assert_cmpstr (gh_error_get_field (error), ==, cases[i].field);
    }
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/routes/find", test_find);
  g_test_add_func ("/routes/list", test_list);
  g_test_add_func ("/arguments/merge", test_merge);
  g_test_add_func ("/arguments/refuses", test_merge_refuses);

  return g_test_run ();
}
