/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

#define GHC_TYPE_GLOBAL_SHORTCUT (ghc_global_shortcut_get_type ())

G_DECLARE_FINAL_TYPE (GhcGlobalShortcut, ghc_global_shortcut, GHC, GLOBAL_SHORTCUT, GObject)

GhcGlobalShortcut *ghc_global_shortcut_new (const char *id, const char *description,
                                            const char *preferred);

gboolean ghc_global_shortcut_get_bound (GhcGlobalShortcut *self);
void ghc_global_shortcut_close (GhcGlobalShortcut *self);

G_END_DECLS
