/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-call.h"
#include "ghc-share.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARE_LIST (ghc_share_list_get_type ())

G_DECLARE_FINAL_TYPE (GhcShareList, ghc_share_list, GHC, SHARE_LIST, GObject)

/**
 * GhcShareList:
 *
 * All that is shown in a call: screens first, in the order in which people came.
 */
GhcShareList *ghc_share_list_new (GhcCall *call);
/* (transfer none): of GhcShare */
GListModel *ghc_share_list_get_model (GhcShareList *self);

G_END_DECLS
