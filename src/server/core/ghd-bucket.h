/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhdBucket:
 *
 * A token bucket that lives inside something else, a connection for instance. Start it zeroed: a
 * zeroed bucket is full. Times are g_get_monotonic_time() microseconds, passed in so that tests
 * can turn the clock.
 */
typedef struct
{
  gint64 full_at_us; /* when it will be full again */
} GhdBucket;

gint64 ghd_bucket_take (GhdBucket *self, double per_second, double burst, double cost,
                        gint64 now_us);
gint64 ghd_bucket_peek (const GhdBucket *self, double per_second, double burst, double cost,
                        gint64 now_us);
gboolean ghd_bucket_is_full (const GhdBucket *self, gint64 now_us);

G_END_DECLS
