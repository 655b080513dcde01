/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_INVITE_ROW (ghc_invite_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcInviteRow, ghc_invite_row, GHC, INVITE_ROW, GtkBox)

GtkWidget *ghc_invite_row_new (GhcSession *session);
void ghc_invite_row_bind (GhcInviteRow *self, GhcUser *user, gboolean invited);
GhcUser *ghc_invite_row_get_user (GhcInviteRow *self);

G_END_DECLS
