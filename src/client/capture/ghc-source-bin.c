/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-source-bin.h"

struct _GhcSourceBin
{
  GstBin parent_instance;
  GMainContext *context; /* the source's */
  GWeakRef source;
};

/* Something that the source learns on its own thread. */
typedef struct
{
  GWeakRef source;
  gboolean is_end;
  GhcSourceEnd reason;
  int width;
  int height;
} News;

G_DEFINE_FINAL_TYPE (GhcSourceBin, ghc_source_bin, GST_TYPE_BIN)

static void
news_free (News *news)
{
  g_weak_ref_clear (&news->source);
  g_free (news);
}

static gboolean
on_news (gpointer data)
{
  News *news = data;
  g_autoptr (GhcVideoSource) source = g_weak_ref_get (&news->source);

  if (source == NULL)
    return G_SOURCE_REMOVE;
  if (news->is_end)
    ghc_video_source_fail (source, news->reason);
  else
    ghc_video_source_set_size (source, (guint) news->width, (guint) news->height);
  return G_SOURCE_REMOVE;
}

/* Takes @news. */
static void
tell (GhcSourceBin *self, News *news)
{
  g_autoptr (GSource) idle = g_idle_source_new ();
  g_autoptr (GhcVideoSource) source = g_weak_ref_get (&self->source);

  g_weak_ref_init (&news->source, source);
  g_source_set_priority (idle, G_PRIORITY_DEFAULT);
  g_source_set_callback (idle, on_news, news, (GDestroyNotify) news_free);
  g_source_attach (idle, self->context);
}

static void
ghc_source_bin_handle_message (GstBin *bin, GstMessage *message)
{
  GhcSourceBin *self = GHC_SOURCE_BIN (bin);
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;
  News *news;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    {
      GST_BIN_CLASS (ghc_source_bin_parent_class)->handle_message (bin, message);
      return;
    }
  gst_message_parse_error (message, &error, &details);
  g_message ("%s gives no more pictures: %s (%s)", GST_MESSAGE_SRC_NAME (message), error->message,
             details != NULL ? details : "");
  gst_message_unref (message);
  news = g_new0 (News, 1);
  news->is_end = TRUE;
  news->reason = g_error_matches (error, GST_STREAM_ERROR, GST_STREAM_ERROR_FORMAT)
                   ? GHC_SOURCE_END_UNSUPPORTED
                   : GHC_SOURCE_END_FAILED;
  tell (self, news);
}

/* On the thread of the pictures. */
static GstPadProbeReturn
on_event (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  GstEvent *event = GST_PAD_PROBE_INFO_EVENT (info);
  GstCaps *caps;
  News *news;

  if (GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    {
      news = g_new0 (News, 1);
      news->is_end = TRUE;
      news->reason = GHC_SOURCE_END_FAILED;
      tell (data, news);
      return GST_PAD_PROBE_DROP;
    }
  if (GST_EVENT_TYPE (event) != GST_EVENT_CAPS)
    return GST_PAD_PROBE_OK;

  news = g_new0 (News, 1);
  gst_event_parse_caps (event, &caps);
  if (gst_structure_get (gst_caps_get_structure (caps, 0), "width", G_TYPE_INT, &news->width,
                         "height", G_TYPE_INT, &news->height, NULL)
      && news->width > 0 && news->height > 0)
    tell (data, news);
  else
    news_free (news);
  return GST_PAD_PROBE_OK;
}

static void
ghc_source_bin_finalize (GObject *object)
{
  GhcSourceBin *self = GHC_SOURCE_BIN (object);

  g_weak_ref_clear (&self->source);
  g_clear_pointer (&self->context, g_main_context_unref);
  G_OBJECT_CLASS (ghc_source_bin_parent_class)->finalize (object);
}

static void
ghc_source_bin_class_init (GhcSourceBinClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_source_bin_finalize;
  GST_BIN_CLASS (klass)->handle_message = ghc_source_bin_handle_message;
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Source of a broadcast",
                                         "Source", "Keeps the errors of what it holds to itself",
                                         "Guildhall");
}

static void
ghc_source_bin_init (GhcSourceBin *self)
{
  g_weak_ref_init (&self->source, NULL);
}

/**
 * ghc_source_bin_new:
 * @source: whose element it is; not kept alive by it
 * @context: the main context where the source is told
 * @inner: (transfer floating): an element with a pad "src"
 *
 * Returns: (transfer floating): a bin with a pad "src"
 */
GstElement *
ghc_source_bin_new (GhcVideoSource *source, GMainContext *context, GstElement *inner)
{
  GhcSourceBin *self;
  g_autoptr (GstPad) pad = NULL;
  GstPad *ghost;

  g_return_val_if_fail (GHC_IS_VIDEO_SOURCE (source), NULL);
  g_return_val_if_fail (GST_IS_ELEMENT (inner), NULL);

  self = g_object_new (GHC_TYPE_SOURCE_BIN, NULL);
  self->context = g_main_context_ref (context);
  g_weak_ref_set (&self->source, source);
  gst_bin_add (GST_BIN (self), inner);
  pad = gst_element_get_static_pad (inner, "src");
  g_assert (pad != NULL);
  ghost = gst_ghost_pad_new ("src", pad);
  gst_pad_add_probe (ghost, GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM, on_event, self, NULL);
  gst_element_add_pad (GST_ELEMENT (self), ghost);
  return GST_ELEMENT (self);
}
