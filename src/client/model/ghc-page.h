/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "ghc-receipt.h"

G_BEGIN_DECLS

#define GHC_TYPE_PAGE (ghc_page_get_type ())
G_DECLARE_FINAL_TYPE (GhcPage, ghc_page, GHC, PAGE, GObject)

/**
 * ghc_page_new:
 * @events: (element-type GhEvent) (transfer none): ascending by position, without gaps
 * @at_start: nothing older exists
 * @at_end: nothing newer existed when the server answered
 *
 * A page of a channel's history.
 */
GhcPage   *ghc_page_new          (GPtrArray *events, gboolean at_start, gboolean at_end);

GPtrArray *ghc_page_get_events   (GhcPage *self);
gboolean   ghc_page_get_at_start (GhcPage *self);
gboolean   ghc_page_get_at_end   (GhcPage *self);

/* What the cache keeps beside the events: only of one's own messages. */
void        ghc_page_set_receipts (GhcPage *self, GHashTable *receipts);
GhcReceipt *ghc_page_get_receipt  (GhcPage *self, const char *event_id);

G_END_DECLS
