/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-camera.h"
#include "ghc-video-source.h"

#include <libportal/portal.h>

G_BEGIN_DECLS

#define GHC_TYPE_CAMERA_SOURCE (ghc_camera_source_get_type ())

/**
 * GhcCameraSource:
 *
 * The pictures of a camera, as fluent and as large as is sent.
 */
G_DECLARE_FINAL_TYPE (GhcCameraSource, ghc_camera_source, GHC, CAMERA_SOURCE, GhcVideoSource)

GhcVideoSource *ghc_camera_source_new (GhcCamera *camera, XdpPortal *portal,
                                       const GstStructure *mode) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
