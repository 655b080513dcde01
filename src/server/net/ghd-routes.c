/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-routes.h"

#include <string.h>

typedef struct
{
  const GhdOperation *operation;
  char **segments;
  guint n_segments;
  guint n_literal;
} Route;

struct _GhdRoutes
{
  char *base;
  GArray *routes; /* Route */
};

static gboolean
is_parameter (const char *segment)
{
  return segment[0] == '{';
}

static void
route_clear (gpointer data)
{
  Route *route = data;

  g_strfreev (route->segments);
}

/* The segments below the base, or NULL when the path is not below it. */
static char **
split_path (GhdRoutes *self, const char *path)
{
  gsize length = strlen (self->base);

  if (strncmp (path, self->base, length) != 0 || path[length] != '/')
    return NULL;

  return g_strsplit (path + length + 1, "/", -1);
}

static gboolean
matches (const Route *route, char **segments, guint n_segments)
{
  if (route->n_segments != n_segments)
    return FALSE;

  for (guint i = 0; i < n_segments; i++)
    {
      if (is_parameter (route->segments[i]) ? segments[i][0] == '\0'
                                            : !g_str_equal (route->segments[i], segments[i]))
        return FALSE;
    }

  return TRUE;
}

static gboolean
has_method (const Route *route, const char *method)
{
  /* RFC 9110, section 9.3.2: what can be got can be asked for without its body. */
  return g_str_equal (route->operation->method, method)
         || (g_str_equal (method, "HEAD") && g_str_equal (route->operation->method, "GET"));
}

static char **
unescape_values (const Route *route, char **segments)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();

  for (guint i = 0; i < route->n_segments; i++)
    {
      g_autofree char *value = NULL;

      if (!is_parameter (route->segments[i]))
        continue;

      value = g_uri_unescape_string (segments[i], NULL);
      if (value == NULL || !g_utf8_validate (value, -1, NULL))
        return NULL;
      g_strv_builder_add (builder, value);
    }

  return g_strv_builder_end (builder);
}

/**
 * ghd_routes_new:
 * @base: what stands before the path of each operation: "/client/v1"
 * @operations: must outlive this
 */
GhdRoutes *
ghd_routes_new (const char *base, const GhdOperation *operations, gsize n_operations)
{
  GhdRoutes *self = g_new0 (GhdRoutes, 1);

  self->base = g_strdup (base);
  self->routes = g_array_new (FALSE, FALSE, sizeof (Route));
  g_array_set_clear_func (self->routes, route_clear);

  for (gsize i = 0; i < n_operations; i++)
    {
      Route route = { .operation = &operations[i] };

      if (operations[i].path == NULL)
        continue; /* not for HTTP */

      route.segments = g_strsplit (operations[i].path + 1, "/", -1);
      route.n_segments = g_strv_length (route.segments);
      for (guint j = 0; j < route.n_segments; j++)
        route.n_literal += !is_parameter (route.segments[j]);
      g_array_append_val (self->routes, route);
    }

  return self;
}

void
ghd_routes_free (GhdRoutes *self)
{
  g_array_unref (self->routes);
  g_free (self->base);
  g_free (self);
}

/**
 * ghd_routes_find:
 * @path: as it came, with escapes
 * @match: (out): to be cleared when %TRUE is returned
 *
 * Where two paths fit, the one with more words of its own is meant. A path whose escapes are not
 * text leads nowhere.
 */
gboolean
ghd_routes_find (GhdRoutes *self, const char *method, const char *path, GhdRouteMatch *match)
{
  g_auto (GStrv) segments = split_path (self, path);
  guint n_segments = segments != NULL ? g_strv_length (segments) : 0;
  const Route *best = NULL;

  for (guint i = 0; i < self->routes->len && segments != NULL; i++)
    {
      const Route *route = &g_array_index (self->routes, Route, i);

      if (has_method (route, method) && matches (route, segments, n_segments)
          && (best == NULL || route->n_literal > best->n_literal))
        best = route;
    }

  if (best == NULL)
    return FALSE;

  match->values = unescape_values (best, segments);
  if (match->values == NULL)
    return FALSE;

  match->operation = best->operation;

  return TRUE;
}

/**
 * ghd_routes_list:
 *
 * Returns: (transfer full) (nullable): the methods that @path has, as the header Allow names them;
 *   %NULL when there is nothing there
 */
char *
ghd_routes_list (GhdRoutes *self, const char *path)
{
  g_auto (GStrv) segments = split_path (self, path);
  guint n_segments = segments != NULL ? g_strv_length (segments) : 0;
  g_autoptr (GString) list = g_string_new (NULL);

  for (guint i = 0; i < self->routes->len && segments != NULL; i++)
    {
      const Route *route = &g_array_index (self->routes, Route, i);

      if (!matches (route, segments, n_segments))
        continue;

      g_string_append_printf (list, "%s, ", route->operation->method);
      if (g_str_equal (route->operation->method, "GET"))
        g_string_append (list, "HEAD, ");
    }

  if (list->len == 0)
    return NULL;

  g_string_append (list, "OPTIONS");

  return g_string_free (g_steal_pointer (&list), FALSE);
}

void
ghd_route_match_clear (GhdRouteMatch *match)
{
  g_clear_pointer (&match->values, g_strfreev);
  match->operation = NULL;
}

/**
 * ghd_route_list_names:
 *
 * Returns: (transfer full): the names of what stands in braces in the operation's path, in order
 */
char **
ghd_route_list_names (const GhdOperation *operation)
{
  g_autoptr (GStrvBuilder) builder = g_strv_builder_new ();
  const char *open = operation->path;

  while ((open = strchr (open, '{')) != NULL)
    {
      const char *close = strchr (open, '}');

      g_assert (close != NULL);
      g_strv_builder_take (builder, g_strndup (open + 1, close - open - 1));
      open = close;
    }

  return g_strv_builder_end (builder);
}
