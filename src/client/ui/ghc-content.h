/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_CONTENT (ghc_content_get_type ())
G_DECLARE_FINAL_TYPE (GhcContent, ghc_content, GHC, CONTENT, AdwBin)

/**
 * GhcContent:
 *
 * What stands in the middle of the window: header, timeline and composer of the open channel, or what the channel is for when
 * one is not in it.
 *
 * Properties (writable): session (GhcSession, nullable), channel (GhcChannel, nullable: nothing is open), settings (GSettings).
 */
void ghc_content_focus_composer (GhcContent *self);

G_END_DECLS
