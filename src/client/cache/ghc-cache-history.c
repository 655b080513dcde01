/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What of the stream and of the server's pages is kept as recent history, and how it goes again. */
#include "ghc-cache-private.h"
#include "ghc-cache-range.h"

/* Above this a channel's oldest messages are dropped until GHC_CACHE_HISTORY are left. */
#define HISTORY_SLACK 200

static gboolean
put_event (GhcCacheDb *db, const char *channel_id, GhEvent *event, GError **error)
{
  return ghc_cache_db_run (
    db, error, "INSERT OR IGNORE INTO history (channel_id, position, event) VALUES (?, ?, ?)",
    "tib", channel_id, gh_event_get_position (event), gh_event_get_bytes (event));
}

static gboolean
query_number (GhcCacheDb *db, gint64 *number, const char *sql, const char *channel_id,
              gint64 argument, GError **error)
{
  sqlite3_stmt *row = ghc_cache_db_query (db, error, sql, argument >= 0 ? "ti" : "t", channel_id,
                                          argument);

  *number = 0;
  if (row == NULL || !ghc_cache_db_step (db, row, error))
    return FALSE;
  *number = sqlite3_column_int64 (row, 0);
  sqlite3_reset (row);

  return TRUE;
}

static gboolean
trim (GhcCacheDb *db, const char *channel_id, GhcCacheRange *range, GError **error)
{
  gint64 n_events;

  if (!query_number (db, &n_events, "SELECT count (*) FROM history WHERE channel_id = ?",
                     channel_id, -1, error))
    return FALSE;
  if (n_events <= GHC_CACHE_HISTORY + HISTORY_SLACK)
    return TRUE;

  if (!query_number (
        db, &range->low,
        "SELECT position FROM history WHERE channel_id = ? ORDER BY position DESC LIMIT 1 OFFSET ?",
        channel_id, GHC_CACHE_HISTORY - 1, error))
    return FALSE;
  range->at_start = FALSE;

  return ghc_cache_db_run (db, error, "DELETE FROM history WHERE channel_id = ? AND position < ?",
                           "ti", channel_id, range->low);
}

typedef struct
{
  GPtrArray *events;
  gint64 position;
} AddEvents;

static void
add_events_free (AddEvents *add)
{
  g_ptr_array_unref (add->events);
  g_free (add);
}

static gboolean
add_event (GhcCacheDb *db, GhEvent *event, GError **error)
{
  const char *channel_id = gh_event_get_room_id (event);
  gint64 position = gh_event_get_position (event);
  GhcCacheRange range;

  if (!ghc_cache_range_load (db, channel_id, &range, error))
    return FALSE;
  if (range.exists && (range.stale || position < range.low))
    return TRUE;

  if (!range.exists)
    range = (GhcCacheRange){ .low = position, .high = position, .exists = TRUE };
  range.high = MAX (range.high, position);

  return put_event (db, channel_id, event, error) && trim (db, channel_id, &range, error)
         && ghc_cache_range_store (db, channel_id, &range, error);
}

static gboolean
set_position (GhcCacheDb *db, gint64 position, GError **error)
{
  g_autofree char *text = g_strdup_printf ("%" G_GINT64_FORMAT, position);

  return ghc_cache_db_run (db, error,
                           "INSERT OR REPLACE INTO meta (key, value) VALUES ('position', ?)", "t",
                           text);
}

static gboolean
add_events (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  AddEvents *add = data;

  for (guint i = 0; i < add->events->len; i++)
    {
      if (!add_event (db, g_ptr_array_index (add->events, i), error))
        return FALSE;
    }

  return set_position (db, add->position, error);
}

DexFuture *
ghc_cache_add_events (GhcCache *self, GPtrArray *events, gint64 position)
{
  AddEvents *add;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (events != NULL, NULL);

  add = g_new0 (AddEvents, 1);
  add->events = g_ptr_array_ref (events);
  add->position = position;

  return ghc_cache_run (self, add_events, add, (GDestroyNotify) add_events_free);
}

typedef struct
{
  char *channel_id;
  GhcPage *page;
  gint64 low;
  gint64 high;
} AddPage;

static void
add_page_free (AddPage *add)
{
  g_free (add->channel_id);
  g_object_unref (add->page);
  g_free (add);
}

static gboolean
forget_history (GhcCacheDb *db, const char *channel_id, GError **error)
{
  return ghc_cache_db_run (db, error, "DELETE FROM history WHERE channel_id = ?", "t", channel_id)
         && ghc_cache_db_run (db, error, "DELETE FROM history_range WHERE channel_id = ?", "t",
                              channel_id);
}

static gboolean
put_page (GhcCacheDb *db, AddPage *add, GhcCacheRange *range, GError **error)
{
  GPtrArray *events = ghc_page_get_events (add->page);

  for (guint i = 0; i < events->len; i++)
    {
      if (!put_event (db, add->channel_id, g_ptr_array_index (events, i), error))
        return FALSE;
    }

  return trim (db, add->channel_id, range, error)
         && ghc_cache_range_store (db, add->channel_id, range, error);
}

/* Whether what the page holds and what we hold are one piece. Where the stream has been followed
 * without a gap, nothing can lie between a page that reached the end and what the stream began
 * with. */
static gboolean
continues (const GhcCacheRange *range, const AddPage *add)
{
  if (add->low <= range->high + 1 && add->high >= range->low - 1)
    return TRUE;

  return !range->stale && ghc_page_get_at_end (add->page) && add->high < range->low;
}

static gboolean
add_page (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  AddPage *add = data;
  gboolean at_end = ghc_page_get_at_end (add->page);
  GhcCacheRange range;

  if (!ghc_cache_range_load (db, add->channel_id, &range, error))
    return FALSE;

  if (range.exists && continues (&range, add))
    {
      gint64 n_events;

      /* Somebody reads far back: that is not recent history. */
      if (!query_number (db, &n_events, "SELECT count (*) FROM history WHERE channel_id = ?",
                         add->channel_id, -1, error))
        return FALSE;
      if (add->high <= range.high && n_events >= GHC_CACHE_HISTORY)
        return TRUE;

      if (add->low <= range.low)
        {
          range.low = add->low;
          range.at_start = ghc_page_get_at_start (add->page);
        }
      range.stale = range.stale && !(at_end && add->high >= range.high);
      range.high = MAX (range.high, add->high);
    }
  else if (!range.exists || (range.stale && at_end))
    {
      if (!forget_history (db, add->channel_id, error))
        return FALSE;
      range = (GhcCacheRange){ .low = add->low,
                               .high = add->high,
                               .exists = TRUE,
                               .at_start = ghc_page_get_at_start (add->page),
                               .stale = !at_end };
    }
  else
    return TRUE;

  return put_page (db, add, &range, error);
}

DexFuture *
ghc_cache_add_page (GhcCache *self, const char *channel_id, GhcPage *page, gint64 low, gint64 high)
{
  AddPage *add;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);
  g_return_val_if_fail (GHC_IS_PAGE (page), NULL);

  add = g_new0 (AddPage, 1);
  add->channel_id = g_strdup (channel_id);
  add->page = g_object_ref (page);
  add->low = low;
  add->high = high;

  return ghc_cache_run (self, add_page, add, (GDestroyNotify) add_page_free);
}

typedef struct
{
  char **channel_ids;
  gint64 upto;
  gint64 position;
} MarkStale;

static void
mark_stale_free (MarkStale *mark)
{
  g_strfreev (mark->channel_ids);
  g_free (mark);
}

static gboolean
mark_channel_stale (GhcCacheDb *db, const char *channel_id, gint64 upto, GError **error)
{
  GhcCacheRange range;

  if (!ghc_cache_range_load (db, channel_id, &range, error))
    return FALSE;
  if (!range.exists)
    return TRUE;
  if (range.low > upto)
    return forget_history (db, channel_id, error);

  range.high = MIN (range.high, upto);
  range.stale = TRUE;

  return ghc_cache_db_run (db, error, "DELETE FROM history WHERE channel_id = ? AND position > ?",
                           "ti", channel_id, upto)
         && ghc_cache_range_store (db, channel_id, &range, error);
}

static gboolean
mark_stale (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  MarkStale *mark = data;

  for (guint i = 0; mark->channel_ids[i] != NULL; i++)
    {
      if (!mark_channel_stale (db, mark->channel_ids[i], mark->upto, error))
        return FALSE;
    }

  return set_position (db, mark->position, error);
}

DexFuture *
ghc_cache_mark_stale (GhcCache *self, const char *const *channel_ids, gint64 upto, gint64 position)
{
  MarkStale *mark;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (channel_ids != NULL, NULL);

  mark = g_new0 (MarkStale, 1);
  mark->channel_ids = g_strdupv ((char **) channel_ids);
  mark->upto = upto;
  mark->position = position;

  return ghc_cache_run (self, mark_stale, mark, (GDestroyNotify) mark_stale_free);
}

static gboolean
forget_channel (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  const char *channel_id = data;

  return forget_history (db, channel_id, error)
         && ghc_cache_db_run (db, error, "DELETE FROM draft WHERE channel_id = ?", "t", channel_id)
         && ghc_cache_db_run (db, error, "DELETE FROM receipt WHERE channel_id = ?", "t",
                              channel_id)
         && ghc_cache_db_run (db, error, "DELETE FROM read_position WHERE channel_id = ?", "t",
                              channel_id);
}

DexFuture *
ghc_cache_forget_channel (GhcCache *self, const char *channel_id)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);

  return ghc_cache_run (self, forget_channel, g_strdup (channel_id), g_free);
}

static gboolean
forget_all (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  return ghc_cache_db_exec (db,
                            "DELETE FROM history; DELETE FROM history_range; DELETE FROM profile;"
                            " DELETE FROM read_position; DELETE FROM meta WHERE key = 'position';",
                            error);
}

DexFuture *
ghc_cache_forget_history (GhcCache *self)
{
  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);

  return ghc_cache_run (self, forget_all, NULL, NULL);
}
