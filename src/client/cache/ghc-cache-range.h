/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-cache-db.h"

G_BEGIN_DECLS

/**
 * GhcCacheRange:
 * @exists: something is kept
 * @at_start: nothing older exists
 * @stale: the stream brought something that is not kept
 *
 * What is kept of a channel: all its messages in [low, high]. Not stale: and all that the stream has
 * brought since. For the worker thread.
 */
typedef struct
{
  gint64   low;
  gint64   high;
  gboolean exists;
  gboolean at_start;
  gboolean stale;
} GhcCacheRange;

gboolean ghc_cache_range_load  (GhcCacheDb    *db,
                                const char    *channel_id,
                                GhcCacheRange *range,
                                GError       **error);
gboolean ghc_cache_range_store (GhcCacheDb          *db,
                                const char          *channel_id,
                                const GhcCacheRange *range,
                                GError             **error);

G_END_DECLS
