/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-channel-list.h"

G_BEGIN_DECLS

/* Between these the list is not brought in order; they nest. */
void ghc_channel_list_freeze (GhcChannelList *self);
void ghc_channel_list_thaw   (GhcChannelList *self);

G_END_DECLS
