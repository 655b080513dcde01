/* SPDX-License-Identifier: GPL-3.0-or-later */

/* The timeline in a real window, over a history of a hundred thousand messages. */
#include "test-timeline-view.h"

#include <adwaita.h>
#include <math.h>

#define N_MESSAGES 100000

void
test_timeline_open (UiWindow **window,
                    UiWorld  **world,
                    guint      n_messages)
{
  *world = ui_world_new (n_messages);
  *window = ui_window_new ();
  ui_window_show (*window, ghc_channel_get_timeline ((*world)->general));
}

GhcTimeline *
test_timeline_of (UiWorld *world)
{
  return ghc_channel_get_timeline (world->general);
}

static void
scroll_by (UiWindow *window,
           double    dy)
{
  GtkAdjustment *adjustment = ui_window_adjustment (window);

  gtk_adjustment_set_value (adjustment, gtk_adjustment_get_value (adjustment) + dy);
  ui_window_settle (window);
}

static gint64
last_position (UiWindow *window)
{
  g_autoptr (GPtrArray) sights = ui_window_look (window);
  UiSight *last;

  g_assert_cmpuint (sights->len, >, 0);
  last = g_ptr_array_index (sights, sights->len - 1);
  g_assert_cmpfloat (last->y + last->height, <=, gtk_widget_get_height (window->list) + 1);
  return ghc_message_get_position (last->message);
}

/* Messages that were and are in sight must be where they were. The foot of each counts: the one at the top loses its heading
 * when a group goes on above it. */
static void
assert_same_place (GPtrArray *before,
                   GPtrArray *after)
{
  guint n_same = 0;

  for (guint i = 0; i < before->len; i++)
    for (guint j = 0; j < after->len; j++)
      {
        UiSight *was = g_ptr_array_index (before, i), *is = g_ptr_array_index (after, j);

        if (was->message != is->message)
          continue;
        if (fabs (was->y + was->height - is->y - is->height) > 1)
          g_error ("message %" G_GINT64_FORMAT " jumped from %g to %g", ghc_message_get_position (was->message),
                   was->y + was->height, is->y + is->height);
        n_same++;
      }

  g_assert_cmpuint (n_same, ==, before->len);
}

static gboolean
is_loaded (gpointer timeline)
{
  return ghc_timeline_get_loaded (timeline);
}

/* What is loaded before the view has a size is shown from its end too. */
static void
test_opens_at_end_before_size (void)
{
  g_autoptr (UiWorld) world = ui_world_new (N_MESSAGES);
  g_autoptr (UiWindow) window = ui_window_new ();
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (window->view));

  gtk_widget_set_visible (parent, FALSE);
  g_object_set (window->view, "timeline", test_timeline_of (world), NULL);
  dex_future_disown (ghc_timeline_jump_to_latest (test_timeline_of (world)));
  ui_window_wait (window, is_loaded, test_timeline_of (world), "the first page");
  ui_window_wait_frames (window, 3);

  gtk_widget_set_visible (parent, TRUE);
  ui_window_find_list (window);
  ui_window_settle (window);
  g_assert_true (ghc_timeline_view_get_following (window->view));
  g_assert_cmpint (last_position (window), ==, N_MESSAGES);
}

/* Another page of the window is looked at while rows are still coming to the list. */
static void
test_fills_after_hidden (void)
{
  g_autoptr (UiWorld) world = ui_world_new (N_MESSAGES);
  g_autoptr (UiWindow) window = ui_window_new ();
  GtkWidget *parent = gtk_widget_get_parent (GTK_WIDGET (window->view));

  g_object_set (window->view, "timeline", test_timeline_of (world), NULL);
  dex_future_disown (ghc_timeline_jump_to_latest (test_timeline_of (world)));
  ui_window_wait (window, is_loaded, test_timeline_of (world), "the first page");
  ui_window_find_list (window);
  g_assert_false (ghc_timeline_view_is_settled (window->view));

  gtk_widget_set_visible (parent, FALSE);
  ui_window_wait_frames (window, 3);
  gtk_widget_set_visible (parent, TRUE);
  ui_window_settle (window);
  g_assert_cmpint (last_position (window), ==, N_MESSAGES);
}

static void
test_opens_at_end (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;

  test_timeline_open (&window, &world, N_MESSAGES);
  g_assert_true (ghc_timeline_view_get_following (window->view));
  g_assert_cmpint (last_position (window), ==, N_MESSAGES);

  /* What is written below grows and shrinks. */
  gtk_widget_set_size_request (window->foot, -1, 200);
  ui_window_settle (window);
  g_assert_cmpint (last_position (window), ==, N_MESSAGES);
  gtk_widget_set_size_request (window->foot, -1, -1);
  ui_window_settle (window);
  g_assert_cmpint (last_position (window), ==, N_MESSAGES);
  g_assert_true (ghc_timeline_view_get_following (window->view));
}

static void
test_follows_end (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;

  test_timeline_open (&window, &world, N_MESSAGES);
  for (guint i = 1; i <= 30; i++)
    {
      ui_world_hear (world, i % 3 == 0 ? ADA : BROOK,
                     i % 5 == 0 ? "A long one, that takes several lines of the window, so that what is below it would be out of "
                                  "sight if nobody looked after it, and a reader would miss what was said, again and again, "
                                  "until they scroll."
                                : "Short.");
      ui_window_settle (window);
      g_assert_cmpint (last_position (window), ==, N_MESSAGES + i);
      g_assert_true (ghc_timeline_view_get_following (window->view));
    }

  /* Many at once, as after a reconnection. */
  for (guint i = 0; i < 200; i++)
    ui_world_hear (world, ADA, "And another.");
  ui_window_settle (window);
  g_assert_cmpint (last_position (window), ==, N_MESSAGES + 230);
}

static void
test_keeps_place_below (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  test_timeline_open (&window, &world, N_MESSAGES);
  scroll_by (window, -900);
  g_assert_false (ghc_timeline_view_get_following (window->view));
  g_assert_nonnull (ui_window_find (GTK_WIDGET (window->view), GTK_TYPE_LABEL, "Latest messages"));

  before = ui_window_look (window);
  ui_world_hear (world, ADA, "Are you still reading what is above?");
  ui_window_settle (window);
  g_assert_nonnull (ui_window_find (GTK_WIDGET (window->view), GTK_TYPE_LABEL, "1 new message"));
  for (guint i = 0; i < 40; i++)
    ui_world_hear (world, BROOK, "Take your time.");
  ui_window_settle (window);
  after = ui_window_look (window);
  assert_same_place (before, after);
  g_assert_false (ghc_timeline_view_get_following (window->view));
  g_assert_nonnull (ui_window_find (GTK_WIDGET (window->view), GTK_TYPE_LABEL, "41 new messages"));

  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window->view), "timeline.jump-to-latest", NULL));
  ui_window_settle (window);
  g_assert_cmpint (last_position (window), ==, N_MESSAGES + 41);
  g_assert_true (ghc_timeline_view_get_following (window->view));
}

static gboolean
is_not_loading (gpointer timeline)
{
  return !ghc_timeline_get_loading_older (timeline);
}

static gboolean
is_loading (gpointer timeline)
{
  return ghc_timeline_get_loading_older (timeline);
}

static void
test_keeps_place_above (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;

  test_timeline_open (&window, &world, N_MESSAGES);
  for (guint i = 0; i < 12; i++)
    {
      g_autoptr (GPtrArray) before = NULL;
      g_autoptr (GPtrArray) after = NULL;
      gint64 oldest;

      /* To the very top of what there is, and a little back every other time. */
      ui_window_wait (window, is_not_loading, test_timeline_of (world), "pages to have arrived");
      ui_history_set_held (world->history, TRUE);
      gtk_adjustment_set_value (ui_window_adjustment (window), i % 2 == 0 ? 0 : 150);
      ui_window_wait (window, is_loading, test_timeline_of (world), "an older page to be asked for");
      ui_window_settle (window);
      oldest = ghc_timeline_get_oldest_position (test_timeline_of (world));
      before = ui_window_look (window);

      ui_history_set_held (world->history, FALSE);
      ui_window_wait (window, is_not_loading, test_timeline_of (world), "the older page");
      ui_window_settle (window);
      g_assert_cmpint (ghc_timeline_get_oldest_position (test_timeline_of (world)), <, oldest);
      after = ui_window_look (window);
      assert_same_place (before, after);
    }

  /* The window has let go of its end by now; the way back replaces it. */
  g_assert_false (ghc_timeline_get_at_end (test_timeline_of (world)));
  ui_world_hear (world, ADA, "Far below.");
  ui_window_settle (window);
  g_assert_nonnull (ui_window_find (GTK_WIDGET (window->view), GTK_TYPE_LABEL, "1 new message"));
  g_assert_true (gtk_widget_activate_action (GTK_WIDGET (window->view), "timeline.jump-to-latest", NULL));
  ui_window_wait (window, ui_window_is_at_end, window, "the end");
  ui_window_settle (window);
  g_assert_cmpint (last_position (window), ==, N_MESSAGES + 1);
  g_assert_true (ghc_timeline_view_get_following (window->view));
}

/* The scrolled window's own: it says when fingers have left a touchpad. */
static GtkEventController *
find_touchpad (UiWindow *window)
{
  GtkWidget *scroller = gtk_widget_get_ancestor (window->list, GTK_TYPE_SCROLLED_WINDOW);
  g_autoptr (GListModel) controllers = gtk_widget_observe_controllers (scroller);

  for (guint i = 0; i < g_list_model_get_n_items (controllers); i++)
    {
      g_autoptr (GtkEventController) controller = g_list_model_get_item (controllers, i);

      if (GTK_IS_EVENT_CONTROLLER_SCROLL (controller))
        return controller;
    }

  g_error ("nothing listens to a touchpad");
}

/* So hard that it would go on for @way pixels. */
static void
fling (UiWindow *window, double way)
{
  double page = gtk_adjustment_get_page_size (ui_window_adjustment (window));

  g_signal_emit_by_name (find_touchpad (window), "scroll-begin");
  g_signal_emit_by_name (find_touchpad (window), "decelerate", 0.0, 4 * way / pow (page, 2.0 / 3.0));
}

static gboolean
is_far_up (gpointer window)
{
  g_autoptr (GPtrArray) sights = ui_window_look (window);
  UiSight *first = sights->len > 0 ? g_ptr_array_index (sights, 0) : NULL;

  return first != NULL && ghc_message_get_position (first->message) < N_MESSAGES - 300;
}

static gboolean
is_at_start (gpointer data)
{
  UiWindow *window = data;
  g_autoptr (GPtrArray) sights = ui_window_look (window);
  UiSight *first = sights->len > 0 ? g_ptr_array_index (sights, 0) : NULL;

  return first != NULL && ghc_message_get_position (first->message) == 1
         && gtk_adjustment_get_value (ui_window_adjustment (window)) <= 0;
}

static void
test_fling_goes_on (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;
  g_autoptr (GPtrArray) before = NULL;
  g_autoptr (GPtrArray) after = NULL;

  /* Three pages of history come above it on its way. */
  test_timeline_open (&window, &world, N_MESSAGES);
  fling (window, -60000);
  ui_window_wait (window, is_far_up, window, "a fling to go on through history");
  g_assert_false (ghc_timeline_view_get_following (window->view));

  /* Fingers laid down end it. */
  g_signal_emit_by_name (find_touchpad (window), "scroll-begin");
  ui_window_settle (window);
  before = ui_window_look (window);
  ui_window_wait_frames (window, 20);
  after = ui_window_look (window);
  assert_same_place (before, after);
}

static void
test_fling_ends_at_start (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;

  test_timeline_open (&window, &world, 400);
  fling (window, -60000);
  ui_window_wait (window, is_at_start, window, "a fling to reach the start");
  g_assert_true (ghc_timeline_get_at_start (test_timeline_of (world)));
}

static void
test_jumps_to_date (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;
  g_autoptr (GhEvent) wanted = NULL;
  g_autoptr (GPtrArray) sights = NULL;
  gboolean is_in_sight = FALSE;

  test_timeline_open (&window, &world, N_MESSAGES);
  wanted = ui_history_make (world->history, 41234);
  ghc_timeline_view_jump_to_date (window->view, gh_event_get_origin_ts (wanted));
  ui_window_settle (window);
  sights = ui_window_look (window);
  for (guint i = 0; i < sights->len; i++)
    {
      UiSight *sight = g_ptr_array_index (sights, i);

      is_in_sight |= ghc_message_get_position (sight->message) == 41235;
    }
  g_assert_true (is_in_sight);
  g_assert_false (ghc_timeline_view_get_following (window->view));
}

static void
test_constant_rows (void)
{
  g_autoptr (UiWorld) world = NULL;
  g_autoptr (UiWindow) window = NULL;
  guint n_first = 0, n_most = 0;

  test_timeline_open (&window, &world, N_MESSAGES);
  for (guint i = 0; i <= 10; i++)
    {
      g_autoptr (GhEvent) event = ui_history_make (world->history, N_MESSAGES - 1 - i * (N_MESSAGES - 1) / 10);

      /* From the end to the start, and some pages up and down at each stop. */
      ghc_timeline_view_jump_to_date (window->view, gh_event_get_origin_ts (event));
      ui_window_settle (window);
      for (int j = -2; j <= 2; j++)
        {
          scroll_by (window, (j < 0 ? -1 : 1) * gtk_adjustment_get_page_size (ui_window_adjustment (window)));
          n_most = MAX (n_most, ui_window_count_cells (window));
        }
      if (i == 2)
        n_first = n_most;
    }

  g_test_message ("%u rows at most, %u of them at first", n_most, n_first);
  g_assert_true (ghc_timeline_get_at_start (test_timeline_of (world)));
  g_assert_cmpuint (n_most, <=, n_first + 20);
  g_assert_cmpuint (n_most, <=, 300);
  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (test_timeline_of (world))), <=, 2 * GHC_TIMELINE_WINDOW);
}

int
main (int    argc,
      char **argv)
{
  dex_init ();
  gtk_test_init (&argc, &argv);
  adw_init ();
  ui_window_load_style ();

  g_test_add_func ("/timeline-view/opens-at-end", test_opens_at_end);
  g_test_add_func ("/timeline-view/opens-at-end-before-size", test_opens_at_end_before_size);
  g_test_add_func ("/timeline-view/fills-after-hidden", test_fills_after_hidden);
  g_test_add_func ("/timeline-view/follows-end", test_follows_end);
  g_test_add_func ("/timeline-view/keeps-place-below", test_keeps_place_below);
  g_test_add_func ("/timeline-view/keeps-place-above", test_keeps_place_above);
  g_test_add_func ("/timeline-view/fling-goes-on", test_fling_goes_on);
  g_test_add_func ("/timeline-view/fling-ends-at-start", test_fling_ends_at_start);
  g_test_add_func ("/timeline-view/jumps-to-date", test_jumps_to_date);
  g_test_add_func ("/timeline-view/constant-rows", test_constant_rows);
  test_timeline_add_rows ();
  return g_test_run ();
}
