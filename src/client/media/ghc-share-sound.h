/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-fan.h"

#include <gst/gst.h>

G_BEGIN_DECLS

/* Makes what gives the sound of what is shared; NULL for none. (transfer floating) */
typedef GstElement *(*GhcMakeSound) (gpointer data);

/**
 * GhcShareSound:
 *
 * The sound of what is shared: stereo, encoded once for all who listen, and not even taken while nobody
 * does. When nothing is heard nothing is sent. Lives on the main thread.
 */
typedef struct _GhcShareSound GhcShareSound;

GhcShareSound *ghc_share_sound_new (GhcMakeSound make, gpointer data, GDestroyNotify data_free,
                                    GhcFan *fan) G_GNUC_WARN_UNUSED_RESULT;
void ghc_share_sound_free (GhcShareSound *self);
void ghc_share_sound_set_running (GhcShareSound *self, gboolean is_running);
void ghc_share_sound_set_bitrate (GhcShareSound *self, guint bitrate);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcShareSound, ghc_share_sound_free)

G_END_DECLS
