/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-operation.h"

G_BEGIN_DECLS

/**
 * GhdRoutes:
 *
 * Finds the operation behind a method and a path. Immutable.
 */
typedef struct _GhdRoutes GhdRoutes;

/**
 * GhdRouteMatch:
 * @operation: what was found
 * @values: what stands in the path where the operation's has {name}, in that order
 */
typedef struct
{
  const GhdOperation *operation;
  char **values;
} GhdRouteMatch;

GhdRoutes *ghd_routes_new (const char *base, const GhdOperation *operations, gsize n_operations);
void ghd_routes_free (GhdRoutes *self);
gboolean ghd_routes_find (GhdRoutes *self, const char *method, const char *path,
                          GhdRouteMatch *match);
char *ghd_routes_list (GhdRoutes *self, const char *path);
void ghd_route_match_clear (GhdRouteMatch *match);

char **ghd_route_list_names (const GhdOperation *operation);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdRoutes, ghd_routes_free)

G_END_DECLS
