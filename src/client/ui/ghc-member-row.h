/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_MEMBER_ROW (ghc_member_row_get_type ())
G_DECLARE_FINAL_TYPE (GhcMemberRow, ghc_member_row, GHC, MEMBER_ROW, GtkWidget)

/**
 * GhcMemberRow:
 *
 * Somebody in the list of members, or the heading of a group of them. Its property description is what
 * a screen reader says of it.
 */
GtkWidget *ghc_member_row_new      (void);
void       ghc_member_row_bind     (GhcMemberRow *self,
                                    GObject      *item,
                                    GhcSession   *session);
void       ghc_member_row_unbind   (GhcMemberRow *self);
GhcUser   *ghc_member_row_get_user (GhcMemberRow *self);

G_END_DECLS
