/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-timeline-window.h"
#include "ghc-timeline.h"

G_BEGIN_DECLS

struct _GhcTimeline
{
  GObject parent_instance;

  char              *channel_id;
  GTimeZone         *time_zone;
  GhcUserLookup      lookup;
  GWeakRef           directory;
  GWeakRef           loader;

  /* What is held, and what is shown of it: the model's items, in order. */
  GhcTimelineWindow  window;
  GPtrArray         *items;
  GHashTable        *days; /* number of the day → GhcTimelineItem */
  GhcTimelineItem   *new_line;
  gint64             read_marker;

  /* What is on screen; NULL when the UI has not said. */
  GhcTimelineItem   *first_visible;
  GhcTimelineItem   *last_visible;

  /* Events that arrive while a page is on its way: the page may have been read before them. */
  GPtrArray         *held;
  gboolean           held_overflowed;
  guint              n_loading;
  guint              jump_serial;
  gint64             last_seen;

  DexFuture         *older;
  DexFuture         *newer;
  char              *load_error;
  guint              n_unseen;
  gboolean           loaded;

  /* What was last notified, see ghc_timeline_notify_changes(). */
  struct
  {
    guint    n_unseen;
    gboolean at_start;
    gboolean at_end;
    gboolean loaded;
    gboolean empty;
    gboolean loading_older;
    gboolean loading_newer;
  } told;
};

/* ghc-timeline.c */
void            ghc_timeline_notify_changes (GhcTimeline *self);
void            ghc_timeline_set_load_error (GhcTimeline *self, const char *sentence);
void            ghc_timeline_emit_jumped    (GhcTimeline *self, guint index);

/* ghc-timeline-layout.c */
int             ghc_timeline_day_of         (GhcTimeline *self, gint64 timestamp);
void            ghc_timeline_layout         (GhcTimeline *self);

/* ghc-timeline-fold.c */
gboolean        ghc_timeline_take_event     (GhcTimeline *self, GhEvent *event);
void            ghc_timeline_take_held      (GhcTimeline *self);
void            ghc_timeline_trim_start     (GhcTimeline *self, guint keep);
void            ghc_timeline_trim_end       (GhcTimeline *self, guint keep);

G_END_DECLS
