/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-encoding.h"

#include <gst/app/gstappsink.h>
#include <gst/app/gstappsrc.h>

G_BEGIN_DECLS

struct _GhcEncoding
{
  gatomicrefcount ref_count;
  GhcCodecLadder *ladder;
  GhcFan *fan;
  GhcLine line;
  GhcEncodingFailed failed;
  gpointer failed_data;
  GhcEncodingImports imports;
  gpointer imports_data;

  /* On the main thread: */
  gboolean is_wanted;
  gboolean is_choosing;
  gboolean is_closed;
  char *name;
  GstElement *pipeline; /* (nullable) */
  guint bus_watch;
  gboolean cannot_import; /* it was tried, and failed */
  GstCaps *importable;    /* (nullable): what was told of last */
  guint tick;
  gint64 second_us; /* when the present second began */
  guint64 n_bytes_before;
  guint n_pictures_before;
  double frame_rate;
  guint bitrate;

  GMutex lock; /* of what follows */
  GhcVideoQuality quality;
  GstSample *last; /* (nullable): the last picture that came */
  GstAppSrc *way;  /* (nullable): the following belong to the pipeline */
  GstElement *size;
  GstElement *encoder;
  GstAppSink *sink;
  guint width; /* of what is sent */
  guint height;
  guint bitrate_set;
  gint64 due_us; /* when the next picture may be taken */
  gint64 pushed_us;
  gint64 key_frame_us;
  guint64 n_bytes;
  guint n_pictures;
  guint n_unanswered; /* pictures since the last packet */
  guint pace;         /* bit/s at which packets go out; 0 for at once */
  gint64 paced_us;    /* when the next one may */
  gboolean is_held;   /* no picture is taken */
  gboolean
    is_importing;    /* the pipeline takes pictures from a graphics card's memory, and no others */
  gboolean can_import; /* pictures in a graphics card’s memory are told to be taken */
  gboolean is_unfit; /* a picture came that it does not take */
};

gboolean ghc_encoding_is_graphics (GstSample *picture);
void ghc_encoding_send (GhcEncoding *self, GstSample *picture, gint64 now_us);
GstFlowReturn ghc_encoding_on_packet (GstAppSink *sink, gpointer data);

G_END_DECLS
