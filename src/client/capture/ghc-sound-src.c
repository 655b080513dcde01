/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-src.h"

#include "ghc-sound-graph.h"

#include <gst/audio/audio.h>
#include <spa/param/audio/format-utils.h>
#include <string.h>

#define RATE 48000
#define N_CHANNELS 2
#define FRAME_BYTES (N_CHANNELS * (guint) sizeof (float))
#define PIECE 480 /* frames */
#define PIECE_TIME (10 * GST_MSECOND)
#define PIECE_LATENCY "480/48000"

/* How long sound is waited for before it counts as silence: PipeWire's longest period fits in. */
#define HOLD_TIME (50 * GST_MSECOND)
#define MAX_LEAD_TIME (60 * GST_MSECOND)
#define MAX_LAG_TIME (100 * GST_MSECOND)
#define RING 9600u /* frames */

struct _GhcSoundSrc
{
  GstPushSrc parent_instance;
  char *key; /* (nullable): all */

  /* On PipeWire's thread: */
  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct pw_core *core;
  struct pw_stream *stream;
  struct spa_hook stream_hook;
  GhcSoundGraph *graph;
  GHashTable *links; /* of gint64 (output and input port) to struct pw_proxy */
  guint32 output_node;
  guint32 output_port;
  GhcSoundSide output_sides;

  GMutex lock; /* of what follows */
  GCond changed;
  gboolean is_flushing;
  float *ring;
  guint first;   /* frame of the ring */
  guint n_ready; /* frames */

  /* On the thread of the sound: */
  GstClockTime next;
  gboolean is_silent;
};

G_DEFINE_FINAL_TYPE (GhcSoundSrc, ghc_sound_src, GST_TYPE_PUSH_SRC)

static GstStaticPadTemplate src_template = GST_STATIC_PAD_TEMPLATE (
  "src", GST_PAD_SRC, GST_PAD_ALWAYS,
  GST_STATIC_CAPS ("audio/x-raw, format = " GST_AUDIO_NE (
    F32) ", layout = interleaved, rate = 48000, channels = 2, channel-mask = (bitmask) 3"));

/* --- Links, on PipeWire's thread ------------------------------------------------------------ */

static void
add_link (gpointer data, guint32 node_id, guint32 port_id, GhcSoundSide sides)
{
  GhcSoundSrc *self = data;
  gint64 pair = (gint64) (((guint64) self->output_port << 32) | port_id);
  struct pw_properties *properties;
  struct pw_proxy *link;

  if (!(sides & self->output_sides) || g_hash_table_contains (self->links, &pair))
    return;
  properties = pw_properties_new (PW_KEY_OBJECT_LINGER, "false", NULL);
  pw_properties_setf (properties, PW_KEY_LINK_OUTPUT_NODE, "%u", self->output_node);
  pw_properties_setf (properties, PW_KEY_LINK_OUTPUT_PORT, "%u", self->output_port);
  pw_properties_setf (properties, PW_KEY_LINK_INPUT_NODE, "%u", node_id);
  pw_properties_setf (properties, PW_KEY_LINK_INPUT_PORT, "%u", port_id);
  link = pw_core_create_object (self->core, "link-factory", PW_TYPE_INTERFACE_Link, PW_VERSION_LINK,
                                &properties->dict, 0);
  pw_properties_free (properties);
  if (link != NULL)
    g_hash_table_insert (self->links, g_memdup2 (&pair, sizeof pair), link);
}

static void
add_output (gpointer data, guint32 node_id, guint32 port_id, GhcSoundSide sides)
{
  GhcSoundSrc *self = data;

  self->output_node = node_id;
  self->output_port = port_id;
  self->output_sides = sides;
  ghc_sound_graph_each_input (self->graph, pw_stream_get_node_id (self->stream), add_link, self);
}

static gboolean
is_cut (gpointer pair, gpointer link, gpointer data)
{
  GhcSoundSrc *self = data;
  guint64 ports = (guint64) * (gint64 *) pair;

  return !ghc_sound_graph_has_port (self->graph, (guint32) (ports >> 32))
         || !ghc_sound_graph_has_port (self->graph, (guint32) ports);
}

static void
on_graph_changed (gpointer owner)
{
  GhcSoundSrc *self = owner;

  if (self->stream == NULL || self->graph == NULL
      || pw_stream_get_node_id (self->stream) == SPA_ID_INVALID)
    return;
  g_hash_table_foreach_remove (self->links, is_cut, self);
  ghc_sound_graph_each_output (self->graph, self->key, add_output, self);
}

static void
on_state_changed (void *data, enum pw_stream_state before, enum pw_stream_state state,
                  const char *error)
{
  if (state == PW_STREAM_STATE_ERROR)
    g_message ("The sound of applications cannot be had: %s", error);
  else if (state == PW_STREAM_STATE_PAUSED)
    on_graph_changed (data);
}

static void
push (GhcSoundSrc *self, const float *samples, guint n_frames)
{
  g_mutex_lock (&self->lock);
  for (guint i = 0; i < n_frames; i++)
    {
      guint at = (self->first + self->n_ready) % RING;

      memcpy (&self->ring[at * N_CHANNELS], &samples[i * N_CHANNELS], FRAME_BYTES);
      if (self->n_ready < RING)
        self->n_ready++;
      else
        self->first = (self->first + 1) % RING;
    }
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
}

static void
on_process (void *data)
{
  GhcSoundSrc *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *bytes;

  if (buffer == NULL)
    return;
  bytes = &buffer->buffer->datas[0];
  if (bytes->data != NULL)
    {
      guint32 offset = MIN (bytes->chunk->offset, bytes->maxsize);
      guint32 size = MIN (bytes->chunk->size, bytes->maxsize - offset);

      push (self, SPA_PTROFF (bytes->data, offset, const float), size / FRAME_BYTES);
    }
  pw_stream_queue_buffer (self->stream, buffer);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .process = on_process,
};

/* --- Starting and stopping ------------------------------------------------------------------ */

static gboolean
connect_stream (GhcSoundSrc *self)
{
  guint8 bytes[512];
  struct spa_pod_builder builder = SPA_POD_BUILDER_INIT (bytes, sizeof bytes);
  struct spa_audio_info_raw format = {
    .format = SPA_AUDIO_FORMAT_F32,
    .rate = RATE,
    .channels = N_CHANNELS,
    .position = { SPA_AUDIO_CHANNEL_FL, SPA_AUDIO_CHANNEL_FR },
  };
  const struct spa_pod *offer = spa_format_audio_raw_build (&builder, SPA_PARAM_EnumFormat,
                                                            &format);
  struct pw_properties *properties =
    pw_properties_new (PW_KEY_MEDIA_TYPE, "Audio", PW_KEY_MEDIA_CATEGORY, "Capture",
                       PW_KEY_MEDIA_NAME, "Sound of what is shared", PW_KEY_NODE_AUTOCONNECT,
                       "false", PW_KEY_NODE_LATENCY, PIECE_LATENCY, NULL);

  self->stream = pw_stream_new (self->core, "Guildhall", properties);
  if (self->stream == NULL)
    return FALSE;
  pw_stream_add_listener (self->stream, &self->stream_hook, &stream_events, self);
  return pw_stream_connect (self->stream, PW_DIRECTION_INPUT, PW_ID_ANY, PW_STREAM_FLAG_MAP_BUFFERS,
                            &offer, 1)
         >= 0;
}

static gboolean
ghc_sound_src_stop (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  if (self->loop != NULL)
    pw_thread_loop_stop (self->loop);
  g_clear_pointer (&self->links, g_hash_table_unref);
  g_clear_pointer (&self->graph, ghc_sound_graph_free);
  if (self->stream != NULL)
    {
      spa_hook_remove (&self->stream_hook);
      g_clear_pointer (&self->stream, pw_stream_destroy);
    }
  if (self->core != NULL)
    pw_core_disconnect (g_steal_pointer (&self->core));
  g_clear_pointer (&self->context, pw_context_destroy);
  g_clear_pointer (&self->loop, pw_thread_loop_destroy);
  return TRUE;
}

/* Without PipeWire it is silent: that is no reason to end what else is sent. */
static gboolean
ghc_sound_src_start (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  self->next = GST_CLOCK_TIME_NONE;
  self->is_silent = TRUE;
  self->n_ready = 0;
  self->links = g_hash_table_new_full (g_int64_hash, g_int64_equal, g_free,
                                       (GDestroyNotify) pw_proxy_destroy);
  self->loop = pw_thread_loop_new ("shared sound", NULL);
  self->context = pw_context_new (pw_thread_loop_get_loop (self->loop), NULL, 0);
  if (self->context == NULL || pw_thread_loop_start (self->loop) < 0)
    return TRUE;

  pw_thread_loop_lock (self->loop);
  self->core = pw_context_connect (self->context, NULL, 0);
  if (self->core != NULL && connect_stream (self))
    self->graph = ghc_sound_graph_new (self->core, on_graph_changed, self);
  else
    g_message ("PipeWire does not answer: what is shared has no sound");
  pw_thread_loop_unlock (self->loop);
  return TRUE;
}

static gboolean
ghc_sound_src_unlock (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  g_mutex_lock (&self->lock);
  self->is_flushing = TRUE;
  g_cond_broadcast (&self->changed);
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
ghc_sound_src_unlock_stop (GstBaseSrc *base)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (base);

  g_mutex_lock (&self->lock);
  self->is_flushing = FALSE;
  g_mutex_unlock (&self->lock);
  return TRUE;
}

static gboolean
ghc_sound_src_query (GstBaseSrc *base, GstQuery *query)
{
  if (GST_QUERY_TYPE (query) != GST_QUERY_LATENCY)
    return GST_BASE_SRC_CLASS (ghc_sound_src_parent_class)->query (base, query);
  gst_query_set_latency (query, TRUE, PIECE_TIME * 2, GST_CLOCK_TIME_NONE);
  return TRUE;
}

/* --- Sound ---------------------------------------------------------------------------------- */

static GstClockTime
get_running_time (GhcSoundSrc *self)
{
  g_autoptr (GstClock) clock = gst_element_get_clock (GST_ELEMENT (self));
  GstClockTime now;
  GstClockTime base = gst_element_get_base_time (GST_ELEMENT (self));

  if (clock == NULL)
    return 0;
  now = gst_clock_get_time (clock);
  return now > base ? now - base : 0;
}

/* With the lock held. Returns whether there is a piece of sound, or not in time. */
static gboolean
wait_piece (GhcSoundSrc *self)
{
  while (!self->is_flushing && self->n_ready < PIECE)
    {
      GstClockTime now = get_running_time (self);
      GstClockTime due = self->next + PIECE_TIME + HOLD_TIME;

      if (now >= due)
        return FALSE;
      g_cond_wait_until (&self->changed, &self->lock,
                         g_get_monotonic_time () + (gint64) ((due - now) / 1000) + 1);
    }
  return self->n_ready >= PIECE;
}

static void
take_piece (GhcSoundSrc *self, float *samples)
{
  for (guint i = 0; i < PIECE; i++)
    memcpy (&samples[i * N_CHANNELS], &self->ring[(self->first + i) % RING * N_CHANNELS],
            FRAME_BYTES);
  self->first = (self->first + PIECE) % RING;
  self->n_ready -= PIECE;
}

static GstFlowReturn
ghc_sound_src_create (GstPushSrc *push_src, GstBuffer **buffer)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (push_src);
  g_autofree float *samples = g_new0 (float, PIECE *N_CHANNELS);
  gboolean has_sound;
  gboolean is_jump = FALSE;
  GstClockTime now;

  if (!GST_CLOCK_TIME_IS_VALID (self->next))
    self->next = get_running_time (self);

  g_mutex_lock (&self->lock);
  has_sound = wait_piece (self);
  if (self->is_flushing)
    {
      g_mutex_unlock (&self->lock);
      return GST_FLOW_FLUSHING;
    }
  now = get_running_time (self);
  /* Another clock than ours drives PipeWire; it may be a little faster. */
  while (has_sound && self->next > now + MAX_LEAD_TIME && self->n_ready >= 2 * PIECE)
    take_piece (self, samples);
  if (has_sound)
    take_piece (self, samples);
  g_mutex_unlock (&self->lock);

  /* Sound that begins was played just now, however long there was silence. */
  if (has_sound && now > self->next + PIECE_TIME
      && (self->is_silent || now > self->next + MAX_LAG_TIME))
    {
      self->next = now - PIECE_TIME;
      is_jump = TRUE;
    }
  self->is_silent = !has_sound;

  *buffer = gst_buffer_new_wrapped (g_steal_pointer (&samples), PIECE * FRAME_BYTES);
  GST_BUFFER_PTS (*buffer) = self->next;
  GST_BUFFER_DURATION (*buffer) = PIECE_TIME;
  if (is_jump)
    GST_BUFFER_FLAG_SET (*buffer, GST_BUFFER_FLAG_DISCONT);
  if (!has_sound)
    GST_BUFFER_FLAG_SET (*buffer, GST_BUFFER_FLAG_GAP);
  self->next += PIECE_TIME;
  return GST_FLOW_OK;
}

static void
ghc_sound_src_finalize (GObject *object)
{
  GhcSoundSrc *self = GHC_SOUND_SRC (object);

  g_free (self->key);
  g_free (self->ring);
  g_mutex_clear (&self->lock);
  g_cond_clear (&self->changed);
  G_OBJECT_CLASS (ghc_sound_src_parent_class)->finalize (object);
}

static void
ghc_sound_src_class_init (GhcSoundSrcClass *klass)
{
  GstBaseSrcClass *base_class = GST_BASE_SRC_CLASS (klass);

  G_OBJECT_CLASS (klass)->finalize = ghc_sound_src_finalize;
  base_class->start = ghc_sound_src_start;
  base_class->stop = ghc_sound_src_stop;
  base_class->unlock = ghc_sound_src_unlock;
  base_class->unlock_stop = ghc_sound_src_unlock_stop;
  base_class->query = ghc_sound_src_query;
  GST_PUSH_SRC_CLASS (klass)->create = ghc_sound_src_create;
  gst_element_class_add_static_pad_template (GST_ELEMENT_CLASS (klass), &src_template);
  gst_element_class_set_static_metadata (GST_ELEMENT_CLASS (klass), "Sound of applications",
                                         "Source/Audio", "Gives what other applications play",
                                         "Guildhall");
  pw_init (NULL, NULL);
}

static void
ghc_sound_src_init (GhcSoundSrc *self)
{
  self->ring = g_new0 (float, RING *N_CHANNELS);
  g_mutex_init (&self->lock);
  g_cond_init (&self->changed);
  gst_base_src_set_live (GST_BASE_SRC (self), TRUE);
  gst_base_src_set_format (GST_BASE_SRC (self), GST_FORMAT_TIME);
}

/**
 * ghc_sound_src_new:
 * @key: (nullable): one application of a #GhcSoundGraph, or %NULL for all but this one
 *
 * Returns: (transfer floating): the element
 */
GstElement *
ghc_sound_src_new (const char *key)
{
  GhcSoundSrc *self = g_object_new (GHC_TYPE_SOUND_SRC, NULL);

  self->key = g_strdup (key);
  return GST_ELEMENT (self);
}
