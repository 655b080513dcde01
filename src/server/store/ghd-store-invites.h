/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"
#include "ghd-write.h"

G_BEGIN_DECLS

/**
 * GhdInviteRow:
 * @guild_id: (nullable): %NULL = to the server: it permits a registration
 * @creator: (nullable): user id; %NULL = made on the command line
 * @expires_ts: 0 = never
 * @max_uses: 0 = any number
 * @revoked_ts: 0 = not revoked
 *
 * Boxed with atomic reference counting, read-only.
 */
typedef struct
{
  char *code;
  char *guild_id;
  char *creator;
  gint64 created_ts;
  gint64 expires_ts;
  gint64 max_uses;
  gint64 uses;
  gint64 revoked_ts;
} GhdInviteRow;

#define GHD_TYPE_INVITE_ROW (ghd_invite_row_get_type ())
GType ghd_invite_row_get_type (void) G_GNUC_CONST;
GhdInviteRow *ghd_invite_row_ref (GhdInviteRow *self);
void ghd_invite_row_unref (GhdInviteRow *self);
gboolean ghd_invite_row_is_usable (GhdInviteRow *self, gint64 now_ts);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdInviteRow, ghd_invite_row_unref)

DexFuture *ghd_store_invites_create (GhdPool *pool, const GhdInviteRow *invite, guint most);
DexFuture *ghd_store_invites_get (GhdPool *pool, const char *code);
DexFuture *ghd_store_invites_list (GhdPool *pool, const char *guild_id, const char *creator,
                                   gint64 now_ts);
DexFuture *ghd_store_invites_revoke (GhdPool *pool, const char *guild_id, const char *code,
                                     gint64 now_ts);
void ghd_store_invites_add_use (GhdWrite *write, const char *code, gint64 now_ts);

G_END_DECLS
