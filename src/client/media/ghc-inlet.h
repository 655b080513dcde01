/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/app/gstappsrc.h>

G_BEGIN_DECLS

/**
 * GhcInlet:
 *
 * Where packets go that come from one person on one line, whatever connection they came by: to who watches,
 * or nowhere. Reference counted; every function may be called on any thread.
 */
typedef struct _GhcInlet GhcInlet;

GhcInlet *ghc_inlet_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcInlet *ghc_inlet_ref (GhcInlet *self);
void ghc_inlet_unref (GhcInlet *self);

void ghc_inlet_lead_to (GhcInlet *self, GstAppSrc *way);
void ghc_inlet_push (GhcInlet *self, GstBuffer *packet, guint turn);
guint64 ghc_inlet_get_n_bytes (GhcInlet *self);

void ghc_inlet_set_origin (GhcInlet *self, GstPad *origin);
void ghc_inlet_forget_origin (GhcInlet *self, GstPad *origin);
void ghc_inlet_ask_key_frame (GhcInlet *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcInlet, ghc_inlet_unref)

G_END_DECLS
