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
  { "vah264enc", VA, "", "", 1000, NULL, NULL },
  { "vah264lpenc", VA, "", "", 1000, NULL, NULL },
  { "nvh264enc", NV, "", "", 1000, NULL, NULL },
  { "nvcudah264enc", NV, "", "", 1000, NULL, NULL },
  { "nvautogpuh264enc", NV, "", "", 1000, NULL, NULL },
  { "qsvh264enc", "rate-control=cbr b-frames=0 ref-frames=1 gop-size=300 low-latency=true", "", "",
    1000, NULL, NULL },
  { "v4l2h264enc", "", "", "", 1, V4L2, NULL },
  { "vulkanh264enc", "rate-control=cbr b-frames=0 num-ref-frames=1 idr-period=300", "", "", 1000,
    NULL, "vulkanupload" },
  { "x264enc",
    "tune=zerolatency speed-preset=ultrafast key-int-max=300 vbv-buf-capacity=150 byte-stream=true",
    "", "", 1000, NULL, NULL },
  { "openh264enc", "complexity=low rate-control=bitrate gop-size=300", "usage-type=screen",
    "usage-type=camera", 1, NULL, NULL },
  { NULL, NULL, NULL, NULL, 0, NULL, NULL },
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
