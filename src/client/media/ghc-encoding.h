/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "ghc-codec-ladder.h"
#include "ghc-fan.h"
#include "ghc-line.h"

G_BEGIN_DECLS

/**
 * GhcEncodingFigures:
 * @name: (nullable): (transfer none): the encoder in use
 * @width: of what is sent, in pixels
 * @height: of what is sent, in pixels
 * @frame_rate: pictures in the last second
 * @bitrate: bits in the last second
 *
 * A plain value.
 */
typedef struct
{
  const char *name;
  guint width;
  guint height;
  double frame_rate;
  guint bitrate;
} GhcEncodingFigures;

/**
 * GhcEncoding:
 *
 * From pictures to the packets of a line, encoded once for all who watch; nothing while nobody does.
 * Pictures that nobody has time for are dropped. An encoder that fails is replaced by the next one of the
 * ladder. Reference counted; pictures may come on any thread, everything else is on the main thread.
 */
typedef struct _GhcEncoding GhcEncoding;

typedef void (*GhcEncodingFailed) (const char *text, gpointer data);
typedef void (*GhcEncodingImports) (const GstCaps *importable, gpointer data);

GhcEncoding *ghc_encoding_new (GhcCodecLadder *ladder, GhcFan *fan, GhcLine line,
                               const GhcVideoQuality *quality) G_GNUC_WARN_UNUSED_RESULT;
GhcEncoding *ghc_encoding_ref (GhcEncoding *self);
void ghc_encoding_unref (GhcEncoding *self);

guint ghc_encoding_find_bitrate (const GhcVideoQuality *quality, guint width, guint height);

void ghc_encoding_set_failed (GhcEncoding *self, GhcEncodingFailed failed, gpointer data);
void ghc_encoding_set_imports (GhcEncoding *self, GhcEncodingImports imports, gpointer data);
void ghc_encoding_set_running (GhcEncoding *self, gboolean is_running);
void ghc_encoding_set_quality (GhcEncoding *self, const GhcVideoQuality *quality);
void ghc_encoding_set_pace (GhcEncoding *self, guint bitrate);
void ghc_encoding_set_held (GhcEncoding *self, gboolean is_held);
void ghc_encoding_push (GhcEncoding *self, GstSample *picture);
void ghc_encoding_get_figures (GhcEncoding *self, GhcEncodingFigures *figures);
void ghc_encoding_close (GhcEncoding *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcEncoding, ghc_encoding_unref)

G_END_DECLS
