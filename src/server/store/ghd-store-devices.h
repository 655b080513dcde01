/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-hash.h"
#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdDeviceRow:
 *
 * A sign-in: each makes a device, and a device is one family of tokens. Boxed with atomic
 * reference counting, read-only.
 */
typedef struct
{
  char *device_id;
  char *user_id;
  char *name;
  gint64 created_ts;
  gint64 last_seen_ts;
} GhdDeviceRow;

#define GHD_TYPE_DEVICE_ROW (ghd_device_row_get_type ())
GType ghd_device_row_get_type (void) G_GNUC_CONST;
GhdDeviceRow *ghd_device_row_ref (GhdDeviceRow *self);
void ghd_device_row_unref (GhdDeviceRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdDeviceRow, ghd_device_row_unref)

/**
 * GhdTokenPair:
 *
 * The BLAKE3 hashes of a new access token and refresh token. Tokens themselves are never stored.
 */
typedef struct
{
  GhHash access;
  gint64 access_expires_ts;
  GhHash refresh;
  gint64 refresh_expires_ts;
} GhdTokenPair;

typedef enum
{
  GHD_TOKEN_VALID,
  GHD_TOKEN_UNKNOWN, /* never given out, or its device was revoked */
  GHD_TOKEN_EXPIRED,
  GHD_TOKEN_REUSED,   /* a refresh token was used twice: its device has just been revoked */
  GHD_TOKEN_DISABLED, /* the account may not sign in */
} GhdTokenState;

/**
 * GhdTokenRow:
 * @user_id: (nullable): %NULL when unknown
 * @is_again: of a rotation: an unused pair was replaced
 *
 * What a token stands for. Boxed with atomic reference counting, read-only.
 */
typedef struct
{
  GhdTokenState state;
  char *user_id;
  char *device_id;
  gint64 expires_ts;
  gboolean is_again;
} GhdTokenRow;

#define GHD_TYPE_TOKEN_ROW (ghd_token_row_get_type ())
GType ghd_token_row_get_type (void) G_GNUC_CONST;
GhdTokenRow *ghd_token_row_ref (GhdTokenRow *self);
void ghd_token_row_unref (GhdTokenRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdTokenRow, ghd_token_row_unref)

DexFuture *ghd_store_devices_create (GhdPool *pool, const char *device_id, const char *user_id,
                                     const char *name, const char *password_hash,
                                     const GhdTokenPair *tokens, gint64 now_ts);
DexFuture *ghd_store_devices_list (GhdPool *pool, const char *user_id);
DexFuture *ghd_store_devices_revoke (GhdPool *pool, const char *user_id, const char *device_id);
DexFuture *ghd_store_devices_list_gone (GhdPool *pool, const char *const *device_ids);
DexFuture *ghd_store_devices_touch (GhdPool *pool, const char *device_id, gint64 now_ts);
DexFuture *ghd_store_tokens_find_access (GhdPool *pool, const GhHash *access, gint64 now_ts);
DexFuture *ghd_store_tokens_rotate (GhdPool *pool, const GhHash *refresh,
                                    const GhdTokenPair *tokens, gint64 now_ts);
DexFuture *ghd_store_tokens_purge (GhdPool *pool, gint64 now_ts);

G_END_DECLS
