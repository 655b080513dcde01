/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-sound-source.h"

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

#define GHC_TYPE_SOUND_SOURCES (ghc_sound_sources_get_type ())

/**
 * GhcSoundSources:
 *
 * A #GListModel of the #GhcSoundSource that can be heard now, as they come and go: first the whole
 * system, then each application, never this one. Empty until ghc_sound_sources_start().
 */
G_DECLARE_FINAL_TYPE (GhcSoundSources, ghc_sound_sources, GHC, SOUND_SOURCES, GObject)

GhcSoundSources *ghc_sound_sources_new (void) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghc_sound_sources_start (GhcSoundSources *self);
GhcSoundSource *ghc_sound_sources_find (GhcSoundSources *self, const char *id);

G_END_DECLS
