/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "gh-json.h"

G_BEGIN_DECLS

#define GHC_TYPE_DEVICE (ghc_device_get_type ())
G_DECLARE_FINAL_TYPE (GhcDevice, ghc_device, GHC, DEVICE, GObject)

/**
 * GhcDevice:
 *
 * A place where one is signed in; it never changes. Members: device-id, name, created-ts (int64, ms
 * since the epoch), last-seen-ts (int64, ms since the epoch, 0 when unknown), current (boolean: this
 * one).
 */
GhcDevice  *ghc_device_new_from_json    (GhJson *json, GError **error);

const char *ghc_device_get_device_id    (GhcDevice *self);
const char *ghc_device_get_name         (GhcDevice *self);
gint64      ghc_device_get_created_ts   (GhcDevice *self);
gint64      ghc_device_get_last_seen_ts (GhcDevice *self);
gboolean    ghc_device_get_current      (GhcDevice *self);

G_END_DECLS
