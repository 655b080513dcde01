/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "timeline-fixture.h"

static void
test_first_page (TimelineFixture *fixture, gconstpointer data)
{
  timeline_fixture_append (fixture, 250);
  g_assert_false (ghc_timeline_get_loaded (fixture->timeline));

  timeline_fixture_load_newest (fixture);
  g_assert_true (ghc_timeline_get_loaded (fixture->timeline));
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_false (ghc_timeline_get_at_start (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, GHC_TIMELINE_PAGE + 1);
  g_assert_cmpint (ghc_timeline_item_get_kind (timeline_fixture_item_at (fixture, 0)), ==,
                   GHC_TIMELINE_DAY);
  test_mirror_check (fixture->mirror);
}

static void
test_empty (TimelineFixture *fixture, gconstpointer data)
{
  timeline_fixture_load_newest (fixture);
  g_assert_true (ghc_timeline_get_empty (fixture->timeline));
  g_assert_true (ghc_timeline_get_at_start (fixture->timeline));
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));

  ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, NULL, NOON));
  g_assert_false (ghc_timeline_get_empty (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 2);
}

static void
test_older (TimelineFixture *fixture, gconstpointer data)
{
  GhcTimelineItem *last;
  guint n_removed;
  guint n_added;

  timeline_fixture_append (fixture, 250);
  timeline_fixture_load_newest (fixture);
  last = timeline_fixture_item_at (fixture, timeline_fixture_n_items (fixture) - 1);
  test_mirror_take_counts (fixture->mirror, NULL, NULL);

  {
    g_autoptr (DexFuture) loaded = ghc_timeline_load_older (fixture->timeline);
    g_autoptr (DexFuture) shared = ghc_timeline_load_older (fixture->timeline);

    g_assert_true (ghc_timeline_get_loading_older (fixture->timeline));
    test_log_flush (fixture->log);
    g_assert_true (dex_future_is_resolved (loaded));
    g_assert_true (dex_future_is_resolved (shared));
    g_assert_false (ghc_timeline_get_loading_older (fixture->timeline));
  }

  /* One page came in above, the day's separator stayed, and nothing on screen was touched. */
  test_mirror_take_counts (fixture->mirror, &n_removed, &n_added);
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_cmpuint (n_added, ==, GHC_TIMELINE_PAGE);
  g_assert_true (timeline_fixture_item_at (fixture, timeline_fixture_n_items (fixture) - 1)
                 == last);
  g_assert_cmpuint (test_log_n_loads (fixture->log), ==, 2);

  {
    g_autoptr (DexFuture) loaded = ghc_timeline_load_older (fixture->timeline);

    test_log_flush (fixture->log);
  }
  g_assert_true (ghc_timeline_get_at_start (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 251);

  {
    g_autoptr (DexFuture) nothing = ghc_timeline_load_older (fixture->timeline);

    g_assert_true (dex_future_is_resolved (nothing));
    g_assert_cmpuint (test_log_n_loads (fixture->log), ==, 3);
  }
}

static void
test_window_slides (TimelineFixture *fixture, gconstpointer data)
{
  guint n_messages = 2000;
  guint n_most = 0;
  gint64 oldest;

  timeline_fixture_append (fixture, n_messages);
  timeline_fixture_load_newest (fixture);

  while (!ghc_timeline_get_at_start (fixture->timeline))
    {
      g_autoptr (DexFuture) loaded = NULL;

      ghc_timeline_set_visible_range (fixture->timeline, 0, 20);
      loaded = ghc_timeline_load_older (fixture->timeline);
      test_log_flush (fixture->log);
      n_most = MAX (n_most, timeline_fixture_n_items (fixture));
    }
  g_assert_cmpuint (n_most, <=, GHC_TIMELINE_WINDOW + 10);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  oldest = gh_event_get_position (g_ptr_array_index (test_log_get_events (fixture->log), 0));
  g_assert_cmpint (ghc_message_get_position (timeline_fixture_message_at (fixture, 1)), ==, oldest);

  while (!ghc_timeline_get_at_end (fixture->timeline))
    {
      g_autoptr (DexFuture) loaded = NULL;

      ghc_timeline_set_visible_range (fixture->timeline, timeline_fixture_n_items (fixture) - 20,
                                      timeline_fixture_n_items (fixture) - 1);
      loaded = ghc_timeline_load_newer (fixture->timeline);
      test_log_flush (fixture->log);
      g_assert_cmpuint (timeline_fixture_n_items (fixture), <=, GHC_TIMELINE_WINDOW + 10);
    }
  g_assert_false (ghc_timeline_get_at_start (fixture->timeline));
}

static void
test_live_does_not_grow (TimelineFixture *fixture, gconstpointer data)
{
  timeline_fixture_append (fixture, 10);
  timeline_fixture_load_newest (fixture);
  ghc_timeline_set_visible_range (fixture->timeline, 0, 10);

  /* At the end: what is old goes. */
  for (guint i = 0; i < 3000; i++)
    {
      ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, NULL, NOON + i));
      ghc_timeline_set_visible_range (fixture->timeline,
                                      timeline_fixture_n_items (fixture)
                                        - MIN (timeline_fixture_n_items (fixture), 20),
                                      timeline_fixture_n_items (fixture) - 1);
      g_assert_cmpuint (timeline_fixture_n_items (fixture), <=,
                        GHC_TIMELINE_WINDOW + GHC_TIMELINE_PAGE + 10);
    }
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));

  /* Reading at the start of the window: what is read stays, the end is let go. */
  ghc_timeline_set_visible_range (fixture->timeline, 1, 20);
  {
    GhcTimelineItem *first = timeline_fixture_item_at (fixture, 1);

    for (guint i = 0; i < 3000; i++)
      ghc_timeline_fold (fixture->timeline,
                         test_log_append (fixture->log, ADA, NULL, NOON + 3000 + i));
    g_assert_true (timeline_fixture_item_at (fixture, 1) == first);
  }
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), <=, 2 * GHC_TIMELINE_WINDOW + 10);
  g_assert_cmpuint (ghc_timeline_get_n_unseen (fixture->timeline), >, 1000);
}

static void
test_grouping (TimelineFixture *fixture, gconstpointer data)
{
  static const struct
  {
    const char *sender;
    int minute;
    gboolean first;
  } script[] = {
    { ADA, 0, TRUE },
    { ADA, 1, FALSE },
    { ADA, 8, FALSE },
    { BROOK, 9, TRUE },
    { ADA, 10, TRUE },
    { ADA, 18, TRUE },
    { ADA, 25, FALSE },
    /* the next day, within seven minutes */
    { ADA, 14 * 60 - 1, TRUE },
    { ADA, 14 * 60 + 1, TRUE },
  };
  guint index = 0;

  for (guint i = 0; i < G_N_ELEMENTS (script); i++)
    test_log_append (fixture->log, script[i].sender, NULL,
                     NOON + (gint64) script[i].minute * 60 * 1000);
  timeline_fixture_load_newest (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (script); i++)
    {
      GhcMessage *message;

      if (i == 0 || i == G_N_ELEMENTS (script) - 1)
        {
          GDateTime *date = ghc_timeline_item_get_date (timeline_fixture_item_at (fixture, index));

          g_assert_cmpint (ghc_timeline_item_get_kind (timeline_fixture_item_at (fixture, index)),
                           ==, GHC_TIMELINE_DAY);
          g_assert_cmpint (g_date_time_get_day_of_month (date), ==, i == 0 ? 20 : 21);
          g_assert_cmpint (g_date_time_get_hour (date), ==, 0);
          index++;
        }
      message = timeline_fixture_message_at (fixture, index++);
      g_assert_cmpint (ghc_message_get_first_of_group (message), ==, script[i].first);
    }
  g_assert_cmpuint (index, ==, timeline_fixture_n_items (fixture));
}

static void
test_day_in_zone (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (13 * 3600);
  g_autofree char *room_id = test_room_id (TIMELINE_FIXTURE_ROOM);
  g_autoptr (GhcTimeline) timeline = ghc_timeline_new (room_id, zone);
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  g_autoptr (GhcPage) page = NULL;
  g_autoptr (GhcTimelineItem) day = NULL;

  /* 10:00 UTC and 11:30 UTC are 23:00 and 00:30 of the next day there. */
  g_ptr_array_add (events, test_message (room_id, ADA, NULL, "one", NOON, 1));
  g_ptr_array_add (events, test_message (room_id, ADA, NULL, "two", NOON + 90 * 60 * 1000, 2));
  page = ghc_page_new (events, TRUE, TRUE);
  ghc_timeline_fold_page (timeline, page);

  g_assert_cmpuint (g_list_model_get_n_items (G_LIST_MODEL (timeline)), ==, 4);
  day = g_list_model_get_item (G_LIST_MODEL (timeline), 2);
  g_assert_cmpint (ghc_timeline_item_get_kind (day), ==, GHC_TIMELINE_DAY);
}

/* The page is read, then somebody writes, then the page arrives. */
static void
test_event_during_load (TimelineFixture *fixture, gconstpointer data)
{
  g_autoptr (DexFuture) loaded = NULL;
  GhEvent *event;

  timeline_fixture_append (fixture, 5);
  loaded = ghc_timeline_load_newer (fixture->timeline);
  test_settle ();
  test_log_answer (fixture->log);
  event = test_log_append (fixture->log, ADA, NULL, NOON);
  ghc_timeline_fold (fixture->timeline, event);
  test_log_deliver (fixture->log);

  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpstr (ghc_message_get_event_id (
                     timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 1)),
                   ==, gh_event_get_id (event));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 7);
}

static void
test_load_error (TimelineFixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  timeline_fixture_append (fixture, 5);
  {
    g_autoptr (DexFuture) loaded = ghc_timeline_load_newer (fixture->timeline);

    test_settle ();
    test_log_fail (fixture->log);
    g_assert_true (dex_future_is_rejected (loaded));
  }
  g_assert_cmpstr (ghc_timeline_get_load_error (fixture->timeline), ==, "Nobody answers");
  g_assert_false (ghc_timeline_get_loaded (fixture->timeline));

  timeline_fixture_load_newest (fixture);
  g_assert_null (ghc_timeline_get_load_error (fixture->timeline));
}

static void
on_jumped (GhcTimeline *timeline, guint index, guint *out)
{
  *out = index;
}

static void
test_jumps (TimelineFixture *fixture, gconstpointer data)
{
  guint jumped = G_MAXUINT;
  GhcMessage *message;

  timeline_fixture_append (fixture, 1000);
  timeline_fixture_load_newest (fixture);
  g_signal_connect (fixture->timeline, "jumped", G_CALLBACK (on_jumped), &jumped);

  {
    gint64 target = NOON + (gint64) 300 * 60 * 1000;
    g_autoptr (DexFuture) jump = ghc_timeline_jump_to_date (fixture->timeline, target - 1000);

    test_log_flush (fixture->log);
    g_assert_cmpuint (dex_await_uint (dex_ref (jump), NULL), ==, jumped);
    message = timeline_fixture_message_at (fixture, jumped);
    g_assert_cmpint (ghc_message_get_timestamp (message), ==, target);
    g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  }

  /* Within the window no page is needed. */
  {
    guint n_loads = test_log_n_loads (fixture->log);
    g_autoptr (DexFuture)
      jump = ghc_timeline_jump_to_date (fixture->timeline, NOON + (gint64) 310 * 60 * 1000);

    g_assert_true (dex_future_is_resolved (jump));
    g_assert_cmpuint (test_log_n_loads (fixture->log), ==, n_loads);
    g_assert_cmpint (ghc_message_get_timestamp (timeline_fixture_message_at (fixture, jumped)), ==,
                     NOON + (gint64) 310 * 60 * 1000);
  }

  {
    g_autoptr (DexFuture) jump = ghc_timeline_jump_to_latest (fixture->timeline);

    test_log_flush (fixture->log);
    g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
    g_assert_cmpuint (jumped, ==, timeline_fixture_n_items (fixture) - 1);
  }

  /* Two at once: the later one counts. */
  {
    g_autoptr (DexFuture) first = ghc_timeline_jump_to_date (fixture->timeline, NOON);
    g_autoptr (DexFuture)
      second = ghc_timeline_jump_to_date (fixture->timeline, NOON + (gint64) 500 * 60 * 1000);

    test_log_flush (fixture->log);
    g_assert_true (dex_future_is_rejected (first));
    g_assert_cmpint (ghc_message_get_timestamp (timeline_fixture_message_at (fixture, jumped)), ==,
                     NOON + (gint64) 500 * 60 * 1000);
  }
}

static guint
new_line_index (TimelineFixture *fixture)
{
  for (guint i = 0; i < timeline_fixture_n_items (fixture); i++)
    {
      if (ghc_timeline_item_get_kind (timeline_fixture_item_at (fixture, i))
          == GHC_TIMELINE_NEW_LINE)
        return i;
    }

  return G_MAXUINT;
}

static void
test_new_line (TimelineFixture *fixture, gconstpointer data)
{
  GPtrArray *events = test_log_get_events (fixture->log);
  gint64 read;

  timeline_fixture_append (fixture, 150);
  timeline_fixture_load_newest (fixture);
  read = gh_event_get_position (g_ptr_array_index (events, 147));

  ghc_timeline_set_read_marker (fixture->timeline, read);
  g_assert_cmpuint (new_line_index (fixture), ==, timeline_fixture_n_items (fixture) - 3);
  g_assert_true (ghc_message_get_first_of_group (
    timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 2)));

  /* Where the line would be above what is held it is not shown, and comes with the page. */
  ghc_timeline_set_read_marker (fixture->timeline,
                                gh_event_get_position (g_ptr_array_index (events, 20)));
  g_assert_cmpuint (new_line_index (fixture), ==, G_MAXUINT);
  {
    g_autoptr (DexFuture) loaded = ghc_timeline_load_older (fixture->timeline);

    test_log_flush (fixture->log);
  }
  g_assert_cmpuint (new_line_index (fixture), ==, 22);

  ghc_timeline_clear_new_line (fixture->timeline);
  g_assert_cmpuint (new_line_index (fixture), ==, G_MAXUINT);
}

static void
test_stale (TimelineFixture *fixture, gconstpointer data)
{
  GPtrArray *events = test_log_get_events (fixture->log);
  GhcTimelineItem *last;
  gint64 upto;
  guint n_before;

  timeline_fixture_append (fixture, 50);
  timeline_fixture_load_newest (fixture);
  n_before = timeline_fixture_n_items (fixture);
  last = timeline_fixture_item_at (fixture, n_before - 1);
  upto = gh_event_get_position (g_ptr_array_index (events, 49));

  /* Nothing was said meanwhile: nothing changes. */
  ghc_timeline_mark_stale (fixture->timeline, upto + 1000, upto);
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));

  timeline_fixture_append (fixture, 3000);
  ghc_timeline_mark_stale (fixture->timeline, upto, upto + 10000);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, n_before);
  g_assert_true (timeline_fixture_item_at (fixture, n_before - 1) == last);

  /* One page at a time, never all at once. */
  timeline_fixture_load_newest (fixture);
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, n_before + GHC_TIMELINE_PAGE);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
}

/* The window becomes a room without messages, by another way than the loader. */
static void
fold_empty_page (TimelineFixture *fixture)
{
  g_autoptr (GPtrArray) none = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  g_autoptr (GhcPage) page = ghc_page_new (none, TRUE, TRUE);

  ghc_timeline_fold_page (fixture->timeline, page);
}

static guint
count_messages (TimelineFixture *fixture)
{
  guint n_messages = 0;

  for (guint i = 0; i < timeline_fixture_n_items (fixture); i++)
    n_messages += ghc_timeline_item_get_kind (timeline_fixture_item_at (fixture, i))
                  == GHC_TIMELINE_MESSAGE;

  return n_messages;
}

/* A jump's page that was read before anything was written comes when the window is already there by
 * another page, and has taken what was written. */
static void
test_empty_page_comes_late (TimelineFixture *fixture, gconstpointer data)
{
  g_autoptr (DexFuture) jump = ghc_timeline_jump_to_latest (fixture->timeline);

  test_settle ();
  test_log_answer (fixture->log);
  fold_empty_page (fixture);
  g_assert_true (ghc_timeline_get_empty (fixture->timeline));

  ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, NULL, NOON));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 2);

  test_log_deliver (fixture->log);
  g_assert_true (dex_future_is_resolved (jump));
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 2);
}

/* What one page gave the window the next one may have been read before too. */
static void
test_held_for_every_page (TimelineFixture *fixture, gconstpointer data)
{
  g_autoptr (DexFuture) newer = ghc_timeline_load_newer (fixture->timeline);

  test_settle ();
  test_log_answer (fixture->log);
  ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, NULL, NOON));
  fold_empty_page (fixture);
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 2);

  ghc_timeline_unload (fixture->timeline);
  test_log_deliver (fixture->log);
  g_assert_true (dex_future_is_resolved (newer));
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 2);
}

/* A room that was empty when it was read and has many pages when the connection is back: what comes
 * next is the latest page, and what is above it is still to come. */
static void
test_much_after_nothing (TimelineFixture *fixture, gconstpointer data)
{
  const guint n_messages = 3 * GHC_TIMELINE_PAGE;
  GPtrArray *events = test_log_get_events (fixture->log);
  g_autoptr (DexFuture) first = ghc_timeline_load_newer (fixture->timeline);

  test_settle ();
  test_log_answer (fixture->log);
  timeline_fixture_append (fixture, n_messages);
  ghc_timeline_mark_stale (fixture->timeline, 0,
                           gh_event_get_position (g_ptr_array_index (events, n_messages - 1)));
  test_log_deliver (fixture->log);
  g_assert_true (dex_future_is_resolved (first));
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, 0);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));

  while (!ghc_timeline_get_at_end (fixture->timeline))
    timeline_fixture_load_newest (fixture);
  while (!ghc_timeline_get_at_start (fixture->timeline))
    {
      g_autoptr (DexFuture) older = ghc_timeline_load_older (fixture->timeline);

      test_log_flush (fixture->log);
      g_assert_true (dex_future_is_resolved (older));
    }
  g_assert_cmpuint (count_messages (fixture), ==, n_messages);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  TIMELINE_ADD ("first-page", test_first_page);
  TIMELINE_ADD ("empty", test_empty);
  TIMELINE_ADD ("older", test_older);
  TIMELINE_ADD ("window-slides", test_window_slides);
  TIMELINE_ADD ("live-does-not-grow", test_live_does_not_grow);
  TIMELINE_ADD ("grouping", test_grouping);
  TIMELINE_ADD ("event-during-load", test_event_during_load);
  TIMELINE_ADD ("load-error", test_load_error);
  TIMELINE_ADD ("jumps", test_jumps);
  TIMELINE_ADD ("new-line", test_new_line);
  TIMELINE_ADD ("stale", test_stale);
  TIMELINE_ADD ("empty-page-comes-late", test_empty_page_comes_late);
  TIMELINE_ADD ("held-for-every-page", test_held_for_every_page);
  TIMELINE_ADD ("much-after-nothing", test_much_after_nothing);
  g_test_add_func ("/timeline/day-in-zone", test_day_in_zone);

  return g_test_run ();
}
