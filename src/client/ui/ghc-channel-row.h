/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-channel.h"

G_BEGIN_DECLS

#define GHC_TYPE_CHANNEL_ROW (ghc_channel_row_get_type ())

G_DECLARE_FINAL_TYPE (GhcChannelRow, ghc_channel_row, GHC, CHANNEL_ROW, GtkListBoxRow)

GtkWidget *ghc_channel_row_new (GhcChannel *channel);
GhcChannel *ghc_channel_row_get_channel (GhcChannelRow *self);
const char *ghc_channel_row_get_icon_name (GhcChannel *channel);

G_END_DECLS
