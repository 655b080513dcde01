/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <glib.h>

G_BEGIN_DECLS

/* What the server takes as a channel's order. */
#define GHC_MAX_CHANNEL_ORDER 1000000

/**
 * GhcChannelOrder:
 * @order: the order the channel has; ghc_channel_order_number() puts there what it shall have
 * @is_fixed: whether it has to stay, because one may not manage the channel
 * @is_moved: whether it comes from elsewhere, so that the order it has says nothing
 */
typedef struct
{
  int order;
  gboolean is_fixed;
  gboolean is_moved;
} GhcChannelOrder;

void ghc_channel_order_number (GhcChannelOrder *places, gsize n_places);

G_END_DECLS
