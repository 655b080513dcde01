/* SPDX-License-Identifier: GPL-3.0-or-later */

/* Where a row's parts go. A box would do the same, but asks a wrapping label how narrow it could be
 * at its height, which lays its text out ten times. */
#include "ghc-message-row-private.h"

#define GUTTER 44
#define GUTTER_SPACING 12
#define LINE_SPACING 2
#define ICON_SPACING 6

static gboolean
is_shown (gpointer part)
{
  return part != NULL && gtk_widget_should_layout (part);
}

static void
measure_part (gpointer part, GtkOrientation orientation, int for_size, int *minimum, int *natural)
{
  *minimum = *natural = 0;
  if (is_shown (part))
    gtk_widget_measure (part, orientation, for_size, minimum, natural, NULL, NULL);
}

static void
measure_width (GhcMessageRow *self, int *minimum, int *natural)
{
  int heading[2], body[2], icon[2], failure[2];

  measure_part (self->heading, GTK_ORIENTATION_HORIZONTAL, -1, &heading[0], &heading[1]);
  measure_part (self->body_label, GTK_ORIENTATION_HORIZONTAL, -1, &body[0], &body[1]);
  measure_part (self->pending_icon, GTK_ORIENTATION_HORIZONTAL, -1, &icon[0], &icon[1]);
  measure_part (self->failure, GTK_ORIENTATION_HORIZONTAL, -1, &failure[0], &failure[1]);
  if (is_shown (self->pending_icon))
    {
      body[0] += ICON_SPACING + icon[0];
      body[1] += ICON_SPACING + icon[1];
    }

  *minimum = GUTTER + GUTTER_SPACING + MAX (heading[0], MAX (body[0], failure[0]));
  *natural = GUTTER + GUTTER_SPACING + MAX (heading[1], MAX (body[1], failure[1]));
}

/* How high each line is at a width. */
typedef struct
{
  int width; /* of each line */
  int body_width;
  int icon_width;
  int heading;
  int body;
  int failure;
} Lines;

static void
measure_lines (GhcMessageRow *self, int width, Lines *lines)
{
  int minimum;

  lines->width = MAX (width - GUTTER - GUTTER_SPACING, 0);
  measure_part (self->pending_icon, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &lines->icon_width);
  lines->body_width =
    MAX (lines->width - (lines->icon_width > 0 ? ICON_SPACING + lines->icon_width : 0), 0);
  measure_part (self->heading, GTK_ORIENTATION_VERTICAL, -1, &minimum, &lines->heading);
  measure_part (self->body_label, GTK_ORIENTATION_VERTICAL, lines->body_width, &minimum,
                &lines->body);
  measure_part (self->failure, GTK_ORIENTATION_VERTICAL, lines->width, &minimum, &lines->failure);
}

static int
sum_lines (const Lines *lines)
{
  return lines->body + (lines->heading > 0 ? lines->heading + LINE_SPACING : 0)
         + (lines->failure > 0 ? LINE_SPACING + lines->failure : 0);
}

void
ghc_message_row_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                         int *natural, int *minimum_baseline, int *natural_baseline)
{
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);
  int avatar_minimum, avatar;
  Lines lines;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      measure_width (self, minimum, natural);
      return;
    }

  if (for_size < 0)
    gtk_widget_measure (widget, GTK_ORIENTATION_HORIZONTAL, -1, NULL, &for_size, NULL, NULL);
  measure_lines (self, for_size, &lines);
  measure_part (self->avatar_button, GTK_ORIENTATION_VERTICAL, -1, &avatar_minimum, &avatar);
  *minimum = *natural = MAX (avatar, sum_lines (&lines));
}

/* @x is counted from where reading begins. */
static void
place_part (GtkWidget *widget, gpointer part, int x, int y, int width, int height)
{
  if (!is_shown (part))
    return;
  if (gtk_widget_get_direction (widget) == GTK_TEXT_DIR_RTL)
    x = gtk_widget_get_width (widget) - x - width;
  gtk_widget_size_allocate (part, &(GtkAllocation){ x, y, width, height }, -1);
}

static void
place_in_gutter (GtkWidget *widget, gpointer part, float align)
{
  int minimum, width, height;

  if (!is_shown (part))
    return;
  measure_part (part, GTK_ORIENTATION_HORIZONTAL, -1, &minimum, &width);
  measure_part (part, GTK_ORIENTATION_VERTICAL, width, &minimum, &height);
  place_part (widget, part, (int) ((float) (GUTTER - width) * align), 0, width, height);
}

/* The label takes the whole width, its text seldom does. */
static int
get_text_width (GhcMessageRow *self)
{
  int width;

  pango_layout_get_pixel_size (gtk_label_get_layout (self->body_label), &width, NULL);
  return width;
}

void
ghc_message_row_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  const int x = GUTTER + GUTTER_SPACING;
  GhcMessageRow *self = GHC_MESSAGE_ROW (widget);
  Lines lines;
  int y = 0;

  measure_lines (self, width, &lines);
  place_in_gutter (widget, self->avatar_button, 0.5);
  place_in_gutter (widget, self->hover_time, 1);
  if (is_shown (self->heading))
    {
      place_part (widget, self->heading, x, y, lines.width, lines.heading);
      y += lines.heading + LINE_SPACING;
    }

  place_part (widget, self->body_label, x, y, lines.body_width, lines.body);
  if (is_shown (self->pending_icon))
    place_part (widget, self->pending_icon,
                x + MIN (get_text_width (self), lines.body_width) + ICON_SPACING,
                y + MAX (lines.body - lines.icon_width, 0), lines.icon_width, lines.icon_width);
  y += lines.body + LINE_SPACING;
  place_part (widget, self->failure, x, y, lines.width, lines.failure);
}
