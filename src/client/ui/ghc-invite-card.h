/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-invite.h"

G_BEGIN_DECLS

#define GHC_TYPE_INVITE_CARD (ghc_invite_card_get_type ())

G_DECLARE_FINAL_TYPE (GhcInviteCard, ghc_invite_card, GHC, INVITE_CARD, AdwBin)

void ghc_invite_card_set_preview (GhcInviteCard *self, GhcInvitePreview *preview);

G_END_DECLS
