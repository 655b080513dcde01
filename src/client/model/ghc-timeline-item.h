/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-message.h"

G_BEGIN_DECLS

#define GHC_TYPE_TIMELINE_ITEM (ghc_timeline_item_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimelineItem, ghc_timeline_item, GHC, TIMELINE_ITEM, GObject)

/**
 * GhcTimelineItem:
 *
 * A row of a timeline. Properties, which never change (a row never changes its nature; what changes
 * is in the message):
 * - kind (GhcTimelineItemKind)
 * - message (GhcMessage, nullable): for GHC_TIMELINE_MESSAGE
 * - date (GDateTime, nullable): midnight of the day in the person's time zone, for GHC_TIMELINE_DAY
 */
GhcTimelineItem     *ghc_timeline_item_new_message  (GhcMessage *message);
GhcTimelineItem     *ghc_timeline_item_new_day      (GDateTime *date);
GhcTimelineItem     *ghc_timeline_item_new_new_line (void);

GhcTimelineItemKind  ghc_timeline_item_get_kind     (GhcTimelineItem *self);
GhcMessage          *ghc_timeline_item_get_message  (GhcTimelineItem *self);
GDateTime           *ghc_timeline_item_get_date     (GhcTimelineItem *self);

G_END_DECLS
