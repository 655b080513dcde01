/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-accounts.h"

#include "gh-error.h"
#include "ghd-rows.h"
#include "ghd-sql-error.h"

G_DEFINE_BOXED_TYPE (GhdAccountRow, ghd_account_row, ghd_account_row_ref, ghd_account_row_unref)

#define COLUMNS                                                                                    \
  "user_id, username, display_name, bio, image_id, created_ts, changed_ts, disabled_ts, status,"   \
  " status_expires_ts, banner_id"

#define CHECK_NAME                                                                                 \
  "SELECT EXISTS (SELECT FROM account WHERE username = $1),"                                       \
  " EXISTS (SELECT FROM account WHERE skeleton = $2)"

/* The invite is used up by the same transaction, or there is no account. */
#define USE_SERVER_INVITE                                                                          \
  "WITH used AS (UPDATE invite SET uses = uses + 1 WHERE code = $1 AND guild_id IS NULL"           \
  " AND revoked_ts = 0 AND (expires_ts = 0 OR expires_ts > $2)"                                    \
  " AND (max_uses = 0 OR uses < max_uses)"                                                         \
  " RETURNING 1) SELECT gh_require (EXISTS (SELECT FROM used), 'GH403', 'invite.invalid',"         \
  " 'This invite is not valid any more.')"

#define CREATE                                                                                     \
  "INSERT INTO account (user_id, username, skeleton, display_name, password_hash, created_ts,"     \
  " changed_ts) VALUES ($1, $2, $3, $4, $5, $6, $6)"

#define GET "SELECT " COLUMNS ", password_hash FROM account WHERE user_id = $1"
#define FIND "SELECT " COLUMNS ", password_hash FROM account WHERE username = $1"
#define GET_MANY "SELECT " COLUMNS " FROM account WHERE user_id = ANY ($1) ORDER BY user_id"
#define CHANGED_SINCE                                                                              \
  "SELECT " COLUMNS                                                                                \
  " FROM account WHERE changed_ts > $2 AND user_id = ANY ($1) ORDER BY changed_ts, user_id"
#define LIST "SELECT " COLUMNS " FROM account ORDER BY username"

#define SET_PROFILE                                                                                \
  "UPDATE account SET display_name = coalesce ($2, display_name), bio = coalesce ($3, bio),"       \
  " status = coalesce ($4::text, status),"                                                         \
  " status_expires_ts = CASE WHEN $4::text IS NULL THEN status_expires_ts ELSE $5 END,"            \
  " changed_ts = greatest ($6, changed_ts + 1) WHERE user_id = $1 RETURNING " COLUMNS

#define SET_PICTURE(column)                                                                        \
  "UPDATE account a SET " column " = $2, changed_ts = greatest ($3, a.changed_ts + 1)"             \
  " FROM (SELECT user_id, " column " FROM account WHERE user_id = $1 FOR UPDATE) old"              \
  " WHERE a.user_id = old.user_id RETURNING old." column

static const char *const set_picture[] = {
  [GHD_PROFILE_IMAGE] = SET_PICTURE ("image_id"),
  [GHD_PROFILE_BANNER] = SET_PICTURE ("banner_id"),
};

#define SET_PASSWORD "UPDATE account SET password_hash = $2 WHERE user_id = $1 RETURNING user_id"
#define REPLACE_PASSWORD                                                                           \
  "WITH done AS (UPDATE account SET password_hash = $2 WHERE user_id = $1 AND password_hash = $3"  \
  " RETURNING 1) SELECT gh_require (EXISTS (SELECT FROM done), 'GH409',"                           \
  " '" GHD_STORE_ACCOUNT_CHANGED "', 'The account was changed meanwhile. Try again.')"
#define REVOKE_OTHERS                                                                              \
  "DELETE FROM device WHERE user_id = $1 AND ($2::text IS NULL OR device_id <> $2)"                \
  " RETURNING device_id"
#define GET_PRESENCE "SELECT presence FROM account WHERE user_id = $1"
#define SET_PRESENCE "UPDATE account SET presence = $2 WHERE user_id = $1 RETURNING user_id"
#define REHASH "UPDATE account SET password_hash = $3 WHERE user_id = $1 AND password_hash = $2"
#define SET_DISABLED "UPDATE account SET disabled_ts = $2 WHERE user_id = $1 RETURNING user_id"
#define REVOKE_IF_DISABLED                                                                         \
  "DELETE FROM device WHERE user_id = $1 AND $2::bigint <> 0 RETURNING device_id"

#define NOT_FOUND "account.not_found", "There is no such account."

GhdAccountRow *
ghd_account_row_ref (GhdAccountRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
account_row_clear (gpointer data)
{
  GhdAccountRow *self = data;

  g_free (self->user_id);
  g_free (self->username);
  g_free (self->display_name);
  g_free (self->bio);
  g_free (self->status);
  g_free (self->image_id);
  g_free (self->banner_id);
  g_free (self->password_hash);
}

void
ghd_account_row_unref (GhdAccountRow *self)
{
  g_atomic_rc_box_release_full (self, account_row_clear);
}

static gpointer
read_account (GhdResult *result, guint row)
{
  GhdAccountRow *self = g_atomic_rc_box_new0 (GhdAccountRow);

  self->user_id = ghd_result_dup_text (result, row, 0);
  self->username = ghd_result_dup_text (result, row, 1);
  self->display_name = ghd_result_dup_text (result, row, 2);
  self->bio = ghd_result_dup_text (result, row, 3);
  self->image_id = ghd_result_dup_text (result, row, 4);
  self->created_ts = ghd_result_get_int64 (result, row, 5);
  self->changed_ts = ghd_result_get_int64 (result, row, 6);
  self->disabled_ts = ghd_result_get_int64 (result, row, 7);
  self->status = ghd_result_dup_text (result, row, 8);
  self->status_expires_ts = ghd_result_get_int64 (result, row, 9);
  self->banner_id = ghd_result_dup_text (result, row, 10);
  return self;
}

static DexFuture *
name_state_of_rows (GhdResult *result, gpointer data)
{
  GhdNameState state = ghd_result_get_bool (result, 0, 0)   ? GHD_NAME_TAKEN
                       : ghd_result_get_bool (result, 0, 1) ? GHD_NAME_CONFUSABLE
                                                            : GHD_NAME_FREE;

  return dex_future_new_for_int (state);
}

static DexFuture *
presence_of_rows (GhdResult *result, gpointer data)
{
  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found (NOT_FOUND);
  return dex_future_new_take_string (ghd_result_dup_text (result, 0, 0));
}

static DexFuture *
account_with_password_of_rows (GhdResult *result, gpointer data)
{
  GhdAccountRow *account;

  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found (NOT_FOUND);
  account = read_account (result, 0);
  account->password_hash = ghd_result_dup_text (result, 0, 11);
  return dex_future_new_take_boxed (GHD_TYPE_ACCOUNT_ROW, account);
}

static DexFuture *
account_of_rows (GhdResult *result, gpointer data)
{
  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found (NOT_FOUND);
  return dex_future_new_take_boxed (GHD_TYPE_ACCOUNT_ROW, read_account (result, 0));
}

static DexFuture *
accounts_of_rows (GhdResult *result, gpointer data)
{
  return ghd_rows_resolve (
    ghd_rows_to_array (result, read_account, (GDestroyNotify) ghd_account_row_unref));
}

static DexFuture *
on_create_failed (DexFuture *future, gpointer user_data)
{
  g_autoptr (GError) error = NULL;

  dex_future_get_value (future, &error);
  if (ghd_sql_error_is_constraint (error, "account_username")
      || ghd_sql_error_is_constraint (error, "account_pkey"))
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_CONFLICT, "username.taken", "username", 0,
                            "This username is taken. Choose another."));
  if (ghd_sql_error_is_constraint (error, "account_skeleton"))
    return dex_future_new_for_error (
      gh_error_new_literal (GH_ERROR_CONFLICT, "username.confusable", "username", 0,
                            "This username looks like one that is taken. Choose another."));
  return dex_future_new_for_error (g_steal_pointer (&error));
}

static DexFuture *
true_of_results (DexFuture *future, gpointer user_data)
{
  return dex_future_new_true ();
}

/* Two statements: the account's, which must touch a row, and one that returns device ids. */
static DexFuture *
revoked_of_results (DexFuture *future, gpointer user_data)
{
  GPtrArray *results = g_value_get_boxed (dex_future_get_value (future, NULL));

  if (ghd_result_get_n_rows (g_ptr_array_index (results, 0)) == 0)
    return ghd_rows_not_found (NOT_FOUND);
  return dex_future_new_take_boxed (G_TYPE_STRV,
                                    ghd_rows_to_strv (g_ptr_array_index (results, 1), 0));
}

static DexFuture *
old_image_of_rows (GhdResult *result, gpointer data)
{
  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found (NOT_FOUND);
  return dex_future_new_take_string (ghd_result_dup_text (result, 0, 0));
}

/* --- public --- */

/**
 * ghd_store_accounts_check_name:
 *
 * Returns: (transfer full): resolves to a #GhdNameState (int)
 */
DexFuture *
ghd_store_accounts_check_name (GhdPool *pool, const char *username, const char *skeleton)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), username),
                                           skeleton);

  return ghd_rows_map (ghd_pool_query (pool, CHECK_NAME, params), name_state_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_create:
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_CONFLICT, reason
 *   "username.taken" or "username.confusable", or %GH_ERROR_DENIED, reason "invite.invalid"
 */
DexFuture *
ghd_store_accounts_create (GhdPool *pool, const GhdNewAccount *account)
{
  GhdStatement statements[2] = { { CREATE, ghd_params_new () }, { USE_SERVER_INVITE, NULL } };
  gsize n = 1;

  ghd_params_add_text (statements[0].params, account->user_id);
  ghd_params_add_text (statements[0].params, account->username);
  ghd_params_add_text (statements[0].params, account->skeleton);
  ghd_params_add_text (statements[0].params, account->display_name);
  ghd_params_add_text (statements[0].params, account->password_hash);
  ghd_params_add_int64 (statements[0].params, account->now_ts);
  if (account->server_invite != NULL)
    {
      statements[n].params = ghd_params_add_int64 (ghd_params_add_text (ghd_params_new (),
                                                                        account->server_invite),
                                                   account->now_ts);
      n++;
    }
  return dex_future_catch (dex_future_then (ghd_pool_transaction (pool, statements, n),
                                            true_of_results, NULL, NULL),
                           on_create_failed, NULL, NULL);
}

/**
 * ghd_store_accounts_get:
 *
 * Returns: (transfer full): resolves to a #GhdAccountRow with its password hash; rejects with
 *   %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_get (GhdPool *pool, const char *user_id)
{
  return ghd_rows_map (ghd_pool_query (pool, GET, ghd_params_add_text (ghd_params_new (), user_id)),
                       account_with_password_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_find:
 *
 * As ghd_store_accounts_get(), by user name.
 */
DexFuture *
ghd_store_accounts_find (GhdPool *pool, const char *username)
{
  return ghd_rows_map (ghd_pool_query (pool, FIND,
                                       ghd_params_add_text (ghd_params_new (), username)),
                       account_with_password_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_get_many:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of #GhdAccountRow: those of @user_ids that
 *   exist, without password hashes
 */
DexFuture *
ghd_store_accounts_get_many (GhdPool *pool, const char *const *user_ids)
{
  return ghd_rows_map (ghd_pool_query (pool, GET_MANY,
                                       ghd_params_add_text_array (ghd_params_new (), user_ids, -1)),
                       accounts_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_changed_since:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of those #GhdAccountRow of @user_ids that
 *   changed after @since_ts, the earliest first
 */
DexFuture *
ghd_store_accounts_changed_since (GhdPool *pool, const char *const *user_ids, gint64 since_ts)
{
  GhdParams *params = ghd_params_add_text_array (ghd_params_new (), user_ids, -1);

  return ghd_rows_map (ghd_pool_query (pool, CHANGED_SINCE,
                                       ghd_params_add_int64 (params, since_ts)),
                       accounts_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_list:
 *
 * Returns: (transfer full): resolves to a #GPtrArray of all #GhdAccountRow, by user name
 */
DexFuture *
ghd_store_accounts_list (GhdPool *pool)
{
  return ghd_rows_map (ghd_pool_query (pool, LIST, NULL), accounts_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_set_profile:
 *
 * Returns: (transfer full): resolves to the changed #GhdAccountRow; rejects with
 *   %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_set_profile (GhdPool *pool, const char *user_id, const GhdProfileEdit *edit,
                                gint64 now_ts)
{
  GhdParams *params = ghd_params_new ();

  ghd_params_add_text (params, user_id);
  ghd_params_add_text (params, edit->display_name);
  ghd_params_add_text (params, edit->bio);
  ghd_params_add_text (params, edit->status);
  ghd_params_add_int64 (params, edit->status_expires_ts);
  ghd_params_add_int64 (params, now_ts);
  return ghd_rows_map (ghd_pool_query (pool, SET_PROFILE, params), account_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_set_picture:
 * @image_id: (nullable): %NULL = none
 *
 * Returns: (transfer full): resolves to the id of the image before (string, %NULL = none); rejects
 *   with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_set_picture (GhdPool *pool, const char *user_id, GhdProfilePicture kind,
                                const char *image_id, gint64 now_ts)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), user_id),
                                           image_id);

  return ghd_rows_map (ghd_pool_query (pool, set_picture[kind],
                                       ghd_params_add_int64 (params, now_ts)),
                       old_image_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_set_password:
 * @old_hash: (nullable): what the account must have still; %NULL = whatever it has
 * @keep_device_id: (nullable): the device that stays signed in; %NULL = none
 *
 * Changes the password and revokes the account's other devices, together.
 *
 * Returns: (transfer full): resolves to a #GStrv of the revoked device ids; rejects with
 *   %GH_ERROR_CONFLICT %GHD_STORE_ACCOUNT_CHANGED when it has not @old_hash any more, or is not; without
 *   @old_hash with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_set_password (GhdPool *pool, const char *user_id, const char *old_hash,
                                 const char *password_hash, const char *keep_device_id)
{
  GhdStatement statements[] = { { old_hash != NULL ? REPLACE_PASSWORD : SET_PASSWORD,
                                  ghd_params_new () },
                                { REVOKE_OTHERS, ghd_params_new () } };

  ghd_params_add_text (ghd_params_add_text (statements[0].params, user_id), password_hash);
  if (old_hash != NULL)
    ghd_params_add_text (statements[0].params, old_hash);
  ghd_params_add_text (ghd_params_add_text (statements[1].params, user_id), keep_device_id);
  return dex_future_then (ghd_pool_transaction (pool, statements, G_N_ELEMENTS (statements)),
                          revoked_of_results, NULL, NULL);
}

/**
 * ghd_store_accounts_get_presence:
 *
 * Returns: (transfer full): resolves to what somebody chose to be seen as: "online", "idle", "dnd" or
 *   "invisible"; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_get_presence (GhdPool *pool, const char *user_id)
{
  return ghd_rows_map (ghd_pool_query (pool, GET_PRESENCE,
                                       ghd_params_add_text (ghd_params_new (), user_id)),
                       presence_of_rows, NULL, NULL);
}

/**
 * ghd_store_accounts_set_presence:
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_set_presence (GhdPool *pool, const char *user_id, const char *presence)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), user_id),
                                           presence);

  return ghd_rows_map_done (ghd_pool_query (pool, SET_PRESENCE, params), NOT_FOUND);
}

/**
 * ghd_store_accounts_rehash:
 *
 * Replaces a password hash by one of the same password with today's cost, unless the password was
 * changed meanwhile.
 *
 * Returns: (transfer full): resolves to %TRUE
 */
DexFuture *
ghd_store_accounts_rehash (GhdPool *pool, const char *user_id, const char *old_hash,
                           const char *new_hash)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), user_id),
                                           old_hash);

  return ghd_rows_map_done (ghd_pool_query (pool, REHASH, ghd_params_add_text (params, new_hash)),
                            NULL, NULL);
}

/**
 * ghd_store_accounts_set_disabled:
 * @disabled_ts: 0 = may sign in again
 *
 * Disabling revokes all devices with it.
 *
 * Returns: (transfer full): resolves to a #GStrv of the revoked device ids; rejects with
 *   %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_accounts_set_disabled (GhdPool *pool, const char *user_id, gint64 disabled_ts)
{
  GhdStatement statements[] = { { SET_DISABLED, ghd_params_new () },
                                { REVOKE_IF_DISABLED, ghd_params_new () } };

  ghd_params_add_int64 (ghd_params_add_text (statements[0].params, user_id), disabled_ts);
  ghd_params_add_int64 (ghd_params_add_text (statements[1].params, user_id), disabled_ts);
  return dex_future_then (ghd_pool_transaction (pool, statements, G_N_ELEMENTS (statements)),
                          revoked_of_results, NULL, NULL);
}
