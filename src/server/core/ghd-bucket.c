/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-bucket.h"

/*
 * The generic cell rate algorithm: one number says all. full_at_us is when the bucket would be full
 * again if nothing more were taken; each token taken moves it one interval further. What is taken
 * now fits as long as it does not lie more than a burst of intervals ahead.
 */

/**
 * ghd_bucket_take:
 * @per_second: tokens that flow in; more than 0
 * @burst: tokens a full bucket holds; at least 1
 * @cost: tokens to take
 *
 * Returns: 0 when they were taken, else milliseconds (at least 1) after which they may be; a @cost
 *   above @burst is taken from a full bucket
 */
gint64
ghd_bucket_take (GhdBucket *self, double per_second, double burst, double cost, gint64 now_us)
{
  double interval_us = G_USEC_PER_SEC / MAX (per_second, 1e-6);
  gint64 base = MAX (self->full_at_us, now_us);
  gint64 full_at = base + (gint64) (cost * interval_us);
  gint64 latest = now_us + (gint64) (MAX (burst, cost) * interval_us);

  if (full_at > latest)
    return (full_at - latest + 999) / 1000;
  self->full_at_us = full_at;
  return 0;
}

/**
 * ghd_bucket_peek:
 *
 * Returns: what ghd_bucket_take() would, without taking
 */
gint64
ghd_bucket_peek (const GhdBucket *self, double per_second, double burst, double cost, gint64 now_us)
{
  GhdBucket copy = *self;

  return ghd_bucket_take (&copy, per_second, burst, cost, now_us);
}

/**
 * ghd_bucket_is_full:
 *
 * Whether nothing would change by forgetting it.
 */
gboolean
ghd_bucket_is_full (const GhdBucket *self, gint64 now_us)
{
  return self->full_at_us <= now_us;
}
