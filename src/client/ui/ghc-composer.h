/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_COMPOSER (ghc_composer_get_type ())
G_DECLARE_FINAL_TYPE (GhcComposer, ghc_composer, GHC, COMPOSER, GtkWidget)

/**
 * GhcComposer:
 *
 * Where one writes. What stands in it is the channel's draft and is kept; where one may not write it says why.
 *
 * Properties (writable): session (GhcSession, nullable), channel (GhcChannel, nullable), settings (GSettings, nullable:
 * enter-sends, spell-check).
 * Actions: composer.send, composer.insert-emoji.
 */
void ghc_composer_focus (GhcComposer *self);

G_END_DECLS
