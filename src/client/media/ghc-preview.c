/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-preview.h"

#include "gh-error.h"
#include "ghc-sound.h"

#include <glib/gi18n-lib.h>

struct _GhcPreview
{
  GObject parent_instance;

  GhcVideoSource *source;
  GstElement *pipeline; /* (nullable) */
  GObject *paintable;
};

G_DEFINE_FINAL_TYPE (GhcPreview, ghc_preview, G_TYPE_OBJECT)

static void
ghc_preview_dispose (GObject *object)
{
  GhcPreview *self = GHC_PREVIEW (object);

  ghc_preview_stop (self);
  g_clear_object (&self->paintable);
  g_clear_object (&self->source);

  G_OBJECT_CLASS (ghc_preview_parent_class)->dispose (object);
}

static void
ghc_preview_class_init (GhcPreviewClass *klass)
{
  G_OBJECT_CLASS (klass)->dispose = ghc_preview_dispose;
}

static void
ghc_preview_init (GhcPreview *self)
{
}

static gboolean
start (GhcPreview *self, GError **error)
{
  GstElement *source = ghc_video_source_make_element (self->source, error);
  GstElement *queue, *convert, *sink;

  if (source == NULL)
    return FALSE;

  self->pipeline = ghc_sound_new_pipeline ();
  gst_bin_add (GST_BIN (self->pipeline), source);
  queue = gst_element_factory_make_full ("queue", "leaky", 2 /* the oldest */, "max-size-buffers", 1,
                                         "max-size-bytes", 0, "max-size-time", (guint64) 0, NULL);
  convert = gst_element_factory_make ("videoconvert", NULL);
  /* GTK's, which this folder knows by name only. */
  sink = gst_element_factory_make_full ("gtk4paintablesink", "sync", FALSE, "async", FALSE, NULL);
  for (GstElement **element = (GstElement *[]) { queue, convert, sink, NULL }; *element != NULL;
       element++)
    gst_bin_add (GST_BIN (self->pipeline), *element);
  if (queue == NULL || convert == NULL || sink == NULL
      || !gst_element_link_many (source, queue, convert, sink, NULL))
    return gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL, "%s",
                         _ ("GStreamer can’t show pictures here. Install its plugin for GTK 4."));

  g_object_get (sink, "paintable", &self->paintable, NULL);
  return ghc_sound_start (self->pipeline, error);
}

/**
 * ghc_preview_new:
 * @source: nobody else may have its element at the same time
 * @error: return location
 *
 * Returns: (transfer full) (nullable): what shows @source, or %NULL with a sentence for people
 */
GhcPreview *
ghc_preview_new (GhcVideoSource *source, GError **error)
{
  g_autoptr (GhcPreview) self = NULL;

  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (source), NULL);

  self = g_object_new (GHC_TYPE_PREVIEW, NULL);
  self->source = g_object_ref (source);
  if (!start (self, error))
    return NULL;
  return g_steal_pointer (&self);
}

/**
 * ghc_preview_get_paintable:
 *
 * Returns: (transfer none): a GdkPaintable
 */
GObject *
ghc_preview_get_paintable (GhcPreview *self)
{
  g_return_val_if_fail (GHC_IS_PREVIEW (self), NULL);

  return self->paintable;
}

/**
 * ghc_preview_stop:
 *
 * Lets go of the source, which may be used for something else then.
 */
void
ghc_preview_stop (GhcPreview *self)
{
  g_return_if_fail (GHC_IS_PREVIEW (self));

  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
}
