/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-picture-src.h"

#include "ghc-picture-format.h"
#include "ghc-picture-frame.h"
#include "ghc-picture-loans.h"

#include <errno.h>
#include <fcntl.h>
#include <pipewire/pipewire.h>
#include <spa/param/video/format-utils.h>
#include <unistd.h>

#define REPEAT_US (250 * G_TIME_SPAN_MILLISECOND)
/* How long it may take to agree on a form, and a camera to give its first picture. */
#define BEGIN_US (10 * G_TIME_SPAN_SECOND)

struct _GhcPictureSrc
{
  GstPushSrc parent_instance;
  int fd; /* -1: whatever PipeWire there is */
  guint32 node_id;
  char *target;
  GstStructure *wanted;

  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_hook;
  struct pw_registry *registry;
  struct spa_hook registry_hook;
  struct pw_stream *stream;
  struct spa_hook stream_hook;

  GstCaps *importable; /* (nullable): of PipeWire's thread, as the following are */
  GhcPictureFrame *frame;
  GhcPictureLoans *loans;
  GstCaps *graphics; /* (nullable): of pictures in a graphics card's memory, if they are there */

  GMutex lock; /* of what follows */
  GCond changed;
  GstBuffer *newest;
  GstCaps *newest_caps;
  gboolean is_flushing;
  gboolean is_agreed;   /* on a form of pictures */
  gboolean has_picture; /* there was one */
  gboolean is_gone;     /* what gave them is not there any more */
  char *lost;           /* why there are no more pictures */

  /* On the thread of the pictures: */
  GstBuffer *last;
  GstCaps *caps;
};

G_DEFINE_FINAL_TYPE (GhcPictureSrc, ghc_picture_src, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template =
  GST_STATIC_PAD_TEMPLATE ("src", GST_PAD_SRC, GST_PAD_ALWAYS, GST_STATIC_CAPS (GHC_PICTURE_CAPS));

/* The first cause counts: who finds no common form with us often goes right after. */
static void
lose (GhcPictureSrc *self, gboolean is_gone, const char *why)
{
  g_mutex_lock (&self->lock);
  if (self->lost == NULL)
    {
      self->lost = g_strdup (why);
      self->is_gone = is_gone;
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* --- On PipeWire's thread ------------------------------------------------------------------- */

static void
on_core_error (void *data, uint32_t id, int seq, int res, const char *message)
{
  if (id == PW_ID_CORE)
    lose (data, TRUE, message);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .error = on_core_error,
};

static void
on_global (void *data, uint32_t id, uint32_t permissions, const char *type, uint32_t version,
           const struct spa_dict *properties)
{
  GhcPictureSrc *self = data;
  const char *serial = properties != NULL ? spa_dict_lookup (properties, PW_KEY_OBJECT_SERIAL)
                                          : NULL;

  if (self->node_id == PW_ID_ANY && self->target != NULL && g_strcmp0 (serial, self->target) == 0)
    self->node_id = id;
}

static void
on_global_remove (void *data, uint32_t id)
{
  GhcPictureSrc *self = data;

  if (id == self->node_id)
    lose (self, TRUE, "What gave the pictures is gone");
}

static const struct pw_registry_events registry_events = {
  PW_VERSION_REGISTRY_EVENTS,
  .global = on_global,
  .global_remove = on_global_remove,
};

static void
on_state_changed (void *data, enum pw_stream_state before, enum pw_stream_state state,
                  const char *error)
{
  if (state == PW_STREAM_STATE_ERROR)
    lose (data, FALSE, error != NULL ? error : "PipeWire’s stream failed");
  else if (state == PW_STREAM_STATE_UNCONNECTED)
    lose (data, TRUE, "PipeWire’s stream was disconnected");
}

static guint
make_offers (GhcPictureSrc *self, struct spa_pod_builder *builder, const struct spa_pod **offers)
{
  guint n_offers = 0;

  /* What comes first is taken when both can. */
  if (self->importable != NULL && self->wanted == NULL)
    n_offers = ghc_picture_format_offer_graphics (builder, self->importable, offers);
  offers[n_offers] = ghc_picture_format_offer (builder, self->wanted);
  return n_offers + 1;
}

static void
offer_again (GhcPictureSrc *self)
{
  guint8 bytes[GHC_PICTURE_OFFERS_SIZE];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *offers[GHC_PICTURE_MAX_OFFERS + 1];
  guint n_offers = make_offers (self, &builder, offers);

  pw_stream_update_params (self->stream, offers, n_offers);
}

static void
on_add_buffer (void *data, struct pw_buffer *buffer)
{
  ghc_picture_loans_add (((GhcPictureSrc *) data)->loans, buffer);
}

static void
on_remove_buffer (void *data, struct pw_buffer *buffer)
{
  ghc_picture_loans_remove (((GhcPictureSrc *) data)->loans, buffer);
}

static void
on_param_changed (void *data, uint32_t id, const struct spa_pod *param)
{
  GhcPictureSrc *self = data;
  g_autoptr (GstCaps) caps = NULL;
  guint8 bytes[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *params[GHC_PICTURE_N_ASKED];

  if (id != SPA_PARAM_Format || param == NULL)
    return;
  caps = ghc_picture_format_to_caps (param);
  if (caps == NULL)
    {
      pw_stream_set_error (self->stream, -EINVAL, "a format that was not asked for");
      return;
    }
  gst_caps_replace (&self->graphics, NULL);
  if (gst_video_is_dma_drm_caps (caps))
    gst_caps_replace (&self->graphics, caps);
  else
    ghc_picture_frame_set_caps (self->frame, caps);
  g_mutex_lock (&self->lock);
  self->is_agreed = TRUE;
  g_mutex_unlock (&self->lock);
  ghc_picture_format_ask_buffers (&builder, self->graphics != NULL, params);
  pw_stream_update_params (self->stream, params, G_N_ELEMENTS (params));
}

static GstClockTime
get_running_time (GhcPictureSrc *self)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime now;
  GstClockTime base;

  if (clock == NULL)
    return GST_CLOCK_TIME_NONE;
  now = gst_clock_get_time (clock);
  base = gst_element_get_base_time (GST_ELEMENT (self));
  return now > base ? now - base : 0;
}

/* The picture stays where it is, and its buffer goes back later. */
static GstBuffer *
lend (GhcPictureSrc *self, struct pw_buffer *buffer)
{
  GstBuffer *picture;

  if (ghc_picture_frame_is_torn (buffer->buffer))
    return NULL;
  picture = ghc_picture_loans_lend (self->loans, buffer, self->graphics);
  if (picture == NULL && self->importable != NULL)
    {
      /* As when only a part of it counts, or its memory is in several places. */
      GST_INFO_OBJECT (self, "Pictures are copied, for they cannot be lent");
      gst_caps_replace (&self->importable, NULL);
      offer_again (self);
    }
  return picture;
}

static GstBuffer *
take (GhcPictureSrc *self, struct pw_buffer *buffer, GstCaps **caps)
{
  GstBuffer *picture;

  if (self->graphics == NULL)
    {
      picture = ghc_picture_frame_take (self->frame, buffer->buffer, caps);
      pw_stream_queue_buffer (self->stream, buffer);
      return picture;
    }
  picture = lend (self, buffer);
  if (picture == NULL)
    pw_stream_queue_buffer (self->stream, buffer);
  else
    *caps = gst_caps_ref (self->graphics);
  return picture;
}

static void
on_process (void *data)
{
  GhcPictureSrc *self = data;
  struct pw_buffer *newest = NULL;
  struct pw_buffer *next;
  g_autoptr (GstCaps) caps = NULL;
  GstBuffer *picture;

  while ((next = pw_stream_dequeue_buffer (self->stream)) != NULL)
    {
      if (newest != NULL)
        pw_stream_queue_buffer (self->stream, newest);
      newest = next;
    }
  if (newest == NULL)
    return;
  picture = take (self, newest, &caps);
  if (picture == NULL)
    return;
  GST_BUFFER_PTS (picture) = get_running_time (self);

  g_mutex_lock (&self->lock);
  gst_buffer_replace (&self->newest, NULL);
  self->newest = picture;
  self->has_picture = TRUE;
  gst_caps_replace (&self->newest_caps, caps);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .param_changed = on_param_changed,
  .add_buffer = on_add_buffer,
  .remove_buffer = on_remove_buffer,
  .process = on_process,
};

/* --- Starting and stopping ------------------------------------------------------------------ */

static struct pw_core *
connect_core (GhcPictureSrc *self)
{
  int fd = self->fd;

  if (fd < 0)
    return pw_context_connect (self->context, NULL, 0);
  self->fd = -1;
  return pw_context_connect_fd (self->context, fd, NULL, 0);
}

static gboolean
connect_stream (GhcPictureSrc *self)
{
  guint8 bytes[GHC_PICTURE_OFFERS_SIZE];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  const struct spa_pod *offers[GHC_PICTURE_MAX_OFFERS + 1];
  guint n_offers = make_offers (self, &builder, offers);
  struct pw_properties *properties = pw_properties_new (PW_KEY_MEDIA_TYPE, "Video",
                                                        PW_KEY_MEDIA_CATEGORY, "Capture",
                                                        PW_KEY_MEDIA_ROLE, "Communication", NULL);

  if (self->target != NULL)
    pw_properties_set (properties, PW_KEY_TARGET_OBJECT, self->target);
  self->stream = pw_stream_new (self->core, "Guildhall", properties);
  if (self->stream == NULL)
    return FALSE;
  self->loans = ghc_picture_loans_new (pw_thread_loop_get_loop (self->loop), self->stream);
  pw_stream_add_listener (self->stream, &self->stream_hook, &stream_events, self);
  return pw_stream_connect (self->stream, PW_DIRECTION_INPUT, self->node_id,
                            PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS
                              | PW_STREAM_FLAG_DONT_RECONNECT,
                            offers, n_offers)
         >= 0;
}

static gboolean
ghc_picture_src_stop (GstBaseSrc *base)
{
  GhcPictureSrc *self = GHC_PICTURE_SRC (base);

  if (self->loop != NULL)
    pw_thread_loop_stop (self->loop);
  if (self->loans != NULL)
    ghc_picture_loans_end (self->loans);
  self->loans = NULL;
  if (self->stream != NULL)
    {
      spa_hook_remove (&self->stream_hook);
      g_clear_pointer (&self->stream, pw_stream_destroy);
    }
  if (self->registry != NULL)
    {
      spa_hook_remove (&self->registry_hook);
      pw_proxy_destroy ((struct pw_proxy *) g_steal_pointer (&self->registry));
    }
  if (self->core != NULL)
    {
      spa_hook_remove (&self->core_hook);
      pw_core_disconnect (g_steal_pointer (&self->core));
    }
  g_clear_pointer (&self->context, pw_context_destroy);
  g_clear_pointer (&self->loop, pw_thread_loop_destroy);
  g_clear_pointer (&self->frame, ghc_picture_frame_free);
  gst_buffer_replace (&self->newest, NULL);
  gst_buffer_replace (&self->last, NULL);
  gst_caps_replace (&self->newest_caps, NULL);
  gst_caps_replace (&self->caps, NULL);
  gst_caps_replace (&self->graphics, NULL);
  g_clear_pointer (&self->lost, g_free);
  self->is_agreed = self->has_picture = self->is_gone = FALSE;
  return TRUE;
}

static gboolean
ghc_picture_src_start (GstBaseSrc *base)
{
  GhcPictureSrc *self = GHC_PICTURE_SRC (base);
  gboolean is_connected = FALSE;

  self->frame = ghc_picture_frame_new ();
  self->loop = pw_thread_loop_new ("pictures", NULL);
  self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0);
  /* Before its thread runs: a stream is connected partly on that thread, which the lock is given up for, and
   * nothing may be told before there is who listens. */
  if (self->context != NULL)
    self->core = connect_core (self);
  if (self->core != NULL)
    {
      pw_core_add_listener (self->core, &self->core_hook, &core_events, self);
      self->registry = pw_core_get_registry (self->core, PW_VERSION_REGISTRY, 0);
      pw_registry_add_listener (self->registry, &self->registry_hook, &registry_events, self);
      is_connected = connect_stream (self);
    }
  if (is_connected && pw_thread_loop_start (self->loop) >= 0)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_READ, ("PipeWire does not answer"),
                     ("%s", g_strerror (errno)));
  ghc_picture_src_stop (base);
  return FALSE;
}

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
  GST_BUFFER_PTS (*picture) = get_running_time (self);
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
    offer_again (self);
  if (self->loop != NULL)
    pw_thread_loop_unlock (self->loop);
}
