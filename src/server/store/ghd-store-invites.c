/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-invites.h"

#include "ghd-rows.h"

G_DEFINE_BOXED_TYPE (GhdInviteRow, ghd_invite_row, ghd_invite_row_ref, ghd_invite_row_unref)

#define COLUMNS "code, guild_id, creator, created_ts, expires_ts, max_uses, uses, revoked_ts"

/* That it still works at the time $N, as ghd_invite_row_is_usable() says. */
#define USABLE(now)                                                                                \
  " revoked_ts = 0 AND (expires_ts = 0 OR expires_ts > " now ")"                                   \
  " AND (max_uses = 0 OR uses < max_uses)"

/* One more than may be is not counted any further. */
#define CREATE                                                                                     \
  "INSERT INTO invite (code, guild_id, creator, created_ts, expires_ts, max_uses)"                 \
  " SELECT $1::text, $2::text, $3::text, $4::bigint, $5::bigint, $6::bigint"                       \
  " WHERE $2::text IS NULL OR (SELECT count (*) FROM (SELECT FROM invite"                          \
  " WHERE guild_id = $2 AND creator = $3 AND" USABLE ("$4") " LIMIT $7::bigint) AS mine) < $7::bigint"
#define GET "SELECT " COLUMNS " FROM invite WHERE code = $1"
#define LIST                                                                                       \
  "SELECT " COLUMNS " FROM invite WHERE guild_id = $1 AND ($2::text IS NULL OR creator = $2) AND"  \
  USABLE ("$3") " ORDER BY created_ts, code"
#define REVOKE                                                                                     \
  "UPDATE invite SET revoked_ts = $3 WHERE guild_id = $1 AND code = $2 AND revoked_ts = 0"

/* Ends the transaction of whoever comes too late, and with it their membership. */
#define USE                                                                                        \
  "WITH used AS (UPDATE invite SET uses = uses + 1 WHERE code = $1 AND guild_id IS NOT NULL"       \
  " AND" USABLE ("$2") " RETURNING 1) SELECT gh_require (EXISTS (SELECT FROM used), 'GH404', 'invite.invalid',"         \
  " 'This invite is not valid any more.')"

GhdInviteRow *
ghd_invite_row_ref (GhdInviteRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
invite_row_clear (gpointer data)
{
  GhdInviteRow *self = data;

  g_free (self->code);
  g_free (self->guild_id);
  g_free (self->creator);
}

void
ghd_invite_row_unref (GhdInviteRow *self)
{
  g_atomic_rc_box_release_full (self, invite_row_clear);
}

static gpointer
read_invite (GhdResult *result, guint row)
{
  GhdInviteRow *self = g_atomic_rc_box_new0 (GhdInviteRow);

  self->code = ghd_result_dup_text (result, row, 0);
  self->guild_id = ghd_result_dup_text (result, row, 1);
  self->creator = ghd_result_dup_text (result, row, 2);
  self->created_ts = ghd_result_get_int64 (result, row, 3);
  self->expires_ts = ghd_result_get_int64 (result, row, 4);
  self->max_uses = ghd_result_get_int64 (result, row, 5);
  self->uses = ghd_result_get_int64 (result, row, 6);
  self->revoked_ts = ghd_result_get_int64 (result, row, 7);
  return self;
}

static DexFuture *
invite_of_rows (GhdResult *result, gpointer data)
{
  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found ("invite.invalid", "This invite is not valid any more.");
  return dex_future_new_take_boxed (GHD_TYPE_INVITE_ROW, read_invite (result, 0));
}

static DexFuture *
invites_of_rows (GhdResult *result, gpointer data)
{
  return ghd_rows_resolve (
    ghd_rows_to_array (result, read_invite, (GDestroyNotify) ghd_invite_row_unref));
}

/**
 * ghd_invite_row_is_usable:
 *
 * Whether it was neither revoked nor used up, nor has expired by @now_ts.
 */
gboolean
ghd_invite_row_is_usable (GhdInviteRow *self, gint64 now_ts)
{
  g_return_val_if_fail (self != NULL, FALSE);

  return self->revoked_ts == 0 && (self->expires_ts == 0 || self->expires_ts > now_ts)
         && (self->max_uses == 0 || self->uses < self->max_uses);
}

/**
 * ghd_store_invites_create:
 * @invite: code, guild_id, creator, created_ts, expires_ts and max_uses of it
 * @most: how many that still work its creator may have in its guild
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_NOT_FOUND "invite.too_many"
 */
DexFuture *
ghd_store_invites_create (GhdPool *pool, const GhdInviteRow *invite, guint most)
{
  GhdParams *params = ghd_params_new ();

  ghd_params_add_text (params, invite->code);
  ghd_params_add_text (params, invite->guild_id);
  ghd_params_add_text (params, invite->creator);
  ghd_params_add_int64 (params, invite->created_ts);
  ghd_params_add_int64 (params, invite->expires_ts);
  ghd_params_add_int64 (params, invite->max_uses);
  ghd_params_add_int64 (params, most);
  return ghd_rows_map_done (ghd_pool_query (pool, CREATE, params), "invite.too_many",
                            "There are as many invites as there may be.");
}

/**
 * ghd_store_invites_get:
 *
 * Returns: (transfer full): resolves to a #GhdInviteRow, usable or not; rejects with
 *   %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_invites_get (GhdPool *pool, const char *code)
{
  return ghd_rows_map (ghd_pool_query (pool, GET, ghd_params_add_text (ghd_params_new (), code)),
                       invite_of_rows, NULL, NULL);
}

/**
 * ghd_store_invites_list:
 * @creator: (nullable): whose; %NULL for everybody's
 *
 * Returns: (transfer full): resolves to a #GPtrArray of the guild's #GhdInviteRow that still work at
 *   @now_ts, the oldest first
 */
DexFuture *
ghd_store_invites_list (GhdPool *pool, const char *guild_id, const char *creator, gint64 now_ts)
{
  GhdParams *params = ghd_params_add_text (ghd_params_new (), guild_id);

  ghd_params_add_text (params, creator);
  ghd_params_add_int64 (params, now_ts);
  return ghd_rows_map (ghd_pool_query (pool, LIST, params), invites_of_rows, NULL, NULL);
}

/**
 * ghd_store_invites_revoke:
 *
 * Returns: (transfer full): resolves to %TRUE; rejects with %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_invites_revoke (GhdPool *pool, const char *guild_id, const char *code, gint64 now_ts)
{
  GhdParams *params = ghd_params_add_text (ghd_params_add_text (ghd_params_new (), guild_id), code);

  return ghd_rows_map_done (ghd_pool_query (pool, REVOKE, ghd_params_add_int64 (params, now_ts)),
                            "invite.not_found", "There is no such invite.");
}

/**
 * ghd_store_invites_add_use:
 *
 * Makes @write use the invite up by one. Where it is not usable any more when the write is made,
 * the whole write is rejected with %GH_ERROR_NOT_FOUND, reason "invite.invalid".
 */
void
ghd_store_invites_add_use (GhdWrite *write, const char *code, gint64 now_ts)
{
  ghd_write_add_statement (write, USE,
                           ghd_params_add_int64 (ghd_params_add_text (ghd_params_new (), code),
                                                 now_ts));
}
