/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_OCCUPANT_ROW (ghc_occupant_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcOccupantRow, ghc_occupant_row, GHC, OCCUPANT_ROW, GtkListBoxRow)

GtkWidget *ghc_occupant_row_new (GhcSession *session, GhcCallMember *member);

GhcCallMember *ghc_occupant_row_get_member (GhcOccupantRow *self);

G_END_DECLS
