/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdAccountRow:
 * @password_hash: (nullable): Argon2id; %NULL in lists
 * @image_id: (nullable): `mxc://…`
 * @banner_id: (nullable): `mxc://…`
 * @status: one line, empty where there is none
 * @status_expires_ts: from then on @status counts as empty; 0 = never
 * @changed_ts: when name, bio, status, image or banner last changed
 * @disabled_ts: 0 = may sign in
 *
 * A row of table account. Boxed with atomic reference counting, read-only.
 */
typedef struct
{
  char *user_id;
  char *username;
  char *display_name;
  char *bio;
  char *status;
  char *image_id;
  char *banner_id;
  char *password_hash;
  gint64 created_ts;
  gint64 changed_ts;
  gint64 status_expires_ts;
  gint64 disabled_ts;
} GhdAccountRow;

/* Why what was found out about an account does not hold any more: another password, or it was disabled. */
#define GHD_STORE_ACCOUNT_CHANGED "account.changed"

#define GHD_TYPE_ACCOUNT_ROW (ghd_account_row_get_type ())
GType ghd_account_row_get_type (void) G_GNUC_CONST;
GhdAccountRow *ghd_account_row_ref (GhdAccountRow *self);
void ghd_account_row_unref (GhdAccountRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdAccountRow, ghd_account_row_unref)

/* The pictures of a profile: the square one, and the wide one behind it. */
typedef enum
{
  GHD_PROFILE_IMAGE,
  GHD_PROFILE_BANNER,
} GhdProfilePicture;

/**
 * GhdProfileEdit:
 * @display_name: (nullable): %NULL = as it is
 * @bio: (nullable): %NULL = as it is
 * @status: (nullable): %NULL = as it is, and so is its end
 * @status_expires_ts: when @status ends; 0 = never
 *
 * What somebody changes of their profile.
 */
typedef struct
{
  const char *display_name;
  const char *bio;
  const char *status;
  gint64 status_expires_ts;
} GhdProfileEdit;

/**
 * GhdNewAccount:
 * @skeleton: gh_user_name_skeleton() of @username: no two accounts share one
 * @server_invite: (nullable): code of an invite to the server that this registration uses up
 */
typedef struct
{
  const char *user_id;
  const char *username;
  const char *skeleton;
  const char *display_name;
  const char *password_hash;
  const char *server_invite;
  gint64 now_ts;
} GhdNewAccount;

typedef enum
{
  GHD_NAME_FREE,
  GHD_NAME_TAKEN,
  GHD_NAME_CONFUSABLE,
} GhdNameState;

DexFuture *ghd_store_accounts_check_name (GhdPool *pool, const char *username,
                                          const char *skeleton);
DexFuture *ghd_store_accounts_create (GhdPool *pool, const GhdNewAccount *account);
DexFuture *ghd_store_accounts_get (GhdPool *pool, const char *user_id);
DexFuture *ghd_store_accounts_find (GhdPool *pool, const char *username);
DexFuture *ghd_store_accounts_get_many (GhdPool *pool, const char *const *user_ids);
DexFuture *ghd_store_accounts_changed_since (GhdPool *pool, const char *const *user_ids,
                                             gint64 since_ts);
DexFuture *ghd_store_accounts_list (GhdPool *pool);
DexFuture *ghd_store_accounts_set_profile (GhdPool *pool, const char *user_id,
                                           const GhdProfileEdit *edit, gint64 now_ts);
DexFuture *ghd_store_accounts_set_picture (GhdPool *pool, const char *user_id,
                                           GhdProfilePicture kind, const char *image_id,
                                           gint64 now_ts);
DexFuture *ghd_store_accounts_set_password (GhdPool *pool, const char *user_id,
                                            const char *old_hash, const char *password_hash,
                                            const char *keep_device_id);
DexFuture *ghd_store_accounts_get_presence (GhdPool *pool, const char *user_id);
DexFuture *ghd_store_accounts_set_presence (GhdPool *pool, const char *user_id,
                                            const char *presence);
DexFuture *ghd_store_accounts_rehash (GhdPool *pool, const char *user_id, const char *old_hash,
                                      const char *new_hash);
DexFuture *ghd_store_accounts_set_disabled (GhdPool *pool, const char *user_id, gint64 disabled_ts);

G_END_DECLS
