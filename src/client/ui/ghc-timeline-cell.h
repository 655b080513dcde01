/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-session.h"
#include "ghc-timeline-item.h"

G_BEGIN_DECLS

#define GHC_TYPE_TIMELINE_CELL (ghc_timeline_cell_get_type ())
G_DECLARE_FINAL_TYPE (GhcTimelineCell, ghc_timeline_cell, GHC, TIMELINE_CELL, GtkWidget)

/**
 * GhcTimelineCell:
 *
 * A row of the timeline that is used again for whatever comes: a message, a day, or the "new" line. Each of the three is made
 * when it is first needed, and kept.
 */
GtkWidget *ghc_timeline_cell_new  (void);
void       ghc_timeline_cell_bind (GhcTimelineCell *self,
                                  GtkListItem    *list_item,
                                  GhcSession     *session,
                                  GhcGuild       *guild);
void       ghc_timeline_cell_unbind (GhcTimelineCell *self);
guint      ghc_timeline_cell_get_position (GhcTimelineCell *self);
GhcMessage *ghc_timeline_cell_get_message (GhcTimelineCell *self);
gboolean   ghc_timeline_cell_show_menu (GhcTimelineCell *self);
gboolean   ghc_timeline_cell_show_menu_at (GhcTimelineCell *self, double x, double y);

G_END_DECLS
