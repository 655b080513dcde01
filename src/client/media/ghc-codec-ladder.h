/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>
#include <libdex.h>

#include "ghc-video-quality.h"

G_BEGIN_DECLS

/**
 * GhcCodecLadder:
 *
 * The encoders and decoders of H.264 that may be there, the best first: what the hardware does, then what
 * a program does. Each is tried before it is used, and one that failed is not used again. Reference
 * counted; every function may be called on any thread.
 */
typedef struct _GhcCodecLadder GhcCodecLadder;

GhcCodecLadder *ghc_codec_ladder_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcCodecLadder *ghc_codec_ladder_ref (GhcCodecLadder *self);
void ghc_codec_ladder_unref (GhcCodecLadder *self);

DexFuture *ghc_codec_ladder_choose_encoder (GhcCodecLadder *self);
const char *ghc_codec_ladder_choose_decoder (GhcCodecLadder *self, const char *const *but);
void ghc_codec_ladder_fall_from (GhcCodecLadder *self, const char *name);
void ghc_codec_ladder_use_only (GhcCodecLadder *self, const char *encoder);

GstElement *ghc_encoder_make (const char *name, GhcVideoPreference preference,
                              guint bitrate) G_GNUC_WARN_UNUSED_RESULT;
GstElement *ghc_decoder_make_download (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GstElement *ghc_encoder_make_upload (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GstElement *ghc_encoder_make_importer (const char *name) G_GNUC_WARN_UNUSED_RESULT;
GstCaps *ghc_encoder_find_importable (const char *name) G_GNUC_WARN_UNUSED_RESULT;
void ghc_encoder_set_bitrate (GstElement *encoder, guint bitrate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcCodecLadder, ghc_codec_ladder_unref)

G_END_DECLS
