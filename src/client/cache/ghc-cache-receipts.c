/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The server's word for one's own messages, kept beside them. */
#include "ghc-cache-private.h"

typedef struct
{
  char *channel_id;
  char *event_id;
  GhcReceipt *receipt;
  gint64 position;
} PutReceipt;

static void
put_receipt_free (PutReceipt *put)
{
  g_free (put->channel_id);
  g_free (put->event_id);
  ghc_receipt_unref (put->receipt);
  g_free (put);
}

static gboolean
put_receipt (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  PutReceipt *put = data;

  return ghc_cache_db_run (
    db, error,
    "INSERT OR REPLACE INTO receipt (channel_id, position, event_id, receipt, problem)"
    " VALUES (?, ?, ?, ?, ?)",
    "titbt", put->channel_id, put->position, put->event_id, ghc_receipt_get_json (put->receipt),
    ghc_receipt_get_problem (put->receipt));
}

DexFuture *
ghc_cache_put_receipt (GhcCache *self, const char *channel_id, gint64 position,
                       const char *event_id, GhcReceipt *receipt)
{
  PutReceipt *put;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);
  g_return_val_if_fail (event_id != NULL, NULL);
  g_return_val_if_fail (receipt != NULL, NULL);

  put = g_new0 (PutReceipt, 1);
  put->channel_id = g_strdup (channel_id);
  put->position = position;
  put->event_id = g_strdup (event_id);
  put->receipt = ghc_receipt_ref (receipt);

  return ghc_cache_run (self, put_receipt, put, (GDestroyNotify) put_receipt_free);
}

typedef struct
{
  char *channel_id;
  gint64 low;
  gint64 high;
} LoadReceipts;

static void
load_receipts_free (LoadReceipts *load)
{
  g_free (load->channel_id);
  g_free (load);
}

static gboolean
load_receipts (GhcCacheDb *db, gpointer data, GValue *result, GError **error)
{
  LoadReceipts *load = data;
  g_autoptr (GHashTable) receipts = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                                           (GDestroyNotify) ghc_receipt_unref);
  g_autoptr (GError) local_error = NULL;
  sqlite3_stmt *row = ghc_cache_db_query (db, error,
                                          "SELECT event_id, receipt, problem FROM receipt"
                                          " WHERE channel_id = ? AND position BETWEEN ? AND ?",
                                          "tii", load->channel_id, load->low, load->high);

  if (row == NULL)
    return FALSE;

  while (ghc_cache_db_step (db, row, &local_error))
    {
      g_autoptr (GBytes) json = ghc_cache_db_get_bytes (row, 1);

      g_hash_table_insert (receipts, g_strdup (ghc_cache_db_get_text (row, 0)),
                           ghc_receipt_new (json, ghc_cache_db_get_text (row, 2)));
    }
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  g_value_init (result, G_TYPE_HASH_TABLE);
  g_value_take_boxed (result, g_steal_pointer (&receipts));

  return TRUE;
}

DexFuture *
ghc_cache_load_receipts (GhcCache *self, const char *channel_id, gint64 low, gint64 high)
{
  LoadReceipts *load;

  g_return_val_if_fail (GHC_IS_CACHE (self), NULL);
  g_return_val_if_fail (channel_id != NULL, NULL);

  load = g_new0 (LoadReceipts, 1);
  load->channel_id = g_strdup (channel_id);
  load->low = low;
  load->high = high;

  return ghc_cache_run (self, load_receipts, load, (GDestroyNotify) load_receipts_free);
}
