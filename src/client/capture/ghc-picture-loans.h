/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <pipewire/pipewire.h>

G_BEGIN_DECLS

/**
 * GhcPictureLoans:
 *
 * Pictures in the memory of a graphics card, which nobody here copies: each is lent by whoever gives pictures,
 * and goes back when the last who looks at it has let go. Lives on PipeWire's thread; what is lent may be let go
 * of on any, also after the end.
 */
typedef struct _GhcPictureLoans GhcPictureLoans;

GhcPictureLoans *ghc_picture_loans_new (struct pw_loop *loop,
                                        struct pw_stream *stream) G_GNUC_WARN_UNUSED_RESULT;
void ghc_picture_loans_end (GhcPictureLoans *self);

void ghc_picture_loans_add (GhcPictureLoans *self, struct pw_buffer *buffer);
void ghc_picture_loans_remove (GhcPictureLoans *self, struct pw_buffer *buffer);
GstBuffer *ghc_picture_loans_lend (GhcPictureLoans *self, struct pw_buffer *buffer,
                                   const GstCaps *caps) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
