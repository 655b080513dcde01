/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-video-source.h"

G_BEGIN_DECLS

#define GHC_TYPE_PREVIEW (ghc_preview_get_type ())

/**
 * GhcPreview:
 *
 * What a source gives, for one's own eyes only: nothing of it leaves this computer. The source stays open
 * when this stops, so that it can be shared then.
 */
G_DECLARE_FINAL_TYPE (GhcPreview, ghc_preview, GHC, PREVIEW, GObject)

GhcPreview *ghc_preview_new (GhcVideoSource *source, GError **error) G_GNUC_WARN_UNUSED_RESULT;
GObject *ghc_preview_get_paintable (GhcPreview *self);
void ghc_preview_stop (GhcPreview *self);

G_END_DECLS
