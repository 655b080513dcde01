/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>
#include <spa/pod/pod.h>

G_BEGIN_DECLS

void ghc_camera_modes_read (const struct spa_pod *format, GPtrArray *modes);
const GstStructure *ghc_camera_modes_choose (GPtrArray *modes, gboolean may_be_jpeg);

G_END_DECLS
