/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_INVITE_DIALOG (ghc_invite_dialog_get_type ())

G_DECLARE_FINAL_TYPE (GhcInviteDialog, ghc_invite_dialog, GHC, INVITE_DIALOG, AdwDialog)

GhcInviteDialog *ghc_invite_dialog_new (GhcSession *session, GhcGuild *guild);
GhcInvite *ghc_invite_dialog_find_usual (GListModel *invites, const char *user_id, gint64 now_ms);

G_END_DECLS
