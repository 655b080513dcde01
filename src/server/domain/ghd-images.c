/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-images.h"

#include "ghd-image-worker.h"
#include "ghd-store-media.h"

#include <gh-error.h>
#include <gh-id.h>
#include <gh-time.h>

#include <glib/gstdio.h>

#include <errno.h>
#include <unistd.h>

/* Heights kept of each picture, in pixels: what the client shows at 1x and 2x. */
static const guint image_sizes[] = { 64, 128, 256, 512 };

static const struct
{
  GhdImageFormat format;
  const char *suffix;
} file_kinds[] = {
  { GHD_IMAGE_FORMAT_JPEG, "jpg" },
  { GHD_IMAGE_FORMAT_PNG, "png" },
};

struct _GhdImages
{
  GObject parent_instance;
  GhdSettings *settings;
  GhdPool *pool;
  GhdWorker *worker;
  char *folder;
  gboolean is_sandbox_refused;
};

G_DEFINE_FINAL_TYPE (GhdImages, ghd_images, G_TYPE_OBJECT)

/* What a job on the worker's thread needs; it touches nothing of the main thread. The fiber and the thread share it. */
typedef struct
{
  GBytes *raw;
  GhdImageCrop crop;
  char *folder;
  char *media_id;
  guint size;
  const char *content_type; /* of what was stored */
  gint64 bytes;             /* of all files together */
} Job;

static Job *
job_new (GhdImages *self, const char *media_id)
{
  Job *job = g_atomic_rc_box_new0 (Job);

  job->folder = g_strdup (self->folder);
  job->media_id = g_strdup (media_id);
  return job;
}

static void
job_clear (gpointer data)
{
  Job *job = data;

  g_clear_pointer (&job->raw, g_bytes_unref);
  g_free (job->folder);
  g_free (job->media_id);
}

static void
job_unref (gpointer data)
{
  g_atomic_rc_box_release_full (data, job_clear);
}

G_DEFINE_AUTOPTR_CLEANUP_FUNC (Job, job_unref)

static DexFuture *
run (GhdImages *self, GhdWorkerFunc func, Job *job)
{
  return ghd_worker_run (self->worker, func, g_atomic_rc_box_acquire (job), job_unref);
}

static char *
build_path (const Job *job, guint size, const char *suffix)
{
  g_autofree char *local = gh_id_dup_local (GH_ID_MEDIA, job->media_id);
  g_autofree char *name = g_strdup_printf ("%s-%u.%s", local, size, suffix);
  char shard[3] = { local[0], local[1], '\0' };

  return g_build_filename (job->folder, shard, name, NULL);
}

/* Returns 0, or the errno of a file that stayed. */
static int
remove_files (const Job *job)
{
  int reason = 0;

  for (guint i = 0; i < G_N_ELEMENTS (image_sizes); i++)
    for (guint j = 0; j < G_N_ELEMENTS (file_kinds); j++)
      {
        g_autofree char *path = build_path (job, image_sizes[i], file_kinds[j].suffix);

        if (g_unlink (path) != 0 && errno != ENOENT)
          reason = errno;
      }

  return reason;
}

static DexFuture *
reject_for_disk (const Job *job, const GError *error)
{
  g_warning ("A picture could not be stored in %s: %s", job->folder, error->message);
  return dex_future_new_for_error (
    gh_error_new (GH_ERROR_UNAVAILABLE, "image.storage", NULL, 30000,
                  "The server can’t store pictures just now. Try again later."));
}

static DexFuture *
write_rendition (const Job *job, const GhdImageRendition *rendition)
{
  const char *suffix = rendition->format == GHD_IMAGE_FORMAT_PNG ? "png" : "jpg";
  g_autofree char *path = build_path (job, rendition->size, suffix);
  g_autofree char *folder = g_path_get_dirname (path);
  g_autoptr (GError) error = NULL;
  gsize length;
  const char *data = g_bytes_get_data (rendition->bytes, &length);

  if (g_mkdir_with_parents (folder, 0700) != 0)
    {
      g_set_error (&error, G_FILE_ERROR, g_file_error_from_errno (errno), "%s: %s", folder,
                   g_strerror (errno));
      return reject_for_disk (job, error);
    }

  if (!g_file_set_contents_full (path, data, length,
                                 G_FILE_SET_CONTENTS_CONSISTENT | G_FILE_SET_CONTENTS_DURABLE, 0600,
                                 &error))
    return reject_for_disk (job, error);

  return NULL;
}

/* Resolves to TRUE once all sizes are on disk, or leaves no file. */
static DexFuture *
render_on_worker (gpointer data)
{
  Job *job = data;
  g_autoptr (GPtrArray) renditions = NULL;
  GError *error = NULL;

  renditions = ghd_image_worker_render (NULL, job->raw, &job->crop, image_sizes,
                                        G_N_ELEMENTS (image_sizes), &error);
  if (renditions == NULL)
    return dex_future_new_for_error (error);

  for (guint i = 0; i < renditions->len; i++)
    {
      const GhdImageRendition *rendition = g_ptr_array_index (renditions, i);
      DexFuture *rejection = write_rendition (job, rendition);

      if (rejection != NULL)
        {
          remove_files (job);
          return rejection;
        }

      job->content_type = ghd_image_format_get_media_type (rendition->format);
      job->bytes += g_bytes_get_size (rendition->bytes);
    }

  return dex_future_new_true ();
}

static DexFuture *
remove_on_worker (gpointer data)
{
  int reason = remove_files (data);

  if (reason != 0)
    return dex_future_new_for_error (
      gh_error_new (GH_ERROR_UNAVAILABLE, "image.storage", NULL, 0,
                    "The files of a picture could not be removed: %s", g_strerror (reason)));

  return dex_future_new_true ();
}

/* Resolves to a GhdImage. */
static DexFuture *
load_on_worker (gpointer data)
{
  Job *job = data;

  for (guint i = 0; i < G_N_ELEMENTS (file_kinds); i++)
    {
      g_autofree char *path = build_path (job, job->size, file_kinds[i].suffix);
      g_autoptr (GFile) file = g_file_new_for_path (path);
      g_autoptr (GError) error = NULL;
      g_autoptr (GBytes) bytes = g_file_load_bytes (file, NULL, NULL, &error);

      if (bytes != NULL)
        return dex_future_new_take_object (
          ghd_image_new (bytes, ghd_image_format_get_media_type (file_kinds[i].format), job->size));
      if (!g_error_matches (error, G_IO_ERROR, G_IO_ERROR_NOT_FOUND))
        return reject_for_disk (job, error);
    }

  return dex_future_new_for_error (gh_error_new (GH_ERROR_NOT_FOUND, "media.unknown", "media_id", 0,
                                                 "This picture no longer exists."));
}

typedef struct
{
  GhdImages *self;
  Job *job;
  char *owner;
} Store;

static void
store_free (gpointer data)
{
  Store *store = data;

  g_object_unref (store->self);
  job_unref (store->job);
  g_free (store->owner);
  g_free (store);
}

/* Files first, then the row: what a crash leaves between the two is a file that nothing names. */
static DexFuture *
store_fiber (gpointer data)
{
  Store *store = data;
  GhdImages *self = store->self;
  Job *job = store->job;
  g_autoptr (GString) sizes = g_string_new (NULL);
  g_autoptr (GError) error = NULL;
  GhdMediaRow row = { .media_id = job->media_id,
                      .owner = store->owner,
                      .created_ts = gh_time_wall_ms () };

  if (!dex_await (run (self, render_on_worker, job), &error))
    {
      self->is_sandbox_refused = g_strcmp0 (gh_error_get_reason (error), "image.sandbox") == 0;
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  self->is_sandbox_refused = FALSE;
  for (guint i = 0; i < G_N_ELEMENTS (image_sizes); i++)
    g_string_append_printf (sizes, "%s%u", i > 0 ? "," : "", image_sizes[i]);
  row.content_type = (char *) job->content_type;
  row.sizes = sizes->str;
  row.bytes = job->bytes;

  if (!dex_await (ghd_store_media_create (self->pool, &row), &error))
    {
      dex_await (run (self, remove_on_worker, job), NULL);
      return dex_future_new_for_error (g_steal_pointer (&error));
    }

  return dex_future_new_take_string (g_strdup (job->media_id));
}

/* The row last: whatever comes between is found again by it, as a picture that nothing uses. */
static DexFuture *
release_fiber (gpointer data)
{
  Store *store = data;
  g_autoptr (GError) error = NULL;

  if (!dex_await (run (store->self, remove_on_worker, store->job), &error))
    return dex_future_new_for_error (g_steal_pointer (&error));

  return ghd_store_media_delete (store->self->pool, store->job->media_id);
}

static void
ghd_images_finalize (GObject *object)
{
  GhdImages *self = GHD_IMAGES (object);

  g_clear_object (&self->settings);
  g_clear_object (&self->pool);
  g_clear_object (&self->worker);
  g_clear_pointer (&self->folder, g_free);

  G_OBJECT_CLASS (ghd_images_parent_class)->finalize (object);
}

static void
ghd_images_class_init (GhdImagesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_images_finalize;
}

static void
ghd_images_init (GhdImages *self)
{
}

/**
 * ghd_images_new:
 * @settings: `server.data-dir` says where pictures are kept: in its folder media
 *
 * Pictures that people send: profile images and guild icons.
 */
GhdImages *
ghd_images_new (GhdSettings *settings, GhdPool *pool, GhdWorker *worker)
{
  GhdImages *self;

  g_return_val_if_fail (GHD_IS_SETTINGS (settings), NULL);
  g_return_val_if_fail (GHD_IS_POOL (pool), NULL);
  g_return_val_if_fail (GHD_IS_WORKER (worker), NULL);

  self = g_object_new (GHD_TYPE_IMAGES, NULL);
  self->settings = g_object_ref (settings);
  self->pool = g_object_ref (pool);
  self->worker = g_object_ref (worker);
  self->folder = ghd_settings_build_path (settings, "media");
  return self;
}

static Store *
store_new (GhdImages *self, const char *media_id, const char *owner_user_id)
{
  Store *store = g_new0 (Store, 1);

  store->self = g_object_ref (self);
  store->job = job_new (self, media_id);
  store->owner = g_strdup (owner_user_id);
  return store;
}

/**
 * ghd_images_store:
 * @raw: what somebody sent, of any content; at most the setting `limits.image-bytes`
 * @crop: (nullable): the part to keep; %NULL for the largest square in the middle
 * @owner_user_id: who sent it
 *
 * Returns: (transfer full): resolves to the media id (a string) once four sizes are on disk and the row is committed; rejects
 *   with %GH_ERROR_TOO_LARGE, %GH_ERROR_INVALID (reasons of ghd_image_worker_render()) or %GH_ERROR_UNAVAILABLE
 */
DexFuture *
ghd_images_store (GhdImages *self, GBytes *raw, const GhdCrop *crop, const char *owner_user_id)
{
  g_autofree char *media_id = NULL;
  gint64 most;
  Store *store;

  g_return_val_if_fail (GHD_IS_IMAGES (self), NULL);
  g_return_val_if_fail (raw != NULL, NULL);
  g_return_val_if_fail (owner_user_id != NULL, NULL);

  most = ghd_settings_get_int (self->settings, GHD_SETTING_LIMITS_IMAGE_BYTES);
  if ((gint64) g_bytes_get_size (raw) > most)
    {
      g_autofree char *text = g_format_size_full (most, G_FORMAT_SIZE_IEC_UNITS);

      return dex_future_new_for_error (
        gh_error_new (GH_ERROR_TOO_LARGE, "image.too_large", "image", 0,
                      "The picture is larger than %s. Choose a smaller one.", text));
    }

  if (crop != NULL && (crop->x < 0 || crop->y < 0 || crop->size < 0))
    return dex_future_new_for_error (
      gh_error_new (GH_ERROR_INVALID, "image.crop", "crop", 0,
                    "The part to keep lies outside the picture. Choose it again."));

  media_id = gh_id_new (GH_ID_MEDIA,
                        ghd_settings_get_string (self->settings, GHD_SETTING_SERVER_NAME));
  store = store_new (self, media_id, owner_user_id);
  store->job->raw = g_bytes_ref (raw);
  if (crop != NULL)
    store->job->crop = (GhdImageCrop) { crop->x, crop->y, crop->size, crop->ratio };
  return dex_scheduler_spawn (NULL, 0, store_fiber, store, store_free);
}

/**
 * ghd_images_load:
 * @media_id: `mxc://…`
 * @size: 64, 128, 256 or 512
 *
 * Returns: (transfer full): resolves to a #GhdImage; rejects with %GH_ERROR_NOT_FOUND, %GH_ERROR_INVALID (another size) or
 *   %GH_ERROR_UNAVAILABLE
 */
DexFuture *
ghd_images_load (GhdImages *self, const char *media_id, int size)
{
  g_autoptr (Job) job = NULL;

  g_return_val_if_fail (GHD_IS_IMAGES (self), NULL);

  if (!gh_id_is_valid (GH_ID_MEDIA, media_id))
    return dex_future_new_for_error (gh_error_new (GH_ERROR_NOT_FOUND, "media.unknown", "media_id",
                                                   0, "This picture no longer exists."));

  for (guint i = 0; i < G_N_ELEMENTS (image_sizes); i++)
    if (image_sizes[i] == (guint) size)
      {
        job = job_new (self, media_id);
        job->size = size;
        return run (self, load_on_worker, job);
      }

  return dex_future_new_for_error (
    gh_error_new (GH_ERROR_INVALID, "media.size", "size", 0,
                  "Pictures come in the sizes 64, 128, 256 and 512."));
}

/**
 * ghd_images_release:
 * @media_id: of a picture that nothing shows any more
 *
 * Returns: (transfer full): resolves to %TRUE once its row and files are gone
 */
DexFuture *
ghd_images_release (GhdImages *self, const char *media_id)
{
  g_return_val_if_fail (GHD_IS_IMAGES (self), NULL);
  g_return_val_if_fail (gh_id_is_valid (GH_ID_MEDIA, media_id), NULL);

  return dex_scheduler_spawn (NULL, 0, release_fiber, store_new (self, media_id, NULL), store_free);
}

/**
 * ghd_images_is_healthy:
 *
 * Returns: %FALSE when pictures cannot be taken: the kernel refused the sandbox, or the folder cannot be written
 */
gboolean
ghd_images_is_healthy (GhdImages *self)
{
  g_autofree char *parent = NULL;

  g_return_val_if_fail (GHD_IS_IMAGES (self), FALSE);

  parent = g_path_get_dirname (self->folder);
  return !self->is_sandbox_refused
         && g_access (g_file_test (self->folder, G_FILE_TEST_IS_DIR) ? self->folder : parent, W_OK)
              == 0;
}
