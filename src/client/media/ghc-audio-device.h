/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib-object.h>

G_BEGIN_DECLS

#define GHC_TYPE_AUDIO_DEVICE (ghc_audio_device_get_type ())

/**
 * GhcAudioDevice:
 *
 * A microphone, or something to hear with: its id, its name for people, and whether it is the
 * system's default. Immutable but for that.
 */
G_DECLARE_FINAL_TYPE (GhcAudioDevice, ghc_audio_device, GHC, AUDIO_DEVICE, GObject)

GhcAudioDevice *ghc_audio_device_new (const char *id, const char *name,
                                      gboolean is_default) G_GNUC_WARN_UNUSED_RESULT;

const char *ghc_audio_device_get_id (GhcAudioDevice *self);
const char *ghc_audio_device_get_name (GhcAudioDevice *self);
gboolean ghc_audio_device_is_default (GhcAudioDevice *self);
void ghc_audio_device_set_default (GhcAudioDevice *self, gboolean is_default);

G_END_DECLS
