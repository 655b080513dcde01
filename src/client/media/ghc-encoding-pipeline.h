/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

#include "ghc-codec-ladder.h"
#include "ghc-fan.h"
#include "ghc-line.h"

G_BEGIN_DECLS

/**
 * GhcEncodingPipeline:
 * @pipeline: (nullable): holds all others
 * @way: where pictures go in; the newest one only
 * @size: a capsfilter that says how large they become
 * @encoder: the encoder
 * @sink: where packets come out
 *
 * From pictures to packets. A plain value.
 */
typedef struct
{
  GstElement *pipeline;
  GstAppSrc *way;
  GstElement *size;
  GstElement *encoder;
  GstAppSink *sink;
} GhcEncodingPipeline;

gboolean ghc_encoding_pipeline_build (GhcEncodingPipeline *self, const char *name,
                                      GhcVideoPreference preference, gboolean imports, GhcFan *fan,
                                      GhcLine line, GError **error);
void ghc_encoding_pipeline_set_size (GstElement *size, guint width, guint height);

G_END_DECLS
