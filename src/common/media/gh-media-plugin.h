/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

gboolean gh_media_plugin_register (GError **error);

/* For the elements: GStreamer's own, or NULL where it has none. */
GstElementFactory *gh_media_plugin_get_stock (const char *name);

G_END_DECLS
