/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/**
 * GhcSoundTap:
 *
 * Takes what an application plays, or all of them but this one, from PipeWire, on a thread of its own. When
 * PipeWire goes away it waits for it; when the application ends it waits for one that is started again.
 */
typedef struct _GhcSoundTap GhcSoundTap;

typedef enum
{
  GHC_SOUND_TAP_OPEN,  /* what plays is heard */
  GHC_SOUND_TAP_ENDED, /* the application was closed */
  GHC_SOUND_TAP_AWAY,  /* PipeWire does not answer */
} GhcSoundTapState;

/**
 * GhcSoundTapEvents:
 * @samples: floats, stereo, 48 kHz
 * @state: how it is from now on; %GHC_SOUND_TAP_OPEN until it is called
 *
 * Called on the tap's own thread, and not after ghc_sound_tap_free().
 */
typedef struct
{
  void (*samples) (gpointer owner, const float *samples, guint n_frames);
  void (*state) (gpointer owner, GhcSoundTapState state);
} GhcSoundTapEvents;

GhcSoundTap *ghc_sound_tap_new (const char *key, const GhcSoundTapEvents *events,
                                gpointer owner) G_GNUC_WARN_UNUSED_RESULT;
void ghc_sound_tap_free (GhcSoundTap *self);

G_END_DECLS
