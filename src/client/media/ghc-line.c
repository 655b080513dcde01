/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-line.h"

#define TO_TEXT(number) G_STRINGIFY (number)
#define OPUS_CAPS(payload)                                                                         \
  "application/x-rtp,media=audio,encoding-name=OPUS,clock-rate=48000,encoding-params=(string)2,"   \
  "payload=" TO_TEXT (payload)
#define H264_CAPS(payload)                                                                         \
  "application/x-rtp,media=video,encoding-name=H264,clock-rate=90000,"                             \
  "packetization-mode=(string)1,rtcp-fb-nack-pli=(boolean)true,rtcp-fb-ccm-fir=(boolean)true,"     \
  "rtcp-fb-transport-cc=(boolean)true,extmap-" TO_TEXT (GHC_TWCC_ID) "=(string)" GHC_TWCC_URI      \
  ",payload=" TO_TEXT (payload)

static const struct
{
  guint payload;
  const char *media;
  const char *caps;
} lines[GHC_N_LINES] = {
  [GHC_LINE_VOICE] = { GHC_PAYLOAD_OPUS, "audio", OPUS_CAPS (GHC_PAYLOAD_OPUS) },
  [GHC_LINE_CAMERA] = { GHC_PAYLOAD_CAMERA, "video", H264_CAPS (GHC_PAYLOAD_CAMERA) },
  [GHC_LINE_SCREEN] = { GHC_PAYLOAD_SCREEN, "video", H264_CAPS (GHC_PAYLOAD_SCREEN) },
  [GHC_LINE_SOUND] = { GHC_PAYLOAD_SOUND, "audio", OPUS_CAPS (GHC_PAYLOAD_SOUND) },
};

/**
 * ghc_line_get_payload:
 * @line: a line
 *
 * Returns: the payload type of its packets
 */
guint
ghc_line_get_payload (GhcLine line)
{
  g_return_val_if_fail (line < GHC_N_LINES, 0);

  return lines[line].payload;
}

/**
 * ghc_line_from_payload:
 * @payload: the payload type of a packet
 * @line: (out): whose packets have it
 *
 * Returns: whether there is such a line
 */
gboolean
ghc_line_from_payload (guint payload, GhcLine *line)
{
  for (guint i = 0; i < GHC_N_LINES; i++)
    {
      if (lines[i].payload != payload)
        continue;
      *line = (GhcLine) i;
      return TRUE;
    }
  return FALSE;
}

/**
 * ghc_line_is_video:
 * @line: a line
 *
 * Returns: whether pictures go over it
 */
gboolean
ghc_line_is_video (GhcLine line)
{
  return line == GHC_LINE_CAMERA || line == GHC_LINE_SCREEN;
}

/**
 * ghc_line_get_media:
 * @line: a line
 *
 * Returns: (transfer none): what SDP calls it: "audio" or "video"
 */
const char *
ghc_line_get_media (GhcLine line)
{
  g_return_val_if_fail (line < GHC_N_LINES, NULL);

  return lines[line].media;
}

/**
 * ghc_line_get_caps:
 * @line: a line
 *
 * Returns: (transfer none): its packets as GStreamer describes them
 */
const char *
ghc_line_get_caps (GhcLine line)
{
  g_return_val_if_fail (line < GHC_N_LINES, NULL);

  return lines[line].caps;
}
