/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/app/gstappsrc.h>

G_BEGIN_DECLS

/**
 * GhcFan:
 *
 * Where packets that were encoded once go to: each person's connection. Reference counted; every
 * function may be called on any thread.
 */
typedef struct _GhcFan GhcFan;

GhcFan *ghc_fan_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcFan *ghc_fan_ref (GhcFan *self);
void ghc_fan_unref (GhcFan *self);

void ghc_fan_add (GhcFan *self, GstAppSrc *way);
void ghc_fan_remove (GhcFan *self, GstAppSrc *way);
guint32 ghc_fan_get_ssrc (GhcFan *self);
guint32 ghc_fan_get_timestamp_offset (GhcFan *self);
guint16 ghc_fan_get_next_number (GhcFan *self);
void ghc_fan_push (GhcFan *self, GstBuffer *packet);

void ghc_fan_ask_key_frame (GhcFan *self);
gboolean ghc_fan_take_key_frame_ask (GhcFan *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcFan, ghc_fan_unref)

G_END_DECLS
