/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-arguments.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "gh-limits.h"

#include <string.h>

/* No operation has nearly as many: each is looked for in the whole body, before it is known who asks. */
#define MAX_IN_QUERY 32

/* What the three places of an HTTP request say, made into the one object of the operation. */
typedef struct
{
  const GhdOperation *operation;
  GhJsonBuilder *builder;
  GhJson *body;
  GHashTable *names; /* that have a value already */
} Merge;

static const GhdArg *
find_argument (const GhdOperation *operation, const char *name)
{
  for (const GhdArg *arg = operation->args; arg != NULL && arg->name != NULL; arg++)
    if (g_str_equal (arg->name, name))
      return arg;

  return NULL;
}

/* Addresses carry only text: what it stands for is in the operation's table. */
static gboolean
add_text (Merge *merge, const GhdArg *arg, const char *name, const char *value, GError **error)
{
  gint64 number;

  switch (arg != NULL ? arg->type : GHD_ARG_STRING)
    {
    case GHD_ARG_INTEGER:
      if (!g_ascii_string_to_signed (value, 10, -GH_LIMIT_JSON_INT, GH_LIMIT_JSON_INT, &number,
                                     NULL))
        return gh_set_error (error, GH_ERROR_INVALID, "json.type", name,
                             "“%s” must be a whole number", name);
      gh_json_builder_add_int (merge->builder, name, number);
      return TRUE;

    case GHD_ARG_BOOLEAN:
      if (!g_str_equal (value, "true") && !g_str_equal (value, "false"))
        return gh_set_error (error, GH_ERROR_INVALID, "json.type", name,
                             "“%s” must be true or false", name);
      gh_json_builder_add_bool (merge->builder, name, value[0] == 't');
      return TRUE;

    case GHD_ARG_OBJECT:
    case GHD_ARG_OBJECTS:
    case GHD_ARG_ROLE_IDS:
      return gh_set_error (error, GH_ERROR_INVALID, "json.type", name,
                           "“%s” can only be given in the body", name);

    default:
      gh_json_builder_add_string (merge->builder, name, value);
      return TRUE;
    }
}

static gboolean
add (Merge *merge, const char *name, const char *value, GError **error)
{
  if (!g_hash_table_add (merge->names, g_strdup (name)) || gh_json_has (merge->body, name))
    return gh_set_error (error, GH_ERROR_INVALID, "request.twice", name,
                         "“%s” is given more than once", name);

  return add_text (merge, find_argument (merge->operation, name), name, value, error);
}

static char *
unescape (const char *text)
{
  g_autofree char *spaced = g_strdelimit (g_strdup (text), "+", ' ');
  g_autofree char *plain = g_uri_unescape_string (spaced, NULL);

  if (plain == NULL || !g_utf8_validate (plain, -1, NULL))
    return NULL;

  return g_steal_pointer (&plain);
}

static gboolean
add_query (Merge *merge, const char *query, GError **error)
{
  g_auto (GStrv) pairs = g_strsplit (query, "&", MAX_IN_QUERY + 1);

  if (g_strv_length (pairs) > MAX_IN_QUERY)
    return gh_set_error (error, GH_ERROR_INVALID, "request.query", NULL,
                         "There are more than %d arguments in the address", MAX_IN_QUERY);

  for (char **pair = pairs; *pair != NULL; pair++)
    {
      g_autofree char *name = NULL;
      g_autofree char *value = NULL;
      char *equals = strchr (*pair, '=');

      if ((*pair)[0] == '\0')
        continue;
      if (equals != NULL)
        *equals = '\0';

      name = unescape (*pair);
      value = unescape (equals != NULL ? equals + 1 : "");
      if (name == NULL || value == NULL)
        return gh_set_error (error, GH_ERROR_INVALID, "request.query", NULL,
                             "What follows the question mark in the address is not valid");
      if (!add (merge, name, value, error))
        return FALSE;
    }

  return TRUE;
}

/**
 * ghd_arguments_merge:
 * @match: the operation, and what its path says
 * @query: (nullable): of the address, with escapes
 * @body: (nullable): an object
 *
 * What an argument may be is for the api to check; here only what would be lost in merging is
 * refused: an argument given twice, and text that is not what its type calls for.
 *
 * Returns: (transfer full) (nullable): the data object, or %NULL with %GH_ERROR_INVALID
 */
GhJson *
ghd_arguments_merge (const GhdRouteMatch *match, const char *query, GhJson *body, GError **error)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
  g_autoptr (GhJson) empty = body == NULL ? gh_json_new_empty_object () : NULL;
  g_autoptr (GHashTable) seen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  g_auto (GStrv) names = ghd_route_list_names (match->operation);
  Merge merge = { match->operation, builder, body != NULL ? body : empty, seen };

  for (guint i = 0; names[i] != NULL; i++)
    if (!add (&merge, names[i], match->values[i], error))
      return NULL;

  if (query != NULL && !add_query (&merge, query, error))
    return NULL;

  gh_json_builder_add_members (builder, merge.body);

  return gh_json_builder_finish (builder);
}
