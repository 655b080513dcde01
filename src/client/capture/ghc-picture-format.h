/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/video/video.h>
#include <spa/pod/builder.h>

G_BEGIN_DECLS

#define GHC_PICTURE_CAPS                                                                           \
  "video/x-raw, format = { BGRx, RGBx, xRGB, xBGR, BGRA, RGBA, ARGB, ABGR, BGR, RGB, NV12, I420, " \
  "YUY2, UYVY }; image/jpeg; video/x-raw(memory:DMABuf), format = DMA_DRM"

#define GHC_PICTURE_MAX_SIDE 8192
/* Of what ghc_picture_format_offer_graphics() makes, and how much room all of it takes at most. */
#define GHC_PICTURE_MAX_OFFERS 4
#define GHC_PICTURE_OFFERS_SIZE 8192
/* Of what ghc_picture_format_ask_buffers() makes. */
#define GHC_PICTURE_N_ASKED 3

const char *ghc_picture_format_get_name (guint32 format);
const struct spa_pod *ghc_picture_format_offer (struct spa_pod_builder *builder,
                                                const GstStructure *wanted);
guint ghc_picture_format_offer_graphics (struct spa_pod_builder *builder, const GstCaps *importable,
                                         const struct spa_pod **offers);
GstCaps *ghc_picture_format_to_caps (const struct spa_pod *format) G_GNUC_WARN_UNUSED_RESULT;
void ghc_picture_format_ask_buffers (struct spa_pod_builder *builder, gboolean is_graphics,
                                     const struct spa_pod **params);
GstCaps *ghc_picture_format_crop_caps (const GstCaps *caps, guint width,
                                       guint height) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
