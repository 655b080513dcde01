/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-call.h"
#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_PERSON_POPOVER (ghc_person_popover_get_type ())

G_DECLARE_FINAL_TYPE (GhcPersonPopover, ghc_person_popover, GHC, PERSON_POPOVER, GtkPopover)

void ghc_person_popover_present (GtkWidget *parent, GhcSession *session, GhcCall *call,
                                 GhcCallMember *member);

G_END_DECLS
