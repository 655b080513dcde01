/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-broadcast-private.h"

#include "gh-error.h"
#include "ghc-carry.h"
#include "ghc-sound.h"

#include <gst/app/gstappsink.h>

/* So much more is carried, and more is sent. */
#define ENOUGH_MORE 1.04
/* How much quicker a picture goes out than the next one comes: no long queue where it is narrow, least of all in
 * front of somebody's voice. */
#define PACE 1.4

struct _GhcBroadcast
{
  GObject parent_instance;
  GhcShareKind kind;
  GhcVideoSource *source;
  GhcVideoQuality quality; /* as the person wants it */
  GhcVideoQuality used;    /* as the viewers' connections carry it */
  guint carried;           /* bit/s; 0 for not known */
  GhcEncoding *encoding;
  GhcShareSound *sound; /* (nullable) */
  GhcShare *share; /* (nullable) */
  GObject *paintable;
  char *problem_text;
  GstElement *pipeline; /* (nullable): from the source to the encoding and to one's own eyes */
  GstElement *preview;  /* (nullable): where what one's own eyes see branches off; the pipeline holds it */
  guint bus_watch;
  gboolean has_ended;
};

typedef enum
{
  PROP_KIND = 1,
  PROP_SHARE,
  PROP_PAINTABLE,
  PROP_PROBLEM_TEXT,
  N_PROPS
} Property;
static GParamSpec *properties[N_PROPS];

typedef enum
{
  ENDED,
  N_SIGNALS
} Signal;
static guint signals[N_SIGNALS];

G_DEFINE_FINAL_TYPE (GhcBroadcast, ghc_broadcast, G_TYPE_OBJECT)

/* The line that pictures of a kind go over. */
GhcLine
ghc_broadcast_kind_to_line (GhcShareKind kind)
{
  return kind == GHC_SHARE_CAMERA ? GHC_LINE_CAMERA : GHC_LINE_SCREEN;
}

/* On the thread of the source. */
static GstFlowReturn
on_picture (GstAppSink *sink, gpointer data)
{
  g_autoptr (GstSample) picture = gst_app_sink_pull_sample (sink);

  if (picture != NULL)
    ghc_encoding_push (data, picture);
  return GST_FLOW_OK;
}

static gboolean
on_message (GstBus *bus, GstMessage *message, gpointer data)
{
  GhcBroadcast *self = data;
  g_autoptr (GError) error = NULL;
  g_autofree char *details = NULL;

  if (GST_MESSAGE_TYPE (message) == GST_MESSAGE_LATENCY)
    gst_bin_recalculate_latency (GST_BIN (self->pipeline));
  if (GST_MESSAGE_TYPE (message) != GST_MESSAGE_ERROR)
    return G_SOURCE_CONTINUE;
  gst_message_parse_error (message, &error, &details);
  g_info ("What is shared cannot be shown: %s (%s)", error->message, details);
  self->bus_watch = 0;
  ghc_broadcast_end (self, ghc_source_end_to_text (GHC_SOURCE_END_FAILED));
  return G_SOURCE_REMOVE;
}

static void
on_source_ended (GhcVideoSource *source, GhcSourceEnd reason, GhcBroadcast *self)
{
  ghc_broadcast_end (self, ghc_source_end_to_text (reason));
}

static void
on_no_encoder (const char *text, gpointer data)
{
  GhcBroadcast *self = data;

  if (g_set_str (&self->problem_text, text))
    g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PROBLEM_TEXT]);
}

/* What the encoding can take from a graphics card's memory is put there, if it can be drawn from there, too. */
static void
on_imports (const GstCaps *importable, gpointer data)
{
  GhcBroadcast *self = data;
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (self->pipeline == NULL)
    return;
  if (importable != NULL && self->preview != NULL)
    {
      pad = gst_element_get_static_pad (self->preview, "sink");
      caps = gst_pad_query_caps (pad, (GstCaps *) importable);
    }
  else if (importable != NULL)
    caps = gst_caps_copy (importable);
  ghc_video_source_set_importable (self->source,
                                   caps != NULL && !gst_caps_is_empty (caps) ? caps : NULL);
}

static void
shut (GhcBroadcast *self)
{
  ghc_encoding_close (self->encoding);
  if (self->sound != NULL)
    ghc_share_sound_set_running (self->sound, FALSE);
  g_clear_handle_id (&self->bus_watch, g_source_remove);
  /* The source gives back what it holds only after its element has let go. */
  if (self->pipeline != NULL)
    gst_element_set_state (self->pipeline, GST_STATE_NULL);
  g_clear_pointer (&self->pipeline, gst_object_unref);
  self->preview = NULL;
  g_signal_handlers_disconnect_by_data (self->source, self);
  ghc_video_source_close (self->source);
}

/**
 * ghc_broadcast_end:
 * @self: a broadcast
 * @text: (nullable): why, for people
 *
 * Nothing is shown any more.
 */
void
ghc_broadcast_end (GhcBroadcast *self, const char *text)
{
  g_autoptr (GhcBroadcast) kept = g_object_ref (self);

  if (self->has_ended)
    return;
  self->has_ended = TRUE;
  shut (self);
  g_signal_emit (self, signals[ENDED], 0, text);
}

static void
ghc_broadcast_get_property (GObject *object, guint id, GValue *value, GParamSpec *pspec)
{
  GhcBroadcast *self = GHC_BROADCAST (object);

  switch ((Property) id)
    {
    case PROP_KIND:
      g_value_set_enum (value, self->kind);
      break;
    case PROP_SHARE:
      g_value_set_object (value, self->share);
      break;
    case PROP_PAINTABLE:
      g_value_set_object (value, self->paintable);
      break;
    case PROP_PROBLEM_TEXT:
      g_value_set_string (value, self->problem_text);
      break;
    case N_PROPS:
    default:
      G_OBJECT_WARN_INVALID_PROPERTY_ID (object, id, pspec);
    }
}

static void
ghc_broadcast_dispose (GObject *object)
{
  GhcBroadcast *self = GHC_BROADCAST (object);

  self->has_ended = TRUE;
  shut (self);
  g_clear_object (&self->share);
  g_clear_object (&self->paintable);
  G_OBJECT_CLASS (ghc_broadcast_parent_class)->dispose (object);
}

static void
ghc_broadcast_finalize (GObject *object)
{
  GhcBroadcast *self = GHC_BROADCAST (object);

  ghc_encoding_unref (self->encoding);
  g_clear_pointer (&self->sound, ghc_share_sound_free);
  g_object_unref (self->source);
  g_free (self->problem_text);
  G_OBJECT_CLASS (ghc_broadcast_parent_class)->finalize (object);
}

static void
ghc_broadcast_class_init (GhcBroadcastClass *klass)
{
  GObjectClass *object_class = G_OBJECT_CLASS (klass);
  const GParamFlags flags = G_PARAM_READABLE | G_PARAM_STATIC_STRINGS | G_PARAM_EXPLICIT_NOTIFY;

  object_class->get_property = ghc_broadcast_get_property;
  object_class->dispose = ghc_broadcast_dispose;
  object_class->finalize = ghc_broadcast_finalize;

  properties[PROP_KIND] = g_param_spec_enum ("kind", NULL, NULL, GHC_TYPE_SHARE_KIND,
                                             GHC_SHARE_SCREEN, flags);
  properties[PROP_SHARE] = g_param_spec_object ("share", NULL, NULL, GHC_TYPE_SHARE, flags);
  properties[PROP_PAINTABLE] = g_param_spec_object ("paintable", NULL, NULL, G_TYPE_OBJECT, flags);
  properties[PROP_PROBLEM_TEXT] = g_param_spec_string ("problem-text", NULL, NULL, NULL, flags);
  g_object_class_install_properties (object_class, N_PROPS, properties);

  signals[ENDED] = g_signal_new ("ended", G_TYPE_FROM_CLASS (klass), G_SIGNAL_RUN_LAST, 0, NULL,
                                 NULL, NULL, G_TYPE_NONE, 1, G_TYPE_STRING);
}

static void
ghc_broadcast_init (GhcBroadcast *self)
{
}

/**
 * ghc_broadcast_new:
 * @kind: what is shown
 * @source: what gives its pictures
 * @quality: how it is shown
 * @ladder: what can encode them
 * @fan: where packets go
 *
 * Returns: (transfer full): a broadcast that did not begin
 */
GhcBroadcast *
ghc_broadcast_new (GhcShareKind kind, GhcVideoSource *source, const GhcVideoQuality *quality,
                   GhcCodecLadder *ladder, GhcFan *fan)
{
  GhcBroadcast *self = g_object_new (GHC_TYPE_BROADCAST, NULL);

  self->kind = kind;
  self->source = g_object_ref (source);
  self->quality = self->used = *quality;
  self->encoding = ghc_encoding_new (ladder, fan, ghc_broadcast_kind_to_line (kind), quality);
  ghc_encoding_set_failed (self->encoding, on_no_encoder, self);
  ghc_encoding_set_imports (self->encoding, on_imports, self);
  g_signal_connect (source, "ended", G_CALLBACK (on_source_ended), self);
  return self;
}

/* For one's own eyes: the newest picture, and no other is waited for. */
static gboolean
add_preview (GhcBroadcast *self, GstElement *tee, GstElement *sink)
{
  GstElement *queue = gst_element_factory_make_full ("queue", "leaky", 2 /* the oldest */,
                                                     "max-size-buffers", 1, "max-size-bytes", 0,
                                                     "max-size-time", (guint64) 0, NULL);
  GstElement *convert = gst_element_factory_make ("videoconvert", NULL);

  if (queue == NULL || convert == NULL)
    {
      gst_clear_object (&queue);
      gst_clear_object (&convert);
      return FALSE;
    }
  gst_bin_add_many (GST_BIN (self->pipeline), queue, convert, sink, NULL);
  self->preview = queue;
  if (g_object_class_find_property (G_OBJECT_GET_CLASS (sink), "paintable") != NULL)
    g_object_get (sink, "paintable", &self->paintable, NULL);
  return gst_element_link_many (tee, queue, convert, sink, NULL);
}

/**
 * ghc_broadcast_start:
 * @self: a broadcast
 * @sink: (transfer floating) (nullable): what shows it to oneself
 * @error: return location
 *
 * Returns: whether pictures are about to come; otherwise %GH_ERROR_UNAVAILABLE with a sentence for people
 */
gboolean
ghc_broadcast_start (GhcBroadcast *self, GstElement *sink, GError **error)
{
  GstAppSinkCallbacks callbacks = { .new_sample = on_picture };
  GstElement *source = ghc_video_source_make_element (self->source, error);
  GstElement *tee, *pictures;
  g_autoptr (GstBus) bus = NULL;

  if (source == NULL)
    {
      if (sink != NULL)
        gst_object_unref (gst_object_ref_sink (sink));
      return FALSE;
    }
  self->pipeline = ghc_sound_new_pipeline ();
  tee = gst_element_factory_make ("tee", NULL);
  pictures = gst_element_factory_make_full ("appsink", "sync", FALSE, "async", FALSE, "max-buffers",
                                            1, "drop", TRUE, NULL);
  gst_bin_add_many (GST_BIN (self->pipeline), source, tee, pictures, NULL);
  gst_app_sink_set_callbacks (GST_APP_SINK (pictures), &callbacks,
                              ghc_encoding_ref (self->encoding),
                              (GDestroyNotify) ghc_encoding_unref);
  if (!gst_element_link_many (source, tee, pictures, NULL)
      || (sink != NULL && !add_preview (self, tee, sink)))
    return gh_set_error (error, GH_ERROR_UNAVAILABLE, "media.plugin", NULL,
                         "GStreamer lacks what showing pictures takes. Install its “base” plugins.");
  bus = gst_element_get_bus (self->pipeline);
  self->bus_watch = gst_bus_add_watch (bus, on_message, self);
  if (!ghc_sound_start (self->pipeline, error))
    return FALSE;
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_PAINTABLE]);
  return TRUE;
}

void
ghc_broadcast_set_share (GhcBroadcast *self, GhcShare *share)
{
  if (!g_set_object (&self->share, share))
    return;
  if (share != NULL && self->paintable != NULL)
    ghc_share_set_paintable (share, self->paintable);
  g_object_notify_by_pspec (G_OBJECT (self), properties[PROP_SHARE]);
}

/* Whether there is anybody to whom packets go. */
void
ghc_broadcast_set_watched (GhcBroadcast *self, gboolean is_watched)
{
  if (!self->has_ended)
    ghc_encoding_set_running (self->encoding, is_watched);
}

/* Whether there is anybody to whom its sound goes. */
void
ghc_broadcast_set_heard (GhcBroadcast *self, gboolean is_heard)
{
  if (self->sound != NULL && !self->has_ended)
    ghc_share_sound_set_running (self->sound, is_heard);
}

void
ghc_broadcast_set_sound_bitrate (GhcBroadcast *self, guint bitrate)
{
  if (self->sound != NULL)
    ghc_share_sound_set_bitrate (self->sound, bitrate);
}

/* Before it starts. (transfer full) */
void
ghc_broadcast_take_sound (GhcBroadcast *self, GhcShareSound *sound)
{
  g_assert (self->sound == NULL);

  self->sound = sound;
}

gboolean
ghc_broadcast_has_sound (GhcBroadcast *self)
{
  return self->sound != NULL;
}

/* Some encoders begin anew for another bitrate. */
static gboolean
is_about_same (const GhcVideoQuality *a, const GhcVideoQuality *b)
{
  GhcVideoQuality alike = *a;

  if (a->bitrate >= b->bitrate && a->bitrate < b->bitrate * ENOUGH_MORE)
    alike.bitrate = b->bitrate;
  return memcmp (&alike, b, sizeof alike) == 0;
}

static void
fit (GhcBroadcast *self)
{
  guint wanted = ghc_broadcast_get_wanted_bitrate (self);
  gboolean is_narrow = self->carried != 0 && self->carried < wanted;
  GhcVideoQuality fitting = is_narrow ? self->used : self->quality;

  if (is_narrow)
    ghc_carry_fit (&self->quality, ghc_video_source_get_width (self->source),
                   ghc_video_source_get_height (self->source), self->carried, &fitting);
  ghc_encoding_set_pace (self->encoding, is_narrow ? (guint) (self->carried * PACE) : 0);
  if (is_about_same (&fitting, &self->used))
    return;
  self->used = fitting;
  ghc_encoding_set_quality (self->encoding, &fitting);
}

/* What would be sent if everything were carried, in bit/s. */
guint
ghc_broadcast_get_wanted_bitrate (GhcBroadcast *self)
{
  guint width = ghc_video_source_get_width (self->source);
  guint height = ghc_video_source_get_height (self->source);
  guint most = self->quality.max_height;

  if (most != 0 && most < height)
    {
      width = width * most / height;
      height = most;
    }
  return ghc_encoding_find_bitrate (&self->quality, width, height);
}

/* What the connections of those who watch carry, in bit/s; and whether too much of it waits there now. */
void
ghc_broadcast_set_carried (GhcBroadcast *self, guint bitrate, gboolean is_held)
{
  self->carried = bitrate;
  ghc_encoding_set_held (self->encoding, is_held);
  fit (self);
}

/* To be called about twice a second: says of one's own share how it goes. */
void
ghc_broadcast_show (GhcBroadcast *self)
{
  GhcEncodingFigures figures;

  if (self->share == NULL)
    return;
  ghc_encoding_get_figures (self->encoding, &figures);
  ghc_share_set_state (self->share, self->has_ended ? GHC_SHARE_IDLE : GHC_SHARE_PLAYING);
  ghc_share_set_size (self->share,
                      figures.width != 0 ? figures.width : ghc_video_source_get_width (self->source),
                      figures.height != 0 ? figures.height
                                          : ghc_video_source_get_height (self->source));
  ghc_share_set_frame_rate (self->share, figures.frame_rate);
  ghc_share_set_bitrate (self->share, figures.bitrate);
  ghc_share_set_codec_element (self->share, figures.name);
}

/**
 * ghc_broadcast_stop:
 * @self: a broadcast
 *
 * Ends it, as the person wants.
 */
void
ghc_broadcast_stop (GhcBroadcast *self)
{
  g_return_if_fail (GHC_IS_BROADCAST (self));

  ghc_broadcast_end (self, NULL);
}

/**
 * ghc_broadcast_get_kind:
 * @self: a broadcast
 *
 * Returns: what is shown
 */
GhcShareKind
ghc_broadcast_get_kind (GhcBroadcast *self)
{
  g_return_val_if_fail (GHC_IS_BROADCAST (self), GHC_SHARE_SCREEN);

  return self->kind;
}

/**
 * ghc_broadcast_get_share:
 * @self: a broadcast
 *
 * Returns: (transfer none) (nullable): one's own share, once the server knows of it
 */
GhcShare *
ghc_broadcast_get_share (GhcBroadcast *self)
{
  g_return_val_if_fail (GHC_IS_BROADCAST (self), NULL);

  return self->share;
}

/**
 * ghc_broadcast_get_problem_text:
 * @self: a broadcast
 *
 * Returns: (transfer none) (nullable): a sentence about what does not work
 */
const char *
ghc_broadcast_get_problem_text (GhcBroadcast *self)
{
  g_return_val_if_fail (GHC_IS_BROADCAST (self), NULL);

  return self->problem_text;
}

/**
 * ghc_broadcast_has_ended:
 * @self: a broadcast
 *
 * Returns: whether it is over
 */
gboolean
ghc_broadcast_has_ended (GhcBroadcast *self)
{
  g_return_val_if_fail (GHC_IS_BROADCAST (self), TRUE);

  return self->has_ended;
}

/**
 * ghc_broadcast_set_quality:
 * @self: a broadcast
 * @quality: how it is shown from now on
 */
void
ghc_broadcast_set_quality (GhcBroadcast *self, const GhcVideoQuality *quality)
{
  g_return_if_fail (GHC_IS_BROADCAST (self) && quality != NULL);

  self->quality = *quality;
  fit (self);
}
