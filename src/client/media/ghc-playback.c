/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-sound.h"

#include "gh-error.h"

struct _GhcPlayback
{
  GObject parent_instance;
  GstElement *pipeline;
  char *probe_name;
  guint bus_watch;
};

typedef enum
{
  FAILED,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcPlayback, ghc_playback, G_TYPE_OBJECT)

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcPlayback *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &details);
  g_info ("The sound output failed: %s (%s)", error->message, details);
  g_signal_emit (self, signals[FAILED], 0, error->message);
  return G_SOURCE_CONTINUE;
}

/**
 * ghc_playback_stop:
 * @self: a playback
 *
 * Closes the device. It can not be started again.
 */
void
ghc_playback_stop (GhcPlayback *self)
{
  g_return_if_fail (GHC_IS_PLAYBACK (self));

  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline != NULL)
    ghc_sound_shut (g_steal_pointer (&self->pipeline));
}

static void
ghc_playback_finalize (GObject *object)
{
  GhcPlayback *self = GHC_PLAYBACK (object);

  ghc_playback_stop (self);
  g_free (self->probe_name);
  G_OBJECT_CLASS (ghc_playback_parent_class)->finalize (object);
}

static void
ghc_playback_class_init (GhcPlaybackClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghc_playback_finalize;
  signals[FAILED] = g_signal_new ("failed", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                  NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_playback_init (GhcPlayback *self)
{
}

/**
 * ghc_playback_new:
 * @sink: (transfer floating): what makes it heard
 * @settings: how
 * @mixer: what is to be heard
 * @error: return location
 *
 * Returns: (transfer full) (nullable): a playback that was not started, or %NULL with
 *   %GH_ERROR_UNAVAILABLE ("media.plugin") when GStreamer lacks an element
 */
GhcPlayback *
ghc_playback_new (GstElement *sink, const GhcSoundSettings *settings, GhcMixer *mixer,
                  GError **error)
{
  g_autoptr (GhcPlayback) self = g_object_new (GHC_TYPE_PLAYBACK, NULL);
  GstElement *source = ghc_mix_source_new (mixer, ghc_sound_get_block_us (settings));
  GstElement *convert = gst_element_factory_make ("audioconvert", NULL);
  GstElement *resample = gst_element_factory_make ("audioresample", NULL);
  GstElement *probe = NULL;

  if (settings->cancels_echo)
    probe = gst_element_factory_make ("webrtcechoprobe", NULL);
  self->pipeline = ghc_sound_new_pipeline ();
  gst_bin_add_many (GST_BIN (self->pipeline), source, sink, NULL);
  if (convert == NULL || resample == NULL)
    {
      gst_clear_object (&convert);
      gst_clear_object (&resample);
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL,
                    "GStreamer lacks what a call takes. Install its “base” plugins.");
      return NULL;
    }
  gst_bin_add_many (GST_BIN (self->pipeline), convert, resample, NULL);
  if (probe != NULL)
    {
      g_autofree char *id = g_uuid_string_random ();

      /* The microphone's side finds it by its name, which belongs to the process. */
      self->probe_name = g_strconcat ("echo-", id, NULL);
      gst_object_set_name (GST_OBJECT (probe), self->probe_name);
      gst_bin_add (GST_BIN (self->pipeline), probe);
    }
  if (!(probe != NULL ? gst_element_link_many (source, probe, convert, NULL)
                      : gst_element_link (source, convert))
      || !gst_element_link_many (convert, resample, sink, NULL))
    {
      gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.device", NULL,
                    "The output takes sound in a form that cannot be made.");
      return NULL;
    }
  return g_steal_pointer (&self);
}

static DexFuture *
on_started (DexFuture *started, gpointer data)
{
  GhcPlayback *self = data;
  g_autoptr (GstBus) bus = NULL;

  if (self->pipeline == NULL)
    return dex_ref (started);
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  return dex_ref (started);
}

/**
 * ghc_playback_start:
 * @self: a playback
 *
 * Returns: (transfer full): resolves to %TRUE once the device is open, or about to be; rejects with
 *   %GH_ERROR_UNAVAILABLE ("media.device")
 */
DexFuture *
ghc_playback_start (GhcPlayback *self)
{
  g_return_val_if_fail (GHC_IS_PLAYBACK (self), NULL);

  if (self->pipeline == NULL)
    return dex_future_new_reject (GH_ERROR, GH_ERROR_UNAVAILABLE,
                                  "It was closed before it was open.");
  return dex_future_then (ghc_sound_open (self->pipeline), on_started, g_object_ref (self),
                          g_object_unref);
}

/**
 * ghc_playback_get_probe_name:
 * @self: a playback
 *
 * Returns: (transfer none) (nullable): the name of its echo probe
 */
const char *
ghc_playback_get_probe_name (GhcPlayback *self)
{
  g_return_val_if_fail (GHC_IS_PLAYBACK (self), NULL);

  return self->probe_name;
}
