/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gst/base/gstpushsrc.h>

G_BEGIN_DECLS

#define GHC_TYPE_SOUND_SRC (ghc_sound_src_get_type ())

/**
 * GhcSoundSrc:
 *
 * Gives what an application plays, or all of them but this one, in pieces of 10 ms without a gap: what
 * plays nothing is silence, and so is an application that ended.
 *
 * Signal "state" (int, a #GhcSoundTapState), on a thread of its own: how it is from now on;
 * %GHC_SOUND_TAP_OPEN at first.
 */
G_DECLARE_FINAL_TYPE (GhcSoundSrc, ghc_sound_src, GHC, SOUND_SRC, GstPushSrc)

GstElement *ghc_sound_src_new (const char *key) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
