/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-cache-db.h"
#include "ghc-cache.h"

G_BEGIN_DECLS

/**
 * GhcCacheFunc:
 * @result: (out): initialise it, or leave it for TRUE
 *
 * Work on the database, on its thread, inside a transaction of its own. It may be run a second time
 * on an empty database, when the first turned out to be damaged.
 */
typedef gboolean (*GhcCacheFunc) (GhcCacheDb *db, gpointer data, GValue *result, GError **error);

DexFuture *ghc_cache_run (GhcCache      *self,
                          GhcCacheFunc   func,
                          gpointer       data,
                          GDestroyNotify data_destroy);

G_END_DECLS
