/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-sharing.h"

G_BEGIN_DECLS

#define GHC_TYPE_CAMERA_DIALOG (ghc_camera_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcCameraDialog, ghc_camera_dialog, GHC, CAMERA_DIALOG, AdwDialog)

AdwDialog *ghc_camera_dialog_new (GhcSharing *sharing);
AdwDialog *ghc_camera_dialog_new_to_join (GhcSharing *sharing, GhcSession *session,
                                          GhcChannel *channel);

G_END_DECLS
