/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GHD_TYPE_CALLER (ghd_caller_get_type ())

G_DECLARE_FINAL_TYPE (GhdCaller, ghd_caller, GHD, CALLER, GObject)

/* Who asks: known from the connection, never from the message. Immutable once made, but for the
 * request id, so that a gateway connection keeps one caller and names each request. */
GhdCaller  *ghd_caller_new              (const char *address, const char *user_id,
                                         const char *device_id, gint64 expires_ts);
const char *ghd_caller_get_address      (GhdCaller *self);
const char *ghd_caller_get_user_id      (GhdCaller *self);
const char *ghd_caller_get_device_id    (GhdCaller *self);
gint64      ghd_caller_get_expires_ts   (GhdCaller *self);
gboolean    ghd_caller_is_signed_in     (GhdCaller *self);

G_END_DECLS
