/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "timeline-fixture.h"

static GhcUser *
lookup (gpointer directory, const char *user_id)
{
  return ghc_account_ensure_user (directory, user_id);
}

void
timeline_fixture_set_up (TimelineFixture *fixture, gconstpointer data)
{
  g_autoptr (GTimeZone) utc = g_time_zone_new_utc ();

  fixture->room_id = test_room_id (TIMELINE_FIXTURE_ROOM);
  fixture->account = ghc_account_new ("test", "http://127.0.0.1:1", ME);
  fixture->log = test_log_new (fixture->room_id);
  fixture->timeline = ghc_timeline_new (fixture->room_id, utc);
  ghc_timeline_set_users (fixture->timeline, lookup, G_OBJECT (fixture->account));
  ghc_timeline_set_loader (fixture->timeline, GHC_TIMELINE_LOADER (fixture->log));
  fixture->mirror = test_mirror_new (G_LIST_MODEL (fixture->timeline));
}

void
timeline_fixture_tear_down (TimelineFixture *fixture, gconstpointer data)
{
  g_clear_pointer (&fixture->mirror, test_mirror_free);
  g_assert_finalize_object (fixture->timeline);
  g_assert_finalize_object (fixture->log);
  g_assert_finalize_object (fixture->account);
  g_free (fixture->room_id);
}

void
timeline_fixture_append (TimelineFixture *fixture, guint n_messages)
{
  for (guint i = 0; i < n_messages; i++)
    test_log_append (fixture->log, i % 3 == 0 ? ADA : BROOK, NULL, NOON + (gint64) i * 60 * 1000);
}

void
timeline_fixture_load_newest (TimelineFixture *fixture)
{
  g_autoptr (DexFuture) loaded = ghc_timeline_load_newer (fixture->timeline);

  test_log_flush (fixture->log);
  g_assert_true (dex_future_is_resolved (loaded));
}

guint
timeline_fixture_n_items (TimelineFixture *fixture)
{
  return g_list_model_get_n_items (G_LIST_MODEL (fixture->timeline));
}

GhcTimelineItem *
timeline_fixture_item_at (TimelineFixture *fixture, guint index)
{
  g_autoptr (GhcTimelineItem)
    item = g_list_model_get_item (G_LIST_MODEL (fixture->timeline), index);

  g_assert_nonnull (item);

  return item;
}

GhcMessage *
timeline_fixture_message_at (TimelineFixture *fixture, guint index)
{
  g_assert_cmpint (ghc_timeline_item_get_kind (timeline_fixture_item_at (fixture, index)), ==,
                   GHC_TIMELINE_MESSAGE);

  return ghc_timeline_item_get_message (timeline_fixture_item_at (fixture, index));
}
