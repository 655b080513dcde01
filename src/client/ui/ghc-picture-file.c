/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-picture-file.h"

#include <gdk-pixbuf/gdk-pixbuf.h>
#include <glib/gi18n.h>

#include <gh-error.h>

#include <string.h>

struct _GhcPictureFile
{
  GObject     parent_instance;
  GBytes     *bytes;
  GdkTexture *preview;
};

G_DEFINE_FINAL_TYPE (GhcPictureFile, ghc_picture_file, G_TYPE_OBJECT)

static void
ghc_picture_file_finalize (GObject *object)
{
  GhcPictureFile *self = GHC_PICTURE_FILE (object);

  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_clear_object (&self->preview);

  G_OBJECT_CLASS (ghc_picture_file_parent_class)->finalize (object);
}

static void
ghc_picture_file_class_init (GhcPictureFileClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_picture_file_finalize;
}

static void
ghc_picture_file_init (GhcPictureFile *self)
{
}

/* As the server tells them: by content. What passes here is looked at closely there. */
static gboolean
has_picture_magic (GBytes *bytes)
{
  gsize size;
  const guint8 *data = g_bytes_get_data (bytes, &size);

  return size >= 12
         && (memcmp (data, "\x89PNG\r\n\x1a\n", 8) == 0 || memcmp (data, "\xff\xd8\xff", 3) == 0
             || (memcmp (data, "RIFF", 4) == 0 && memcmp (data + 8, "WEBP", 4) == 0)
             || memcmp (data + 4, "ftyp", 4) == 0);
}

static DexFuture *
preview_on_thread (gpointer data)
{
  g_autoptr (GInputStream) stream = g_memory_input_stream_new_from_bytes (data);
  g_autoptr (GdkPixbuf) stored = NULL;
  g_autoptr (GdkPixbuf) upright = NULL;
  g_autoptr (GBytes) pixels = NULL;
  GError *error = NULL;

  stored = gdk_pixbuf_new_from_stream (stream, NULL, &error);
  if (stored == NULL)
    return dex_future_new_for_error (error);

  upright = gdk_pixbuf_apply_embedded_orientation (stored);
  pixels = gdk_pixbuf_read_pixel_bytes (upright);
  return dex_future_new_take_object (
    gdk_memory_texture_new (gdk_pixbuf_get_width (upright), gdk_pixbuf_get_height (upright),
                            gdk_pixbuf_get_has_alpha (upright) ? GDK_MEMORY_R8G8B8A8 : GDK_MEMORY_R8G8B8, pixels,
                            gdk_pixbuf_get_rowstride (upright)));
}

static void
on_file_chosen (GObject      *object,
                GAsyncResult *result,
                gpointer      data)
{
  g_autoptr (DexPromise) promise = data;
  GError *error = NULL;
  GFile *file;

  file = gtk_file_dialog_open_finish (GTK_FILE_DIALOG (object), result, &error);
  if (file != NULL)
    dex_promise_resolve_object (promise, file);
  else
    dex_promise_reject (promise, error);
}

static DexFuture *
choose_file (GtkWidget *parent)
{
  g_autoptr (GtkFileDialog) dialog = gtk_file_dialog_new ();
  g_autoptr (GtkFileFilter) filter = gtk_file_filter_new ();
  DexPromise *promise = dex_promise_new ();
  GtkRoot *root = gtk_widget_get_root (parent);

  gtk_file_filter_set_name (filter, _("Pictures"));
  gtk_file_filter_add_mime_type (filter, "image/png");
  gtk_file_filter_add_mime_type (filter, "image/jpeg");
  gtk_file_filter_add_mime_type (filter, "image/webp");
  gtk_file_filter_add_mime_type (filter, "image/avif");
  gtk_file_dialog_set_title (dialog, _("Choose a Picture"));
  gtk_file_dialog_set_default_filter (dialog, filter);
  gtk_file_dialog_open (dialog, GTK_IS_WINDOW (root) ? GTK_WINDOW (root) : NULL, NULL, on_file_chosen,
                        dex_ref (promise));
  return DEX_FUTURE (promise);
}

typedef struct
{
  GtkWidget *parent;
  gsize      most_bytes;
} Choice;

static void
choice_free (gpointer data)
{
  Choice *choice = data;

  g_object_unref (choice->parent);
  g_free (choice);
}

static DexFuture *
choose_fiber (gpointer data)
{
  Choice *choice = data;
  g_autoptr (GhcPictureFile) self = NULL;
  g_autoptr (GFile) file = NULL;
  g_autoptr (GFileInfo) info = NULL;
  g_autoptr (GError) error = NULL;

  file = dex_await_object (choose_file (choice->parent), &error);
  if (file == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  info = dex_await_object (dex_file_query_info (file, G_FILE_ATTRIBUTE_STANDARD_SIZE, G_FILE_QUERY_INFO_NONE,
                                                G_PRIORITY_DEFAULT),
                           &error);
  if (info == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if ((guint64) g_file_info_get_size (info) > choice->most_bytes)
    {
      g_autofree char *size = g_format_size_full (g_file_info_get_size (info), G_FORMAT_SIZE_IEC_UNITS);
      g_autofree char *most = g_format_size_full (choice->most_bytes, G_FORMAT_SIZE_IEC_UNITS);

      return dex_future_new_for_error (gh_error_new (GH_ERROR_TOO_LARGE, "image.too_large", "image", 0,
                                                     _("This picture is too large (%s). Choose one of at most %s."), size, most));
    }

  self = g_object_new (GHC_TYPE_PICTURE_FILE, NULL);
  self->bytes = dex_await_boxed (dex_file_load_contents_bytes (file), &error);
  if (self->bytes == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));
  if (!has_picture_magic (self->bytes))
    return dex_future_new_for_error (gh_error_new (GH_ERROR_INVALID, "image.unsupported", "image", 0,
                                                   _("This file isn’t a PNG, JPEG, WebP or AVIF picture. "
                                                     "Choose one of these kinds.")));

  self->preview = dex_await_object (dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, preview_on_thread,
                                                         g_bytes_ref (self->bytes), (GDestroyNotify) g_bytes_unref),
                                    NULL);
  return dex_future_new_take_object (g_steal_pointer (&self));
}

/**
 * ghc_picture_file_choose:
 * @parent: a widget of the window that asks
 * @most_bytes: a larger file is refused before it is read
 *
 * Lets the person choose a file, through the portal where there is one.
 *
 * Returns: (transfer full): resolves to a #GhcPictureFile; rejects with %GTK_DIALOG_ERROR_DISMISSED when the person thought
 *   better of it, with %GH_ERROR_TOO_LARGE or %GH_ERROR_INVALID and a sentence, or a #GIOErrorEnum
 */
DexFuture *
ghc_picture_file_choose (GtkWidget *parent,
                         gsize      most_bytes)
{
  Choice *choice;

  g_return_val_if_fail (GTK_IS_WIDGET (parent), NULL);

  choice = g_new0 (Choice, 1);
  choice->parent = g_object_ref (parent);
  choice->most_bytes = most_bytes;
  return dex_scheduler_spawn (NULL, 0, choose_fiber, choice, choice_free);
}

GBytes *
ghc_picture_file_get_bytes (GhcPictureFile *self)
{
  g_return_val_if_fail (GHC_IS_PICTURE_FILE (self), NULL);

  return self->bytes;
}

/**
 * ghc_picture_file_get_preview:
 *
 * Returns: (transfer none) (nullable): %NULL when this computer cannot decode it
 */
GdkTexture *
ghc_picture_file_get_preview (GhcPictureFile *self)
{
  g_return_val_if_fail (GHC_IS_PICTURE_FILE (self), NULL);

  return self->preview;
}
