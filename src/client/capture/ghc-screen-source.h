/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-video-source.h"

#include <libportal/portal.h>

G_BEGIN_DECLS

#define GHC_TYPE_SCREEN_SOURCE (ghc_screen_source_get_type ())

/**
 * GhcScreenSource:
 *
 * A screen or a window that the person chose in the desktop's own dialog.
 */
G_DECLARE_FINAL_TYPE (GhcScreenSource, ghc_screen_source, GHC, SCREEN_SOURCE, GhcVideoSource)

GhcScreenSource *ghc_screen_source_new (XdpSession *session,
                                        GError **error) G_GNUC_WARN_UNUSED_RESULT;
gboolean ghc_screen_source_is_window (GhcScreenSource *self);
const char *ghc_screen_source_get_restore_token (GhcScreenSource *self);

G_END_DECLS
