/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "gh-media-packet.h"

G_BEGIN_DECLS

/* What both ends of a transport have in common, and whatever stands in their places: the pads that webrtcbin
 * looks for by name, and making one packet of another. */

/* Converts the SIZE bytes at IN; OUT has place for the extra bytes that were asked for besides. */
typedef GhMediaResult (*GhMediaConvert) (gpointer data, const guint8 *in, gsize size, guint8 *out,
                                         gsize *out_size);

void gh_media_pads_add_sending (GstElementClass *klass);
void gh_media_pads_add_receiving (GstElementClass *klass);

GstPad *gh_media_pads_make (GstElement *element, const char *name);

GstBuffer *gh_media_pads_convert (GstElement *element, GstBuffer *buffer, gsize extra,
                                  GhMediaConvert convert,
                                  gpointer data) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
