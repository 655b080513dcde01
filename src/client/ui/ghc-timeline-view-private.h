/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <adwaita.h>

#include "ghc-timeline-fling.h"
#include "ghc-timeline-place.h"
#include "ghc-timeline-slices.h"
#include "ghc-timeline-view.h"

G_BEGIN_DECLS

struct _GhcTimelineView
{
  GtkWidget parent_instance;
  GhcSession *session;
  GhcChannel *channel;
  GhcTimeline *timeline;
  GhcTimelineSlices *slices; /* what of the timeline the list holds */

  /* ghc-timeline-view-follow.c */
  gboolean is_following;
  gint64 seen_position; /* of the latest message while the end was followed */
  guint n_left_behind;  /* messages of others after it that were let go of again */
  gboolean is_window_active;
  GtkWidget *window; /* (unowned): the root while rooted */
  guint end_source;

  /* ghc-timeline-view-scroll.c */
  GhcTimelinePlace place;
  GhcTimelineFling *fling;
  GdkFrameClock *clock; /* while mapped */
  guint tick;
  gboolean is_laying_out;
  double last_value;
  double laid_value; /* as it was when the list was last laid out */

  /* ghc-timeline-view-page.c */
  guint spinner_source;

  GtkStack *stack;
  AdwStatusPage *empty_page;
  AdwStatusPage *error_page;
  GtkWidget *scroller;
  GtkListView *list_view;
  GtkNoSelection *selection;
  GtkRevealer *older_revealer;
  GtkRevealer *latest_revealer;
  GtkLabel *latest_label;
  GtkWidget *latest_button;
};

GtkAdjustment *ghc_timeline_view_get_adjustment (GhcTimelineView *self);
guint ghc_timeline_view_count_items (GhcTimelineView *self);

/* ghc-timeline-view-follow.c: the end, and who follows it */
void ghc_timeline_view_set_following (GhcTimelineView *self, gboolean is_following);
gboolean ghc_timeline_view_holds_end (GhcTimelineView *self);
gboolean ghc_timeline_view_is_near_end (GhcTimelineView *self);
void ghc_timeline_view_update_attended (GhcTimelineView *self);
void ghc_timeline_view_update_latest (GhcTimelineView *self);
void ghc_timeline_view_update_active (GhcTimelineView *self);
void ghc_timeline_view_scroll_to_end (GhcTimelineView *self);
void ghc_timeline_view_keep_end (GhcTimelineView *self);
void ghc_timeline_view_announce (GhcTimelineView *self, guint position, guint n_added);

/* ghc-timeline-view-scroll.c: what is in sight, and keeping it there */
void ghc_timeline_view_init_scroll (GhcTimelineView *self);
void ghc_timeline_view_begin_frames (GhcTimelineView *self);
void ghc_timeline_view_end_frames (GhcTimelineView *self);
void ghc_timeline_view_fill (GhcTimelineView *self);
void ghc_timeline_view_forget_place (GhcTimelineView *self);
void ghc_timeline_view_load_what_is_near (GhcTimelineView *self);

/* ghc-timeline-view-page.c: what is there instead of a conversation */
void ghc_timeline_view_update_page (GhcTimelineView *self);

/* ghc-timeline-view-rows.c: the rows and their menu */
void ghc_timeline_view_init_rows (GhcTimelineView *self);
void ghc_timeline_view_install_menu (GtkWidgetClass *widget_class);
gboolean ghc_timeline_view_focus (GhcTimelineView *self, GtkDirectionType direction);

G_END_DECLS
