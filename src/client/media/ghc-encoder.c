/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-codec-ladder-private.h"

#define VA                                                                                         \
  "rate-control=cbr b-frames=0 ref-frames=1 key-int-max=300 target-usage=7 cpb-size=0"
#define NV                                                                                         \
  "rc-mode=cbr tune=ultra-low-latency zerolatency=true bframes=0 gop-size=300 "                    \
  "repeat-sequence-header=true"

#define RUNG_KEY "ghc-encoder-rung"

/* Nothing looks ahead and nothing is put in another order; key frames come when somebody asks. */
const GhcEncoderRung ghc_encoder_rungs[] = {
  { "vah264enc", VA, "", "", 1000 },
  { "vah264lpenc", VA, "", "", 1000 },
  { "nvh264enc", NV, "", "", 1000 },
  { "nvcudah264enc", NV, "", "", 1000 },
  { "nvautogpuh264enc", NV, "", "", 1000 },
  { "qsvh264enc", "rate-control=cbr b-frames=0 ref-frames=1 gop-size=300 low-latency=true", "", "",
    1000 },
  { "v4l2h264enc", "", "", "", 0 },
  { "vulkanh264enc", "rate-control=cbr b-frames=0 idr-period=300", "", "", 1000 },
  { "x264enc",
    "tune=zerolatency speed-preset=ultrafast key-int-max=300 vbv-buf-capacity=150 byte-stream=true",
    "", "", 1000 },
  { "openh264enc", "complexity=low rate-control=bitrate gop-size=300", "usage-type=screen",
    "usage-type=camera", 1 },
  { NULL, NULL, NULL, NULL, 0 },
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

  if (rung == NULL || rung->bitrate_unit == 0
      || g_object_class_find_property (G_OBJECT_GET_CLASS (encoder), "bitrate") == NULL)
    return;
  text = g_strdup_printf ("%u", MAX (bitrate / rung->bitrate_unit, 1));
  gst_util_set_object_arg (G_OBJECT (encoder), "bitrate", text);
}
