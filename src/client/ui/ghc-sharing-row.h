/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-sharing.h"

G_BEGIN_DECLS

#define GHC_TYPE_SHARING_ROW (ghc_sharing_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcSharingRow, ghc_sharing_row, GHC, SHARING_ROW, AdwBin)

/* @sharing: (nullable) */
void ghc_sharing_row_set_sharing (GhcSharingRow *self, GhcSharing *sharing, GhcShareKind kind);

G_END_DECLS
