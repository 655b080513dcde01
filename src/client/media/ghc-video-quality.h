/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhcVideoPreference:
 *
 * What is given up last when the network carries less than is wanted.
 */
typedef enum
{
  GHC_VIDEO_TEXT,   /* how sharp it is */
  GHC_VIDEO_MOTION, /* how smoothly it moves */
} GhcVideoPreference;

/**
 * GhcVideoQuality:
 * @max_height: in pixels; 0 for that of the source
 * @frame_rate: pictures a second at most: 5, 15, 30, 60
 * @bitrate: in bit/s at most; 0 for what suits size and rate
 * @preference: what is given up last
 *
 * How something is shown, to all who watch. A plain value.
 */
typedef struct
{
  guint max_height;
  guint frame_rate;
  guint bitrate;
  GhcVideoPreference preference;
} GhcVideoQuality;

G_END_DECLS
