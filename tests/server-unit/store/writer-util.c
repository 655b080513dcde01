/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "writer-util.h"

/* What the hook was given, to compare with what was acknowledged. */
static GPtrArray *published;

static void
on_committed (GPtrArray *events, gpointer user_data)
{
  GhdWriter *writer = user_data;
  GhEvent *first = g_ptr_array_index (events, 0);

  /* Nobody may be told that things are as after an event that was not published. */
  g_assert_cmpint (ghd_writer_get_position (writer), <, gh_event_get_position (first));
  for (guint i = 0; i < events->len; i++)
    g_ptr_array_add (published, gh_event_ref (g_ptr_array_index (events, i)));
}

GPtrArray *
writer_test_published (void)
{
  return published;
}

GhdWriter *
writer_test_start (const char *conninfo)
{
  GhdWriter *writer = store_test_writer (conninfo, NULL);
  g_autoptr (GError) error = NULL;

  g_clear_pointer (&published, g_ptr_array_unref);
  published = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  ghd_writer_set_committed (writer, on_committed, writer);
  dex_await (ghd_writer_start (writer), &error);
  g_assert_no_error (error);
  return writer;
}

DexFuture *
writer_test_append (GhdWriter *writer, const char *txn_id, const char *room_id, const char *body)
{
  g_autoptr (GhdWrite) write = store_test_write (txn_id, room_id, body);

  return ghd_writer_append (writer, write);
}

GhdCommit *
writer_test_await (DexFuture *future)
{
  g_autoptr (GError) error = NULL;
  GhdCommit *commit = dex_await_boxed (future, &error);

  g_assert_no_error (error);
  return commit;
}

void
writer_test_assert_sound (GhdPool *pool, gint64 n_events)
{
  g_assert_cmpint (store_test_count (pool, "SELECT count(*) FROM event"), ==, n_events);
  g_assert_cmpint (store_test_count (pool, "SELECT coalesce (max (position), 0) FROM event"), ==,
                   n_events);
  g_assert_cmpint (store_test_count (pool, "SELECT position FROM writer_mark"), ==, n_events);
  g_assert_cmpint (
    store_test_count (
      pool, "SELECT count(*) FROM room_head h WHERE heads <> (SELECT ARRAY[id] FROM event e"
            " WHERE e.room_id = h.room_id ORDER BY position DESC LIMIT 1)"),
    ==, 0);
  g_assert_cmpint (
    store_test_count (pool,
                      "SELECT count(*) FROM (SELECT header::json -> 'prev_events' ->> 0 AS cited,"
                      " lag (position) OVER (PARTITION BY room_id ORDER BY position) AS before"
                      " FROM event) e WHERE (cited IS NULL) <> (before IS NULL)"),
    ==, 0);
}
