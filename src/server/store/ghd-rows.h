/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-pool.h"

G_BEGIN_DECLS

/*
 * What the store files have in common: a future of a GhdResult becomes a future of what the caller
 * wants, by one plain function.
 */

/**
 * GhdRowsFunc:
 * @result: the rows
 * @data: what was passed to ghd_rows_map()
 *
 * Returns: (transfer full): a resolved or rejected future
 */
typedef DexFuture *(*GhdRowsFunc) (GhdResult *result, gpointer data);

/* One row as a record. */
typedef gpointer (*GhdRowFunc) (GhdResult *result, guint row);

DexFuture *ghd_rows_map (DexFuture *future, GhdRowsFunc func, gpointer data,
                         GDestroyNotify destroy);
GPtrArray *ghd_rows_to_array (GhdResult *result, GhdRowFunc func, GDestroyNotify free_row);
DexFuture *ghd_rows_resolve (GPtrArray *array);
GStrv ghd_rows_to_strv (GhdResult *result, guint column);
DexFuture *ghd_rows_not_found (const char *reason, const char *message);
DexFuture *ghd_rows_map_strv (DexFuture *future);
DexFuture *ghd_rows_map_done (DexFuture *future, const char *reason, const char *message);

G_END_DECLS
