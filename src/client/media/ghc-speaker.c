/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-speaker.h"

#include "ghc-play-ring.h"

#include <errno.h>
#include <gst/audio/audio.h>
#include <pipewire/pipewire.h>
#include <spa/param/audio/format-utils.h>

#define STRIDE (GHC_PLAY_RING_CHANNELS * sizeof (gint16))
/* What the sound card should ask for at a time: 5 ms, where nobody else needs more. */
#define LATENCY "240/48000"
#define USUAL_PIECE 240u

/* The last of what was given to the sound server is played for so many pieces more. */
#define LAST_PIECES 2
#define LOOK_US 5000

struct _GhcSpeaker
{
  GstBaseSink parent_instance;
  char *target; /* (nullable): the sound server's default */

  GMutex lock; /* of what follows */
  GCond changed;
  gboolean is_flushing;
  gboolean is_playing;

  GhcPlayRing *ring;
  guint n_pieces; /* (atomic): that the sound card asked for */

  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct spa_hook core_hook;
  struct pw_stream *stream;
  struct spa_hook stream_hook;
};

G_DEFINE_FINAL_TYPE (GhcSpeaker, ghc_speaker, GST_TYPE_BASE_SINK)

static GstStaticPadTemplate sink_template = GST_STATIC_PAD_TEMPLATE (
  "sink", GST_PAD_SINK, GST_PAD_ALWAYS,
  GST_STATIC_CAPS ("audio/x-raw, format = " GST_AUDIO_NE (
    S16) ", layout = interleaved, rate = 48000, channels = 2, channel-mask = (bitmask) 3"));

/* --- On PipeWire's threads, where nothing may wait ------------------------------------------- */

static void
on_core_error (void *data, uint32_t id, int seq, int res, const char *message)
{
  if (id == PW_ID_CORE)
    GST_ELEMENT_ERROR (data, RESOURCE, NOT_FOUND, ("The sound server is gone"),
                       ("PipeWire: %s", message));
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .error = on_core_error,
};

static void
on_state_changed (void *data, enum pw_stream_state before, enum pw_stream_state state,
                  const char *error)
{
  GhcSpeaker *self = data;

  if (state == PW_STREAM_STATE_ERROR)
    GST_ELEMENT_ERROR (self, RESOURCE, FAILED, ("The sound output failed"),
                       ("PipeWire: %s", error != NULL ? error : "no reason"));
  g_mutex_lock (&self->lock);
  self->is_playing = state == PW_STREAM_STATE_STREAMING;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

/* On the real-time thread. */
static void
on_process (void *data)
{
  GhcSpeaker *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *piece;
  guint n_frames;
  double rate = 1.0;

  if (buffer == NULL)
    return;
  piece = &buffer->buffer->datas[0];
  n_frames = (guint) MIN (piece->maxsize / STRIDE,
                          buffer->requested > 0 ? buffer->requested : USUAL_PIECE);
  if (piece->data != NULL && n_frames > 0)
    {
      rate = ghc_play_ring_read (self->ring, piece->data, n_frames);
      piece->chunk->offset = 0;
      piece->chunk->stride = STRIDE;
      piece->chunk->size = (uint32_t) (n_frames * STRIDE);
    }
  pw_stream_queue_buffer (self->stream, buffer);
  pw_stream_set_rate (self->stream, rate);
  g_atomic_int_inc (&self->n_pieces);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .process = on_process,
};

/* --- Starting and stopping ------------------------------------------------------------------ */

static gboolean
connect_stream (GhcSpeaker *self)
{
  guint8 bytes[1024];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  struct spa_audio_info_raw form
    = SPA_AUDIO_INFO_RAW_INIT (.format = SPA_AUDIO_FORMAT_S16, .rate = GHC_PLAY_RING_RATE,
                               .channels = GHC_PLAY_RING_CHANNELS,
                               .position = { SPA_AUDIO_CHANNEL_FL, SPA_AUDIO_CHANNEL_FR });
  const struct spa_pod *offer = spa_format_audio_raw_build (&builder, SPA_PARAM_EnumFormat, &form);
  struct pw_properties *properties
    = pw_properties_new (PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Playback",
                         PW_KEY_MEDIA_ROLE, "Communication", PW_KEY_NODE_LATENCY, LATENCY, NULL);

  if (self->target != NULL)
    pw_properties_set (properties, PW_KEY_TARGET_OBJECT, self->target);
  self->stream = pw_stream_new (self->core, "Guildhall", properties);
  if (self->stream == NULL)
    return FALSE;
  pw_stream_add_listener (self->stream, &self->stream_hook, &stream_events, self);
  return pw_stream_connect (self->stream, PW_DIRECTION_OUTPUT, PW_ID_ANY,
                            PW_STREAM_FLAG_AUTOCONNECT | PW_STREAM_FLAG_MAP_BUFFERS
                              | PW_STREAM_FLAG_RT_PROCESS,
                            &offer, 1)
         >= 0;
}

static gboolean
ghc_speaker_stop (GstBaseSink *base)
{
  GhcSpeaker *self = GHC_SPEAKER (base);

  if (self->loop != NULL)
    pw_thread_loop_stop (self->loop);
  if (self->stream != NULL)
    {
      spa_hook_remove (&self->stream_hook);
      g_clear_pointer (&self->stream, pw_stream_destroy);
    }
  if (self->core != NULL)
    {
      spa_hook_remove (&self->core_hook);
      pw_core_disconnect (g_steal_pointer (&self->core));
    }
  g_clear_pointer (&self->context, pw_context_destroy);
  g_clear_pointer (&self->loop, pw_thread_loop_destroy);
  g_clear_pointer (&self->ring, ghc_play_ring_free);
  self->is_playing = FALSE;
  return TRUE;
}

static gboolean
ghc_speaker_start (GstBaseSink *base)
{
  GhcSpeaker *self = GHC_SPEAKER (base);
  gboolean is_connected = FALSE;

  self->ring = ghc_play_ring_new ();
  self->loop = pw_thread_loop_new ("speaker", NULL);
  self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0);
  if (self->context != NULL && pw_thread_loop_start (self->loop) >= 0)
    {
      pw_thread_loop_lock (self->loop);
      self->core = pw_context_connect (self->context, NULL, 0);
      if (self->core != NULL)
        {
          pw_core_add_listener (self->core, &self->core_hook, &core_events, self);
          is_connected = connect_stream (self);
        }
      pw_thread_loop_unlock (self->loop);
    }
  if (is_connected)
    return TRUE;
  GST_ELEMENT_ERROR (self, RESOURCE, OPEN_WRITE, ("The sound server does not answer"),
                     ("PipeWire: %s", g_strerror (errno)));
  ghc_speaker_stop (base);
  return FALSE;
}

static void
set_flushing (GhcSpeaker *self, gboolean is_flushing)
{
  g_mutex_lock (&self->lock);
  self->is_flushing = is_flushing;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static gboolean
ghc_speaker_unlock (GstBaseSink *base)
{
  set_flushing (GHC_SPEAKER (base), TRUE);
  return TRUE;
}

static gboolean
ghc_speaker_unlock_stop (GstBaseSink *base)
{
  set_flushing (GHC_SPEAKER (base), FALSE);
  return TRUE;
}

/* --- On the streaming thread ---------------------------------------------------------------- */

/* FALSE when somebody wants the thread back before. */
static gboolean
wait_until_playing (GhcSpeaker *self)
{
  gboolean is_playing;

  g_mutex_lock (&self->lock);
  while (!self->is_playing && !self->is_flushing)
    g_cond_wait (&self->changed, &self->lock);
  is_playing = self->is_playing;
  g_mutex_unlock (&self->lock);
  return is_playing;
}

/* The time of what is not live begins when PipeWire does: nothing of it is late from the first. */
static GstFlowReturn
ghc_speaker_preroll (GstBaseSink *base, GstBuffer *buffer)
{
  return wait_until_playing (GHC_SPEAKER (base)) ? GST_FLOW_OK : GST_FLOW_FLUSHING;
}

static GstFlowReturn
ghc_speaker_render (GstBaseSink *base, GstBuffer *buffer)
{
  GhcSpeaker *self = GHC_SPEAKER (base);
  GstMapInfo map;

  while (!wait_until_playing (self))
    {
      GstFlowReturn result = gst_base_sink_wait_preroll (base);

      if (result != GST_FLOW_OK)
        return result;
    }
  if (!gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_ERROR;
  ghc_play_ring_write (self->ring, (const gint16 *) map.data, (guint) (map.size / STRIDE));
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

/* Until what was written is played, too, or cannot be. */
static void
drain (GhcSpeaker *self)
{
  guint end = 0;
  gboolean is_last = FALSE;

  g_mutex_lock (&self->lock);
  while (self->is_playing && !self->is_flushing)
    {
      guint n_pieces = (guint) g_atomic_int_get (&self->n_pieces);

      if (!is_last && ghc_play_ring_get_level (self->ring) == 0)
        {
          is_last = TRUE;
          end = n_pieces + LAST_PIECES;
        }
      if (is_last && (gint) (n_pieces - end) >= 0)
        break;
      g_cond_wait_until (&self->changed, &self->lock, g_get_monotonic_time () + LOOK_US);
    }
  g_mutex_unlock (&self->lock);
}

static GstFlowReturn
ghc_speaker_wait_event (GstBaseSink *base, GstEvent *event)
{
  GstFlowReturn result
    = GST_BASE_SINK_CLASS (ghc_speaker_parent_class)->wait_event (base, event);

  if (result == GST_FLOW_OK && GST_EVENT_TYPE (event) == GST_EVENT_EOS)
    drain (GHC_SPEAKER (base));
  return result;
}

static void
ghc_speaker_finalize (GObject *object)
{
  GhcSpeaker *self = GHC_SPEAKER (object);

  g_free (self->target);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (ghc_speaker_parent_class)->finalize (object);
}

static void
ghc_speaker_class_init (GhcSpeakerClass *klass)
{
  GstElementClass *element_class = GST_ELEMENT_CLASS (klass);
  GstBaseSinkClass *sink_class = GST_BASE_SINK_CLASS (klass);

  pw_init (NULL, NULL);
  G_OBJECT_CLASS (klass)->finalize = ghc_speaker_finalize;
  sink_class->start = ghc_speaker_start;
  sink_class->stop = ghc_speaker_stop;
  sink_class->unlock = ghc_speaker_unlock;
  sink_class->unlock_stop = ghc_speaker_unlock_stop;
  sink_class->preroll = ghc_speaker_preroll;
  sink_class->render = ghc_speaker_render;
  sink_class->wait_event = ghc_speaker_wait_event;
  gst_element_class_add_static_pad_template (element_class, &sink_template);
  gst_element_class_set_static_metadata (element_class, "Loudspeaker", "Sink/Audio",
                                         "Plays sound through PipeWire", "Guildhall");
}

static void
ghc_speaker_init (GhcSpeaker *self)
{
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  gst_base_sink_set_processing_deadline (GST_BASE_SINK (self), 0);
}

/**
 * ghc_speaker_new:
 * @target: (nullable): the name or serial number of a node of PipeWire's; without, the default output,
 *   also when that changes
 *
 * Returns: (transfer floating): an element
 */
GstElement *
ghc_speaker_new (const char *target)
{
  GhcSpeaker *self = g_object_new (GHC_TYPE_SPEAKER, NULL);

  self->target = g_strdup (target);
  return GST_ELEMENT (self);
}
