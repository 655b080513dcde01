/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-voice.h"

G_BEGIN_DECLS

/**
 * GhcChime:
 *
 * A short sound that says what happened in a call.
 */
typedef enum
{
  GHC_CHIME_JOIN,    /* two notes up */
  GHC_CHIME_LEAVE,   /* two notes down */
  GHC_CHIME_MUTE,    /* one low */
  GHC_CHIME_UNMUTE,  /* one high */
} GhcChime;

/* How many samples of 48 kHz a chime has at most. */
#define GHC_CHIME_MAX_SAMPLES 12000

guint ghc_chime_render (GhcChime chime, gint16 *samples);
gboolean ghc_voice_play_chime (GhcVoice *self, GhcChime chime);

G_END_DECLS
