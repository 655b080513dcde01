/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

/**
 * GhcShortcutState:
 *
 * Whether the desktop gives the key.
 */
typedef enum
{
  GHC_SHORTCUT_ASKING,
  GHC_SHORTCUT_BOUND,
  GHC_SHORTCUT_REFUSED, /* by the person, or by what the desktop holds for right */
  GHC_SHORTCUT_ABSENT,  /* the desktop knows no such thing */
} GhcShortcutState;

#define GHC_TYPE_SHORTCUT_STATE (ghc_shortcut_state_get_type ())

GType ghc_shortcut_state_get_type (void) G_GNUC_CONST;

#define GHC_TYPE_GLOBAL_SHORTCUT (ghc_global_shortcut_get_type ())

G_DECLARE_FINAL_TYPE (GhcGlobalShortcut, ghc_global_shortcut, GHC, GLOBAL_SHORTCUT, GObject)

GhcGlobalShortcut *ghc_global_shortcut_new (const char *id, const char *description,
                                            const char *preferred);

GhcShortcutState ghc_global_shortcut_get_state (GhcGlobalShortcut *self);
const char *ghc_global_shortcut_get_trigger (GhcGlobalShortcut *self);
gboolean ghc_global_shortcut_get_pressed (GhcGlobalShortcut *self);
void ghc_global_shortcut_close (GhcGlobalShortcut *self);

G_END_DECLS
