/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_STATUS_GROUP (ghc_status_group_get_type ())

G_DECLARE_FINAL_TYPE (GhcStatusGroup, ghc_status_group, GHC, STATUS_GROUP, AdwPreferencesGroup)

void ghc_status_group_set_user (GhcStatusGroup *self, GhcUser *user);
GtkWidget *ghc_status_group_get_entry (GhcStatusGroup *self);
DexFuture *ghc_status_group_save (GhcStatusGroup *self, GhcSession *session);
gboolean ghc_status_group_take_error (GhcStatusGroup *self, const GError *error, const char *field);

G_END_DECLS
