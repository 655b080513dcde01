/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"
#include "ghc-timeline-item.h"

G_BEGIN_DECLS

#define GHC_TYPE_TIMELINE_ROW (ghc_timeline_row_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimelineRow, ghc_timeline_row, GHC, TIMELINE_ROW, GtkWidget)

/**
 * GhcTimelineRow:
 *
 * A row of the timeline that is used again for whatever comes: a message, a day, or the "new" line. Each of the three is made
 * when it is first needed, and kept.
 */
GtkWidget *ghc_timeline_row_new  (void);
void       ghc_timeline_row_bind (GhcTimelineRow *self,
                                  GtkListItem    *list_item,
                                  GhcSession     *session,
                                  GhcGuild       *guild);
void       ghc_timeline_row_unbind (GhcTimelineRow *self);
guint      ghc_timeline_row_get_position (GhcTimelineRow *self);

G_END_DECLS
