/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_MEMBERS_PANE (ghc_members_pane_get_type ())
G_DECLARE_FINAL_TYPE (GhcMembersPane, ghc_members_pane, GHC, MEMBERS_PANE, AdwBin)

/**
 * GhcMembersPane:
 *
 * Who is here: the guild's members, online first; of a private channel only its own members.
 *
 * Properties (writable): session (GhcSession, nullable), guild (GhcGuild, nullable), channel (GhcChannel, nullable).
 */

G_END_DECLS
