/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-picture-src-private.h"

#include "ghc-picture-format.h"

#include <unistd.h>

#define REPEAT_US (250 * G_TIME_SPAN_MILLISECOND)
/* How long it may take to agree on a form, and a camera to give its first picture. */
#define BEGIN_US (10 * G_TIME_SPAN_SECOND)

G_DEFINE_FINAL_TYPE (GhcPictureSrc, ghc_picture_src, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GHC_PICTURE_CAPS));

static gboolean
ghc_picture_src_unlock (GstBaseSrc *base)
{
  GhcPictureSrc *self = GHC_PICTURE_SRC (base);

  g_mutex_lock (&self->lock);
  self->is_flushing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
ghc_picture_src_unlock_stop (GstBaseSrc *base)
{
  GhcPictureSrc *self = GHC_PICTURE_SRC (base);

  g_mutex_lock (&self->lock);
  self->is_flushing = FALSE;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

/* --- Pictures ------------------------------------------------------------------------------- */

/* PipeWire negotiates; its answer comes with the first picture. */
static gboolean
ghc_picture_src_negotiate (GstBaseSrc *base)
{
  return TRUE;
}

static gboolean
ghc_picture_src_query (GstBaseSrc *base, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS (ghc_picture_src_parent_class)->query (base, query);
  gst_query_set_latency (query, TRUE, 0, GST_CLOCK_TIME_NONE);
  return TRUE;
}

/* With the lock held. A screen need not change for a while; a camera gives pictures at once. */
static gboolean
may_be_still (GhcPictureSrc *self)
{
  return self->wanted == NULL && self->is_agreed;
}

/* With the lock held. Waits for what is newer than the last picture, but not for long. */
static void
wait_newest (GhcPictureSrc *self)
{
  gint64 end = g_get_monotonic_time () + (self->last != NULL ? REPEAT_US : BEGIN_US);

  while (!self->is_flushing && self->lost == NULL && self->newest == NULL)
    if (self->last == NULL && may_be_still (self))
      g_cond_wait (&self->changed, &self->lock);
    else if (!g_cond_wait_until (&self->changed, &self->lock, end))
      {
        if (self->last == NULL && !may_be_still (self))
          self->lost = g_strdup ("No pictures begin to come");
        return;
      }
}

/* The newest picture, or the last one again when nothing new comes for a while. */
static GstFlowReturn
wait_picture (GhcPictureSrc *self, GstBuffer **picture, GstCaps **caps)
{
  g_autofree char *lost = NULL;
  gboolean is_refused;

  g_mutex_lock (&self->lock);
  wait_newest (self);
  if (self->is_flushing)
    {
      g_mutex_unlock (&self->lock);
      return GST_FLOW_FLUSHING;
    }
  lost = g_strdup (self->lost);
  is_refused = !self->has_picture && !self->is_gone;
  *picture = g_steal_pointer (&self->newest);
  *caps = g_steal_pointer (&self->newest_caps);
  g_mutex_unlock (&self->lock);

  if (lost != NULL)
    {
      g_clear_pointer (picture, gst_buffer_unref);
      if (is_refused)
        GST_ELEMENT_ERROR (self, STREAM, FORMAT, ("%s", lost), (NULL));
      else
        GST_ELEMENT_ERROR (self, RESOURCE, READ, ("%s", lost), (NULL));
      return GST_FLOW_ERROR;
    }
  if (*picture != NULL)
    {
      gst_buffer_replace (&self->last, *picture);
      return GST_FLOW_OK;
    }
  *picture = gst_buffer_copy (self->last);
  GST_BUFFER_PTS (*picture) = ghc_picture_src_get_running_time (self);
  return GST_FLOW_OK;
}

static GstFlowReturn
ghc_picture_src_create (GstPushSrc *push, GstBuffer **buffer)
{
  GhcPictureSrc *self = GHC_PICTURE_SRC (push);
  g_autoptr (GstBuffer) picture = NULL;
  g_autoptr (GstCaps) caps = NULL;
  GstFlowReturn result = wait_picture (self, &picture, &caps);

  if (result != GST_FLOW_OK)
    return result;
  if (caps != NULL && (self->caps == NULL || !gst_caps_is_equal (caps, self->caps)))
    {
      gst_caps_replace (&self->caps, caps);
      if (!gst_base_src_set_caps (GST_BASE_SRC (self), caps))
        return GST_FLOW_NOT_NEGOTIATED;
    }
  *buffer = g_steal_pointer (&picture);
  return GST_FLOW_OK;
}

static void
ghc_picture_src_finalize (GObject *object)
{
  GhcPictureSrc *self = GHC_PICTURE_SRC (object);

  if (self->fd >= 0)
    close (self->fd);
  g_free (self->target);
  g_clear_pointer (&self->wanted, gst_structure_free);
  gst_caps_replace (&self->importable, NULL);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (ghc_picture_src_parent_class)->finalize (object);
}

static void
ghc_picture_src_class_init (GhcPictureSrcClass *klass)
{
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ghc_picture_src_finalize;
  base_class->start = ghc_picture_src_start;
  base_class->stop = ghc_picture_src_stop;
  base_class->unlock = ghc_picture_src_unlock;
  base_class->unlock_stop = ghc_picture_src_unlock_stop;
  base_class->negotiate = ghc_picture_src_negotiate;
  base_class->query = ghc_picture_src_query;
  GST_PUSH_SRC_CLASS (klass)->create = ghc_picture_src_create;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Pictures of PipeWire",
                                         "Source/Video", "Takes the newest picture of a node",
                                         "Guildhall");
  pw_init (NULL, NULL);
}

static void
ghc_picture_src_init (GhcPictureSrc *self)
{
  self->fd = -1;
  self->node_id = PW_ID_ANY;
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

/**
 * ghc_picture_src_new:
 * @fd: (transfer full): a connection to PipeWire, good for one time of playing, or -1 for the one that
 *   every program has
 * @node_id: the node whose pictures to take, or %PW_ID_ANY when @target says that
 * @target: (nullable): the same by its "object.serial", which nothing else ever gets
 * @wanted: (nullable): the kind of pictures to ask for, fixed; raw ones of any size otherwise
 *
 * Returns: (transfer floating): the element
 */
GstElement *
ghc_picture_src_new (int fd, guint32 node_id, const char *target, const GstStructure *wanted)
{
  GhcPictureSrc *self = g_object_new (GHC_TYPE_PICTURE_SRC, NULL);

  self->fd = fd;
  self->node_id = node_id;
  self->target = g_strdup (target);
  self->wanted = wanted != NULL ? gst_structure_copy (wanted) : NULL;
  return GST_ELEMENT (self);
}

/**
 * ghc_picture_src_set_importable:
 * @self: the element
 * @importable: (nullable): which pictures in a graphics card's memory can be taken from there, as an element
 *   says it that takes them; %NULL for none
 *
 * To be called on the thread that starts and stops it, at any time. What is given from then on may be in such
 * memory, or may not: whoever gives pictures decides.
 */
void
ghc_picture_src_set_importable (GhcPictureSrc *self, const GstCaps *importable)
{
  g_return_if_fail (GHC_IS_PICTURE_SRC (self));

  if (self->loop != NULL)
    pw_thread_loop_lock (self->loop);
  gst_caps_replace (&self->importable, (GstCaps *) importable);
  if (self->stream != NULL)
    ghc_picture_src_offer_again (self);
  if (self->loop != NULL)
    pw_thread_loop_unlock (self->loop);
}
