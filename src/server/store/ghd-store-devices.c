/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-devices.h"

#include "ghd-rows.h"
#include "ghd-store-accounts.h"

G_DEFINE_BOXED_TYPE (GhdDeviceRow, ghd_device_row, ghd_device_row_ref, ghd_device_row_unref)
G_DEFINE_BOXED_TYPE (GhdTokenRow, ghd_token_row, ghd_token_row_ref, ghd_token_row_unref)

/* Whoever changes the password meanwhile waits for this, and ends the device, too; or is waited for. */
#define CREATE                                                                                     \
  "WITH made AS (INSERT INTO device (device_id, user_id, name, created_ts, last_seen_ts)"          \
  " SELECT $1::text, user_id, $3::text, $4::bigint, $4::bigint FROM account"                       \
  " WHERE user_id = $2 AND password_hash = $5 AND disabled_ts = 0 FOR SHARE RETURNING 1)"          \
  " SELECT gh_require (EXISTS (SELECT FROM made), 'GH409', '" GHD_STORE_ACCOUNT_CHANGED "',"       \
  " 'The account was changed meanwhile. Try again.')"

#define ADD_TOKENS                                                                                 \
  "INSERT INTO token (hash, device_id, is_refresh, expires_ts)"                                    \
  " VALUES ($2, $1, false, $3), ($4, $1, true, $5)"

#define LIST                                                                                       \
  "SELECT device_id, user_id, name, created_ts, last_seen_ts FROM device WHERE user_id = $1"       \
  " ORDER BY last_seen_ts DESC, device_id"

#define REVOKE "DELETE FROM device WHERE user_id = $1 AND device_id = $2"
#define LIST_GONE                                                                                  \
  "SELECT w.device_id FROM unnest ($1::text[]) AS w (device_id)"                                   \
  " WHERE NOT EXISTS (SELECT FROM device d WHERE d.device_id = w.device_id)"
#define TOUCH "UPDATE device SET last_seen_ts = greatest (last_seen_ts, $2) WHERE device_id = $1"

/* state: GhdTokenState. Its first use proves that the pair arrived: the refresh token that was exchanged
 * for it is used up for good. */
#define FIND_ACCESS                                                                                \
  "WITH proven AS ("                                                                               \
  "  UPDATE token SET unproven = NULL WHERE unproven = $1"                                         \
  ") SELECT CASE WHEN a.disabled_ts <> 0 THEN 4 WHEN t.expires_ts <= $2 THEN 2 ELSE 0 END,"        \
  " d.user_id, d.device_id, t.expires_ts"                                                          \
  " FROM token t JOIN device d USING (device_id) JOIN account a USING (user_id)"                   \
  " WHERE t.hash = $1 AND NOT t.is_refresh"

/* hash of the old one, access token and its end, refresh token and its end, now */
#define ROTATE                                                                                     \
  "SELECT state, owner, device, ends_ts, is_again FROM gh_rotate_token ($1, $2, $3, $4, $5, $6)"

/* A device without a token that could be refreshed is a sign-in that has ended. */
#define PURGE_TOKENS "DELETE FROM token WHERE expires_ts <= $1"
#define PURGE_DEVICES                                                                              \
  "DELETE FROM device d WHERE NOT EXISTS (SELECT FROM token t WHERE t.device_id = d.device_id)"

#define NOT_FOUND "device.not_found", "There is no such device."

GhdDeviceRow *
ghd_device_row_ref (GhdDeviceRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
device_row_clear (gpointer data)
{
  GhdDeviceRow *self = data;

  g_free (self->device_id);
  g_free (self->user_id);
  g_free (self->name);
}

void
ghd_device_row_unref (GhdDeviceRow *self)
{
  g_atomic_rc_box_release_full (self, device_row_clear);
}

GhdTokenRow *
ghd_token_row_ref (GhdTokenRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
token_row_clear (gpointer data)
{
  GhdTokenRow *self = data;

  g_free (self->user_id);
  g_free (self->device_id);
}

void
ghd_token_row_unref (GhdTokenRow *self)
{
  g_atomic_rc_box_release_full (self, token_row_clear);
}

static gpointer
read_device (GhdResult *result, guint row)
{
  GhdDeviceRow *self = g_atomic_rc_box_new0 (GhdDeviceRow);

  self->device_id = ghd_result_dup_text (result, row, 0);
  self->user_id = ghd_result_dup_text (result, row, 1);
  self->name = ghd_result_dup_text (result, row, 2);
  self->created_ts = ghd_result_get_int64 (result, row, 3);
  self->last_seen_ts = ghd_result_get_int64 (result, row, 4);
  return self;
}

static DexFuture *
devices_of_rows (GhdResult *result, gpointer data)
{
  return ghd_rows_resolve (
    ghd_rows_to_array (result, read_device, (GDestroyNotify) ghd_device_row_unref));
}

static GhdTokenRow *
read_token (GhdResult *result)
{
  GhdTokenRow *self = g_atomic_rc_box_new0 (GhdTokenRow);

  if (ghd_result_get_n_rows (result) == 0)
    self->state = GHD_TOKEN_UNKNOWN;
  else
    {
      self->state = (GhdTokenState) ghd_result_get_int64 (result, 0, 0);
      self->user_id = ghd_result_dup_text (result, 0, 1);
      self->device_id = ghd_result_dup_text (result, 0, 2);
      self->expires_ts = ghd_result_get_int64 (result, 0, 3);
    }
  return self;
}

static DexFuture *
token_of_rows (GhdResult *result, gpointer data)
{
  return dex_future_new_take_boxed (GHD_TYPE_TOKEN_ROW, read_token (result));
}

static DexFuture *
rotated_of_rows (GhdResult *result, gpointer data)
{
  GhdTokenRow *self = read_token (result);

  self->is_again = ghd_result_get_n_rows (result) > 0 && ghd_result_get_bool (result, 0, 4);
  return dex_future_new_take_boxed (GHD_TYPE_TOKEN_ROW, self);
}

static DexFuture *
true_of_results (DexFuture *future, gpointer user_data)
{
  return dex_future_new_true ();
}

static GhdParams *
add_hash (GhdParams *params, const GhHash *hash)
{
  return ghd_params_add_data (params, hash->bytes, GH_HASH_SIZE);
}

static GhdParams *
add_tokens (GhdParams *params, const GhdTokenPair *tokens)
{
  add_hash (params, &tokens->access);
  ghd_params_add_int64 (params, tokens->access_expires_ts);
  add_hash (params, &tokens->refresh);
  return ghd_params_add_int64 (params, tokens->refresh_expires_ts);
}

/* --- public --- */

/**
 * ghd_store_devices_create:
 * @password_hash: of the password that was proven; the account must have it still
 *
 * A sign-in: the device and its first tokens.
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_CONFLICT, reason
 *   %GHD_STORE_ACCOUNT_CHANGED when the account has another password by now or is disabled
 */
DexFuture *
ghd_store_devices_create (GhdPool *pool, const char *device_id, const char *user_id,
                          const char *name, const char *password_hash, const GhdTokenPair *tokens,
                          gint64 now_ts)
{
  GhdStatement statements[] = { { CREATE, ghd_params_new () }, { ADD_TOKENS, ghd_params_new () } };

  ghd_params_add_text (statements[0].params, device_id);
  ghd_params_add_text (statements[0].params, user_id);
  ghd_params_add_text (statements[0].params, name);
  ghd_params_add_int64 (statements[0].params, now_ts);
  ghd_params_add_text (statements[0].params, password_hash);
  add_tokens (ghd_params_add_text (statements[1].params, device_id), tokens);
  return dex_future_then (ghd_pool_transaction (pool, statements, G_N_ELEMENTS (statements)),
                          true_of_results, NULL, NULL);
}

/**
 * ghd_store_devices_list:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of #GhdDeviceRow, last seen first
 */
DexFuture *
ghd_store_devices_list (GhdPool *pool, const char *user_id)
{
  return ghd_rows_map (ghd_pool_query (pool, LIST,
                                       ghd_params_add_text (ghd_params_new (), user_id)),
                       devices_of_rows, NULL, NULL);
}

/**
 * ghd_store_devices_revoke:
 *
 * Removes the device and all its tokens.
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_devices_revoke (GhdPool *pool, const char *user_id, const char *device_id)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), user_id),
                                           device_id);

  return ghd_rows_map_done (ghd_pool_query (pool, REVOKE, params), NOT_FOUND);
}

/**
 * ghd_store_devices_list_gone:
 *
 * Returns: (transfer full): resolves to a #GStrv of those of @device_ids that do not exist (any
 *   more)
 */
DexFuture *
ghd_store_devices_list_gone (GhdPool *pool, const char *const *device_ids)
{
  return ghd_rows_map_strv (
    ghd_pool_query (pool, LIST_GONE,
                    ghd_params_add_text_array (ghd_params_new (), device_ids, -1)));
}

/**
 * ghd_store_devices_touch:
 *
 * Notes when a device was last seen.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_store_devices_touch (GhdPool *pool, const char *device_id, gint64 now_ts)
{
  GhdParams *params = ghd_params_add_int64 (ghd_params_add_text (ghd_params_new (), device_id),
                                            now_ts);

  return ghd_rows_map_done (ghd_pool_query (pool, TOUCH, params), NULL, NULL);
}

/**
 * ghd_store_tokens_find_access:
 *
 * Returns: (transfer full): resolves to a #GhdTokenRow in state valid, unknown, expired or disabled
 */
DexFuture *
ghd_store_tokens_find_access (GhdPool *pool, const GhHash *access, gint64 now_ts)
{
  GhdParams *params = ghd_params_add_int64 (add_hash (ghd_params_new (), access), now_ts);

  return ghd_rows_map (ghd_pool_query (pool, FIND_ACCESS, params), token_of_rows, NULL, NULL);
}

/**
 * ghd_store_tokens_rotate:
 * @refresh: hash of the refresh token that is presented
 * @tokens: what replaces it, if it is valid
 *
 * Exchanges a refresh token. It may be exchanged again as long as nobody has used the pair that it was
 * exchanged for, which then dies: the answer was lost, or several asked at once. After that its use
 * gives its device away: the device is revoked in the same transaction, and the row's state is
 * %GHD_TOKEN_REUSED.
 *
 * Returns: (transfer full): resolves to a #GhdTokenRow; only in state valid were @tokens stored
 */
DexFuture *
ghd_store_tokens_rotate (GhdPool *pool, const GhHash *refresh, const GhdTokenPair *tokens,
                         gint64 now_ts)
{
  GhdParams *params = add_tokens (add_hash (ghd_params_new (), refresh), tokens);

  return ghd_rows_map (ghd_pool_query (pool, ROTATE, ghd_params_add_int64 (params, now_ts)),
                       rotated_of_rows, NULL, NULL);
}

/**
 * ghd_store_tokens_purge:
 *
 * Removes what has expired. To be called now and then.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_store_tokens_purge (GhdPool *pool, gint64 now_ts)
{
  GhdStatement statements[] = { { PURGE_TOKENS, ghd_params_add_int64 (ghd_params_new (), now_ts) },
                                { PURGE_DEVICES, NULL } };

  return dex_future_then (ghd_pool_transaction (pool, statements, G_N_ELEMENTS (statements)),
                          true_of_results, NULL, NULL);
}
