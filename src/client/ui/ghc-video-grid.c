/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-video-grid.h"

#include <math.h>

#define RATIO (16.0 / 9.0)
#define GAP 6
#define MIN_HEIGHT 120
#define MAX_HEIGHT 480
#define LEAST 0.6 /* of the width: what a narrow window gives to pictures */
#define LEAST_MAX 240
#define LEAST_WIDTH 48 /* of one of many; who comes after those that fit is left out */
#define STRIP_SHARE 0.22 /* of the height, for those that are not large */
#define STRIP_MIN 64
#define STRIP_MAX 140

struct _GhcVideoGrid
{
  GtkWidget parent_instance;

  GtkWidget *focus; /* a child, or NULL */
};

G_DEFINE_FINAL_TYPE (GhcVideoGrid, ghc_video_grid, GTK_TYPE_WIDGET)

guint
ghc_video_grid_get_n_children (GhcVideoGrid *self)
{
  guint n = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    n++;
  return n;
}

/* The number of columns with which each picture is largest. */
static guint
choose_columns (guint n, double width, double height, double *tile_width)
{
  guint best = 1;

  *tile_width = 0;
  for (guint columns = 1; columns <= n; columns++)
    {
      guint rows = (n + columns - 1) / columns;
      double by_width = (width - GAP * (columns - 1)) / columns;
      double by_height = (height - GAP * (rows - 1)) / rows * RATIO;

      if (MIN (by_width, by_height) > *tile_width)
        {
          *tile_width = MIN (by_width, by_height);
          best = columns;
        }
    }

  return best;
}

static void
place (GtkWidget *child, double x, double y, double width, double height)
{
  gtk_widget_size_allocate (child,
                            &(GtkAllocation) { (int) x, (int) y, MAX ((int) width, 0),
                                               MAX ((int) height, 0) },
                            -1);
}

/* How many of that least size fit one after the other, but one in any case. */
static guint
count_fitting (double size, double least)
{
  return size > least ? (guint) ((size + GAP) / (least + GAP)) : 1;
}

static void
place_grid (GhcVideoGrid *self, guint n, double width, double height)
{
  guint fitting = count_fitting (width, LEAST_WIDTH) * count_fitting (height, LEAST_WIDTH / RATIO);
  guint shown = MIN (n, fitting);
  double tile_width;
  guint columns = choose_columns (shown, width, height, &tile_width);
  guint rows = (shown + columns - 1) / columns;
  double tile_height = tile_width / RATIO;
  double top = (height - rows * tile_height - GAP * (rows - 1)) / 2;
  guint i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child), i++)
    {
      guint row = i / columns;
      guint in_row = row + 1 < rows ? columns : shown - row * columns;
      double left = (width - in_row * tile_width - GAP * (in_row - 1.0)) / 2;

      gtk_widget_set_child_visible (child, i < shown);
      if (i < shown)
        place (child, left + (i % columns) * (tile_width + GAP), top + row * (tile_height + GAP),
               tile_width, tile_height);
    }
}

static void
place_focus (GhcVideoGrid *self, guint n, double width, double height)
{
  guint others = MIN (n - 1, count_fitting (width, LEAST_WIDTH));
  double line = others > 0 ? CLAMP (height * STRIP_SHARE, STRIP_MIN, STRIP_MAX) : 0;
  double each = others > 0 ? MIN (line * RATIO, (width - GAP * (others - 1)) / others) : 0;
  double x = (width - each * others - GAP * (others - 1.0)) / 2;
  double y = height - each / RATIO;
  guint i = 0;

  for (GtkWidget *child = gtk_widget_get_first_child (GTK_WIDGET (self)); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    {
      if (child == self->focus)
        {
          gtk_widget_set_child_visible (child, TRUE);
          place (child, 0, 0, width, others > 0 ? y - GAP : height);
          continue;
        }
      gtk_widget_set_child_visible (child, i < others);
      if (i++ >= others)
        continue;
      place (child, x, y, each, each / RATIO);
      x += each + GAP;
    }
}

static void
ghc_video_grid_size_allocate (GtkWidget *widget, int width, int height, int baseline)
{
  GhcVideoGrid *self = GHC_VIDEO_GRID (widget);
  guint n = ghc_video_grid_get_n_children (self);

  /* Whatever is measured is allocated, as GTK wants it. */
  for (GtkWidget *child = gtk_widget_get_first_child (widget); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    gtk_widget_measure (child, GTK_ORIENTATION_HORIZONTAL, -1, NULL, NULL, NULL, NULL);
  if (self->focus != NULL)
    place_focus (self, n, width, height);
  else if (n > 0)
    place_grid (self, n, width, height);
}

static GtkSizeRequestMode
ghc_video_grid_get_request_mode (GtkWidget *widget)
{
  return GTK_SIZE_REQUEST_HEIGHT_FOR_WIDTH;
}

static void
ghc_video_grid_measure (GtkWidget *widget, GtkOrientation orientation, int for_size, int *minimum,
                        int *natural, int *minimum_baseline, int *natural_baseline)
{
  GhcVideoGrid *self = GHC_VIDEO_GRID (widget);
  guint n = ghc_video_grid_get_n_children (self);
  double tile_width;

  if (orientation == GTK_ORIENTATION_HORIZONTAL)
    {
      *minimum = 0;
      *natural = 640;
      return;
    }

  *minimum = MIN_HEIGHT;
  *natural = MIN_HEIGHT;
  if (n == 0 || for_size < 0)
    return;

  if (self->focus != NULL)
    *natural = (int) (for_size / RATIO) + (n > 1 ? STRIP_MIN + GAP : 0);
  else
    {
      guint columns = choose_columns (n, for_size, MAX_HEIGHT, &tile_width);
      guint rows = (n + columns - 1) / columns;

      *natural = (int) (rows * ceil (tile_width / RATIO) + GAP * (rows - 1));
    }
  *natural = CLAMP (*natural, MIN_HEIGHT, MAX_HEIGHT);
  *minimum = CLAMP ((int) (for_size * LEAST), MIN_HEIGHT, MIN (*natural, LEAST_MAX));
}

static void
ghc_video_grid_dispose (GObject *object)
{
  GtkWidget *child;

  GHC_VIDEO_GRID (object)->focus = NULL;
  while ((child = gtk_widget_get_first_child (GTK_WIDGET (object))) != NULL)
    gtk_widget_unparent (child);

  G_OBJECT_CLASS (ghc_video_grid_parent_class)->dispose (object);
}

static void
ghc_video_grid_class_init (GhcVideoGridClass *klass)
{
  GtkWidgetClass *widget_class = GTK_WIDGET_CLASS (klass);

  G_OBJECT_CLASS (klass)->dispose = ghc_video_grid_dispose;
  widget_class->size_allocate = ghc_video_grid_size_allocate;
  widget_class->measure = ghc_video_grid_measure;
  widget_class->get_request_mode = ghc_video_grid_get_request_mode;
  gtk_widget_class_set_accessible_role (widget_class, GTK_ACCESSIBLE_ROLE_GROUP);
}

static void
ghc_video_grid_init (GhcVideoGrid *self)
{
  gtk_widget_set_overflow (GTK_WIDGET (self), GTK_OVERFLOW_HIDDEN);
}

GtkWidget *
ghc_video_grid_new (void)
{
  return g_object_new (GHC_TYPE_VIDEO_GRID, NULL);
}

void
ghc_video_grid_add (GhcVideoGrid *self, GtkWidget *child)
{
  gtk_widget_set_parent (child, GTK_WIDGET (self));
}

void
ghc_video_grid_remove (GhcVideoGrid *self, GtkWidget *child)
{
  if (self->focus == child)
    ghc_video_grid_set_focus (self, NULL);
  gtk_widget_unparent (child);
}

void
ghc_video_grid_set_focus (GhcVideoGrid *self, GtkWidget *child)
{
  self->focus = child;
  gtk_widget_queue_resize (GTK_WIDGET (self));
}

GtkWidget *
ghc_video_grid_get_focus (GhcVideoGrid *self)
{
  return self->focus;
}
