/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-timeline-item.h"

G_BEGIN_DECLS

/**
 * GhcTimelineRow:
 * @day: number of the day in the person's time zone, to place separators
 *
 * A message of the window with the item that shows it, which lives as long as the row.
 */
typedef struct
{
  GhcMessage      *message;
  GhcTimelineItem *item;
  int              day;
} GhcTimelineRow;

/**
 * GhcTimelineWindow:
 * @sent: (element-type GhcTimelineRow): ascending by position, without gaps in [@oldest, @newest]
 * @pending: (element-type GhcTimelineRow): what is not sent, in the order it was written
 * @oldest: everything from this position on is in the window
 * @newest: everything up to this position is in the window
 *
 * The messages a timeline holds. A plain struct: what is shown of it is ghc-timeline-layout.c's
 * affair, what is loaded into it ghc-timeline-paging.c's.
 */
typedef struct
{
  GPtrArray  *sent;
  GPtrArray  *pending;
  GHashTable *by_event;
  GHashTable *by_txn; /* of one's own messages */
  gint64      oldest;
  gint64      newest;
  gboolean    at_start;
  gboolean    at_end;
} GhcTimelineWindow;

void            ghc_timeline_window_init         (GhcTimelineWindow *self);
void            ghc_timeline_window_clear        (GhcTimelineWindow *self);

GhcTimelineRow *ghc_timeline_row_new             (GhcMessage *message, int day);
void            ghc_timeline_row_free            (GhcTimelineRow *row);

gboolean        ghc_timeline_window_covers       (GhcTimelineWindow *self, gint64 position);
GhcTimelineRow *ghc_timeline_window_lookup_event (GhcTimelineWindow *self, const char *event_id);
GhcTimelineRow *ghc_timeline_window_lookup_txn   (GhcTimelineWindow *self, const char *txn_id);

void            ghc_timeline_window_insert       (GhcTimelineWindow *self, GhcTimelineRow *row);
void            ghc_timeline_window_append       (GhcTimelineWindow *self, GhcTimelineRow *row);
GhcTimelineRow *ghc_timeline_window_steal        (GhcTimelineWindow *self, const char *txn_id);
gboolean        ghc_timeline_window_is_next      (GhcTimelineWindow *self,
                                                  GhcTimelineRow    *row,
                                                  gint64             position);

void            ghc_timeline_window_trim_start   (GhcTimelineWindow *self, guint n_rows);
void            ghc_timeline_window_trim_end     (GhcTimelineWindow *self, guint n_rows);
void            ghc_timeline_window_drop_above   (GhcTimelineWindow *self, gint64 position);
void            ghc_timeline_window_drop_sent    (GhcTimelineWindow *self);

G_END_DECLS
