/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call-desk.h"
#include "ghc-cameras.h"
#include "ghc-sound-sources.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARING (ghc_sharing_get_type ())

/**
 * GhcSharing:
 *
 * What one shows to the others in a call, for the whole application: asks the desktop for it, begins and
 * ends it, and says so when it ended by itself. How a screen is shown is kept in the settings.
 *
 * Properties (notify, read-only):
 * - screen, camera (GhcBroadcast, nullable): what one shows now
 * - asking (boolean): the desktop asks the person what to share
 */
G_DECLARE_FINAL_TYPE (GhcSharing, ghc_sharing, GHC, SHARING, GObject)

GhcSharing *ghc_sharing_new (GhcCallDesk *desk);

GhcCallDesk *ghc_sharing_get_desk (GhcSharing *self);
GhcBroadcast *ghc_sharing_get_broadcast (GhcSharing *self, GhcShareKind kind);
GhcSoundSource *ghc_sharing_get_sound (GhcSharing *self, GhcShareKind kind);
gboolean ghc_sharing_get_asking (GhcSharing *self);
gboolean ghc_sharing_get_can_repeat (GhcSharing *self);
GhcCameras *ghc_sharing_get_cameras (GhcSharing *self);
GhcSoundSources *ghc_sharing_get_sounds (GhcSharing *self);

void ghc_sharing_get_quality (GhcSharing *self, GhcVideoQuality *quality);
void ghc_sharing_set_quality (GhcSharing *self, const GhcVideoQuality *quality);

void ghc_sharing_begin_screen (GhcSharing *self, GtkWidget *from, GhcSoundSource *sound,
                               gboolean repeat);
gboolean ghc_sharing_begin_camera (GhcSharing *self, GhcVideoSource *source);
void ghc_sharing_join_with_camera (GhcSharing *self, GhcSession *session, GhcChannel *channel,
                                   GhcVideoSource *source);
void ghc_sharing_stop (GhcSharing *self, GhcShareKind kind);

G_END_DECLS
