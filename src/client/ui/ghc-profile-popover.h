/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_PROFILE_POPOVER (ghc_profile_popover_get_type ())
G_DECLARE_FINAL_TYPE (GhcProfilePopover, ghc_profile_popover, GHC, PROFILE_POPOVER, GtkPopover)

void ghc_profile_popover_present (GtkWidget  *parent,
                                  GhcSession *session,
                                  GhcGuild   *guild,
                                  GhcUser    *user);

G_END_DECLS
