/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-screen-source.h"

#include <libdex.h>

G_BEGIN_DECLS

#define GHC_TYPE_SCREEN_PORTAL (ghc_screen_portal_get_type ())

/**
 * GhcScreenPortal:
 *
 * Asks the desktop for a screen or a window to share
 * (https://flatpak.github.io/xdg-desktop-portal/docs/doc-org.freedesktop.portal.ScreenCast.html).
 */
G_DECLARE_FINAL_TYPE (GhcScreenPortal, ghc_screen_portal, GHC, SCREEN_PORTAL, GObject)

GhcScreenPortal *ghc_screen_portal_new (void) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_screen_portal_ask (GhcScreenPortal *self, XdpParent *parent, gboolean cursor,
                                  const char *restore_token) G_GNUC_WARN_UNUSED_RESULT;
void ghc_screen_portal_cancel (GhcScreenPortal *self);

G_END_DECLS
