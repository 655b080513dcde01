/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-store-rooms.h"

#include "ghd-event-rows.h"
#include "ghd-rows.h"

#include <string.h>

G_DEFINE_BOXED_TYPE (GhdGuildRows, ghd_guild_rows, ghd_guild_rows_ref, ghd_guild_rows_unref)
G_DEFINE_BOXED_TYPE (GhdRoomRow, ghd_room_row, ghd_room_row_ref, ghd_room_row_unref)

#define ROOM_COLUMNS "r.room_id, r.kind, r.guild_id, r.created_ts, r.is_private, r.is_deleted"

#define GET "SELECT " ROOM_COLUMNS " FROM room r WHERE r.room_id = $1"

/*
 * The parts of a guild. They are read by one transaction, but a transaction of PostgreSQL's default
 * kind may see more at its end than at its beginning: so the position is read first, and state that
 * is newer than it does no harm to somebody who folds every event after it once more.
 */
#define READ_POSITION "SELECT position FROM writer_mark"

#define LOAD_ROOMS                                                                                 \
  "SELECT " ROOM_COLUMNS ", (SELECT e.position FROM event e WHERE e.room_id = r.room_id"           \
  "   AND e.state_key IS NULL ORDER BY e.position DESC LIMIT 1)"                                   \
  " FROM room r WHERE r.guild_id = $1 AND NOT r.is_deleted"                                        \
  " ORDER BY r.room_id <> r.guild_id, r.created_ts, r.room_id"

#define LOAD_STATE                                                                                 \
  "SELECT s.room_id, s.type, s.state_key, s.event_id, s.sender, s.position, s.origin_ts,"          \
  " s.content"                                                                                     \
  " FROM room r JOIN state s USING (room_id)"                                                      \
  " WHERE r.guild_id = $1 AND NOT r.is_deleted AND s.type <> 'm.room.member' ORDER BY s.position"

#define LOAD_MEMBERS                                                                               \
  "SELECT m.room_id, m.user_id, m.membership, m.event_id, m.position, m.joined_ts"                 \
  " FROM room r JOIN member m USING (room_id)"                                                     \
  " WHERE r.guild_id = $1 AND NOT r.is_deleted AND m.membership <> 'leave' ORDER BY m.position"

#define LIST_GUILDS                                                                                \
  "SELECT m.room_id FROM member m JOIN room r USING (room_id)"                                     \
  " WHERE m.user_id = $1 AND m.membership = 'join' AND r.kind = 'guild' AND NOT r.is_deleted"      \
  " ORDER BY m.joined_ts, m.room_id"

/* Whose deletion somebody may have missed. */
#define LIST_DELETED                                                                               \
  "SELECT m.room_id FROM member m JOIN room r USING (room_id) JOIN state s USING (room_id)"        \
  " WHERE m.user_id = $1 AND m.membership = 'join' AND r.kind = 'guild' AND r.is_deleted"          \
  " AND s.type = 'm.guild.delete' AND s.position > $2"

/* --- records --- */

GhdRoomRow *
ghd_room_row_ref (GhdRoomRow *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
room_row_clear (gpointer data)
{
  GhdRoomRow *self = data;

  g_free (self->room_id);
  g_free (self->kind);
  g_free (self->guild_id);
}

void
ghd_room_row_unref (GhdRoomRow *self)
{
  g_atomic_rc_box_release_full (self, room_row_clear);
}

static void
state_row_clear (gpointer data)
{
  GhdStateRow *self = data;

  g_free (self->room_id);
  g_free (self->type);
  g_free (self->state_key);
  g_free (self->event_id);
  g_free (self->sender);
  g_clear_pointer (&self->content, gh_json_unref);
}

void
ghd_state_row_unref (GhdStateRow *self)
{
  g_atomic_rc_box_release_full (self, state_row_clear);
}

static void
member_row_clear (gpointer data)
{
  GhdMemberRow *self = data;

  g_free (self->room_id);
  g_free (self->user_id);
  g_free (self->membership);
  g_free (self->event_id);
}

void
ghd_member_row_unref (GhdMemberRow *self)
{
  g_atomic_rc_box_release_full (self, member_row_clear);
}

GhdGuildRows *
ghd_guild_rows_ref (GhdGuildRows *self)
{
  return g_atomic_rc_box_acquire (self);
}

static void
guild_rows_clear (gpointer data)
{
  GhdGuildRows *self = data;

  g_clear_pointer (&self->rooms, g_ptr_array_unref);
  g_clear_pointer (&self->state, g_ptr_array_unref);
  g_clear_pointer (&self->members, g_ptr_array_unref);
}

void
ghd_guild_rows_unref (GhdGuildRows *self)
{
  g_atomic_rc_box_release_full (self, guild_rows_clear);
}

static gpointer
read_room (GhdResult *result, guint row)
{
  GhdRoomRow *self = g_atomic_rc_box_new0 (GhdRoomRow);

  self->room_id = ghd_result_dup_text (result, row, 0);
  self->kind = ghd_result_dup_text (result, row, 1);
  self->guild_id = ghd_result_dup_text (result, row, 2);
  self->created_ts = ghd_result_get_int64 (result, row, 3);
  self->is_private = ghd_result_get_bool (result, row, 4);
  self->is_deleted = ghd_result_get_bool (result, row, 5);
  return self;
}

static gpointer
read_room_with_position (GhdResult *result, guint row)
{
  GhdRoomRow *self = read_room (result, row);

  self->last_position = ghd_result_get_int64 (result, row, 6);
  return self;
}

static gpointer
read_state (GhdResult *result, guint row)
{
  GhdStateRow *self = g_atomic_rc_box_new0 (GhdStateRow);
  const char *content = ghd_result_get_text (result, row, 7);

  self->room_id = ghd_result_dup_text (result, row, 0);
  self->type = ghd_result_dup_text (result, row, 1);
  self->state_key = ghd_result_dup_text (result, row, 2);
  self->event_id = ghd_event_rows_dup_id (result, row, 3);
  self->sender = ghd_result_dup_text (result, row, 4);
  self->position = ghd_result_get_int64 (result, row, 5);
  self->origin_ts = ghd_result_get_int64 (result, row, 6);
  self->content = gh_json_parse_object (content, strlen (content), NULL);
  if (self->content == NULL)
    self->content = gh_json_new_empty_object ();
  return self;
}

static gpointer
read_member (GhdResult *result, guint row)
{
  GhdMemberRow *self = g_atomic_rc_box_new0 (GhdMemberRow);

  self->room_id = ghd_result_dup_text (result, row, 0);
  self->user_id = ghd_result_dup_text (result, row, 1);
  self->membership = ghd_result_dup_text (result, row, 2);
  self->event_id = ghd_event_rows_dup_id (result, row, 3);
  self->position = ghd_result_get_int64 (result, row, 4);
  self->joined_ts = ghd_result_get_int64 (result, row, 5);
  return self;
}

/* --- rows to what is asked for --- */

static DexFuture *
room_of_rows (GhdResult *result, gpointer data)
{
  if (ghd_result_get_n_rows (result) == 0)
    return ghd_rows_not_found ("room.not_found", "There is no such room.");
  return dex_future_new_take_boxed (GHD_TYPE_ROOM_ROW, read_room (result, 0));
}

static DexFuture *
guild_of_results (DexFuture *future, gpointer user_data)
{
  GPtrArray *results = g_value_get_boxed (dex_future_get_value (future, NULL));
  GhdGuildRows *rows;

  if (ghd_result_get_n_rows (g_ptr_array_index (results, 1)) == 0)
    return ghd_rows_not_found ("guild.not_found", "There is no such guild.");

  rows = g_atomic_rc_box_new0 (GhdGuildRows);
  rows->position = ghd_result_get_int64 (g_ptr_array_index (results, 0), 0, 0);
  rows->rooms = ghd_rows_to_array (g_ptr_array_index (results, 1), read_room_with_position,
                                   (GDestroyNotify) ghd_room_row_unref);
  rows->state = ghd_rows_to_array (g_ptr_array_index (results, 2), read_state,
                                   (GDestroyNotify) ghd_state_row_unref);
  rows->members = ghd_rows_to_array (g_ptr_array_index (results, 3), read_member,
                                     (GDestroyNotify) ghd_member_row_unref);
  return dex_future_new_take_boxed (GHD_TYPE_GUILD_ROWS, rows);
}

/* --- public --- */

/**
 * ghd_store_rooms_get:
 *
 * Returns: (transfer full): resolves to a #GhdRoomRow, deleted or not; rejects with
 *   %GH_ERROR_NOT_FOUND
 */
DexFuture *
ghd_store_rooms_get (GhdPool *pool, const char *room_id)
{
  return ghd_rows_map (ghd_pool_query (pool, GET, ghd_params_add_text (ghd_params_new (), room_id)),
                       room_of_rows, NULL, NULL);
}

/**
 * ghd_store_rooms_load_guild:
 *
 * Returns: (transfer full): resolves to #GhdGuildRows; rejects with %GH_ERROR_NOT_FOUND where there
 *   is no such guild or it was deleted
 */
DexFuture *
ghd_store_rooms_load_guild (GhdPool *pool, const char *guild_id)
{
  GhdStatement statements[] = {
    { READ_POSITION, NULL },
    { LOAD_ROOMS, ghd_params_add_text (ghd_params_new (), guild_id) },
    { LOAD_STATE, ghd_params_add_text (ghd_params_new (), guild_id) },
    { LOAD_MEMBERS, ghd_params_add_text (ghd_params_new (), guild_id) },
  };

  return dex_future_then (ghd_pool_transaction (pool, statements, G_N_ELEMENTS (statements)),
                          guild_of_results, NULL, NULL);
}

/**
 * ghd_store_rooms_list_guilds:
 *
 * Returns: (transfer full): resolves to a #GStrv of the guilds that the user is in, by the time of
 *   joining
 */
DexFuture *
ghd_store_rooms_list_guilds (GhdPool *pool, const char *user_id)
{
  return ghd_rows_map_strv (
    ghd_pool_query (pool, LIST_GUILDS, ghd_params_add_text (ghd_params_new (), user_id)));
}

/**
 * ghd_store_rooms_list_deleted:
 *
 * Returns: (transfer full): resolves to a #GStrv of the guilds that the user was in when they were
 *   deleted, after the position @after
 */
DexFuture *
ghd_store_rooms_list_deleted (GhdPool *pool, const char *user_id, gint64 after)
{
  GhdParams *params = ghd_params_add_int64 (ghd_params_add_text (ghd_params_new (), user_id),
                                            after);

  return ghd_rows_map_strv (ghd_pool_query (pool, LIST_DELETED, params));
}
