/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "ghd-pool.h"
#include "ghd-write.h"

G_BEGIN_DECLS

/**
 * GhdEventPage:
 * @events: (element-type GhEvent): in the order of position
 * @position: where to go on (the last one looked at)
 * @at_start: nothing is before the first
 * @at_end: nothing is after the last (there was nothing when it was read)
 *
 * Boxed with atomic reference counting, read-only.
 */
typedef struct
{
  GPtrArray *events;
  gint64 position;
  gboolean at_start;
  gboolean at_end;
} GhdEventPage;

#define GHD_TYPE_EVENT_PAGE (ghd_event_page_get_type ())
GType ghd_event_page_get_type (void) G_GNUC_CONST;
GhdEventPage *ghd_event_page_ref (GhdEventPage *self);
void ghd_event_page_unref (GhdEventPage *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdEventPage, ghd_event_page_unref)

DexFuture *ghd_store_events_before (GhdPool *pool, const char *room_id, gint64 before, guint limit);
DexFuture *ghd_store_events_following (GhdPool *pool, const char *room_id, gint64 after,
                                       guint limit);
DexFuture *ghd_store_events_around (GhdPool *pool, const char *room_id, gint64 around_ts,
                                    guint limit);
DexFuture *ghd_store_events_after (GhdPool *pool, const char *user_id, const char *const *room_ids,
                                   gint64 after, guint limit);
DexFuture *ghd_store_events_get (GhdPool *pool, const char *event_id);
DexFuture *ghd_store_events_find_txn (GhdPool *pool, const char *user_id, const char *txn_id);

G_END_DECLS
