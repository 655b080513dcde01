/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GHC_TYPE_CAMERA (ghc_camera_get_type ())

/**
 * GhcCamera:
 *
 * A camera that is there. Properties (read-only): id (string, the same when it is plugged in again), name
 * (string, what people call it).
 */
G_DECLARE_FINAL_TYPE (GhcCamera, ghc_camera, GHC, CAMERA, GObject)

GhcCamera *ghc_camera_new (const char *id, const char *name, guint32 node_id,
                           const char *serial) G_GNUC_WARN_UNUSED_RESULT;
const char *ghc_camera_get_id (GhcCamera *self);
const char *ghc_camera_get_name (GhcCamera *self);
guint32 ghc_camera_get_node_id (GhcCamera *self);
const char *ghc_camera_get_serial (GhcCamera *self);

G_END_DECLS
