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
 * What has a place side by side in a call while anything is shown there: screens, then cameras, then who
 * has no camera on; each in the order in which people came. Empty while nothing is shown.
 */
GhcShareList *ghc_share_list_new (GhcCall *call);
/* (transfer none): of GhcShare and GhcCallMember */
GListModel *ghc_share_list_get_model (GhcShareList *self);

G_END_DECLS
