/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhcLine:
 *
 * The lines of every connection, in the order in which its description has them. All are agreed on once, at
 * the beginning, so that to share something takes no agreement; a line that nothing is sent on costs
 * nothing.
 */
typedef enum
{
  GHC_LINE_VOICE,
  GHC_LINE_CAMERA,
  GHC_LINE_SCREEN,
  GHC_LINE_SOUND, /* of the screen */
} GhcLine;

#define GHC_N_LINES (GHC_LINE_SOUND + 1)

/* The payload types of the lines, in every call. */
#define GHC_PAYLOAD_OPUS 111
#define GHC_PAYLOAD_CAMERA 96
#define GHC_PAYLOAD_SCREEN 97
#define GHC_PAYLOAD_SOUND 112

/* Of a packet of video, at most, in bytes, without what the transport adds. */
#define GHC_PACKET_SIZE 1200

/* Of a packet of video: the number that the other end tells the arrival of. */
#define GHC_TWCC_ID 3
#define GHC_TWCC_URI                                                                               \
  "http://www.ietf.org/id/draft-holmer-rmcat-transport-wide-cc-extensions-01"

guint ghc_line_get_payload (GhcLine line);
gboolean ghc_line_from_payload (guint payload, GhcLine *line);
gboolean ghc_line_is_video (GhcLine line);
const char *ghc_line_get_media (GhcLine line);
const char *ghc_line_get_caps (GhcLine line);

G_END_DECLS
