/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>
#include <libdex.h>

#include "ghc-audio-device.h"

G_BEGIN_DECLS

#define GHC_TYPE_DEVICES (ghc_devices_get_type ())

/**
 * GhcDevices:
 *
 * The microphones and outputs that there are, as they come and go. Signal "changed" with each change.
 */
G_DECLARE_FINAL_TYPE (GhcDevices, ghc_devices, GHC, DEVICES, GObject)

GhcDevices *ghc_devices_new (void) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_devices_start (GhcDevices *self);
gboolean ghc_devices_has_server (GhcDevices *self);
GListModel *ghc_devices_get_list (GhcDevices *self, gboolean is_output);
gboolean ghc_devices_has (GhcDevices *self, gboolean is_output, const char *id);
GstElement *ghc_devices_make_element (GhcDevices *self, gboolean is_output,
                                      const char *id) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
