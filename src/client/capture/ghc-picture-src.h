/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GHC_TYPE_PICTURE_SRC (ghc_picture_src_get_type ())

/**
 * GhcPictureSrc:
 *
 * Takes pictures from a node of PipeWire: always the newest, what nobody had time for is dropped. The
 * size may change at any time; of a picture that says which part of it counts (a window on a screen) only
 * that part is given. What stays as it is gets repeated a few times a second, so that one who begins to
 * watch sees something.
 *
 * They are copied into the program's memory, unless somebody can take them where they are, in a graphics card's:
 * ghc_picture_src_set_importable().
 *
 * GStreamer has pipewiresrc for this, but up to PipeWire 1.4 that one fails when the size changes, and on
 * cameras that give JPEG.
 */
G_DECLARE_FINAL_TYPE (GhcPictureSrc, ghc_picture_src, GHC, PICTURE_SRC, GstPushSrc)

GstElement *ghc_picture_src_new (int fd, guint32 node_id, const char *target,
                                 const GstStructure *wanted) G_GNUC_WARN_UNUSED_RESULT;
void ghc_picture_src_set_importable (GhcPictureSrc *self, const GstCaps *importable);

G_END_DECLS
