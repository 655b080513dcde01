/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-share-hearing.h"

#include "ghc-line.h"
#include "ghc-sound.h"

#include <gst/app/gstappsink.h>

/* Pictures wait, too, and nobody answers to music. */
#define LEAST_MARGIN_US (30 * 1000)
#define MAX_WAITING 100
/* What is missing for longer was not lost, but not sent. */
#define MOST_LOST_NS (100 * GST_MSECOND)
#define LEAST_LOST_NS (5 * GST_MSECOND)

struct _GhcShareHearing
{
  GhcShare *share;
  GhcInlet *inlet;
  GhcMixer *mixer;
  GhcPlayout *playout;
  GstElement *pipeline; /* (nullable) */
};

/* Of the pipeline's thread. */
typedef struct
{
  GhcPlayout *playout;
  GstClockTime end; /* of the last sound */
} Ear;

static void
ear_free (gpointer data)
{
  Ear *ear = data;

  ghc_playout_unref (ear->playout);
  g_free (ear);
}

/* Silence in the place of what was lost keeps what follows in time. */
static void
push_lost (Ear *ear, GstClockTime length)
{
  guint n_samples = (guint) gst_util_uint64_scale (length, GHC_RATE, GST_SECOND);
  g_autofree gint16 *silence = g_new0 (gint16, n_samples * GHC_MIXER_CHANNELS);

  ghc_playout_note_made_up (ear->playout, (gint64) (length / GST_USECOND));
  ghc_playout_push (ear->playout, silence, n_samples, FALSE, g_get_monotonic_time ());
}

static GstFlowReturn
on_sound (GstAppSink *sink, gpointer data)
{
  Ear *ear = data;
  g_autoptr (GstSample) sample = gst_app_sink_pull_sample (sink);
  GstBuffer *buffer = sample != NULL ? gst_sample_get_buffer (sample) : NULL;
  gboolean is_new = TRUE;
  GstClockTime at;
  GstMapInfo map;
  guint n_samples;

  if (buffer == NULL || !gst_buffer_map (buffer, &map, GST_MAP_READ))
    return GST_FLOW_OK;
  n_samples = (guint) (map.size / sizeof (gint16) / GHC_MIXER_CHANNELS);
  at = GST_BUFFER_PTS (buffer);
  if (GST_CLOCK_TIME_IS_VALID (at))
    {
      is_new = !GST_CLOCK_TIME_IS_VALID (ear->end) || at > ear->end + MOST_LOST_NS;
      if (!is_new && at > ear->end + LEAST_LOST_NS)
        push_lost (ear, at - ear->end);
      ear->end = at + gst_util_uint64_scale (n_samples, GST_SECOND, GHC_RATE);
    }
  ghc_playout_push (ear->playout, (const gint16 *) map.data, n_samples, is_new,
                    g_get_monotonic_time ());
  gst_buffer_unmap (buffer, &map);
  return GST_FLOW_OK;
}

static void
put_up (GhcShareHearing *self)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_sound };
  g_autofree char *text = g_strdup_printf (
    "appsrc name=way format=time is-live=true max-buffers=%u max-bytes=0 leaky-type=downstream "
    "caps=\"%s,sprop-stereo=(string)1\" ! rtpopusdepay ! opusdec ! audioconvert ! "
    "audio/x-raw,format=S16LE,layout=interleaved,rate=48000,channels=2 ! "
    "appsink name=sound sync=false async=false",
    MAX_WAITING, ghc_line_get_caps (GHC_LINE_SOUND));
  g_autoptr (GError) error = NULL;
  GstElement *bin = gst_parse_bin_from_description (text, FALSE, &error);
  g_autoptr (GstElement) way = NULL;
  g_autoptr (GstElement) sink = NULL;
  Ear *ear;

  if (bin == NULL)
    {
      g_warning ("The sound of what is watched cannot be heard: %s", error->message);
      return;
    }
  self->pipeline = ghc_sound_new_pipeline ();
  gst_bin_add (GST_BIN (self->pipeline), bin);
  way = gst_bin_get_by_name (GST_BIN (bin), "way");
  sink = gst_bin_get_by_name (GST_BIN (bin), "sound");
  ear = g_new0 (Ear, 1);
  ear->playout = ghc_playout_ref (self->playout);
  ear->end = GST_CLOCK_TIME_NONE;
  gst_app_sink_set_callbacks (GST_APP_SINK (sink), &callbacks, ear, ear_free);
  if (!ghc_sound_start (self->pipeline, &error))
    g_warning ("The sound of what is watched cannot be heard: %s", error->message);
  ghc_inlet_lead_to (self->inlet, GST_APP_SRC (way));
}

static void
update_gain (GhcShareHearing *self)
{
  ghc_playout_set_gain (self->playout, ghc_share_get_volume (self->share));
}

/**
 * ghc_share_hearing_free:
 * @self: (transfer full): what is not watched any more
 */
void
ghc_share_hearing_free (GhcShareHearing *self)
{
  g_return_if_fail (self != NULL);

  g_signal_handlers_disconnect_by_data (self->share, self);
  ghc_inlet_lead_to (self->inlet, NULL);
  ghc_mixer_remove (self->mixer, self->playout);
  if (self->pipeline != NULL)
    ghc_sound_shut (g_steal_pointer (&self->pipeline));
  ghc_playout_unref (self->playout);
  ghc_mixer_unref (self->mixer);
  ghc_inlet_unref (self->inlet);
  g_object_unref (self->share);
  g_free (self);
}

/**
 * ghc_share_hearing_new:
 * @share: what is watched
 * @inlet: where the packets of its sound come from
 * @mixer: where it is heard
 *
 * Returns: (transfer full): what makes it heard
 */
GhcShareHearing *
ghc_share_hearing_new (GhcShare *share, GhcInlet *inlet, GhcMixer *mixer)
{
  GhcShareHearing *self = g_new0 (GhcShareHearing, 1);

  self->share = g_object_ref (share);
  self->inlet = ghc_inlet_ref (inlet);
  self->mixer = ghc_mixer_ref (mixer);
  self->playout = ghc_playout_new_stereo (LEAST_MARGIN_US);
  g_signal_connect_swapped (share, "notify::volume", G_CALLBACK (update_gain), self);
  update_gain (self);
  ghc_mixer_add (mixer, self->playout);
  put_up (self);
  return self;
}
