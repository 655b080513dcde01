/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-timeline.h"
#include "model-util.h"

#define ROOM_NUMBER 1

typedef struct
{
  GhcAccount *account;
  GhcTimeline *timeline;
  TestLog *log;
  TestMirror *mirror;
  char *room_id;
} Fixture;

static GhcUser *
lookup (gpointer directory, const char *user_id)
{
  return ghc_account_ensure_user (directory, user_id);
}

static void
set_up (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  fixture->room_id = test_room_id (ROOM_NUMBER);
  fixture->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  fixture->log = test_log_new (fixture->room_id);
  fixture->timeline = ghc_timeline_new (fixture->room_id, utc);
  ghc_timeline_set_users (fixture->timeline, lookup, G_OBJECT (fixture->account));
  ghc_timeline_set_loader (fixture->timeline, GHC_TIMELINE_LOADER (fixture->log));
  fixture->mirror = test_mirror_new (G_LIST_MODEL (fixture->timeline));
}

static void
tear_down (Fixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->mirror, test_mirror_free);
  g_assert_finalize_object (fixture->timeline);
  g_assert_finalize_object (fixture->log);
  g_assert_finalize_object (fixture->account);
  g_free (fixture->room_id);
}

static void
append (Fixture *fixture, guint n_messages)
{
  for (guint i = 0; i < n_messages; i++)
    test_log_append (fixture->log, i % 3 == 0 ? ADA : BROOK, NULL, NOON + (gint64) i * 60 * 1000);
}

static void
load_newest (Fixture *fixture)
{
  g_autoptr (DexFuture) loaded = ghc_timeline_load_newer (fixture->timeline);

  test_log_flush (fixture->log);
  g_assert_true (dex_future_is_resolved (loaded));
}

static guint
n_items (Fixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline));
}

static GhcTimelineItem *
item_at (Fixture *fixture, guint index)
{
  g_autoptr (GhcTimelineItem)
    item = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), index);

  g_assert_nonnull (item);

  return item;
}

static GhcMessage *
message_at (Fixture *fixture, guint index)
{
  g_assert_cmpint (ghc_timeline_item_get_kind (item_at (fixture, index)), ==, GHC_TIMELINE_MESSAGE);

  return ghc_timeline_item_get_message (item_at (fixture, index));
}

static void
test_first_page (Fixture *fixture, gconstpointer data)
{
  append (fixture, 250);
  g_assert_false (ghc_timeline_get_loaded (fixture->timeline));

  load_newest (fixture);
  g_assert_true (ghc_timeline_get_loaded (fixture->timeline));
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_false (ghc_timeline_get_at_start (fixture->timeline));
  g_assert_cmpuint (n_items (fixture), ==, GHC_TIMELINE_PAGE + 1);
  g_assert_cmpint (ghc_timeline_item_get_kind (item_at (fixture, 0)), ==, GHC_TIMELINE_DAY);
  test_mirror_check (fixture->mirror);
}

static void
test_empty (Fixture *fixture, gconstpointer data)
{
  load_newest (fixture);
  g_assert_true (ghc_timeline_get_empty (fixture->timeline));
  g_assert_true (ghc_timeline_get_at_start (fixture->timeline));
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));

  ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, NULL, NOON));
  g_assert_false (ghc_timeline_get_empty (fixture->timeline));
  g_assert_cmpuint (n_items (fixture), ==, 2);
}

static void
test_older (Fixture *fixture, gconstpointer data)
{
  GhcTimelineItem *last;
  guint n_removed;
  guint n_added;

  append (fixture, 250);
  load_newest (fixture);
  last = item_at (fixture, n_items (fixture) - 1);
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
  g_assert_true (item_at (fixture, n_items (fixture) - 1) == last);
  g_assert_cmpuint (test_log_n_loads (fixture->log), ==, 2);

  {
    g_autoptr (DexFuture) loaded = ghc_timeline_load_older (fixture->timeline);

    test_log_flush (fixture->log);
  }
  g_assert_true (ghc_timeline_get_at_start (fixture->timeline));
  g_assert_cmpuint (n_items (fixture), ==, 251);

  {
    g_autoptr (DexFuture) nothing = ghc_timeline_load_older (fixture->timeline);

    g_assert_true (dex_future_is_resolved (nothing));
    g_assert_cmpuint (test_log_n_loads (fixture->log), ==, 3);
  }
}

static void
test_window_slides (Fixture *fixture, gconstpointer data)
{
  guint n_messages = 2000;
  guint n_most = 0;
  gint64 oldest;

  append (fixture, n_messages);
  load_newest (fixture);

  while (!ghc_timeline_get_at_start (fixture->timeline))
    {
      g_autoptr (DexFuture) loaded = NULL;

      ghc_timeline_set_visible_range (fixture->timeline, 0, 20);
      loaded = ghc_timeline_load_older (fixture->timeline);
      test_log_flush (fixture->log);
      n_most = MAX (n_most, n_items (fixture));
    }
  g_assert_cmpuint (n_most, <=, GHC_TIMELINE_WINDOW + 10);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  oldest = gh_event_get_position (g_ptr_array_index (test_log_get_events (fixture->log), 0));
  g_assert_cmpint (ghc_message_get_position (message_at (fixture, 1)), ==, oldest);

  while (!ghc_timeline_get_at_end (fixture->timeline))
    {
      g_autoptr (DexFuture) loaded = NULL;

      ghc_timeline_set_visible_range (fixture->timeline, n_items (fixture) - 20,
                                      n_items (fixture) - 1);
      loaded = ghc_timeline_load_newer (fixture->timeline);
      test_log_flush (fixture->log);
      g_assert_cmpuint (n_items (fixture), <=, GHC_TIMELINE_WINDOW + 10);
    }
  g_assert_false (ghc_timeline_get_at_start (fixture->timeline));
}

static void
test_live_does_not_grow (Fixture *fixture, gconstpointer data)
{
  append (fixture, 10);
  load_newest (fixture);
  ghc_timeline_set_visible_range (fixture->timeline, 0, 10);

  /* At the end: what is old goes. */
  for (guint i = 0; i < 3000; i++)
    {
      ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, NULL, NOON + i));
      ghc_timeline_set_visible_range (fixture->timeline,
                                      n_items (fixture) - MIN (n_items (fixture), 20),
                                      n_items (fixture) - 1);
      g_assert_cmpuint (n_items (fixture), <=, GHC_TIMELINE_WINDOW + GHC_TIMELINE_PAGE + 10);
    }
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));

  /* Reading at the start of the window: what is read stays, the end is let go. */
  ghc_timeline_set_visible_range (fixture->timeline, 1, 20);
  {
    GhcTimelineItem *first = item_at (fixture, 1);

    for (guint i = 0; i < 3000; i++)
      ghc_timeline_fold (fixture->timeline,
                         test_log_append (fixture->log, ADA, NULL, NOON + 3000 + i));
    g_assert_true (item_at (fixture, 1) == first);
  }
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpuint (n_items (fixture), <=, 2 * GHC_TIMELINE_WINDOW + 10);
  g_assert_cmpuint (ghc_timeline_get_n_unseen (fixture->timeline), >, 1000);
}

static void
test_grouping (Fixture *fixture, gconstpointer data)
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
  load_newest (fixture);

  for (guint i = 0; i < G_N_ELEMENTS (script); i++)
    {
      GhcMessage *message;

      if (i == 0 || i == G_N_ELEMENTS (script) - 1)
        {
          GDateTime *date = ghc_timeline_item_get_date (item_at (fixture, index));

          g_assert_cmpint (ghc_timeline_item_get_kind (item_at (fixture, index)), ==,
                           GHC_TIMELINE_DAY);
          g_assert_cmpint (g_date_time_get_day_of_month (date), ==, i == 0 ? 20 : 21);
          g_assert_cmpint (g_date_time_get_hour (date), ==, 0);
          index++;
        }
      message = message_at (fixture, index++);
      g_assert_cmpint (ghc_message_get_first_of_group (message), ==, script[i].first);
    }
  g_assert_cmpuint (index, ==, n_items (fixture));
}

static void
test_day_in_zone (void)
{
  g_autoptr (GTimeZone) zone = g_time_zone_new_offset (13 * 3600);
  g_autofree char *room_id = test_room_id (ROOM_NUMBER);
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

/* Reply before the event, event before the reply, event without txn_id before the reply: one
 * row, the same object, in place. */
static void
test_pending_settles (Fixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);

  append (fixture, 3);
  load_newest (fixture);

  for (guint order = 0; order < 3; order++)
    {
      g_autofree char *txn_id = g_strdup_printf ("txn-%u", order);
      GhcMessage *message = ghc_timeline_add_pending (fixture->timeline, txn_id, me, "hello", NOON);
      guint index = n_items (fixture) - 1;
      GhEvent *event;

      g_assert_true (message_at (fixture, index) == message);
      g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_PENDING);
      event = test_log_append (fixture->log, ME, order == 2 ? NULL : txn_id, NOON + 1000);
      test_mirror_take_counts (fixture->mirror, NULL, NULL);

      if (order == 0)
        ghc_timeline_settle (fixture->timeline, txn_id, gh_event_get_id (event),
                             gh_event_get_position (event), gh_event_get_origin_ts (event));
      ghc_timeline_fold (fixture->timeline, event);
      if (order != 0)
        ghc_timeline_settle (fixture->timeline, txn_id, gh_event_get_id (event),
                             gh_event_get_position (event), gh_event_get_origin_ts (event));
      ghc_timeline_fold (fixture->timeline, event);

      g_assert_cmpuint (n_items (fixture), ==, index + 1);
      g_assert_cmpstr (ghc_message_get_event_id (message_at (fixture, index)), ==,
                       gh_event_get_id (event));
      g_assert_cmpint (ghc_message_get_state (message_at (fixture, index)), ==, GHC_MESSAGE_SENT);
      if (order != 2)
        {
          g_assert_true (message_at (fixture, index) == message);
          g_assert_cmpuint (test_mirror_take_counts (fixture->mirror, NULL, NULL), ==, 0);
        }
    }
}

static void
test_others_come_above_pending (Fixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  GhcMessage *pending;
  GhEvent *event;
  guint n_removed;
  guint n_added;

  append (fixture, 3);
  load_newest (fixture);
  pending = ghc_timeline_add_pending (fixture->timeline, "mine", me, "hello", NOON);
  test_mirror_take_counts (fixture->mirror, NULL, NULL);

  event = test_log_append (fixture->log, ADA, NULL, NOON);
  ghc_timeline_fold (fixture->timeline, event);
  test_mirror_take_counts (fixture->mirror, &n_removed, &n_added);
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_true (message_at (fixture, n_items (fixture) - 1) == pending);
  g_assert_cmpstr (ghc_message_get_event_id (message_at (fixture, n_items (fixture) - 2)), ==,
                   gh_event_get_id (event));
}

static void
test_failed (Fixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  GhcMessage *first;
  GhcMessage *second;
  GhEvent *event;

  append (fixture, 3);
  load_newest (fixture);
  first = ghc_timeline_add_pending (fixture->timeline, "one", me, "one", NOON);
  second = ghc_timeline_add_pending (fixture->timeline, "two", me, "two", NOON);
  ghc_timeline_fail (fixture->timeline, "one", "You can't write here.");
  g_assert_cmpint (ghc_message_get_state (first), ==, GHC_MESSAGE_FAILED);
  g_assert_cmpstr (ghc_message_get_error (first), ==, "You can't write here.");

  /* The second is sent: it moves above the one that failed. */
  event = test_log_append (fixture->log, ME, "two", NOON);
  ghc_timeline_fold (fixture->timeline, event);
  g_assert_true (message_at (fixture, n_items (fixture) - 2) == second);
  g_assert_true (message_at (fixture, n_items (fixture) - 1) == first);

  ghc_timeline_retry (fixture->timeline, "one");
  g_assert_cmpint (ghc_message_get_state (first), ==, GHC_MESSAGE_PENDING);
  g_assert_null (ghc_message_get_error (first));

  ghc_timeline_discard (fixture->timeline, "one");
  g_assert_true (message_at (fixture, n_items (fixture) - 1) == second);

  /* What was sent can not be discarded or fail. */
  ghc_timeline_discard (fixture->timeline, "two");
  ghc_timeline_fail (fixture->timeline, "two", "no");
  g_assert_true (message_at (fixture, n_items (fixture) - 1) == second);
  g_assert_cmpint (ghc_message_get_state (second), ==, GHC_MESSAGE_SENT);
}

/* A message restored from the outbox that the server had already: one row. */
static void
test_pending_after_event (Fixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  guint n_before;
  GhcMessage *message;

  test_log_append (fixture->log, ME, "lost-reply", NOON);
  load_newest (fixture);
  n_before = n_items (fixture);

  message = ghc_timeline_add_pending (fixture->timeline, "lost-reply", me, "hello", NOON);
  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);
  g_assert_cmpuint (n_items (fixture), ==, n_before);
}

/* Somebody else may name their message as we named ours. */
static void
test_foreign_txn_id (Fixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  GhcMessage *message;

  append (fixture, 1);
  load_newest (fixture);
  message = ghc_timeline_add_pending (fixture->timeline, "same", me, "mine", NOON);
  ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, "same", NOON));

  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_PENDING);
  g_assert_true (message_at (fixture, n_items (fixture) - 1) == message);
}

/* The page is read, then somebody writes, then the page arrives. */
static void
test_event_during_load (Fixture *fixture, gconstpointer data)
{
  g_autoptr (DexFuture) loaded = NULL;
  GhEvent *event;

  append (fixture, 5);
  loaded = ghc_timeline_load_newer (fixture->timeline);
  test_settle ();
  test_log_answer (fixture->log);
  event = test_log_append (fixture->log, ADA, NULL, NOON);
  ghc_timeline_fold (fixture->timeline, event);
  test_log_deliver (fixture->log);

  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpstr (ghc_message_get_event_id (message_at (fixture, n_items (fixture) - 1)), ==,
                   gh_event_get_id (event));
  g_assert_cmpuint (n_items (fixture), ==, 7);
}

static void
test_load_error (Fixture *fixture, gconstpointer data)
{
  g_autoptr (GError) error = NULL;

  append (fixture, 5);
  {
    g_autoptr (DexFuture) loaded = ghc_timeline_load_newer (fixture->timeline);

    test_settle ();
    test_log_fail (fixture->log);
    g_assert_true (dex_future_is_rejected (loaded));
  }
  g_assert_cmpstr (ghc_timeline_get_load_error (fixture->timeline), ==, "Nobody answers");
  g_assert_false (ghc_timeline_get_loaded (fixture->timeline));

  load_newest (fixture);
  g_assert_null (ghc_timeline_get_load_error (fixture->timeline));
}

static void
on_jumped (GhcTimeline *timeline, guint index, guint *out)
{
  *out = index;
}

static void
test_jumps (Fixture *fixture, gconstpointer data)
{
  guint jumped = G_MAXUINT;
  GhcMessage *message;

  append (fixture, 1000);
  load_newest (fixture);
  g_signal_connect (fixture->timeline, "jumped", G_CALLBACK (on_jumped), &jumped);

  {
    gint64 target = NOON + (gint64) 300 * 60 * 1000;
    g_autoptr (DexFuture) jump = ghc_timeline_jump_to_date (fixture->timeline, target - 1000);

    test_log_flush (fixture->log);
    g_assert_cmpuint (dex_await_uint (dex_ref (jump), NULL), ==, jumped);
    message = message_at (fixture, jumped);
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
    g_assert_cmpint (ghc_message_get_timestamp (message_at (fixture, jumped)), ==,
                     NOON + (gint64) 310 * 60 * 1000);
  }

  {
    g_autoptr (DexFuture) jump = ghc_timeline_jump_to_latest (fixture->timeline);

    test_log_flush (fixture->log);
    g_assert_true (ghc_timeline_get_at_end (fixture->timeline));
    g_assert_cmpuint (jumped, ==, n_items (fixture) - 1);
  }

  /* Two at once: the later one counts. */
  {
    g_autoptr (DexFuture) first = ghc_timeline_jump_to_date (fixture->timeline, NOON);
    g_autoptr (DexFuture)
      second = ghc_timeline_jump_to_date (fixture->timeline, NOON + (gint64) 500 * 60 * 1000);

    test_log_flush (fixture->log);
    g_assert_true (dex_future_is_rejected (first));
    g_assert_cmpint (ghc_message_get_timestamp (message_at (fixture, jumped)), ==,
                     NOON + (gint64) 500 * 60 * 1000);
  }
}

static guint
new_line_index (Fixture *fixture)
{
  for (guint i = 0; i < n_items (fixture); i++)
    {
      if (ghc_timeline_item_get_kind (item_at (fixture, i)) == GHC_TIMELINE_NEW_LINE)
        return i;
    }

  return G_MAXUINT;
}

static void
test_new_line (Fixture *fixture, gconstpointer data)
{
  GPtrArray *events = test_log_get_events (fixture->log);
  gint64 read;

  append (fixture, 150);
  load_newest (fixture);
  read = gh_event_get_position (g_ptr_array_index (events, 147));

  ghc_timeline_set_read_marker (fixture->timeline, read);
  g_assert_cmpuint (new_line_index (fixture), ==, n_items (fixture) - 3);
  g_assert_true (ghc_message_get_first_of_group (message_at (fixture, n_items (fixture) - 2)));

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
test_stale (Fixture *fixture, gconstpointer data)
{
  GPtrArray *events = test_log_get_events (fixture->log);
  GhcTimelineItem *last;
  gint64 upto;
  guint n_before;

  append (fixture, 50);
  load_newest (fixture);
  n_before = n_items (fixture);
  last = item_at (fixture, n_before - 1);
  upto = gh_event_get_position (g_ptr_array_index (events, 49));

  /* Nothing was said meanwhile: nothing changes. */
  ghc_timeline_mark_stale (fixture->timeline, upto + 1000, upto);
  g_assert_true (ghc_timeline_get_at_end (fixture->timeline));

  append (fixture, 3000);
  ghc_timeline_mark_stale (fixture->timeline, upto, upto + 10000);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
  g_assert_cmpuint (n_items (fixture), ==, n_before);
  g_assert_true (item_at (fixture, n_before - 1) == last);

  /* One page at a time, never all at once. */
  load_newest (fixture);
  g_assert_cmpuint (n_items (fixture), ==, n_before + GHC_TIMELINE_PAGE);
  g_assert_false (ghc_timeline_get_at_end (fixture->timeline));
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

#define ADD(path, test) g_test_add ("/timeline/" path, Fixture, NULL, set_up, test, tear_down)
  ADD ("first-page", test_first_page);
  ADD ("empty", test_empty);
  ADD ("older", test_older);
  ADD ("window-slides", test_window_slides);
  ADD ("live-does-not-grow", test_live_does_not_grow);
  ADD ("grouping", test_grouping);
  ADD ("pending-settles", test_pending_settles);
  ADD ("others-come-above-pending", test_others_come_above_pending);
  ADD ("failed", test_failed);
  ADD ("pending-after-event", test_pending_after_event);
  ADD ("foreign-txn-id", test_foreign_txn_id);
  ADD ("event-during-load", test_event_during_load);
  ADD ("load-error", test_load_error);
  ADD ("jumps", test_jumps);
  ADD ("new-line", test_new_line);
  ADD ("stale", test_stale);
  g_test_add_func ("/timeline/day-in-zone", test_day_in_zone);

  return g_test_run ();
}
