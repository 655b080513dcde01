/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The rows of the list, and the menu of a message. */
#include "ghc-timeline-view-private.h"

#include "ghc-timeline-cell.h"

static void
on_setup (GhcTimelineView *self, GtkListItem *list_item)
{
  gtk_list_item_set_child (list_item, ghc_timeline_cell_new ());
  gtk_list_item_set_activatable (list_item, FALSE);
}

static void
on_row_inserted (GtkWidget *row)
{
  GdkRGBA color;

  g_signal_handlers_disconnect_by_func (row, on_row_inserted, NULL);
  /* Asked for its colour, it gets its style at once. */
  gtk_widget_get_color (row, &color);
  gtk_widget_set_visible (row, TRUE);
}

/* When a visible widget gets a parent, GTK styles anew all siblings below it and all that they hold:
 * half of a frame's time for a list of messages, at each slice that comes above. One that is
 * hidden until it has a style of its own leaves them alone. */
static void
insert_quietly (GtkWidget *row)
{
  if (row == NULL || gtk_widget_get_parent (row) != NULL || !gtk_widget_get_visible (row))
    return;

  gtk_widget_set_visible (row, FALSE);
  g_signal_connect (row, "notify::parent", G_CALLBACK (on_row_inserted), NULL);
}

static void
on_bind (GhcTimelineView *self, GtkListItem *list_item)
{
  GhcGuild *guild = self->channel != NULL ? ghc_channel_get_guild (self->channel) : NULL;
  GtkWidget *cell = gtk_list_item_get_child (list_item);

  ghc_timeline_cell_bind (GHC_TIMELINE_CELL (cell), list_item, self->session, guild);
  insert_quietly (gtk_widget_get_parent (cell));
}

static void
on_unbind (GhcTimelineView *self, GtkListItem *list_item)
{
  ghc_timeline_cell_unbind (GHC_TIMELINE_CELL (gtk_list_item_get_child (list_item)));
}

/* The focus is on the list's own row, around the cell, or on something within the cell. */
static gboolean
show_menu (GtkWidget *widget, GVariant *arguments, gpointer data)
{
  GtkWidget *list = GTK_WIDGET (GHC_TIMELINE_VIEW (widget)->list_view);
  GtkWidget *focus = gtk_root_get_focus (gtk_widget_get_root (widget));
  GtkWidget *cell;

  if (focus == NULL || !gtk_widget_is_ancestor (focus, list))
    return GDK_EVENT_PROPAGATE;
  if (!GHC_IS_TIMELINE_CELL (gtk_widget_get_first_child (focus)))
    cell = gtk_widget_get_ancestor (focus, GHC_TYPE_TIMELINE_CELL);
  else
    cell = gtk_widget_get_first_child (focus);

  return cell != NULL && ghc_timeline_cell_show_menu (GHC_TIMELINE_CELL (cell));
}

static void
show_menu_at (GhcTimelineView *self, GtkGesture *gesture, double x, double y)
{
  GtkWidget *list = GTK_WIDGET (self->list_view);
  GtkWidget *at = gtk_widget_pick (list, x, y, GTK_PICK_DEFAULT);
  GtkWidget *cell = at != NULL ? gtk_widget_get_ancestor (at, GHC_TYPE_TIMELINE_CELL) : NULL;
  graphene_point_t point;

  if (cell == NULL
      || !gtk_widget_compute_point (list, cell, &GRAPHENE_POINT_INIT ((float) x, (float) y),
                                    &point))
    return;

  /* The text has a menu of its own, which stays closed. */
  if (ghc_timeline_cell_show_menu_at (GHC_TIMELINE_CELL (cell), point.x, point.y))
    gtk_gesture_set_state (gesture, GTK_EVENT_SEQUENCE_CLAIMED);
}

static void
on_secondary_pressed (GhcTimelineView *self, int n_presses, double x, double y, GtkGesture *gesture)
{
  show_menu_at (self, gesture, x, y);
}

static void
on_long_pressed (GhcTimelineView *self, double x, double y, GtkGesture *gesture)
{
  show_menu_at (self, gesture, x, y);
}

/* The last message that is wholly in sight, or else the last of which something is. */
static GtkWidget *
find_last_in_sight (GhcTimelineView *self)
{
  float height = (float) gtk_widget_get_height (self->scroller);
  GtkWidget *whole = NULL, *part = NULL;

  for (GtkWidget *row = gtk_widget_get_first_child (GTK_WIDGET (self->list_view)); row != NULL;
       row = gtk_widget_get_next_sibling (row))
    {
      GtkWidget *cell = gtk_widget_get_first_child (row);
      graphene_rect_t bounds;
      float top, bottom;

      if (!GHC_IS_TIMELINE_CELL (cell) || !gtk_widget_get_mapped (row)
          || ghc_timeline_cell_get_message (GHC_TIMELINE_CELL (cell)) == NULL
          || !gtk_widget_compute_bounds (row, self->scroller, &bounds))
        continue;

      top = bounds.origin.y;
      bottom = bounds.origin.y + bounds.size.height;
      if (top >= 0 && bottom <= height)
        whole = row;
      if (top < height && bottom > 0)
        part = row;
    }
  return whole != NULL ? whole : part;
}

/**
 * ghc_timeline_view_focus:
 *
 * The keyboard comes to what has been read last, not to the list's first row, which may be far away.
 */
gboolean
ghc_timeline_view_focus (GhcTimelineView *self, GtkDirectionType direction)
{
  GtkWidget *row;

  if (gtk_widget_get_focus_child (GTK_WIDGET (self)) != NULL
      || (direction != GTK_DIR_TAB_FORWARD && direction != GTK_DIR_TAB_BACKWARD))
    return FALSE;

  row = gtk_widget_get_mapped (self->scroller) ? find_last_in_sight (self) : NULL;
  return row != NULL && gtk_widget_grab_focus (row);
}

void
ghc_timeline_view_install_menu (GtkWidgetClass *widget_class)
{
  gtk_widget_class_add_binding (widget_class, GDK_KEY_Menu, 0, show_menu, NULL);
  gtk_widget_class_add_binding (widget_class, GDK_KEY_F10, GDK_SHIFT_MASK, show_menu, NULL);
}

/* One gesture for all rows: each would otherwise make its own as it comes into the list. */
static void
add_gestures (GhcTimelineView *self)
{
  GtkGesture *click = gtk_gesture_click_new ();
  GtkGesture *press = gtk_gesture_long_press_new ();

  gtk_gesture_single_set_button (GTK_GESTURE_SINGLE (click), GDK_BUTTON_SECONDARY);
  gtk_gesture_single_set_touch_only (GTK_GESTURE_SINGLE (press), TRUE);
  gtk_event_controller_set_propagation_phase (GTK_EVENT_CONTROLLER (click), GTK_PHASE_CAPTURE);
  g_signal_connect_object (click, "pressed", G_CALLBACK (on_secondary_pressed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (press, "pressed", G_CALLBACK (on_long_pressed), self, G_CONNECT_SWAPPED);
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), GTK_EVENT_CONTROLLER (click));
  gtk_widget_add_controller (GTK_WIDGET (self->list_view), GTK_EVENT_CONTROLLER (press));
}

void
ghc_timeline_view_init_rows (GhcTimelineView *self)
{
  g_autoptr (GtkListItemFactory) factory = gtk_signal_list_item_factory_new ();

  g_signal_connect_object (factory, "setup", G_CALLBACK (on_setup), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "bind", G_CALLBACK (on_bind), self, G_CONNECT_SWAPPED);
  g_signal_connect_object (factory, "unbind", G_CALLBACK (on_unbind), self, G_CONNECT_SWAPPED);
  gtk_list_view_set_factory (self->list_view, factory);
  add_gestures (self);
}
