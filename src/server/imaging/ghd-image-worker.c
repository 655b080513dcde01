/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-image-worker.h"

#include "ghd-image-protocol.h"

#include <gh-error.h>

/* A 512 pixel PNG of noise is 1 MiB; nothing honest comes near this. */
#define MAX_RENDITION_BYTES (8 * 1024 * 1024)

void
ghd_image_rendition_free (GhdImageRendition *self)
{
  g_clear_pointer (&self->bytes, g_bytes_unref);
  g_free (self);
}

static GError *
error_for_result (guint32 result)
{
  switch (result)
    {
    case GHD_IMAGE_RESULT_CROP_OUTSIDE:
      return gh_error_new (GH_ERROR_INVALID, "image.crop", "crop", 0,
                           "The part to keep lies outside the picture. Choose it again.");
    case GHD_IMAGE_RESULT_NO_SANDBOX:
      return gh_error_new (GH_ERROR_INTERNAL, "image.sandbox", NULL, 0,
                           "The server can’t look at pictures safely, so it doesn’t accept any. "
                           "Ask whoever runs it: its kernel refused the sandbox.");
    case GHD_IMAGE_RESULT_BROKEN:
    case GHD_IMAGE_RESULT_NO_MEMORY:
    default:
      return gh_error_new (GH_ERROR_INVALID, "image.broken", "image", 0,
                           "The picture is damaged and can’t be shown. Choose another file.");
    }
}

static gboolean
send_request (GOutputStream         *pipe,
              const GhdImageRequest *request,
              GBytes                *file)
{
  gsize size;
  gconstpointer data = g_bytes_get_data (file, &size);

  return g_output_stream_write_all (pipe, request, sizeof *request, NULL, NULL, NULL)
         && g_output_stream_write_all (pipe, data, size, NULL, NULL, NULL)
         && g_output_stream_close (pipe, NULL, NULL);
}

static gboolean
read_exactly (GInputStream *pipe,
              gpointer      buffer,
              gsize         length)
{
  gsize got = 0;

  return g_input_stream_read_all (pipe, buffer, length, &got, NULL, NULL) && got == length;
}

/* The worker has read a hostile file, so what it sends is checked like one. */
static GhdImageRendition *
read_rendition (GInputStream *pipe,
                guint         size,
                guint         ratio)
{
  g_autoptr (GhdImageRendition) rendition = g_new0 (GhdImageRendition, 1);
  g_autofree guint8 *data = NULL;
  GhdImagePart part;
  GhdImageInfo info;

  if (!read_exactly (pipe, &part, sizeof part) || part.length == 0 || part.length > MAX_RENDITION_BYTES)
    return NULL;

  data = g_malloc (part.length);
  if (!read_exactly (pipe, data, part.length)
      || !ghd_image_sniff (data, part.length, &info, NULL)
      || info.format != part.format
      || (info.format != GHD_IMAGE_FORMAT_PNG && info.format != GHD_IMAGE_FORMAT_JPEG)
      || info.height > size || info.width != info.height * ratio)
    return NULL;

  rendition->size = size;
  rendition->format = info.format;
  rendition->bytes = g_bytes_new_take (g_steal_pointer (&data), part.length);
  return g_steal_pointer (&rendition);
}

static GPtrArray *
read_reply (GInputStream *pipe,
            const guint  *sizes,
            guint         n_sizes,
            guint         ratio,
            guint32      *result)
{
  g_autoptr (GPtrArray) renditions = g_ptr_array_new_with_free_func ((GDestroyNotify) ghd_image_rendition_free);
  GhdImageReply reply;

  *result = GHD_IMAGE_RESULT_BROKEN;
  if (!read_exactly (pipe, &reply, sizeof reply))
    return NULL;
  *result = reply.result;
  if (reply.result != GHD_IMAGE_RESULT_OK)
    return NULL;

  *result = GHD_IMAGE_RESULT_BROKEN;
  for (guint i = 0; i < n_sizes; i++)
    {
      GhdImageRendition *rendition = read_rendition (pipe, sizes[i], ratio);

      if (rendition == NULL)
        return NULL;
      g_ptr_array_add (renditions, rendition);
    }

  return g_steal_pointer (&renditions);
}

/**
 * ghd_image_worker_render:
 * @program: (nullable): the guildhalld to start; %NULL for the running one
 * @file: what somebody sent, of any content
 * @crop: the part to keep, of a ratio of at most %GHD_IMAGE_MAX_RATIO
 * @sizes: heights wanted, in pixels
 * @n_sizes: at most %GHD_IMAGE_MAX_RENDITIONS
 *
 * Checks a picture and has it decoded and re-encoded by a process that can do nothing else. Blocks for as long as that
 * takes (20 ms for a photograph, 30 s at the very most): call it from a worker thread.
 *
 * Returns: (transfer full) (element-type GhdImageRendition): one for each size; %NULL with %GH_ERROR_INVALID and the
 *   reasons of ghd_image_sniff() or `image.crop`, or with %GH_ERROR_UNAVAILABLE or %GH_ERROR_INTERNAL
 */
GPtrArray *
ghd_image_worker_render (const char          *program,
                         GBytes              *file,
                         const GhdImageCrop  *crop,
                         const guint         *sizes,
                         guint                n_sizes,
                         GError             **error)
{
  g_autoptr (GSubprocessLauncher) launcher = NULL;
  g_autoptr (GSubprocess) worker = NULL;
  g_autoptr (GPtrArray) renditions = NULL;
  g_autoptr (GError) local_error = NULL;
  g_auto (GStrv) environment = g_new0 (char *, 1);
  GhdImageRequest request = { .crop_x = crop->x, .crop_y = crop->y, .crop_size = crop->size, .n_sizes = n_sizes };
  const guint ratio = MAX (crop->ratio, 1);
  GhdImageInfo info;
  guint32 result = GHD_IMAGE_RESULT_BROKEN;
  gsize size;
  const guint8 *data = g_bytes_get_data (file, &size);

  g_return_val_if_fail (n_sizes > 0 && n_sizes <= GHD_IMAGE_MAX_RENDITIONS, NULL);
  g_return_val_if_fail (ratio <= GHD_IMAGE_MAX_RATIO, NULL);

  if (!ghd_image_sniff (data, size, &info, error))
    return NULL;

  request.format = info.format;
  request.length = size;
  request.crop_ratio = ratio;
  for (guint i = 0; i < n_sizes; i++)
    request.sizes[i] = sizes[i];

  launcher = g_subprocess_launcher_new (G_SUBPROCESS_FLAGS_STDIN_PIPE | G_SUBPROCESS_FLAGS_STDOUT_PIPE
                                        | G_SUBPROCESS_FLAGS_STDERR_SILENCE);
  g_subprocess_launcher_set_environ (launcher, environment);
  worker = g_subprocess_launcher_spawn (launcher, &local_error, program != NULL ? program : "/proc/self/exe",
                                        "image-worker", NULL);
  if (worker == NULL)
    {
      g_propagate_error (error, gh_error_new (GH_ERROR_UNAVAILABLE, "image.busy", NULL, 5000,
                                              "The server can’t look at pictures just now. Try again in a moment."));
      g_warning ("The image worker could not be started: %s", local_error->message);
      return NULL;
    }

  if (send_request (g_subprocess_get_stdin_pipe (worker), &request, file))
    renditions = read_reply (g_subprocess_get_stdout_pipe (worker), sizes, n_sizes, ratio, &result);
  if (renditions == NULL)
    g_subprocess_force_exit (worker);
  g_subprocess_wait (worker, NULL, NULL);

  if (renditions == NULL)
    {
      g_propagate_error (error, error_for_result (result));
      return NULL;
    }

  return g_steal_pointer (&renditions);
}
