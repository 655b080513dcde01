/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghd-operation.h"
#include "ghd-routes.h"

G_BEGIN_DECLS

GhJson *ghd_arguments_merge (const GhdRouteMatch *match, const char *query, GhJson *body,
                             GError **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
