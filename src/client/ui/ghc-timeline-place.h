/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gtk/gtk.h>

#include "ghc-message.h"

G_BEGIN_DECLS

/**
 * GhcTimelinePlace:
 *
 * Where the reader's eye is: a message in sight and how far below the list's upper edge it stands. A list keeps its own place
 * by the row at its top, which may be the one that goes (a day whose earlier messages have come) or grows (a group that goes on
 * above). A plain struct, zeroed at first.
 */
typedef struct
{
  GhcMessage *message;
  double      y;
  guint       n_layouts; /* after how many more it is given up */
} GhcTimelinePlace;

void ghc_timeline_place_remember (GhcTimelinePlace *self,
                                  GtkListView      *list,
                                  double            scrolled);
void ghc_timeline_place_restore  (GhcTimelinePlace *self,
                                  GtkListView      *list);
void ghc_timeline_place_clear    (GhcTimelinePlace *self);

G_END_DECLS
