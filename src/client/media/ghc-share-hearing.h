/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-inlet.h"
#include "ghc-mixer.h"
#include "ghc-share.h"

G_BEGIN_DECLS

/**
 * GhcShareHearing:
 *
 * The sound of what somebody shares, from packets to the mixer, with the volume of its #GhcShare; there as
 * long as that is watched. Lives on the main thread.
 */
typedef struct _GhcShareHearing GhcShareHearing;

GhcShareHearing *ghc_share_hearing_new (GhcShare *share, GhcInlet *inlet,
                                        GhcMixer *mixer) G_GNUC_WARN_UNUSED_RESULT;
void ghc_share_hearing_free (GhcShareHearing *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcShareHearing, ghc_share_hearing_free)

G_END_DECLS
