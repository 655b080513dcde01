/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-image-sweep.h"

#include "gh-id.h"
#include "ghd-log.h"
#include "ghd-store-media.h"

#define LOOK_SECONDS (6 * 60 * 60)

/*
 * A picture is stored first, and then named by the one request that brought it. What a request under
 * way is about to name must stay, however slow it is and whatever happens to the clock meanwhile. So a
 * picture goes only when it is a day old and two looks in a row found it unused, which are hours apart
 * by a clock that nobody sets. At start nothing is under way: there the first look will do.
 *
 * A backup is a dump of the database, and then the pictures: it may lack what came out of use in
 * between, since a picture that is replaced goes at once. None goes sooner here.
 */

struct _GhdImageSweep
{
  GObject parent_instance;
  GhdPool *pool;
  GhdImages *images;
  GHashTable *seen; /* the ids that the last look found unused, and left */
  gboolean has_looked;
  gboolean is_stopped;
  guint look_source;
};

G_DEFINE_FINAL_TYPE (GhdImageSweep, ghd_image_sweep, G_TYPE_OBJECT)

static GHashTable *
id_set_new (void)
{
  return g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
}

static DexFuture *
look_fiber (gpointer data)
{
  GhdImageSweep *self = data;
  gboolean is_first = !self->has_looked;
  g_autoptr (GHashTable) before = NULL;
  g_autoptr (GError) error = NULL;
  g_auto (GStrv) unused = NULL;
  int n_removed = 0;

  self->has_looked = TRUE;
  unused = dex_await_boxed (ghd_store_media_list_unused (self->pool, gh_time_wall_ms ()
                                                                       - GHD_IMAGE_SWEEP_AGE_MS),
                            &error);
  if (unused == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  before = g_steal_pointer (&self->seen);
  self->seen = id_set_new ();
  for (guint i = 0; unused[i] != NULL && !self->is_stopped; i++)
    {
      g_autoptr (GError) local_error = NULL;

      if (!gh_id_is_valid (GH_ID_MEDIA, unused[i]))
        continue;

      if (!is_first && !g_hash_table_contains (before, unused[i]))
        g_hash_table_add (self->seen, g_strdup (unused[i]));
      else if (dex_await (ghd_images_release (self->images, unused[i]), &local_error))
        n_removed++;
      else
        {
          g_hash_table_add (self->seen, g_strdup (unused[i]));
          g_clear_error (&error);
          error = g_steal_pointer (&local_error);
        }
    }

  if (n_removed > 0)
    ghd_log_info ("Removed pictures that nothing used", GHD_LOG_INT ("pictures", n_removed));
  if (error != NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  return dex_future_new_for_int (n_removed);
}

static DexFuture *
on_look_failed (DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  if (!dex_future_get_value (future, &error))
    ghd_log_info ("Pictures that nothing uses could not be removed; it is tried again",
                  GHD_LOG_STRING ("error", error->message));

  return NULL;
}

static void
look (GhdImageSweep *self)
{
  dex_future_disown (dex_future_catch (ghd_image_sweep_look (self), on_look_failed, NULL, NULL));
}

static gboolean
on_look_due (gpointer data)
{
  look (data);
  return G_SOURCE_CONTINUE;
}

static void
ghd_image_sweep_dispose (GObject *object)
{
  GhdImageSweep *self = GHD_IMAGE_SWEEP (object);

  g_clear_handle_id (&self->look_source, g_source_remove);

  G_OBJECT_CLASS (ghd_image_sweep_parent_class)->dispose (object);
}

static void
ghd_image_sweep_finalize (GObject *object)
{
  GhdImageSweep *self = GHD_IMAGE_SWEEP (object);

  g_hash_table_unref (self->seen);
  g_object_unref (self->images);
  g_object_unref (self->pool);

  G_OBJECT_CLASS (ghd_image_sweep_parent_class)->finalize (object);
}

static void
ghd_image_sweep_class_init (GhdImageSweepClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghd_image_sweep_dispose;
  object_class->finalize = ghd_image_sweep_finalize;
}

static void
ghd_image_sweep_init (GhdImageSweep *self)
{
  self->seen = id_set_new ();
}

GhdImageSweep *
ghd_image_sweep_new (GhdPool *pool, GhdImages *images)
{
  GhdImageSweep *self;

  g_return_val_if_fail (GHD_IS_POOL (pool), NULL);
  g_return_val_if_fail (GHD_IS_IMAGES (images), NULL);

  self = g_object_new (GHD_TYPE_IMAGE_SWEEP, NULL);
  self->pool = g_object_ref (pool);
  self->images = g_object_ref (images);
  return self;
}

/**
 * ghd_image_sweep_start:
 *
 * Looks now, and every few hours from now on. To be called before anybody can send a picture, and when
 * no other server writes to the database.
 */
void
ghd_image_sweep_start (GhdImageSweep *self)
{
  g_return_if_fail (GHD_IS_IMAGE_SWEEP (self));
  g_return_if_fail (self->look_source == 0);

  look (self);
  self->look_source = g_timeout_add_seconds (LOOK_SECONDS, on_look_due, self);
}

/**
 * ghd_image_sweep_stop:
 *
 * Nothing more is looked for, and a look under way removes at most one picture more.
 */
void
ghd_image_sweep_stop (GhdImageSweep *self)
{
  g_return_if_fail (GHD_IS_IMAGE_SWEEP (self));

  self->is_stopped = TRUE;
  g_clear_handle_id (&self->look_source, g_source_remove);
}

/**
 * ghd_image_sweep_look:
 *
 * The first look removes what is old enough and not used; each later one, of that, what the one before
 * it found, too.
 *
 * Returns: (transfer full): resolves to how many pictures went (int); rejects with
 *   %GH_ERROR_UNAVAILABLE when it could not be looked, or something could not be removed
 */
DexFuture *
ghd_image_sweep_look (GhdImageSweep *self)
{
  g_return_val_if_fail (GHD_IS_IMAGE_SWEEP (self), NULL);

  return dex_scheduler_spawn (NULL, 0, look_fiber, g_object_ref (self), g_object_unref);
}
