/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-rate-limiter.h"

typedef struct
{
  GList link; /* in order of use, the latest first */
  char *key;
  GhdBucket bucket;
  guint n_failures;
  gint64 blocked_until_us;
} Entry;

struct _GhdRateLimiter
{
  GObject parent_instance;
  GHashTable *entries;
  GQueue by_use;
  guint max_keys;
};

G_DEFINE_FINAL_TYPE (GhdRateLimiter, ghd_rate_limiter, G_TYPE_OBJECT)

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_free (entry->key);
  g_free (entry);
}

static void
remove_entry (GhdRateLimiter *self, Entry *entry)
{
  g_queue_unlink (&self->by_use, &entry->link);
  g_hash_table_remove (self->entries, entry->key);
}

/* Whether nothing would change by forgetting it. Failures are forgotten when room is needed, not
 * before. */
static gboolean
is_idle (const Entry *entry, gint64 now_us)
{
  return entry->n_failures == 0 && ghd_bucket_is_full (&entry->bucket, now_us);
}

/* Two out for one in: what is of no use any more goes soon, and no call has much to do. */
static void
drop_idle (GhdRateLimiter *self, gint64 now_us)
{
  for (guint i = 0; i < 2; i++)
    {
      Entry *oldest = g_queue_peek_tail (&self->by_use);

      if (oldest == NULL || !is_idle (oldest, now_us))
        return;
      remove_entry (self, oldest);
    }
}

static Entry *
use_entry (GhdRateLimiter *self, const char *key, gint64 now_us)
{
  Entry *entry = g_hash_table_lookup (self->entries, key);

  if (entry != NULL)
    {
      g_queue_unlink (&self->by_use, &entry->link);
    }
  else
    {
      drop_idle (self, now_us);
      if (g_hash_table_size (self->entries) >= self->max_keys)
        remove_entry (self, g_queue_peek_tail (&self->by_use));
      entry = g_new0 (Entry, 1);
      entry->key = g_strdup (key);
      entry->link.data = entry;
      g_hash_table_insert (self->entries, entry->key, entry);
    }
  g_queue_push_head_link (&self->by_use, &entry->link);
  return entry;
}

static void
ghd_rate_limiter_finalize (GObject *object)
{
  GhdRateLimiter *self = GHD_RATE_LIMITER (object);

  g_hash_table_unref (self->entries);

  G_OBJECT_CLASS (ghd_rate_limiter_parent_class)->finalize (object);
}

static void
ghd_rate_limiter_class_init (GhdRateLimiterClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_rate_limiter_finalize;
}

static void
ghd_rate_limiter_init (GhdRateLimiter *self)
{
  self->entries = g_hash_table_new_full (g_str_hash, g_str_equal, NULL, entry_free);
  g_queue_init (&self->by_use);
}

/**
 * ghd_rate_limiter_new:
 * @max_keys: keys remembered at once, at least 1; some 150 bytes each
 */
GhdRateLimiter *
ghd_rate_limiter_new (guint max_keys)
{
  GhdRateLimiter *self = g_object_new (GHD_TYPE_RATE_LIMITER, NULL);

  self->max_keys = MAX (max_keys, 1);
  return self;
}

/**
 * ghd_rate_limiter_take:
 *
 * Takes @cost tokens from the bucket of @key; see ghd_bucket_take(). One key should always be used
 * with the same rate.
 *
 * Returns: 0 when they were taken, else milliseconds after which to try again
 */
gint64
ghd_rate_limiter_take (GhdRateLimiter *self, const char *key, double per_second, double burst,
                       double cost, gint64 now_us)
{
  g_return_val_if_fail (GHD_IS_RATE_LIMITER (self), 0);
  g_return_val_if_fail (key != NULL, 0);

  return ghd_bucket_take (&use_entry (self, key, now_us)->bucket, per_second, burst, cost, now_us);
}

/**
 * ghd_rate_limiter_peek:
 *
 * Returns: what ghd_rate_limiter_take() would, without taking
 */
gint64
ghd_rate_limiter_peek (GhdRateLimiter *self, const char *key, double per_second, double burst,
                       double cost, gint64 now_us)
{
  GhdBucket full = { 0 };
  Entry *entry;

  g_return_val_if_fail (GHD_IS_RATE_LIMITER (self), 0);
  g_return_val_if_fail (key != NULL, 0);

  entry = g_hash_table_lookup (self->entries, key);

  return ghd_bucket_peek (entry != NULL ? &entry->bucket : &full, per_second, burst, cost, now_us);
}

/**
 * ghd_rate_limiter_check_fail:
 *
 * Returns: 0 when @key may try, else milliseconds until it may, after failures
 */
gint64
ghd_rate_limiter_check_fail (GhdRateLimiter *self, const char *key, gint64 now_us)
{
  Entry *entry;

  g_return_val_if_fail (GHD_IS_RATE_LIMITER (self), 0);
  g_return_val_if_fail (key != NULL, 0);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry == NULL || entry->blocked_until_us <= now_us)
    return 0;
  return (entry->blocked_until_us - now_us + 999) / 1000;
}

/**
 * ghd_rate_limiter_fail:
 * @free_failures: failures without a delay
 * @first_delay_ms: the delay after the next one; it doubles with each
 * @max_delay_ms: the longest delay
 *
 * Notes a failure of @key. Failures are forgotten after 20 of the longest delays without any.
 *
 * Returns: the delay in milliseconds that begins now; 0 = none yet
 */
gint64
ghd_rate_limiter_fail (GhdRateLimiter *self, const char *key, guint free_failures,
                       gint64 first_delay_ms, gint64 max_delay_ms, gint64 now_us)
{
  gint64 delay_ms = 0;
  Entry *entry;

  g_return_val_if_fail (GHD_IS_RATE_LIMITER (self), 0);
  g_return_val_if_fail (key != NULL, 0);

  entry = use_entry (self, key, now_us);
  if (entry->n_failures > 0 && now_us - entry->blocked_until_us > 20 * max_delay_ms * 1000)
    entry->n_failures = 0;

  entry->n_failures++;
  if (entry->n_failures > free_failures)
    {
      guint doublings = MIN (entry->n_failures - free_failures - 1, 30);

      delay_ms = MIN (first_delay_ms << doublings, max_delay_ms);
    }
  entry->blocked_until_us = now_us + delay_ms * 1000;
  return delay_ms;
}

/**
 * ghd_rate_limiter_forgive:
 *
 * Forgets the failures of @key: it has succeeded.
 */
void
ghd_rate_limiter_forgive (GhdRateLimiter *self, const char *key)
{
  Entry *entry;

  g_return_if_fail (GHD_IS_RATE_LIMITER (self));
  g_return_if_fail (key != NULL);

  entry = g_hash_table_lookup (self->entries, key);
  if (entry != NULL)
    {
      entry->n_failures = 0;
      entry->blocked_until_us = 0;
    }
}

guint
ghd_rate_limiter_get_n_keys (GhdRateLimiter *self)
{
  g_return_val_if_fail (GHD_IS_RATE_LIMITER (self), 0);

  return g_hash_table_size (self->entries);
}
