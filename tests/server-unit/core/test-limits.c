/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghd-rate-limiter.h"

#define SECOND G_USEC_PER_SEC

static void
test_bucket (void)
{
  GhdBucket bucket = { 0 };
  gint64 now = 1000 * SECOND;

  /* A burst of five, then two a second. */
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now), ==, 0);
  g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now), ==, 500);
  g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now + SECOND / 2 - 1), ==, 1);
  g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now + SECOND / 2), ==, 0);
  g_assert_false (ghd_bucket_is_full (&bucket, now + SECOND));
  g_assert_true (ghd_bucket_is_full (&bucket, now + 10 * SECOND));
  /* It never holds more than a burst. */
  now += 1000 * SECOND;
  for (guint i = 0; i < 5; i++)
    g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now), ==, 0);
  g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now), >, 0);
  /* What costs more than a burst goes when the bucket is full, and is paid for afterwards. */
  now += 1000 * SECOND;
  g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 10, now), ==, 0);
  g_assert_cmpint (ghd_bucket_take (&bucket, 2, 5, 1, now), ==, 3000);
}

static void
test_long_run (void)
{
  GhdBucket bucket = { 0 };
  guint n = 0;

  for (gint64 ms = 0; ms < 60000; ms++)
    n += ghd_bucket_take (&bucket, 3, 10, 1, 5 * SECOND + ms * 1000) == 0;
  g_assert_cmpuint (n, >=, 10 + 179);
  g_assert_cmpuint (n, <=, 10 + 180);
}

static void
test_keys (void)
{
  g_autoptr (GhdRateLimiter) limiter = ghd_rate_limiter_new (3);
  gint64 now = SECOND;

  g_assert_cmpint (ghd_rate_limiter_take (limiter, "a", 1, 1, 1, now), ==, 0);
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "a", 1, 1, 1, now), ==, 1000);
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "b", 1, 1, 1, now), ==, 0);
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "c", 1, 1, 1, now), ==, 0);
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "a", 1, 1, 1, now), ==, 1000);
  /* b is the one unused for longest; a is still known. */
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "d", 1, 1, 1, now), ==, 0);
  g_assert_cmpuint (ghd_rate_limiter_get_n_keys (limiter), ==, 3);
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "a", 1, 1, 1, now), ==, 1000);
  g_assert_cmpint (ghd_rate_limiter_take (limiter, "b", 1, 1, 1, now), ==, 0);
}

static void
test_failures (void)
{
  static const gint64 delays[] = { 0, 0, 0, 1000, 2000, 4000, 8000, 16000, 32000, 60000, 60000 };
  g_autoptr (GhdRateLimiter) limiter = ghd_rate_limiter_new (100);
  gint64 now = SECOND;

  for (gsize i = 0; i < G_N_ELEMENTS (delays); i++)
    {
      g_assert_cmpint (ghd_rate_limiter_check_fail (limiter, "k", now), ==, 0);
      g_assert_cmpint (ghd_rate_limiter_fail (limiter, "k", 3, 1000, 60000, now), ==, delays[i]);
      g_assert_cmpint (ghd_rate_limiter_check_fail (limiter, "k", now), ==, delays[i]);
      g_assert_cmpint (ghd_rate_limiter_check_fail (limiter, "other", now), ==, 0);
      now += delays[i] * 1000;
    }
  ghd_rate_limiter_forgive (limiter, "k");
  g_assert_cmpint (ghd_rate_limiter_fail (limiter, "k", 3, 1000, 60000, now), ==, 0);

  /* Long quiet is forgiveness too. */
  for (guint i = 0; i < 10; i++)
    ghd_rate_limiter_fail (limiter, "k", 3, 1000, 60000, now);
  now += 22 * 60 * SECOND;
  g_assert_cmpint (ghd_rate_limiter_fail (limiter, "k", 3, 1000, 60000, now), ==, 0);
  /* No number of failures overflows. */
  for (guint i = 0; i < 200; i++)
    g_assert_cmpint (ghd_rate_limiter_fail (limiter, "k", 0, 1000, 60000, now), <=, 60000);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  g_test_add_func ("/limits/bucket", test_bucket);
  g_test_add_func ("/limits/long-run", test_long_run);
  g_test_add_func ("/limits/keys", test_keys);
  g_test_add_func ("/limits/failures", test_failures);
  return g_test_run ();
}
