/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-channel.h"

G_BEGIN_DECLS

#define GHC_TYPE_CATEGORY_ROW (ghc_category_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcCategoryRow, ghc_category_row, GHC, CATEGORY_ROW, GtkListBoxRow)

GtkWidget *ghc_category_row_new (GhcChannel *category);
GhcChannel *ghc_category_row_get_category (GhcCategoryRow *self);

G_END_DECLS
