/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

#include "gh-media-leg.h"

G_BEGIN_DECLS

#define GH_TYPE_MEDIA_SLOT (gh_media_slot_get_type ())

/**
 * GhMediaSlot:
 *
 * Stands where webrtcbin wants an element of DTLS-SRTP, and decides late which one that is: ours when
 * webrtcbin was given a leg, GStreamer's when it is somebody else's. Its pads are there from the
 * start, because webrtcbin links them before it passes on what it was given.
 */
G_DECLARE_DERIVABLE_TYPE (GhMediaSlot, gh_media_slot, GH, MEDIA_SLOT, GstBin)

struct _GhMediaSlotClass
{
  GstBinClass parent_class;

  const char *stock_name;
  GstElement *(*make) (GhMediaLeg *leg);                    /* ours */
  void (*prepare) (GhMediaSlot *self, GstElement *element); /* either, before it is added */
};

GstElement *gh_media_slot_choose (GhMediaSlot *self);
GstElement *gh_media_slot_get_element (GhMediaSlot *self);
GstPad *gh_media_slot_add_pad (GhMediaSlot *self, GstPadTemplate *templ, const char *name);

G_END_DECLS
