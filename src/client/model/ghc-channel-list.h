/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-channel.h"

G_BEGIN_DECLS

#define GHC_TYPE_CHANNEL_LIST (ghc_channel_list_get_type ())
G_DECLARE_FINAL_TYPE (GhcChannelList, ghc_channel_list, GHC, CHANNEL_LIST, GObject)

/**
 * GhcChannelList:
 *
 * A guild's channels as the sidebar shows them, a flat GListModel of #GhcChannel: first the
 * channels without category by order, then each category (kind == GHC_CHANNEL_CATEGORY, the
 * heading) by order, followed by its channels by order; equal orders by name, then id. A collapsed
 * category hides its channels except unread ones. Moves are emitted as one removal and one
 * insertion; the objects stay.
 *
 * Properties:
 * - all (GListModel of GhcChannel): the same order, with categories, nothing hidden (quick
 *   switcher, settings)
 */
GhcChannelList *ghc_channel_list_new     (void);

GListModel     *ghc_channel_list_get_all (GhcChannelList *self);
GhcChannel     *ghc_channel_list_lookup  (GhcChannelList *self, const char *channel_id);

/**
 * ghc_channel_list_next:
 * @from: (nullable): the channel one is in
 * @step: 1 for the next, -1 for the one before
 * @only_unread: skip what is read
 *
 * Goes round at the ends; only joined text channels count (Alt+Up, Alt+Down).
 *
 * Returns: (transfer none) (nullable): the channel to go to
 */
GhcChannel     *ghc_channel_list_next    (GhcChannelList *self,
                                          GhcChannel     *from,
                                          int             step,
                                          gboolean        only_unread);

/* For the fold. add() ignores an id that is there; remove() tells whether there was one. */
void            ghc_channel_list_add     (GhcChannelList *self, GhcChannel *channel);
gboolean        ghc_channel_list_remove  (GhcChannelList *self, const char *channel_id);

G_END_DECLS
