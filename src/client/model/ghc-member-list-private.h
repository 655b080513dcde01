/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-member-list.h"

G_BEGIN_DECLS

GhcMemberGroup *ghc_member_group_new           (gboolean online);
void            ghc_member_group_set_n_members (GhcMemberGroup *self, guint n_members);

G_END_DECLS
