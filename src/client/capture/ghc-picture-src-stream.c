/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a picture source has to do with PipeWire: its stream, and how pictures come out of that. */
#include "ghc-picture-src-private.h"

#include "ghc-picture-format.h"

#include <errno.h>
#include <spa/param/video/format-utils.h>

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

/* --- On its thread --------------------------------------------------------------------------- */

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

void
ghc_picture_src_offer_again (GhcPictureSrc *self)
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

GstClockTime
ghc_picture_src_get_running_time (GhcPictureSrc *self)
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
      ghc_picture_src_offer_again (self);
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
  GST_BUFFER_PTS (picture) = ghc_picture_src_get_running_time (self);

  g_mutex_lock (&self->lock);
  gst_buffer_replace (&self->newest, NULL);
  self->newest = picture;
  self->has_picture = TRUE;
  gst_caps_replace (&self->newest_caps, caps);
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,    .state_changed = on_state_changed, .param_changed = on_param_changed,
  .add_buffer = on_add_buffer, .remove_buffer = on_remove_buffer, .process = on_process,
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

gboolean
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

gboolean
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
