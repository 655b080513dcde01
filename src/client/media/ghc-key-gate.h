/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

/**
 * GhcKeyGate:
 * @is_open: all that the next packet builds on went through
 * @next: the packet that follows the last one
 * @asked_us: when a whole picture was asked for
 *
 * Lets packets of H.264 on to the decoder from the beginning of a key frame on, as long as none is missing
 * (RFC 6184). A depayloader alone takes the rest of a key frame, whose first packets it did not see, for a
 * whole one, and half a picture is shown. A plain value, at first all zeros.
 */
typedef struct
{
  gboolean is_open;
  guint16 next;
  gint64 asked_us;
} GhcKeyGate;

gboolean ghc_key_gate_take (GhcKeyGate *self, GstBuffer *packet);
gboolean ghc_key_gate_asks (GhcKeyGate *self, gint64 now_us);

G_END_DECLS
