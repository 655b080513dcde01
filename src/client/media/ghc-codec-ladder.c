/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-codec-ladder-private.h"

#include "gh-error.h"

/* A device that takes longer to begin is of no use: ten seconds, in looks that are counted, so that no device is blamed
 * for a computer that stood still meanwhile. */
#define TRIAL_LOOK_NS (100 * GST_MSECOND)
#define TRIAL_LOOKS 100
#define TRIAL_BITRATE 1000000

static const struct
{
  const char *name;
  const char *download; /* (nullable): the element that brings its pictures back */
} decoders[] = {
  { "vah264dec", NULL },     { "nvh264dec", NULL },   { "qsvh264dec", NULL },
  { "v4l2slh264dec", NULL }, { "v4l2h264dec", NULL }, { "vulkanh264dec", "vulkandownload" },
  { "avdec_h264", NULL },    { "openh264dec", NULL },
};

struct _GhcCodecLadder
{
  gatomicrefcount ref_count;

  GMutex lock;        /* of what follows */
  GHashTable *fallen; /* names */
  GHashTable *proven; /* names */
  char *only;         /* (nullable) */
};

/**
 * ghc_codec_ladder_new:
 *
 * Returns: (transfer full): a ladder of which nothing was tried
 */
GhcCodecLadder *
ghc_codec_ladder_new (void)
{
  GhcCodecLadder *self = g_new0 (GhcCodecLadder, 1);

  g_atomic_ref_count_init (&self->ref_count);
  g_mutex_init (&self->lock);
  self->fallen = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->proven = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  return self;
}

/**
 * ghc_codec_ladder_ref:
 * @self: a ladder
 *
 * Returns: (transfer full): the same ladder
 */
GhcCodecLadder *
ghc_codec_ladder_ref (GhcCodecLadder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  g_atomic_ref_count_inc (&self->ref_count);
  return self;
}

/**
 * ghc_codec_ladder_unref:
 * @self: (transfer full): a ladder
 */
void
ghc_codec_ladder_unref (GhcCodecLadder *self)
{
  g_return_if_fail (self != NULL);

  if (!g_atomic_ref_count_dec (&self->ref_count))
    return;
  g_hash_table_unref (self->fallen);
  g_hash_table_unref (self->proven);
  g_free (self->only);
  g_mutex_clear (&self->lock);
  g_free (self);
}

static gboolean
is_in (GhcCodecLadder *self, GHashTable *names, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return g_hash_table_contains (names, name);
}

static void
note (GhcCodecLadder *self, GHashTable *names, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  g_hash_table_add (names, g_strdup (name));
}

/**
 * ghc_codec_ladder_fall_from:
 * @self: a ladder
 * @name: an encoder or a decoder that failed at its work
 *
 * It is not chosen again.
 */
void
ghc_codec_ladder_fall_from (GhcCodecLadder *self, const char *name)
{
  g_return_if_fail (self != NULL && name != NULL);

  g_info ("%s failed; the next one is tried", name);
  note (self, self->fallen, name);
}

/**
 * ghc_codec_ladder_use_only:
 * @self: a ladder
 * @encoder: (nullable): the only encoder to be chosen, or %NULL for all
 *
 * To compare them.
 */
void
ghc_codec_ladder_use_only (GhcCodecLadder *self, const char *encoder)
{
  g_autoptr (GMutexLocker) locker = NULL;

  g_return_if_fail (self != NULL);

  locker = g_mutex_locker_new (&self->lock);
  g_set_str (&self->only, encoder);
}

static gboolean
is_other (GhcCodecLadder *self, const char *name)
{
  g_autoptr (GMutexLocker) locker = g_mutex_locker_new (&self->lock);

  return self->only != NULL && !g_str_equal (self->only, name);
}

static GstPadProbeReturn
on_encoded (GstPad *pad, GstPadProbeInfo *info, gpointer data)
{
  g_atomic_int_inc ((int *) data);
  return GST_PAD_PROBE_OK;
}

/* Whether it takes a picture and gives something for it. */
static gboolean
try_encoder (const char *name)
{
  g_autoptr (GstElement) pipeline = gst_object_ref_sink (gst_pipeline_new (NULL));
  g_autoptr (GstBus) bus = gst_element_get_bus (pipeline);
  g_autoptr (GstMessage) message = NULL;
  g_autoptr (GstPad) pad = NULL;
  GstElement *upload = ghc_encoder_make_upload (name);
  GstElement *encoder = ghc_encoder_make (name, GHC_VIDEO_MOTION, TRIAL_BITRATE);
  GstElement *sink = gst_element_factory_make_full ("fakesink", "sync", FALSE, "async", FALSE,
                                                    NULL);
  GstElement *pictures = gst_parse_bin_from_description (
    "videotestsrc num-buffers=3 pattern=ball ! video/x-raw,width=640,height=360,framerate=30/1 ! "
    "videoconvert",
    TRUE, NULL);
  int n_encoded = 0;

  if (upload == NULL || encoder == NULL || sink == NULL || pictures == NULL)
    {
      gst_clear_object (&upload);
      gst_clear_object (&encoder);
      gst_clear_object (&sink);
      gst_clear_object (&pictures);
      return FALSE;
    }
  gst_bin_add_many (GST_BIN (pipeline), pictures, upload, encoder, sink, NULL);
  pad = gst_element_get_static_pad (encoder, "src");
  gst_pad_add_probe (pad, GST_PAD_PROBE_TYPE_BUFFER | GST_PAD_PROBE_TYPE_BUFFER_LIST, on_encoded,
                     &n_encoded, NULL);
  if (gst_element_link_many (pictures, upload, encoder, sink, NULL)
      && gst_element_set_state (pipeline, GST_STATE_PLAYING) != GST_STATE_CHANGE_FAILURE)
    {
      for (guint i = 0; i < TRIAL_LOOKS && message == NULL; i++)
        message = gst_bus_timed_pop_filtered (bus, TRIAL_LOOK_NS, GST_MESSAGE_EOS | GST_MESSAGE_ERROR);
    }
  gst_element_set_state (pipeline, GST_STATE_NULL);
  return message != NULL && GST_MESSAGE_TYPE (message) == GST_MESSAGE_EOS
         && g_atomic_int_get (&n_encoded) > 0;
}

static gboolean
has_factory (const char *name)
{
  g_autoptr (GstElementFactory) factory = gst_element_factory_find (name);

  return factory != NULL;
}

/* On a thread of the pool, since a device may take its time. */
static DexFuture *
choose_fiber (gpointer data)
{
  GhcCodecLadder *self = data;

  for (const GhcEncoderRung *rung = ghc_encoder_rungs; rung->name != NULL; rung++)
    {
      if (is_other (self, rung->name) || is_in (self, self->fallen, rung->name)
          || !has_factory (rung->name))
        continue;
      if (is_in (self, self->proven, rung->name) || try_encoder (rung->name))
        {
          note (self, self->proven, rung->name);
          return dex_future_new_take_string (g_strdup (rung->name));
        }
      ghc_codec_ladder_fall_from (self, rung->name);
    }
  return dex_future_new_reject (GH_ERROR, GH_ERROR_UNAVAILABLE,
                                "Nothing on this computer can encode pictures. Install GStreamer’s "
                                "“x264” or “openh264” plugin.");
}

/**
 * ghc_codec_ladder_choose_encoder:
 * @self: a ladder
 *
 * Returns: (transfer full): resolves to the name of the first encoder that works; rejects with
 *   %GH_ERROR_UNAVAILABLE and a sentence for people when none does
 */
DexFuture *
ghc_codec_ladder_choose_encoder (GhcCodecLadder *self)
{
  g_return_val_if_fail (self != NULL, NULL);

  return dex_scheduler_spawn (dex_thread_pool_scheduler_get_default (), 0, choose_fiber,
                              ghc_codec_ladder_ref (self), (GDestroyNotify) ghc_codec_ladder_unref);
}

static gboolean
try_decoder (const char *name)
{
  g_autoptr (GstElement) decoder = gst_element_factory_make (name, NULL);
  gboolean is_ready;

  if (decoder == NULL)
    return FALSE;
  gst_object_ref_sink (decoder);
  is_ready = gst_element_set_state (decoder, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS;
  gst_element_set_state (decoder, GST_STATE_NULL);
  return is_ready;
}

/**
 * ghc_codec_ladder_choose_decoder:
 * @self: a ladder
 * @but: (nullable) (array zero-terminated=1): those that failed with what is to be decoded
 *
 * Returns: (transfer none) (nullable): the name of the first decoder that opens; %NULL when none does
 */
const char *
ghc_codec_ladder_choose_decoder (GhcCodecLadder *self, const char *const *but)
{
  g_return_val_if_fail (self != NULL, NULL);

  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    {
      const char *name = decoders[i].name;

      if ((but != NULL && g_strv_contains (but, name)) || is_in (self, self->fallen, name)
          || !has_factory (name))
        continue;
      if (is_in (self, self->proven, name) || try_decoder (name))
        {
          note (self, self->proven, name);
          return name;
        }
      ghc_codec_ladder_fall_from (self, name);
    }
  return NULL;
}

/**
 * ghc_decoder_make_download:
 * @name: a decoder of the ladder
 *
 * Returns: (transfer floating) (nullable): what has to follow it; %NULL when GStreamer lacks it
 */
GstElement *
ghc_decoder_make_download (const char *name)
{
  const char *download = NULL;

  for (guint i = 0; i < G_N_ELEMENTS (decoders); i++)
    {
      if (g_strcmp0 (decoders[i].name, name) == 0)
        download = decoders[i].download;
    }
  return gst_element_factory_make (download != NULL ? download : "identity", NULL);
}
