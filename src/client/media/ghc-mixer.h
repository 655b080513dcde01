/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>

#include "ghc-playout.h"

G_BEGIN_DECLS

/* Left and right. */
#define GHC_MIXER_CHANNELS 2

/**
 * GhcMixer:
 *
 * Adds up what is due of all people. Reference counted; every function may be called on any thread.
 */
typedef struct _GhcMixer GhcMixer;

GhcMixer *ghc_mixer_new (void) G_GNUC_WARN_UNUSED_RESULT;
GhcMixer *ghc_mixer_ref (GhcMixer *self);
void ghc_mixer_unref (GhcMixer *self);

void ghc_mixer_add (GhcMixer *self, GhcPlayout *playout);
void ghc_mixer_remove (GhcMixer *self, GhcPlayout *playout);
void ghc_mixer_set_deaf (GhcMixer *self, gboolean is_deaf);
void ghc_mixer_pull (GhcMixer *self, gint16 *samples, guint n_samples, gint64 now_us);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcMixer, ghc_mixer_unref)

#define GHC_TYPE_MIX_SOURCE (ghc_mix_source_get_type ())

/**
 * GhcMixSource:
 *
 * A live source of what a #GhcMixer makes, in the pipeline's time.
 */
G_DECLARE_FINAL_TYPE (GhcMixSource, ghc_mix_source, GHC, MIX_SOURCE, GstPushSrc)

GstElement *ghc_mix_source_new (GhcMixer *mixer, guint block_us) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
