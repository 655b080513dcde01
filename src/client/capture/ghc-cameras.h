/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-camera.h"
#include "ghc-video-source.h"

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

#define GHC_TYPE_CAMERAS (ghc_cameras_get_type ())

/**
 * GhcCameras:
 *
 * A #GListModel of the #GhcCamera that there are, as they come and go; empty until ghc_cameras_start().
 */
G_DECLARE_FINAL_TYPE (GhcCameras, ghc_cameras, GHC, CAMERAS, GObject)

GhcCameras *ghc_cameras_new (gboolean through_portal) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_cameras_start (GhcCameras *self);
GhcCamera *ghc_cameras_find (GhcCameras *self, const char *id);
DexFuture *ghc_cameras_open (GhcCameras *self, GhcCamera *camera) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
