/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-api.h"

#include "gh-json.h"
#include "ghd-args.h"

#include <string.h>

static void
test_rows (void)
{
  gsize n;
  const GhdOperation *operations = ghd_api_operations (&n);
  g_autoptr (GHashTable) names = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GHashTable) doors = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);

  for (gsize i = 0; i < n; i++)
    {
      const GhdOperation *operation = &operations[i];

      g_test_message ("%s", operation->name);
      g_assert_true (g_hash_table_add (names, (gpointer) operation->name));
      g_assert_true (
        g_hash_table_add (doors, g_strconcat (operation->method, " ", operation->path, NULL)));
      g_assert_nonnull (operation->handler);
      g_assert_nonnull (operation->args);
      g_assert_true (ghd_api_find (operation->name) == operation);
      g_assert_cmpuint (operation->limit, <, GHD_LIMIT_EVERYTHING);
      g_assert_true (operation->path[0] == '/');

      /* Only pictures are as large as the setting allows. */
      g_assert_true ((operation->max_body == 0)
                     == ((operation->flags & GHD_OPERATION_RAW_BODY) != 0));
      /* What reads does not write: a GET is public or read, and needs no txn_id. */
      if (g_str_equal (operation->method, "GET"))
        g_assert_null (ghd_args_find (operation->args, "txn_id"));
    }

  g_assert_null (ghd_api_find ("no.such"));
  g_assert_null (ghd_api_find (""));
}

static void
test_paths (void)
{
  gsize n;
  const GhdOperation *operations = ghd_api_operations (&n);

  for (gsize i = 0; i < n; i++)
    {
      g_auto (GStrv) parts = g_strsplit (operations[i].path, "/", -1);

      for (guint j = 0; parts[j] != NULL; j++)
        {
          g_autofree char *name = NULL;
          const GhdArg *arg;

          if (parts[j][0] != '{')
            continue;
          g_test_message ("%s %s", operations[i].name, parts[j]);
          name = g_strndup (parts[j] + 1, strlen (parts[j]) - 2);
          arg = ghd_args_find (operations[i].args, name);
          g_assert_nonnull (arg);
          g_assert_true ((arg->flags & GHD_ARG_REQUIRED) != 0);
        }
    }
}

static void
test_args (void)
{
  gsize n;
  const GhdOperation *operations = ghd_api_operations (&n);

  for (gsize i = 0; i < n; i++)
    for (const GhdArg *arg = operations[i].args; arg->name != NULL; arg++)
      {
        gboolean is_text = arg->type == GHD_ARG_NAME || arg->type == GHD_ARG_TEXT;

        g_test_message ("%s %s", operations[i].name, arg->name);
        g_assert_true (ghd_args_find (operations[i].args, arg->name) == arg);
        g_assert_cmpint (arg->min, <=, arg->max);
        g_assert_true (is_text == (arg->what != NULL && arg->max_bytes > 0));
        g_assert_true ((arg->type == GHD_ARG_ENUM) == (arg->choices != NULL));
      }
}

static void
test_describe (void)
{
  g_autofree char *text = ghd_api_describe ();
  g_autoptr (GhJson) json = gh_json_parse_object (text, strlen (text), NULL);
  g_autoptr (GhJson) operations = NULL;
  gsize n;

  g_assert_nonnull (json);
  operations = gh_json_peek_array (json, "operations");
  ghd_api_operations (&n);
  g_assert_cmpuint (gh_json_get_length (operations), ==, n);
}

int
main (int argc, char *argv[])
{
  g_test_init (&argc, &argv, NULL);

  g_test_add_func ("/api/operations/rows", test_rows);
  g_test_add_func ("/api/operations/paths", test_paths);
  g_test_add_func ("/api/operations/args", test_args);
  g_test_add_func ("/api/operations/describe", test_describe);

  return g_test_run ();
}
