/* SPDX-License-Identifier: GPL-3.0-or-later */

/* What oneself writes: it waits, goes out, fails, and comes back as an event. */
#include "timeline-fixture.h"

/* Reply before the event, event before the reply, event without txn_id before the reply: one
 * row, the same object, in place. */
static void
test_pending_settles (TimelineFixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);

  timeline_fixture_append (fixture, 3);
  timeline_fixture_load_newest (fixture);

  for (guint order = 0; order < 3; order++)
    {
      g_autofree char *txn_id = g_strdup_printf ("txn-%u", order);
      GhcMessage *message = ghc_timeline_add_pending (fixture->timeline, txn_id, me, "hello", NOON);
      guint index = timeline_fixture_n_items (fixture) - 1;
      GhEvent *event;

      g_assert_true (timeline_fixture_message_at (fixture, index) == message);
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

      g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, index + 1);
      g_assert_cmpstr (ghc_message_get_event_id (timeline_fixture_message_at (fixture, index)), ==,
                       gh_event_get_id (event));
      g_assert_cmpint (ghc_message_get_state (timeline_fixture_message_at (fixture, index)), ==,
                       GHC_MESSAGE_SENT);
      if (order != 2)
        {
          g_assert_true (timeline_fixture_message_at (fixture, index) == message);
          g_assert_cmpuint (test_mirror_take_counts (fixture->mirror, NULL, NULL), ==, 0);
        }
    }
}

static void
test_others_come_above_pending (TimelineFixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  GhcMessage *pending;
  GhEvent *event;
  guint n_removed;
  guint n_added;

  timeline_fixture_append (fixture, 3);
  timeline_fixture_load_newest (fixture);
  pending = ghc_timeline_add_pending (fixture->timeline, "mine", me, "hello", NOON);
  test_mirror_take_counts (fixture->mirror, NULL, NULL);

  event = test_log_append (fixture->log, ADA, NULL, NOON);
  ghc_timeline_fold (fixture->timeline, event);
  test_mirror_take_counts (fixture->mirror, &n_removed, &n_added);
  g_assert_cmpuint (n_removed, ==, 0);
  g_assert_cmpuint (n_added, ==, 1);
  g_assert_true (timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 1)
                 == pending);
  g_assert_cmpstr (ghc_message_get_event_id (
                     timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 2)),
                   ==, gh_event_get_id (event));
}

static void
test_failed (TimelineFixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  GhcMessage *first;
  GhcMessage *second;
  GhEvent *event;

  timeline_fixture_append (fixture, 3);
  timeline_fixture_load_newest (fixture);
  first = ghc_timeline_add_pending (fixture->timeline, "one", me, "one", NOON);
  second = ghc_timeline_add_pending (fixture->timeline, "two", me, "two", NOON);
  ghc_timeline_fail (fixture->timeline, "one", "You can't write here.");
  g_assert_cmpint (ghc_message_get_state (first), ==, GHC_MESSAGE_FAILED);
  g_assert_cmpstr (ghc_message_get_error (first), ==, "You can't write here.");

  /* The second is sent: it moves above the one that failed. */
  event = test_log_append (fixture->log, ME, "two", NOON);
  ghc_timeline_fold (fixture->timeline, event);
  g_assert_true (timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 2)
                 == second);
  g_assert_true (timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 1)
                 == first);

  ghc_timeline_retry (fixture->timeline, "one");
  g_assert_cmpint (ghc_message_get_state (first), ==, GHC_MESSAGE_PENDING);
  g_assert_null (ghc_message_get_error (first));

  ghc_timeline_discard (fixture->timeline, "one");
  g_assert_true (timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 1)
                 == second);

  /* What was sent can not be discarded or fail. */
  ghc_timeline_discard (fixture->timeline, "two");
  ghc_timeline_fail (fixture->timeline, "two", "no");
  g_assert_true (timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 1)
                 == second);
  g_assert_cmpint (ghc_message_get_state (second), ==, GHC_MESSAGE_SENT);
}

/* A message restored from the outbox that the server had already: one row. */
static void
test_pending_after_event (TimelineFixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  guint n_before;
  GhcMessage *message;

  test_log_append (fixture->log, ME, "lost-reply", NOON);
  timeline_fixture_load_newest (fixture);
  n_before = timeline_fixture_n_items (fixture);

  message = ghc_timeline_add_pending (fixture->timeline, "lost-reply", me, "hello", NOON);
  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_SENT);
  g_assert_cmpuint (timeline_fixture_n_items (fixture), ==, n_before);
}

/* Somebody else may name their message as we named ours. */
static void
test_foreign_txn_id (TimelineFixture *fixture, gconstpointer data)
{
  GhcUser *me = ghc_account_get_user (fixture->account);
  GhcMessage *message;

  timeline_fixture_append (fixture, 1);
  timeline_fixture_load_newest (fixture);
  message = ghc_timeline_add_pending (fixture->timeline, "same", me, "mine", NOON);
  ghc_timeline_fold (fixture->timeline, test_log_append (fixture->log, ADA, "same", NOON));

  g_assert_cmpint (ghc_message_get_state (message), ==, GHC_MESSAGE_PENDING);
  g_assert_true (timeline_fixture_message_at (fixture, timeline_fixture_n_items (fixture) - 1)
                 == message);
}

int
main (int argc, char **argv)
{
  g_test_init (&argc, &argv, NULL);
  dex_init ();

  TIMELINE_ADD ("pending-settles", test_pending_settles);
  TIMELINE_ADD ("others-come-above-pending", test_others_come_above_pending);
  TIMELINE_ADD ("failed", test_failed);
  TIMELINE_ADD ("pending-after-event", test_pending_after_event);
  TIMELINE_ADD ("foreign-txn-id", test_foreign_txn_id);

  return g_test_run ();
}
