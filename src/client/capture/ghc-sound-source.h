/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/gst.h>

G_BEGIN_DECLS

#define GHC_TYPE_SOUND_SOURCE (ghc_sound_source_get_type ())

/**
 * GhcSoundSource:
 *
 * Something that is heard and can be shared: one application, or all of them but this one. Properties
 * (read-only): id (string, good until the application ends), name (string, what people call it), icon-name
 * (string, nullable), problem-text (string, nullable, notifies: a sentence about why it is silent).
 */
G_DECLARE_FINAL_TYPE (GhcSoundSource, ghc_sound_source, GHC, SOUND_SOURCE, GObject)

GhcSoundSource *ghc_sound_source_new (const char *key, const char *name,
                                      const char *icon_name) G_GNUC_WARN_UNUSED_RESULT;
const char *ghc_sound_source_get_id (GhcSoundSource *self);
const char *ghc_sound_source_get_name (GhcSoundSource *self);
char *ghc_sound_source_dup_problem_text (GhcSoundSource *self) G_GNUC_WARN_UNUSED_RESULT;
gboolean ghc_sound_source_is_system (GhcSoundSource *self);
GstElement *ghc_sound_source_make_element (GhcSoundSource *self) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
