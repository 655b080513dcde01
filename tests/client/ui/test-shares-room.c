/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is shown in calls where there is little room, or much of it. */
#include "ghc-person-tile.h"
#include "ghc-share-view.h"
#include "ghc-video-grid.h"
#include "ui-stage.h"

static gboolean
is_narrow (gpointer view)
{
  gboolean small;

  g_object_get (view, "small", &small, NULL);
  return small;
}

static gboolean
is_mapped (gpointer widget)
{
  return gtk_widget_get_mapped (widget);
}

static gboolean
has_left_out (gpointer grid)
{
  GtkWidget *last = gtk_widget_get_last_child (grid);

  return gtk_widget_get_width (grid) == 336 && !gtk_widget_get_child_visible (last);
}

/* The label at its foot. */
static GtkLabel *
find_name (GtkWidget *from)
{
  GtkLabel *found = NULL;

  if (GTK_IS_LABEL (from) && gtk_widget_has_css_class (from, "caption-heading"))
    return GTK_LABEL (from);
  for (GtkWidget *child = gtk_widget_get_first_child (from); child != NULL && found == NULL;
       child = gtk_widget_get_next_sibling (child))
    found = find_name (child);
  return found;
}

/* On a telephone there is no room for buttons: they come with the large picture. */
static void
test_narrow (UiStage *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *view, *button;

  ui_stage_put_in_width (self, self->stage, 336);
  ui_call_tell (self->world, self->lounge,
                "@ada:localhost/C @brook:localhost @dmitri:localhost @me:localhost");
  view = ui_stage_get_view (self, 0);
  button = ui_stage_find_tip (view, "Full Screen (F11)");
  ui_window_wait (&window, is_narrow, view, "the tile to be narrow");
  g_assert_false (gtk_widget_get_visible (button));
  g_assert_true (ui_stage_shows (view, "Ada Okafor"));
  g_assert_true (gtk_widget_activate_action (view, "share.focus", NULL));
  ui_window_wait (&window, is_mapped, button, "the button to be there");
}

/* Of very many, the last are left out; nobody is drawn too small to be known. */
static void
test_very_many (UiStage *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *grid = ghc_video_grid_new ();
  guint shown = 0;

  for (guint i = 0; i < 120; i++)
    ghc_video_grid_add (GHC_VIDEO_GRID (grid), gtk_label_new (""));
  ui_stage_put_in_width (self, grid, 336);
  ui_window_wait (&window, has_left_out, grid, "some to be left out");
  for (GtkWidget *child = gtk_widget_get_first_child (grid); child != NULL;
       child = gtk_widget_get_next_sibling (child))
    if (gtk_widget_get_child_visible (child))
      {
        g_assert_cmpint (gtk_widget_get_width (child), >=, 48);
        shown++;
      }
  g_assert_cmpuint (shown, >=, 64);
}

static gboolean
has_names (gpointer view)
{
  return gtk_widget_get_visible (GTK_WIDGET (find_name (view)));
}

static gboolean
has_no_names (gpointer view)
{
  return !has_names (view);
}

/* Beside the large picture there is no room for the names of many; what is left of them would say nothing. */
static void
test_strip (UiStage *self, gconstpointer data)
{
  UiWindow window = { .window = self->window };
  GtkWidget *view;

  ui_stage_put_in_width (self, self->stage, 336);
  ui_call_tell (self->world, self->lounge,
                "@ada:localhost/S @brook:localhost/C @cleo:localhost @dmitri:localhost @emi:localhost "
                "@farid:localhost @me:localhost");
  view = ui_stage_get_view (self, 1);
  g_assert_true (GHC_IS_SHARE_VIEW (view));
  g_assert_true (gtk_widget_activate_action (ui_stage_get_view (self, 0), "share.focus", NULL));
  ui_window_wait (&window, has_no_names, view, "the name to go where it would be cut off");
  g_assert_true (gtk_widget_activate_action (view, "share.focus", NULL));
  ui_window_wait (&window, has_names, view, "the name of the large picture");
  g_assert_true (ui_stage_shows (view, "Brook"));
  /* For a frame, what was there before is still drawn; libadwaita leaks that of a window closed meanwhile. */
  ui_window_wait_frames (&window, 3);
}

void
test_shares_add_room (void)
{
  UI_STAGE_TEST ("narrow", test_narrow);
  UI_STAGE_TEST ("very-many", test_very_many);
  UI_STAGE_TEST ("strip", test_strip);
}
