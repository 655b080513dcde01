/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-codec-ladder-private.h"

#define VA "rate-control=cbr b-frames=0 ref-frames=1 key-int-max=300 target-usage=7 cpb-size=0"
#define NV                                                                                         \
  "rc-mode=cbr tune=ultra-low-latency zerolatency=true bframes=0 gop-size=300 "                    \
  "repeat-sequence-header=true"

#define RUNG_KEY "ghc-encoder-rung"

/* By the names that the kernel gives them; which of them there are is the device's matter. */
#define V4L2                                                                                       \
  "video_bitrate_mode=1,repeat_sequence_header=1,h264_i_frame_period=300,video_gop_size=300,"      \
  "video_b_frames=0"

/* Nothing looks ahead and nothing is put in another order; key frames come when somebody asks. */
const GhcEncoderRung ghc_encoder_rungs[] = {
  { .name = "vah264enc", .settings = VA, .bitrate_unit = 1000, .importer = "vapostproc" },
  { .name = "vah264lpenc", .settings = VA, .bitrate_unit = 1000, .importer = "vapostproc" },
  { .name = "nvh264enc", .settings = NV, .bitrate_unit = 1000 },
  { .name = "nvcudah264enc", .settings = NV, .bitrate_unit = 1000 },
  { .name = "nvautogpuh264enc", .settings = NV, .bitrate_unit = 1000 },
  { .name = "qsvh264enc",
    .settings = "rate-control=cbr b-frames=0 ref-frames=1 gop-size=300 low-latency=true",
    .bitrate_unit = 1000 },
  { .name = "v4l2h264enc", .settings = "", .bitrate_unit = 1, .controls = V4L2 },
  { .name = "vulkanh264enc",
    .settings = "rate-control=cbr b-frames=0 num-ref-frames=1 idr-period=300",
    .bitrate_unit = 1000,
    .upload = "vulkanupload" },
  { .name = "x264enc",
    .settings = "tune=zerolatency speed-preset=ultrafast key-int-max=300 vbv-buf-capacity=150 "
                "byte-stream=true",
    .bitrate_unit = 1000 },
  { .name = "openh264enc",
    .settings = "complexity=low rate-control=bitrate gop-size=300",
    .for_text = "usage-type=screen",
    .for_motion = "usage-type=camera",
    .bitrate_unit = 1 },
  { .name = NULL },
};

static const GhcEncoderRung *
find_rung (const char *name)
{
  for (const GhcEncoderRung *rung = ghc_encoder_rungs; rung->name != NULL; rung++)
    {
      if (g_strcmp0 (rung->name, name) == 0)
        return rung;
    }
  return NULL;
}

/* What another version of an element does not have is left as it is. */
static void
apply (GstElement *element, const char *settings)
{
  g_auto (GStrv) words = g_strsplit (settings, " ", -1);

  for (guint i = 0; words[i] != NULL; i++)
    {
      char *value = strchr (words[i], '=');

      if (value == NULL)
        continue;
      *value++ = '\0';
      if (g_object_class_find_property (G_OBJECT_GET_CLASS (element), words[i]) != NULL)
        gst_util_set_object_arg (G_OBJECT (element), words[i], value);
    }
}

/**
 * ghc_encoder_make:
 * @name: of a rung of the ladder
 * @preference: what the pictures are like
 * @bitrate: in bit/s
 *
 * Returns: (transfer floating) (nullable): an encoder that is set up for people who talk to each other
 */
GstElement *
ghc_encoder_make (const char *name, GhcVideoPreference preference, guint bitrate)
{
  const GhcEncoderRung *rung = find_rung (name);
  GstElement *encoder;

  g_return_val_if_fail (rung != NULL, NULL);

  encoder = gst_element_factory_make (name, NULL);
  if (encoder == NULL)
    return NULL;
  /* Not found by its factory later, which is another one once a plugin was loaded again. */
  g_object_set_data (G_OBJECT (encoder), RUNG_KEY, (gpointer) rung);
  apply (encoder, rung->settings);
  if (rung->for_text != NULL)
    apply (encoder, preference == GHC_VIDEO_TEXT ? rung->for_text : rung->for_motion);
  ghc_encoder_set_bitrate (encoder, bitrate);
  return encoder;
}

static gboolean
has_property (GstElement *element, const char *name)
{
  return g_object_class_find_property (G_OBJECT_GET_CLASS (element), name) != NULL;
}

/* All of them each time: only what was set last is known to a device that is opened after that. */
static void
set_controls (GstElement *encoder, const char *controls, guint bitrate)
{
  g_autofree char *text = g_strdup_printf ("controls,%s,video_bitrate=%u", controls, bitrate);
  g_autoptr (GstStructure) structure = gst_structure_from_string (text, NULL);

  if (has_property (encoder, "extra-controls"))
    g_object_set (encoder, "extra-controls", structure, NULL);
}

/**
 * ghc_encoder_set_bitrate:
 * @encoder: one that ghc_encoder_make() made
 * @bitrate: in bit/s
 */
void
ghc_encoder_set_bitrate (GstElement *encoder, guint bitrate)
{
  const GhcEncoderRung *rung = g_object_get_data (G_OBJECT (encoder), RUNG_KEY);
  g_autofree char *text = NULL;

  if (rung != NULL && rung->controls != NULL)
    set_controls (encoder, rung->controls, bitrate);
  if (rung == NULL || rung->bitrate_unit == 0 || !has_property (encoder, "bitrate"))
    return;
  text = g_strdup_printf ("%u", MAX (bitrate / rung->bitrate_unit, 1));
  gst_util_set_object_arg (G_OBJECT (encoder), "bitrate", text);
}

/**
 * ghc_encoder_make_upload:
 * @name: of a rung of the ladder
 *
 * Returns: (transfer floating) (nullable): what has to be in front of the encoder; %NULL when GStreamer lacks
 *   it
 */
GstElement *
ghc_encoder_make_upload (const char *name)
{
  const GhcEncoderRung *rung = find_rung (name);

  g_return_val_if_fail (rung != NULL, NULL);

  return gst_element_factory_make (rung->upload != NULL ? rung->upload : "identity", NULL);
}

/**
 * ghc_encoder_make_importer:
 * @name: of a rung of the ladder
 *
 * Returns: (transfer floating) (nullable): what takes pictures from a graphics card's memory, makes them as large
 *   as is wanted there, and leaves them where the encoder takes them; %NULL when there is none
 */
GstElement *
ghc_encoder_make_importer (const char *name)
{
  const GhcEncoderRung *rung = find_rung (name);

  g_return_val_if_fail (rung != NULL, NULL);

  return rung->importer != NULL ? gst_element_factory_make (rung->importer, NULL) : NULL;
}

/**
 * ghc_encoder_find_importable:
 * @name: of a rung of the ladder
 *
 * Returns: (transfer full) (nullable): which pictures in a graphics card's memory its importer takes on this
 *   computer; %NULL for none
 */
GstCaps *
ghc_encoder_find_importable (const char *name)
{
  g_autoptr (GstElement) importer = ghc_encoder_make_importer (name);
  g_autoptr (GstCaps) all = gst_caps_from_string ("video/x-raw(memory:DMABuf),format=DMA_DRM");
  g_autoptr (GstCaps) caps = NULL;
  g_autoptr (GstPad) pad = NULL;

  if (importer == NULL)
    return NULL;
  gst_object_ref_sink (importer);
  /* It knows its device when it is open. */
  if (gst_element_set_state (importer, GST_STATE_READY) == GST_STATE_CHANGE_SUCCESS)
    {
      pad = gst_element_get_static_pad (importer, "sink");
      caps = gst_pad_query_caps (pad, all);
    }
  gst_element_set_state (importer, GST_STATE_NULL);
  return caps == NULL || gst_caps_is_empty (caps) ? NULL : g_steal_pointer (&caps);
}
