/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline-cell.h"

#include "ghc-message-row.h"

#include <glib/gi18n.h>

struct _GhcTimelineCell
{
  GtkWidget parent_instance;
  GtkListItem *list_item; /* (unowned): while bound */
  GhcMessage *message;
  GtkWidget *message_row;
  GtkWidget *day_row;
  GtkWidget *day_label;
  GtkWidget *new_row;
};

G_DEFINE_FINAL_TYPE (GhcTimelineCell, ghc_timeline_cell, GTK_TYPE_WIDGET)

/* "Today", "Yesterday", or the day in full; with the year when it is another one. */
static char *
dup_day (GDateTime *day)
{
  g_autoptr (GDateTime) now = g_date_time_new_now_local ();
  g_autoptr (GDateTime) yesterday = g_date_time_add_days (now, -1);

  if (g_date_time_get_year (day) == g_date_time_get_year (now)
      && g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (now))
    return g_strdup (_ ("Today"));
  if (g_date_time_get_year (day) == g_date_time_get_year (yesterday)
      && g_date_time_get_day_of_year (day) == g_date_time_get_day_of_year (yesterday))
    return g_strdup (_ ("Yesterday"));
  if (g_date_time_get_year (day) == g_date_time_get_year (now))
    /* Translators: a day of this year, such as "Tuesday, 17 November" */
    return g_date_time_format (day, _ ("%A, %-d %B"));
  /* Translators: a day of another year, such as "Tuesday, 17 November 2026" */
  return g_date_time_format (day, _ ("%A, %-d %B %Y"));
}

static GtkWidget *
add_separator (GtkWidget *box)
{
  GtkWidget *line = gtk_separator_new (GTK_ORIENTATION_HORIZONTAL);

  gtk_widget_set_hexpand (line, TRUE);
  gtk_widget_set_valign (line, GTK_ALIGN_CENTER);
  gtk_box_append (GTK_BOX (box), line);
  return line;
}

static GtkWidget *
build_line (const char *css_class, GtkWidget **label)
{
  /* Any other name than "box", see ghc-message-row-parts.c. */
  GtkWidget *box = g_object_new (GTK_TYPE_BOX, "css-name", "line", "spacing", 12, NULL);

  add_separator (box);
  *label = gtk_label_new (NULL);
  gtk_widget_add_css_class (*label, "caption-heading");
  gtk_box_append (GTK_BOX (box), *label);
  add_separator (box);
  gtk_widget_add_css_class (box, css_class);
  return box;
}

static void
show_only (GhcTimelineCell *self, GtkWidget *wanted)
{
  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_set_visible (child, child == wanted);
}

static void
show_day (GhcTimelineCell *self, GDateTime *day)
{
  g_autofree char *text = dup_day (day);

  if (self->day_row == NULL)
    {
      self->day_row = build_line ("day-line", &self->day_label);
      gtk_widget_set_parent (self->day_row, GTK_WIDGET (self));
    }

  gtk_label_set_label (GTK_LABEL (self->day_label), text);
  gtk_list_item_set_accessible_label (self->list_item, text);
  show_only (self, self->day_row);
}

static void
show_new_line (GhcTimelineCell *self)
{
  if (self->new_row == NULL)
    {
      GtkWidget *label;

      self->new_row = build_line ("new-line", &label);
      /* Translators: the line above the first message one has not read */
      gtk_label_set_label (GTK_LABEL (label), _ ("New"));
      gtk_widget_set_parent (self->new_row, GTK_WIDGET (self));
    }

  gtk_list_item_set_accessible_label (self->list_item, _ ("New messages"));
  show_only (self, self->new_row);
}

static void
update_description (GhcTimelineCell *self)
{
  g_autofree char *text = NULL;

  if (self->list_item == NULL || self->message == NULL)
    return;

  text = ghc_message_row_dup_description (self->message);
  gtk_list_item_set_accessible_label (self->list_item, text);
}

static void
show_message (GhcTimelineCell *self, GhcMessage *message, GhcSession *session, GhcGuild *guild)
{
  if (self->message_row == NULL)
    {
      self->message_row = ghc_message_row_new ();
      gtk_widget_set_parent (self->message_row, GTK_WIDGET (self));
    }

  g_object_set (self->message_row, "session", session, "guild", guild, "message", message, NULL);
  g_set_object (&self->message, message);
  g_signal_connect_object (message, "notify::state", G_CALLBACK (update_description), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (message, "notify::receipt-state", G_CALLBACK (update_description), self,
                           G_CONNECT_SWAPPED);
  update_description (self);
  show_only (self, self->message_row);
}

void
ghc_timeline_cell_bind (GhcTimelineCell *self, GtkListItem *list_item, GhcSession *session,
                        GhcGuild *guild)
{
  GhcTimelineItem *item = GHC_TIMELINE_ITEM (gtk_list_item_get_item (list_item));

  self->list_item = list_item;
  /* The lines between messages take the focus, too: the arrow keys do not get past a row that does not. */
  switch (ghc_timeline_item_get_kind (item))
    {
    case GHC_TIMELINE_DAY:
      show_day (self, ghc_timeline_item_get_date (item));
      break;
    case GHC_TIMELINE_NEW_LINE:
      show_new_line (self);
      break;
    case GHC_TIMELINE_MESSAGE:
    default:
      show_message (self, ghc_timeline_item_get_message (item), session, guild);
    }
}

void
ghc_timeline_cell_unbind (GhcTimelineCell *self)
{
  if (self->message != NULL)
    {
      g_signal_handlers_disconnect_by_func (self->message, update_description, self);
      g_object_set (self->message_row, "message", NULL, NULL);
      g_clear_object (&self->message);
    }
  self->list_item = NULL;
}

/**
 * ghc_timeline_cell_get_position:
 *
 * Returns: the index of its item, or %GTK_INVALID_LIST_POSITION while it shows none
 */
guint
ghc_timeline_cell_get_position (GhcTimelineCell *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_CELL (self), GTK_INVALID_LIST_POSITION);

  return self->list_item != NULL ? gtk_list_item_get_position (self->list_item)
                                 : GTK_INVALID_LIST_POSITION;
}

/**
 * ghc_timeline_cell_get_message:
 *
 * Returns: (transfer none) (nullable): the message it shows
 */
GhcMessage *
ghc_timeline_cell_get_message (GhcTimelineCell *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_CELL (self), NULL);

  return self->message;
}

/**
 * ghc_timeline_cell_show_menu:
 *
 * Opens the menu of its message.
 *
 * Returns: %FALSE when it shows something else, which has none
 */
gboolean
ghc_timeline_cell_show_menu (GhcTimelineCell *self)
{
  g_return_val_if_fail (GHC_IS_TIMELINE_CELL (self), FALSE);

  return self->message != NULL
         && gtk_widget_activate_action (self->message_row, "message.menu", NULL);
}

/**
 * ghc_timeline_cell_show_menu_at:
 * @x, @y: where it was asked for, in the cell
 *
 * As ghc_timeline_cell_show_menu().
 */
gboolean
ghc_timeline_cell_show_menu_at (GhcTimelineCell *self, double x, double y)
{
  graphene_point_t point;

  g_return_val_if_fail (GHC_IS_TIMELINE_CELL (self), FALSE);

  if (self->message == NULL
      || !gtk_widget_compute_point (GTK_WIDGET (self), self->message_row,
                                    &GRAPHENE_POINT_INIT ((float) x, (float) y), &point))
    return FALSE;
  ghc_message_row_show_menu (GHC_MESSAGE_ROW (self->message_row), point.x, point.y);
  return TRUE;
}

static void
ghc_timeline_cell_dispose (GObject *object)
{
  GhcTimelineCell *self = GHC_TIMELINE_CELL (object);
  GtkWidget *child;

  if (self->message != NULL)
    g_signal_handlers_disconnect_by_func (self->message, update_description, self);
  g_clear_object (&self->message);
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (self))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_timeline_cell_parent_class)->dispose (object);
}

static void
ghc_timeline_cell_class_init (GhcTimelineCellClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_timeline_cell_dispose;
  gtk_widget_class_set_layout_manager_type (widget_class, GTK_TYPE_BIN_LAYOUT);
  gtk_widget_class_set_css_name (widget_class, "ghc-timeline-cell");
}

static void
ghc_timeline_cell_init (GhcTimelineCell *self)
{
}

GtkWidget *
ghc_timeline_cell_new (void)
{
  return g_object_new (GHC_TYPE_TIMELINE_CELL, NULL);
}
