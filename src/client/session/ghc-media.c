/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-media.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-limits.h"
#include "ghc-operation.h"
#include "ghc-session-internal.h"

#include <glib/gi18n.h>
#include <glib/gstdio.h>

/* Kept in memory: what is on screen and a little more. */
#define MEMORY_BYTES (16 * 1024 * 1024)

/* Kept on disk; at start the oldest go until this is left. */
#define DISK_BYTES (200 * 1024 * 1024)

typedef struct
{
  char *key;
  GBytes *bytes;
} Picture;

struct _GhcMedia
{
  GObject parent_instance;

  GhcSession *session; /* borrowed */
  char *folder;
  GQueue recent; /* of Picture, the latest first */
  gsize n_bytes;
  GHashTable *coming; /* key → DexFuture */
};

G_DEFINE_FINAL_TYPE (GhcMedia, ghc_media, G_TYPE_OBJECT)

static void
picture_free (Picture *picture)
{
  g_free (picture->key);
  g_bytes_unref (picture->bytes);
  g_free (picture);
}

static void
ghc_media_finalize (GObject *object)
{
  GhcMedia *self = GHC_MEDIA (object);

  g_queue_clear_full (&self->recent, (GDestroyNotify) picture_free);
  g_clear_pointer (&self->coming, g_hash_table_unref);
  g_free (self->folder);

  G_OBJECT_CLASS (ghc_media_parent_class)->finalize (object);
}

static void
ghc_media_class_init (GhcMediaClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_media_finalize;
}

static void
ghc_media_init (GhcMedia *self)
{
  self->coming = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, dex_unref);
}

typedef struct
{
  char *path;
  guint64 size;
  gint64 used_s;
} File;

static void
file_free (File *file)
{
  g_free (file->path);
  g_free (file);
}

static int
compare_files (gconstpointer a, gconstpointer b)
{
  const File *first = *(File **) a;
  const File *second = *(File **) b;

  return first->used_s < second->used_s ? 1 : first->used_s > second->used_s ? -1 : 0;
}

static GPtrArray *
list_files (const char *folder)
{
  GPtrArray *files = g_ptr_array_new_with_free_func ((GDestroyNotify) file_free);
  g_autoptr (GDir) dir = g_dir_open (folder, 0, NULL);
  const char *name;

  while (dir != NULL && (name = g_dir_read_name (dir)) != NULL)
    {
      g_autofree char *path = g_build_filename (folder, name, NULL);
      GStatBuf status;

      if (g_stat (path, &status) == 0)
        {
          File *file = g_new0 (File, 1);

          file->path = g_steal_pointer (&path);
          file->size = (guint64) status.st_size;
          file->used_s = status.st_mtime;
          g_ptr_array_add (files, file);
        }
    }

  return files;
}

/* On a thread: keeps the newest files, as many as @data says in bytes; 0 for none and no folder. */
typedef struct
{
  char *folder;
  guint64 keep_bytes;
} Prune;

static void
prune_free (Prune *prune)
{
  g_free (prune->folder);
  g_free (prune);
}

static DexFuture *
prune_fiber (gpointer data)
{
  Prune *prune = data;
  g_autoptr (GPtrArray) files = list_files (prune->folder);
  guint64 n_bytes = 0;

  g_ptr_array_sort (files, compare_files);
  for (guint i = 0; i < files->len; i++)
    {
      File *file = g_ptr_array_index (files, i);

      n_bytes += file->size;
      if (n_bytes > prune->keep_bytes)
        g_unlink (file->path);
    }
  if (prune->keep_bytes == 0)
    g_rmdir (prune->folder);
  else
    g_mkdir_with_parents (prune->folder, 0700);

  return dex_future_new_true ();
}

static DexFuture *
prune_files (GhcMedia *self, guint64 keep_bytes)
{
  Prune *prune = g_new0 (Prune, 1);

  prune->folder = g_strdup (self->folder);
  prune->keep_bytes = keep_bytes;

  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, prune_fiber, prune,
                              (GDestroyNotify) prune_free);
}

GhcMedia *
ghc_media_new (GhcSession *session, const char *folder)
{
  GhcMedia *self = g_object_new (GHC_TYPE_MEDIA, NULL);

  self->session = session;
  self->folder = g_strdup (folder);
  dex_future_disown (prune_files (self, DISK_BYTES));

  return self;
}

DexFuture *
ghc_media_remove (GhcMedia *self)
{
  g_return_val_if_fail (GHC_IS_MEDIA (self), NULL);

  return prune_files (self, 0);
}

static GBytes *
recall (GhcMedia *self, const char *key)
{
  for (GList *l = self->recent.head; l != NULL; l = l->next)
    {
      Picture *picture = l->data;

      if (g_str_equal (picture->key, key))
        {
          g_queue_unlink (&self->recent, l);
          g_queue_push_head_link (&self->recent, l);
          return g_bytes_ref (picture->bytes);
        }
    }

  return NULL;
}

static void
remember (GhcMedia *self, const char *key, GBytes *bytes)
{
  Picture *picture = g_new0 (Picture, 1);

  picture->key = g_strdup (key);
  picture->bytes = g_bytes_ref (bytes);
  g_queue_push_head (&self->recent, picture);
  self->n_bytes += g_bytes_get_size (bytes);

  while (self->n_bytes > MEMORY_BYTES && g_queue_get_length (&self->recent) > 1)
    {
      Picture *oldest = g_queue_pop_tail (&self->recent);

      self->n_bytes -= g_bytes_get_size (oldest->bytes);
      picture_free (oldest);
    }
}

typedef struct
{
  GhcSession *session;
  GhcMedia *self;
  char *media_id;
  char *key;
  guint size;
} Fetch;

static void
fetch_free (Fetch *fetch)
{
  g_object_unref (fetch->self);
  g_object_unref (fetch->session);
  g_free (fetch->media_id);
  g_free (fetch->key);
  g_free (fetch);
}

static DexFuture *
fetch_fiber (gpointer data)
{
  Fetch *fetch = data;
  GhcMedia *self = fetch->self;
  g_autofree char *size = g_strdup_printf ("%u", fetch->size);
  g_autofree char *path = g_build_filename (self->folder, fetch->key, NULL);
  g_autoptr (GFile) file = g_file_new_for_path (path);
  g_autoptr (GhJson)
    request = ghc_data_new ("s", "media_id", fetch->media_id, "s", "size", size, NULL);
  g_autoptr (GError) error = NULL;
  g_autoptr (GBytes) bytes = dex_await_boxed (dex_file_load_contents_bytes (file), NULL);

  if (bytes == NULL || g_bytes_get_size (bytes) == 0)
    {
      g_clear_pointer (&bytes, g_bytes_unref);
      bytes = dex_await_boxed (ghc_session_download (fetch->session, "media.get", request,
                                                     GH_LIMIT_IMAGE),
                               &error);
      if (bytes != NULL)
        dex_future_disown (dex_file_replace_contents_bytes (file, bytes, NULL, FALSE,
                                                            G_FILE_CREATE_PRIVATE
                                                              | G_FILE_CREATE_REPLACE_DESTINATION));
    }

  g_hash_table_remove (self->coming, fetch->key);
  if (bytes == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  remember (self, fetch->key, bytes);

  return dex_future_new_take_boxed (G_TYPE_BYTES, g_steal_pointer (&bytes));
}

static guint
round_up (guint size)
{
  static const guint sizes[] = { 64, 128, 256, 512 };

  for (guint i = 0; i < G_N_ELEMENTS (sizes); i++)
    {
      if (size <= sizes[i])
        return sizes[i];
    }

  return sizes[G_N_ELEMENTS (sizes) - 1];
}

DexFuture *
ghc_media_fetch (GhcMedia *self, const char *media_id, guint size)
{
  g_autofree char *local = NULL;
  g_autofree char *key = NULL;
  GBytes *bytes;
  DexFuture *future;
  Fetch *fetch;

  g_return_val_if_fail (GHC_IS_MEDIA (self), NULL);
  g_return_val_if_fail (media_id != NULL, NULL);

  if (!gh_id_is_valid (GH_ID_MEDIA, media_id))
    return dex_future_new_for_error (gh_error_new_literal (GH_ERROR_INVALID, "media.id", NULL, 0,
                                                           _ ("This picture can’t be found.")));

  /* The local part is base58: nothing in it can lead out of the folder. */
  size = round_up (size);
  local = gh_id_dup_local (GH_ID_MEDIA, media_id);
  key = g_strdup_printf ("%s-%u", local, size);

  bytes = recall (self, key);
  if (bytes != NULL)
    return dex_future_new_take_boxed (G_TYPE_BYTES, bytes);

  future = g_hash_table_lookup (self->coming, key);
  if (future != NULL)
    return dex_ref (future);

  fetch = g_new0 (Fetch, 1);
  fetch->session = g_object_ref (self->session);
  fetch->self = g_object_ref (self);
  fetch->media_id = g_strdup (media_id);
  fetch->key = g_strdup (key);
  fetch->size = size;
  future = ghc_session_spawn (self->session, fetch_fiber, fetch, (GDestroyNotify) fetch_free);
  g_hash_table_insert (self->coming, g_steal_pointer (&key), dex_ref (future));

  return future;
}
