/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pages of history that a reader asks for. */
#include "ghc-cache-private.h"
#include "ghc-cache-range.h"

typedef struct
{
  char *channel_id;
  gint64 before;
  gint64 after;
  guint limit;
} LoadPage;

static void
load_page_free (LoadPage *load)
{
  g_free (load->channel_id);
  g_free (load);
}

static sqlite3_stmt *
query_page (GhcCacheDb *db, LoadPage *load, GError **error)
{
  if (load->after != 0)
    return ghc_cache_db_query (
      db, error,
      "SELECT event FROM history WHERE channel_id = ? AND position > ? ORDER BY position LIMIT ?",
      "tii", load->channel_id, load->after, (gint64) load->limit);

  return ghc_cache_db_query (db, error,
                             "SELECT event FROM history WHERE channel_id = ? AND position < ?"
                             " ORDER BY position DESC LIMIT ?",
                             "tii", load->channel_id, load->before != 0 ? load->before : G_MAXINT64,
                             (gint64) load->limit);
}

/* The events of the page, ascending; NULL on error. What does not parse ends the page: it would
   be a gap. */
static GPtrArray *
read_events (GhcCacheDb *db, LoadPage *load, GError **error)
{
  g_autoptr (GPtrArray) events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *row = query_page (db, load, error);

  if (row == NULL)
    return NULL;

  while (ghc_cache_db_step (db, row, &local_error))
    {
      GhEvent *event = gh_event_parse (sqlite3_column_blob (row, 0), sqlite3_column_bytes (row, 0),
                                       NULL);

      if (event == NULL)
        {
          sqlite3_reset (row);
          break;
        }
      if (load->after != 0)
        g_ptr_array_add (events, event);
      else
        g_ptr_array_insert (events, 0, event);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return g_steal_pointer (&events);
}

static gboolean
load_page (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  LoadPage *load = data;
  g_autoptr (GPtrArray) events = NULL;
  gboolean reaches_low;
  gboolean reaches_high;
  GhcCacheRange range;

  if (!ghc_cache_range_load (db, load->channel_id, &range, error))
    return FALSE;

  /* Only what continues from the given position without a gap is of use. */
  if (!range.exists
      || (load->before != 0 && (load->before <= range.low || load->before > range.high + 1))
      || (load->after != 0 && (load->after >= range.high || load->after < range.low - 1)))
    events = g_ptr_array_new_with_free_func ((GDestroyNotify) gh_event_unref);
  else
    events = read_events (db, load, error);
  if (events == NULL)
    return FALSE;

  reaches_low = events->len > 0
                && gh_event_get_position (g_ptr_array_index (events, 0)) <= range.low;
  reaches_high = events->len > 0
                 && gh_event_get_position (g_ptr_array_index (events, events->len - 1))
                      >= range.high;

  g_value_init (result, GHC_TYPE_PAGE);
  g_value_take_object (result, ghc_page_new (events, reaches_low && range.at_start,
                                             reaches_high && !range.stale));

  return TRUE;
}

DexFuture *
ghc_cache_load_page (GhcCache *self, const char *channel_id, gint64 before, gint64 after,
                     guint limit)
{
  LoadPage *load;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);
  g_return_val_if_fail (before == 0 || after == 0, NULL);

  load = g_new0 (LoadPage, 1);
  load->channel_id = g_strdup (channel_id);
  load->before = before;
  load->after = after;
  load->limit = limit;

  return ghc_cache_run (self, load_page, load, (GDestroyNotify) load_page_free);
}
