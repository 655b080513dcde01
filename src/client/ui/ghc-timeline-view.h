/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_TIMELINE_VIEW (ghc_timeline_view_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimelineView, ghc_timeline_view, GHC, TIMELINE_VIEW, GtkWidget)

/**
 * GhcTimelineView:
 *
 * A channel's conversation. It shows the end and follows it as messages arrive, until the person scrolls away; then it keeps
 * its place whatever arrives or loads, and offers the way back.
 *
 * Properties (writable): session (GhcSession, nullable), channel (GhcChannel, nullable), timeline (GhcTimeline, nullable:
 * follows the channel; tests set it alone). Read-only: following (boolean).
 * Actions: timeline.jump-to-latest, timeline.jump-to-date (x, ms since the epoch), timeline.retry.
 */
GtkWidget *ghc_timeline_view_new           (void);
gboolean   ghc_timeline_view_get_following (GhcTimelineView *self);
gboolean   ghc_timeline_view_is_settled    (GhcTimelineView *self);
void       ghc_timeline_view_jump_to_date  (GhcTimelineView *self,
                                            gint64           timestamp_ms);

G_END_DECLS
