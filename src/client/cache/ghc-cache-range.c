/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-cache-range.h"

/**
 * ghc_cache_range_load:
 * @range: (out): what is kept of the channel; not existing when that is nothing
 */
gboolean
ghc_cache_range_load (GhcCacheDb *db, const char *channel_id, GhcCacheRange *range, GError **error)
{
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *row =
    ghc_cache_db_query (db, error,
                        "SELECT low, high, at_start, stale FROM history_range WHERE channel_id = ?",
                        "t", channel_id);

  *range = (GhcCacheRange){ 0 };
  if (row == NULL)
    return FALSE;

  if (ghc_cache_db_step (db, row, &local_error))
    {
      range->exists = TRUE;
      range->low = sqlite3_column_int64 (row, 0);
      range->high = sqlite3_column_int64 (row, 1);
      range->at_start = sqlite3_column_int (row, 2) != 0;
      range->stale = sqlite3_column_int (row, 3) != 0;
      sqlite3_reset (row);
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

/* What is kept of the channel from now on. */
gboolean
ghc_cache_range_store (GhcCacheDb *db, const char *channel_id, const GhcCacheRange *range,
                       GError **error)
{
  return ghc_cache_db_run (
    db, error,
    "INSERT OR REPLACE INTO history_range (channel_id, low, high, at_start, stale)"
    " VALUES (?, ?, ?, ?, ?)",
    "tiiii", channel_id, range->low, range->high, (gint64) range->at_start, (gint64) range->stale);
}
