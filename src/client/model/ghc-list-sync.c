/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-list-sync.h"

static gpointer
peek (GListStore *store, guint position)
{
  g_autoptr (GObject) item = g_list_model_get_item (G_LIST_MODEL (store), position);

  return item;
}

/**
 * ghc_list_sync:
 * @wanted: (element-type GObject): the items and the order that @store shall have, each item once
 *
 * Brings @store there by single removals and insertions, as few as an item that moved needs, so
 * that a view keeps its rows.
 */
void
ghc_list_sync (GListStore *store, GPtrArray *wanted)
{
  g_autoptr (GHashTable) keep = g_hash_table_new (NULL, NULL);

  for (guint i = 0; i < wanted->len; i++)
    g_hash_table_add (keep, g_ptr_array_index (wanted, i));

  for (guint i = g_list_model_get_n_items (G_LIST_MODEL (store)); i > 0; i--)
    {
      if (!g_hash_table_contains (keep, peek (store, i - 1)))
        g_list_store_remove (store, i - 1);
    }

  for (guint i = 0; i < wanted->len; i++)
    {
      gpointer item = g_ptr_array_index (wanted, i);
      guint n_items = g_list_model_get_n_items (G_LIST_MODEL (store));
      guint position;

      if (i < n_items && peek (store, i) == item)
        continue;

      /* What stands here moved down: it comes back when its place is reached. */
      if (i + 1 < n_items && peek (store, i + 1) == item)
        {
          g_list_store_remove (store, i);
          continue;
        }

      if (g_list_store_find (store, item, &position))
        g_list_store_remove (store, position);
      g_list_store_insert (store, i, item);
    }
}
