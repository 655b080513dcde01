/* SPDX-License-Identifier: LGPL-3.0-or-later */
#include "gh-media-private.h"

#include "gh-random.h"

struct _GhMediaSalts
{
  gatomicrefcount ref_count;
  GMutex lock;
  GHashTable *set; /* of guint64 */
};

GhMediaSalts *
gh_media_salts_new (void)
{
  GhMediaSalts *self = g_new0 (GhMediaSalts, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->set = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free, NULL);
  return self;
}

GhMediaSalts *
gh_media_salts_ref (GhMediaSalts *self)
{
  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

void
gh_media_salts_unref (GhMediaSalts *self)
{
  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->set);
  g_mutex_clear (&self->lock);
  g_free (self);
}

/* A salt that this process never had before. */
guint64
gh_media_salts_draw (GhMediaSalts *self)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);
  guint64 salt;

  do
    gh_random_bytes (&salt, sizeof salt);
  while (g_hash_table_contains (self->set, &salt));
  g_hash_table_add (self->set, g_memdup2 (&salt, sizeof salt));
  return salt;
}

gboolean
gh_media_salts_has (GhMediaSalts *self, guint64 salt)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_contains (self->set, &salt);
}
