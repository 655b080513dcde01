/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_INVITE_PEOPLE (ghc_invite_people_get_type ())

G_DECLARE_FINAL_TYPE (GhcInvitePeople, ghc_invite_people, GHC, INVITE_PEOPLE, AdwDialog)

GhcInvitePeople *ghc_invite_people_new (GhcSession *session, GhcChannel *channel);

G_END_DECLS
