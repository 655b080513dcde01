/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <spa/buffer/buffer.h>

G_BEGIN_DECLS

/**
 * GhcPictureFrame:
 *
 * Makes buffers of GStreamer from those of PipeWire, which are memory that another program writes: what
 * is said of them is checked, and they are copied, so that they go back at once.
 */
typedef struct _GhcPictureFrame GhcPictureFrame;

GhcPictureFrame *ghc_picture_frame_new (void) G_GNUC_WARN_UNUSED_RESULT;
void ghc_picture_frame_free (GhcPictureFrame *self);
void ghc_picture_frame_set_caps (GhcPictureFrame *self, GstCaps *caps);
gboolean ghc_picture_frame_is_torn (const struct spa_buffer *buffer);
GstBuffer *ghc_picture_frame_take (GhcPictureFrame *self, const struct spa_buffer *buffer,
                                   GstCaps **caps) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
