/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-codec-ladder.h"

G_BEGIN_DECLS

typedef struct
{
  const char *name;       /* of the element; NULL after the last */
  const char *settings;   /* "property=value", with spaces between */
  const char *for_text;   /* more of them */
  const char *for_motion; /* the same */
  guint bitrate_unit;     /* of its property "bitrate", in bit/s; 0 when it has none */
  const char *controls;   /* (nullable): of a V4L2 device, which has the bitrate among them, too */
  const char *upload;     /* (nullable): the element that brings pictures to where it takes them */
  const char *importer;   /* (nullable): the one that takes them from a graphics card's memory, in any size */
} GhcEncoderRung;

extern const GhcEncoderRung ghc_encoder_rungs[];

G_END_DECLS
