/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-keys.h"

#include "ghd-rows.h"

#include <string.h>

#define ADD                                                                                        \
  "INSERT INTO server_key (server, key_id, public_key, created_ts) VALUES ($1, $2, $3, $4)"        \
  " ON CONFLICT (server, key_id) DO NOTHING"
#define LIST                                                                                       \
  "SELECT server, key_id, public_key, created_ts FROM server_key ORDER BY created_ts, key_id"

void
ghd_server_key_row_free (GhdServerKeyRow *self)
{
  g_free (self->server);
  g_free (self->key_id);
  g_free (self);
}

static gpointer
read_key (GhdResult *result, guint row)
{
  GhdServerKeyRow *self = g_new0 (GhdServerKeyRow, 1);
  gsize size;
  const guint8 *key = ghd_result_get_data (result, row, 2, &size);

  self->server = ghd_result_dup_text (result, row, 0);
  self->key_id = ghd_result_dup_text (result, row, 1);
  if (size == GHD_SERVER_KEY_SIZE)
    memcpy (self->public_key, key, size);
  self->created_ts = ghd_result_get_int64 (result, row, 3);
  return self;
}

static DexFuture *
keys_of_rows (GhdResult *result, gpointer data)
{
  return ghd_rows_resolve (
    ghd_rows_to_array (result, read_key, (GDestroyNotify) ghd_server_key_row_free));
}

/**
 * ghd_store_keys_add:
 *
 * Notes a key that events will be signed with; once is enough, again does no harm.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_store_keys_add (GhdPool *pool, const char *server, const char *key_id,
                    const guint8 public_key[GHD_SERVER_KEY_SIZE], gint64 now_ts)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), server), key_id);

  ghd_params_add_data (params, public_key, GHD_SERVER_KEY_SIZE);
  return ghd_rows_map_done (ghd_pool_query (pool, ADD, ghd_params_add_int64 (params, now_ts)), NULL,
                            NULL);
}

/**
 * ghd_store_keys_list:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of #GhdServerKeyRow, the oldest first
 */
DexFuture *
ghd_store_keys_list (GhdPool *pool)
{
  return ghd_rows_map (ghd_pool_query (pool, LIST, NULL), keys_of_rows, NULL, NULL);
}
