/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"

G_BEGIN_DECLS

#define GHD_SERVER_KEY_SIZE 32

/**
 * GhdServerKeyRow:
 *
 * The public half of a key that events were signed with, so that old events can be verified.
 * Read-only.
 */
typedef struct
{
  char *server;
  char *key_id;
  guint8 public_key[GHD_SERVER_KEY_SIZE];
  gint64 created_ts;
} GhdServerKeyRow;

void ghd_server_key_row_free (GhdServerKeyRow *self);

DexFuture *ghd_store_keys_add (GhdPool *pool, const char *server, const char *key_id,
                               const guint8 public_key[GHD_SERVER_KEY_SIZE], gint64 now_ts);
DexFuture *ghd_store_keys_list (GhdPool *pool);

G_END_DECLS
