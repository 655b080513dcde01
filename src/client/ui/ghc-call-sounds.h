/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call-desk.h"

G_BEGIN_DECLS

#define GHC_TYPE_CALL_SOUNDS (ghc_call_sounds_get_type ())

G_DECLARE_FINAL_TYPE (GhcCallSounds, ghc_call_sounds, GHC, CALL_SOUNDS, GObject)

GhcCallSounds *ghc_call_sounds_new (GhcCallDesk *desk);

G_END_DECLS
