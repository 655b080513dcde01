/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound-tap.h"

#include "ghc-sound-graph.h"

#include <errno.h>
#include <spa/param/audio/format-utils.h>

#define RATE 48000
#define N_CHANNELS 2
#define PIECE_LATENCY "480/48000"
#define RETRY_S 1

struct _GhcSoundTap
{
  const GhcSoundTapEvents *events;
  gpointer owner;

  /* On PipeWire's thread: */
  char *key;       /* (nullable): all */
  char *kin;       /* (nullable): what the application is known by when it is started again */
  guint64 newest;  /* what came later than this may be it */
  gboolean is_new; /* a connection that has not shown the application yet */
  GhcSoundTapState state;
  struct pw_thread_loop *loop;
  struct pw_context *context;
  struct spa_source *retry;
  struct pw_core *core;
  struct spa_hook core_hook;
  struct pw_stream *stream;
  struct spa_hook stream_hook;
  GhcSoundGraph *graph;
  GHashTable *links; /* of gint64 (output and input port) to Link */
  struct spa_source *relink;
  guint32 output_node;
  guint32 output_port;
  GhcSoundSide output_sides;
};

typedef struct
{
  GhcSoundTap *tap;
  gint64 pair;
  struct pw_proxy *proxy;
  struct spa_hook hook;
} Link;

static void
set_state (GhcSoundTap *self, GhcSoundTapState state)
{
  if (self->state == state)
    return;
  self->state = state;
  self->events->state (self->owner, state);
}

/* --- Links ---------------------------------------------------------------------------------- */

static void
link_free (Link *link)
{
  spa_hook_remove (&link->hook);
  pw_proxy_destroy (link->proxy);
  g_free (link);
}

/* Two programs may agree on a format a moment later; and there may be nothing new that says when. */
static void
lose_link (Link *link)
{
  GhcSoundTap *self = link->tap;
  struct timespec later = { RETRY_S, 0 };

  g_hash_table_remove (self->links, &link->pair);
  pw_loop_update_timer (pw_thread_loop_get_loop (self->loop), self->relink, &later, NULL, false);
}

static void
on_link_removed (void *data)
{
  lose_link (data);
}

static void
on_link_error (void *data, int sequence, int result, const char *message)
{
  g_debug ("What plays cannot be tapped: %s", message);
  lose_link (data);
}

static const struct pw_proxy_events link_events = {
  PW_VERSION_PROXY_EVENTS,
  .removed = on_link_removed,
  .error = on_link_error,
};

static void
keep_link (GhcSoundTap *self, gint64 pair, struct pw_proxy *proxy)
{
  Link *link = g_new0 (Link, 1);

  link->tap = self;
  link->pair = pair;
  link->proxy = proxy;
  pw_proxy_add_listener (proxy, &link->hook, &link_events, link);
  g_hash_table_insert (self->links, &link->pair, link);
}

static void
add_link (gpointer data, guint32 node_id, guint32 port_id, GhcSoundSide sides)
{
  GhcSoundTap *self = data;
  gint64 pair = (gint64) (((guint64) self->output_port << 32) | port_id);
  struct pw_properties *properties;
  struct pw_proxy *proxy;

  if (!(sides & self->output_sides) || g_hash_table_contains (self->links, &pair))
    return;
  properties = pw_properties_new (PW_KEY_OBJECT_LINGER, "false", NULL);
  pw_properties_setf (properties, PW_KEY_LINK_OUTPUT_NODE, "%u", self->output_node);
  pw_properties_setf (properties, PW_KEY_LINK_OUTPUT_PORT, "%u", self->output_port);
  pw_properties_setf (properties, PW_KEY_LINK_INPUT_NODE, "%u", node_id);
  pw_properties_setf (properties, PW_KEY_LINK_INPUT_PORT, "%u", port_id);
  proxy = pw_core_create_object (self->core, "link-factory", PW_TYPE_INTERFACE_Link,
                                 PW_VERSION_LINK, &properties->dict, 0);
  pw_properties_free (properties);
  if (proxy != NULL)
    keep_link (self, pair, proxy);
}

static void
add_output (gpointer data, guint32 node_id, guint32 port_id, GhcSoundSide sides)
{
  GhcSoundTap *self = data;

  self->output_node = node_id;
  self->output_port = port_id;
  self->output_sides = sides;
  ghc_sound_graph_each_input (self->graph, pw_stream_get_node_id (self->stream), add_link, self);
}

static gboolean
is_cut (gpointer pair, gpointer link, gpointer data)
{
  GhcSoundTap *self = data;
  guint64 ports = (guint64) * (gint64 *) pair;

  return !ghc_sound_graph_has_port (self->graph, (guint32) (ports >> 32))
         || !ghc_sound_graph_has_port (self->graph, (guint32) ports);
}

/* Somebody who shares a player wants it shared after it was started again, too; but never another one that
 * played all the time. */
static void
follow_application (GhcSoundTap *self)
{
  g_autofree char *kin = NULL;

  if (!ghc_sound_graph_is_alive (self->graph, self->key))
    {
      g_autofree char *next = NULL;

      if (self->is_new || self->kin == NULL)
        return;
      next = ghc_sound_graph_find_kin (self->graph, self->kin, self->newest);
      if (next == NULL)
        {
          set_state (self, GHC_SOUND_TAP_ENDED);
          return;
        }
      g_set_str (&self->key, next);
    }
  kin = ghc_sound_graph_get_kin (self->graph, self->key);
  if (kin != NULL)
    g_set_str (&self->kin, kin);
  self->newest = ghc_sound_graph_get_newest (self->graph);
  self->is_new = FALSE;
  set_state (self, GHC_SOUND_TAP_OPEN);
}

static void
on_graph_changed (gpointer owner)
{
  GhcSoundTap *self = owner;

  if (self->stream == NULL || self->graph == NULL)
    return;
  if (self->key != NULL)
    follow_application (self);
  if (pw_stream_get_node_id (self->stream) == SPA_ID_INVALID)
    return;
  g_hash_table_foreach_remove (self->links, is_cut, self);
  ghc_sound_graph_each_output (self->graph, self->key, add_output, self);
}

static void
on_relink (void *data, uint64_t expirations)
{
  on_graph_changed (data);
}

/* --- The stream ----------------------------------------------------------------------------- */

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
on_process (void *data)
{
  GhcSoundTap *self = data;
  struct pw_buffer *buffer = pw_stream_dequeue_buffer (self->stream);
  struct spa_data *bytes;

  if (buffer == NULL)
    return;
  bytes = &buffer->buffer->datas[0];
  if (bytes->data != NULL)
    {
      guint32 offset = MIN (bytes->chunk->offset, bytes->maxsize);
      guint32 size = MIN (bytes->chunk->size, bytes->maxsize - offset);

      self->events->samples (self->owner, SPA_PTROFF (bytes->data, offset, const float),
                             size / (N_CHANNELS * (guint) sizeof (float)));
    }
  pw_stream_queue_buffer (self->stream, buffer);
}

static const struct pw_stream_events stream_events = {
  PW_VERSION_STREAM_EVENTS,
  .state_changed = on_state_changed,
  .process = on_process,
};

static gboolean
connect_stream (GhcSoundTap *self)
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

/* --- Connection ----------------------------------------------------------------------------- */

static void
retry_soon (GhcSoundTap *self)
{
  struct timespec later = { RETRY_S, 0 };

  set_state (self, GHC_SOUND_TAP_AWAY);
  pw_loop_update_timer (pw_thread_loop_get_loop (self->loop), self->retry, &later, NULL, false);
}

static void
on_core_error (void *data, uint32_t id, int sequence, int result, const char *message)
{
  /* Nothing may be freed while PipeWire tells of it. That we took away what was gone already is no loss. */
  if (id == PW_ID_CORE && result == -EPIPE)
    retry_soon (data);
}

static const struct pw_core_events core_events = {
  PW_VERSION_CORE_EVENTS,
  .error = on_core_error,
};

static void
drop (GhcSoundTap *self)
{
  g_hash_table_remove_all (self->links);
  g_clear_pointer (&self->graph, ghc_sound_graph_free);
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
}

static gboolean
open_connection (GhcSoundTap *self)
{
  self->core = pw_context_connect (self->context, NULL, 0);
  if (self->core == NULL)
    return FALSE;
  pw_core_add_listener (self->core, &self->core_hook, &core_events, self);
  if (!connect_stream (self))
    return FALSE;
  self->is_new = TRUE;
  self->graph = ghc_sound_graph_new (self->core, on_graph_changed, self);
  /* Of an application it is not known yet whether it is still there. */
  set_state (self, self->kin != NULL ? GHC_SOUND_TAP_ENDED : GHC_SOUND_TAP_OPEN);
  return TRUE;
}

static void
on_retry (void *data, uint64_t expirations)
{
  GhcSoundTap *self = data;

  drop (self);
  if (open_connection (self))
    return;
  drop (self);
  retry_soon (self);
}

/**
 * ghc_sound_tap_new:
 * @key: (nullable): one application of a #GhcSoundGraph, or %NULL for all but this one
 * @events: what to call; kept, so static
 * @owner: passed to them
 *
 * Returns: (transfer full): a tap, also where there is no PipeWire
 */
GhcSoundTap *
ghc_sound_tap_new (const char *key, const GhcSoundTapEvents *events, gpointer owner)
{
  GhcSoundTap *self = g_new0 (GhcSoundTap, 1);
  struct pw_loop *loop;

  pw_init (NULL, NULL);
  self->key = g_strdup (key);
  self->events = events;
  self->owner = owner;
  self->links = g_hash_table_new_full (g_int64_hash, g_int64_equal, NULL,
                                       (GDestroyNotify) link_free);
  self->loop = pw_thread_loop_new ("shared sound", NULL);
  loop = pw_thread_loop_get_loop (self->loop);
  self->context = pw_context_new (loop, NULL, 0);
  self->retry = pw_loop_add_timer (loop, on_retry, self);
  self->relink = pw_loop_add_timer (loop, on_relink, self);
  if (self->context == NULL || self->retry == NULL || self->relink == NULL)
    {
      set_state (self, GHC_SOUND_TAP_AWAY);
      return self;
    }
  /* Before its thread runs: a stream is connected partly on that thread, which the lock is given up for; what
   * PipeWire tells only once, such as who we are, would be told then and heard by nobody yet. */
  if (!open_connection (self))
    {
      g_message ("PipeWire does not answer: what is shared has no sound");
      drop (self);
      retry_soon (self);
    }
  if (pw_thread_loop_start (self->loop) < 0)
    set_state (self, GHC_SOUND_TAP_AWAY);
  return self;
}

/**
 * ghc_sound_tap_free:
 * @self: (transfer full):
 */
void
ghc_sound_tap_free (GhcSoundTap *self)
{
  pw_thread_loop_stop (self->loop);
  drop (self);
  if (self->retry != NULL)
    pw_loop_destroy_source (pw_thread_loop_get_loop (self->loop), self->retry);
  if (self->relink != NULL)
    pw_loop_destroy_source (pw_thread_loop_get_loop (self->loop), self->relink);
  g_clear_pointer (&self->context, pw_context_destroy);
  pw_thread_loop_destroy (self->loop);
  g_hash_table_unref (self->links);
  g_free (self->key);
  g_free (self->kin);
  g_free (self);
}
