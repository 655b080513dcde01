/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-place.h"

#include "ghc-timeline-cell.h"

#include <math.h>

/* New rows are measured when they are first laid out, which moves what is below them once more. */
#define LAYOUTS 3

static gboolean
get_place (GtkWidget *row, GtkWidget *list, GhcMessage **message, double *y, double *end)
{
  GtkWidget *cell = gtk_widget_get_first_child (row);
  graphene_rect_t bounds;

  if (!GHC_IS_TIMELINE_CELL (cell) || !gtk_widget_get_child_visible (row)
      || !gtk_widget_compute_bounds (cell, list, &bounds))
    return FALSE;

  *message = ghc_timeline_cell_get_message (GHC_TIMELINE_CELL (cell));
  *y = bounds.origin.y;
  *end = bounds.origin.y + bounds.size.height;
  return *message != NULL;
}

/**
 * ghc_timeline_place_remember:
 * @scrolled: how far, in pixels, the list was scrolled since its rows were laid out
 *
 * Remembers the second message that begins in sight, before something changes above it or below; the first one may change its
 * height. While a place is remembered that has not been restored yet, it stays that one.
 */
void
ghc_timeline_place_remember (GhcTimelinePlace *self, GtkListView *list, double scrolled)
{
  GhcMessage *first = NULL, *second = NULL;
  double first_y = G_MAXDOUBLE, second_y = G_MAXDOUBLE;

  if (self->message != NULL)
    {
      self->n_layouts = LAYOUTS;
      return;
    }

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GhcMessage *message;
      double y, end;

      if (!get_place (row, GTK_WIDGET (list), &message, &y, &end) || end <= 0
          || y >= gtk_widget_get_height (GTK_WIDGET (list)))
        continue;
      if (y < first_y)
        {
          second = first;
          second_y = first_y;
          first = message;
          first_y = y;
        }
      else if (y < second_y)
        {
          second = message;
          second_y = y;
        }
    }

  if (first == NULL)
    return;
  self->message = g_object_ref (second != NULL ? second : first);
  self->y = (second != NULL ? second_y : first_y) - scrolled;
  self->n_layouts = LAYOUTS;
}

/**
 * ghc_timeline_place_restore:
 *
 * Scrolls so that the remembered message is where it was; to be called after each layout.
 */
void
ghc_timeline_place_restore (GhcTimelinePlace *self, GtkListView *list)
{
  GtkAdjustment *adjustment = gtk_scrollable_get_vadjustment (GTK_SCROLLABLE (list));
  gboolean is_found = FALSE;

  if (self->message == NULL)
    return;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (list)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GhcMessage *message;
      double y, end;

      if (get_place (row, GTK_WIDGET (list), &message, &y, &end) && message == self->message)
        {
          is_found = TRUE;
          if (fabs (y - self->y) >= 1)
            gtk_adjustment_set_value (adjustment,
                                      gtk_adjustment_get_value (adjustment) + y - self->y);
          break;
        }
    }

  /* Scrolled so far away from that it has no row any more, it is no place to keep. */
  if (--self->n_layouts == 0 || !is_found)
    ghc_timeline_place_clear (self);
}

void
ghc_timeline_place_clear (GhcTimelinePlace *self)
{
  g_clear_object (&self->message);
}
