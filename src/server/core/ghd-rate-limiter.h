/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-bucket.h"

#include <glib-object.h>

G_BEGIN_DECLS

/**
 * GhdRateLimiter:
 *
 * Token buckets by key (an account, an address, an operation of an account) and delays that grow
 * with failures. It remembers a bounded number of keys; beyond that the key unused for longest
 * is forgotten, and keys that nothing depends on any more go as others come. For one thread. Times are g_get_monotonic_time() microseconds.
 */
#define GHD_TYPE_RATE_LIMITER (ghd_rate_limiter_get_type ())
G_DECLARE_FINAL_TYPE (GhdRateLimiter, ghd_rate_limiter, GHD, RATE_LIMITER, GObject)

GhdRateLimiter *ghd_rate_limiter_new (guint max_keys);
gint64 ghd_rate_limiter_take (GhdRateLimiter *self, const char *key, double per_second,
                              double burst, double cost, gint64 now_us);
gint64 ghd_rate_limiter_peek (GhdRateLimiter *self, const char *key, double per_second,
                              double burst, double cost, gint64 now_us);
gint64 ghd_rate_limiter_check_fail (GhdRateLimiter *self, const char *key, gint64 now_us);
gint64 ghd_rate_limiter_fail (GhdRateLimiter *self, const char *key, guint free_failures,
                              gint64 first_delay_ms, gint64 max_delay_ms, gint64 now_us);
void ghd_rate_limiter_forgive (GhdRateLimiter *self, const char *key);
guint ghd_rate_limiter_get_n_keys (GhdRateLimiter *self);

G_END_DECLS
