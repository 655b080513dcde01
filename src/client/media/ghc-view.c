/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-view.h"

#include "ghc-key-gate.h"
#include "ghc-sound.h"

#include <gst/video/video.h>

/* Packets that wait for the decoder; when it is slower than they come, old ones go, and it begins again with
 * a whole picture. */
#define MAX_WAITING 600
/* What does not move is sent again before that. */
#define FREEZE_US (400 * 1000)
#define SECOND_US G_USEC_PER_SEC
/* A decoder that takes so many pictures and gives none does not work. */
#define STUCK_PICTURES 60

/* What the threads of the pipeline and the main thread have in common. */
typedef struct
{
  gatomicrefcount ref_count;
  GhcInlet *inlet;
  GhcKeyGate gate; /* on the thread of the packets */

  GMutex lock; /* of what follows */
  guint width;
  guint height;
  guint n_pictures;
  guint n_unanswered; /* pictures that the decoder took since it gave one */
  gint64 picture_us;  /* when the last one came; 0 for not yet, or not to be counted from */
  gint64 frozen_us;
} Tally;

struct _GhcView
{
  GObject parent_instance;
  GhcShare *share;
  GhcCodecLadder *ladder;
  GhcLine line;
  GstElement *sink;
  const char *decoder;     /* its name */
  GPtrArray *failed;       /* of names: what failed since there was a picture */
  guint n_pictures_failed; /* how many there were then */
  GstElement *pipeline;
  guint bus_watch;
  Tally *tally;
  gboolean is_paused;
  gint64 second_us;
  guint n_pictures_before;
  guint64 n_bytes_before;
};

G_DEFINE_FINAL_TYPE (GhcView, ghc_view, G_TYPE_OBJECT)

static Tally *
tally_new (GhcInlet *inlet)
{
  Tally *tally = g_new0 (Tally, 1);

  g_atomic_ref_count_init (&tally->ref_count);
  g_mutex_init (&tally->lock);
  tally->inlet = ghc_inlet_ref (inlet);
  return tally;
}

static Tally *
tally_ref (Tally *tally)
{
  g_atomic_ref_count_inc (&tally->ref_count);
  return tally;
}

static void
tally_unref (gpointer data)
{
  Tally *tally = data;

  if (!g_atomic_ref_count_dec (&tally->ref_count))
    return;
  ghc_inlet_unref (tally->inlet);
  g_mutex_clear (&tally->lock);
  g_free (tally);
}

static gint64
count_frozen (Tally *tally, gint64 now_us)
{
  gint64 gap_us = tally->picture_us != 0 ? now_us - tally->picture_us : 0;

  return gap_us > FREEZE_US ? gap_us : 0;
}

/* In front of what draws. */
static GstPadProbeReturn
on_picture (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Tally *tally = data;
  gint64 now_us = g_get_monotonic_time ();
  GstEvent *event;
  GstCaps *caps;
  GstVideoInfo video;

  g_mutex_lock (&tally->lock);
  if ((GST_PAD_PROBE_INFO_TYPE (info) & GST_PAD_PROBE_TYPE_BUFFER) != 0)
    {
      tally->frozen_us += count_frozen (tally, now_us);
      tally->picture_us = now_us;
      tally->n_pictures++;
      tally->n_unanswered = 0;
    }
  else
    {
      event = GST_PAD_PROBE_INFO_EVENT (info);
      if (GST_EVENT_TYPE (event) == GST_EVENT_CAPS)
        {
          gst_event_parse_caps (event, &caps);
          if (gst_video_info_from_caps (&video, caps))
            {
              tally->width = (guint) GST_VIDEO_INFO_WIDTH (&video);
              tally->height = (guint) GST_VIDEO_INFO_HEIGHT (&video);
            }
        }
    }
  g_mutex_unlock (&tally->lock);
  return GST_PAD_PROBE_OK;
}

/* In front of the decoder. */
static GstPadProbeReturn
on_coded (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Tally *tally = data;
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&tally->lock);

  tally->n_unanswered++;
  return GST_PAD_PROBE_OK;
}

/* In front of the depayloader. */
static GstPadProbeReturn
on_packet (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Tally *tally = data;

  if (ghc_key_gate_take (&tally->gate, GST_PAD_PROBE_INFO_BUFFER (info)))
    return GST_PAD_PROBE_OK;
  if (ghc_key_gate_asks (&tally->gate, g_get_monotonic_time ()))
    ghc_inlet_ask_key_frame (tally->inlet);
  return GST_PAD_PROBE_DROP;
}

/* The decoder lacks what pictures build on. */
static GstPadProbeReturn
on_request (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  Tally *tally = data;

  if (gst_video_event_is_force_key_unit (GST_PAD_PROBE_INFO_EVENT (info)))
    ghc_inlet_ask_key_frame (tally->inlet);
  return GST_PAD_PROBE_OK;
}

static void
take_down (GhcView *self)
{
  ghc_inlet_lead_to (self->tally->inlet, NULL);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  if (self->pipeline == NULL)
    return;
  /* Not later: what draws is used again. */
  gst_element_set_state (self->pipeline, GST_STATE_NULL);
  gst_bin_remove (GST_BIN (self->pipeline), self->sink);
  g_clear_pointer (&self->pipeline, gst_object_unref);
}

static void put_up (GhcView *self);

/* That it cannot show this may be the fault of who sends it, so it falls for all only when another one can. */
static void
fall (GhcView *self)
{
  g_info ("%s shows nothing of what is watched; the next one is tried", self->decoder);
  take_down (self);
  g_ptr_array_add (self->failed, (gpointer) self->decoder);
  self->n_pictures_failed = self->tally->n_pictures;
  put_up (self);
}

static void
blame_failed (GhcView *self)
{
  for (guint i = 0; i < self->failed->len; i++)
    ghc_codec_ladder_fall_from (self->ladder, g_ptr_array_index (self->failed, i));
  g_ptr_array_set_size (self->failed, 0);
}

static gboolean
is_of_sink (GhcView *self, GstObject *object)
{
  return object == GST_OBJECT (self->sink)
         || gst_object_has_as_ancestor (object, GST_OBJECT (self->sink));
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcView *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;
  gboolean is_sink;

  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &details);
  g_info ("What is watched cannot be shown: %s (%s)", error->message, details);
  is_sink = is_of_sink (self, GST_MESSAGE_SRC (message));
  self->bus_watch = 0;
  if (!is_sink)
    {
      fall (self);
      return G_SOURCE_REMOVE;
    }
  take_down (self);
  ghc_share_set_state (self->share, GHC_SHARE_FAILED);
  return G_SOURCE_REMOVE;
}

static GstElement *
make_way (GhcLine line)
{
  g_autoptr (GstCaps) caps = gst_caps_from_string (ghc_line_get_caps (line));

  return gst_element_factory_make_full ("appsrc", "caps", caps, "format", GST_FORMAT_TIME,
                                        "is-live", TRUE, "max-buffers", (guint64) MAX_WAITING,
                                        "max-bytes", (guint64) 0, "leaky-type", 2 /* the oldest */,
                                        NULL);
}

static gboolean
build (GhcView *self)
{
  GstElement *way = make_way (self->line);
  GstElement *unpack = gst_element_factory_make_full ("rtph264depay", "wait-for-keyframe", TRUE,
                                                      NULL);
  GstElement *parse = gst_element_factory_make ("h264parse", NULL);
  GstElement *decoder = gst_element_factory_make (self->decoder, NULL);
  GstElement *download = ghc_decoder_make_download (self->decoder);
  GstElement *convert = gst_element_factory_make ("videoconvert", NULL);
  GstElement *parts[] = { way, unpack, parse, decoder, download, convert, self->sink };
  g_autoptr (GstPad) way_out = NULL;
  g_autoptr (GstPad) coded = NULL;
  g_autoptr (GstPad) way_in = NULL;
  gboolean is_whole = TRUE;

  self->pipeline = ghc_sound_new_pipeline ();
  for (guint i = 0; i < G_N_ELEMENTS (parts); i++)
    {
      if (parts[i] == NULL)
        is_whole = FALSE;
      else
        gst_bin_add (GST_BIN (self->pipeline), parts[i]);
    }
  if (!is_whole
      || !gst_element_link_many (way, unpack, parse, decoder, download, convert, self->sink, NULL))
    return FALSE;
  /* One thread: several would keep a picture each. */
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (decoder), "thread-type") != NULL)
    gst_util_set_object_arg (G_OBJECT (decoder), "thread-type", "slice");
  /* What it knows to be torn is not shown. */
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (decoder), "output-corrupt") != NULL)
    g_object_set (decoder, "output-corrupt", FALSE, NULL);
  self->tally->gate = (GhcKeyGate) { 0 };
  way_out = gst_element_get_static_pad (way, "src");
  gst_pad_add_probe (way_out, GST_PAD_PROBE_TYPE_EVENT_UPSTREAM, on_request,
                     tally_ref (self->tally), tally_unref);
  gst_pad_add_probe (way_out, GST_PAD_PROBE_TYPE_BUFFER, on_packet, tally_ref (self->tally),
                     tally_unref);
  coded = gst_element_get_static_pad (decoder, "sink");
  gst_pad_add_probe (coded, GST_PAD_PROBE_TYPE_BUFFER, on_coded, tally_ref (self->tally),
                     tally_unref);
  way_in = gst_element_get_static_pad (convert, "sink");
  gst_pad_add_probe (way_in, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_EVENT_DOWNSTREAM,
                     on_picture, tally_ref (self->tally), tally_unref);
  ghc_inlet_lead_to (self->tally->inlet, GST_APP_SRC (way));
  return TRUE;
}

static void
put_up (GhcView *self)
{
  g_autoptr (GstBus) bus = NULL;
  g_autoptr (GError) error = NULL;

  self->tally->n_unanswered = 0;
  self->decoder = ghc_codec_ladder_choose_decoder (self->ladder,
                                                   (const char *const *) self->failed->pdata);
  ghc_share_set_codec_element (self->share, self->decoder);
  if (self->decoder == NULL)
    {
      g_info ("Nothing on this computer decodes what is watched");
      ghc_share_set_state (self->share, GHC_SHARE_FAILED);
      return;
    }
  ghc_share_set_state (self->share, GHC_SHARE_WAITING);
  if (!build (self))
    {
      take_down (self);
      ghc_share_set_state (self->share, GHC_SHARE_FAILED);
      return;
    }
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  if (!ghc_sound_start (self->pipeline, &error))
    {
      g_info ("%s does not begin: %s", self->decoder, error->message);
      fall (self);
      return;
    }
  ghc_inlet_ask_key_frame (self->tally->inlet);
}

/**
 * ghc_view_close:
 * @self: a view
 *
 * It is not watched any more.
 */
void
ghc_view_close (GhcView *self)
{
  g_return_if_fail (GHC_IS_VIEW (self));

  if (self->sink == NULL)
    return;
  take_down (self);
  g_clear_pointer (&self->sink, gst_object_unref);
  ghc_share_set_state (self->share, GHC_SHARE_IDLE);
  ghc_share_set_frame_rate (self->share, 0);
  ghc_share_set_bitrate (self->share, 0);
  ghc_share_set_codec_element (self->share, NULL);
  ghc_share_set_paintable (self->share, NULL);
}

static void
ghc_view_dispose (GObject *object)
{
  ghc_view_close (GHC_VIEW (object));
  G_OBJECT_CLASS (ghc_view_parent_class)->dispose (object);
}

static void
ghc_view_finalize (GObject *object)
{
  GhcView *self = GHC_VIEW (object);

  tally_unref (self->tally);
  g_ptr_array_unref (self->failed);
  ghc_codec_ladder_unref (self->ladder);
  g_object_unref (self->share);
  G_OBJECT_CLASS (ghc_view_parent_class)->finalize (object);
}

static void
ghc_view_class_init (GhcViewClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);

  object_class->dispose = ghc_view_dispose;
  object_class->finalize = ghc_view_finalize;
}

static void
ghc_view_init (GhcView *self)
{
}

/**
 * ghc_view_new:
 * @share: what is watched
 * @inlet: where its packets come from
 * @line: which packets they are
 * @ladder: what can decode them
 * @sink: (transfer floating): what draws; its "paintable", if it has one, becomes the share's
 *
 * Returns: (transfer full): a view that waits for pictures
 */
GhcView *
ghc_view_new (GhcShare *share, GhcInlet *inlet, GhcLine line, GhcCodecLadder *ladder,
              GstElement *sink)
{
  GhcView *self = g_object_new (GHC_TYPE_VIEW, NULL);
  g_autoptr (GObject) paintable = NULL;

  self->share = g_object_ref (share);
  self->ladder = ghc_codec_ladder_ref (ladder);
  self->line = line;
  self->tally = tally_new (inlet);
  self->failed = g_ptr_array_new_null_terminated (0, NULL, TRUE);
  self->sink = gst_object_ref_sink (sink);
  self->second_us = g_get_monotonic_time ();
  self->n_bytes_before = ghc_inlet_get_n_bytes (inlet);
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (sink), "paintable") != NULL)
    g_object_get (sink, "paintable", &paintable, NULL);
  ghc_share_set_paintable (share, paintable);
  put_up (self);
  return self;
}

/**
 * ghc_view_get_share:
 * @self: a view
 *
 * Returns: (transfer none): what is watched
 */
GhcShare *
ghc_view_get_share (GhcView *self)
{
  g_return_val_if_fail (GHC_IS_VIEW (self), NULL);

  return self->share;
}

/**
 * ghc_view_set_paused:
 * @self: a view
 * @is_paused: whether the one who shows sends no pictures, because our connection does not carry them
 */
void
ghc_view_set_paused (GhcView *self, gboolean is_paused)
{
  g_return_if_fail (GHC_IS_VIEW (self));

  if (self->is_paused == is_paused)
    return;
  self->is_paused = is_paused;
  g_mutex_lock (&self->tally->lock);
  self->tally->frozen_us += count_frozen (self->tally, g_get_monotonic_time ());
  self->tally->picture_us = 0;
  g_mutex_unlock (&self->tally->lock);
}

/**
 * ghc_view_show:
 * @self: a view
 * @now_us: the monotonic time
 *
 * To be called often: says of the share how it goes.
 */
void
ghc_view_show (GhcView *self, gint64 now_us)
{
  double seconds = (double) (now_us - self->second_us) / G_USEC_PER_SEC;
  guint64 n_bytes;
  guint n_pictures, width, height;
  gint64 picture_us, frozen_us;
  gboolean is_stuck, is_answered;

  g_return_if_fail (GHC_IS_VIEW (self));

  if (self->pipeline == NULL)
    return;
  g_mutex_lock (&self->tally->lock);
  n_pictures = self->tally->n_pictures;
  picture_us = self->tally->picture_us;
  frozen_us = self->tally->frozen_us + count_frozen (self->tally, now_us);
  width = self->tally->width;
  height = self->tally->height;
  is_stuck = self->tally->n_unanswered > STUCK_PICTURES;
  is_answered = n_pictures != self->n_pictures_failed;
  g_mutex_unlock (&self->tally->lock);
  if (is_stuck)
    {
      fall (self);
      return;
    }
  if (is_answered)
    blame_failed (self);
  if (width != 0)
    ghc_share_set_size (self->share, width, height);
  ghc_share_set_frozen_ms (self->share, (guint64) frozen_us / 1000);
  ghc_share_set_state (self->share, self->is_paused   ? GHC_SHARE_PAUSED
                                    : picture_us != 0 ? GHC_SHARE_PLAYING
                                                      : GHC_SHARE_WAITING);
  if (now_us - self->second_us < SECOND_US)
    return;
  n_bytes = ghc_inlet_get_n_bytes (self->tally->inlet);
  ghc_share_set_frame_rate (self->share, (n_pictures - self->n_pictures_before) / seconds);
  ghc_share_set_bitrate (self->share,
                         (guint) ((double) (n_bytes - self->n_bytes_before) * 8 / seconds));
  self->n_pictures_before = n_pictures;
  self->n_bytes_before = n_bytes;
  self->second_us = now_us;
}
