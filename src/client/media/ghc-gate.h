/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-voice.h"

G_BEGIN_DECLS

/* As silent as anything is said to be. */
#define GHC_SILENCE_DB (-100.0)

/**
 * GhcGate:
 *
 * Decides, for each bit of sound from the microphone, whether it may be sent: not while muted, and
 * otherwise while it is loud enough or while the key is held. It stays open a little after that, so
 * that the ends of words are not cut off. Reference counted; every function may be called on any
 * thread.
 */
typedef struct _GhcGate GhcGate;

GhcGate *ghc_gate_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcGate *ghc_gate_ref (GhcGate *self);
void ghc_gate_unref (GhcGate *self);

void ghc_gate_set_mode (GhcGate *self, GhcVoiceMode mode);
void ghc_gate_set_threshold (GhcGate *self, double threshold_db);
void ghc_gate_set_pressed (GhcGate *self, gboolean is_pressed, gint64 now_us);
void ghc_gate_set_muted (GhcGate *self, gboolean is_muted, gint64 now_us);

gboolean ghc_gate_pass (GhcGate *self, const gint16 *samples, gsize n_samples, gint64 begun_us,
                        gint64 now_us);
double ghc_gate_get_level (GhcGate *self);
gboolean ghc_gate_is_open (GhcGate *self, gint64 now_us);
gboolean ghc_gate_is_loud (GhcGate *self, gint64 now_us);

double ghc_level_of (const gint16 *samples, gsize n_samples);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcGate, ghc_gate_unref)

G_END_DECLS
