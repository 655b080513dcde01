/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdStateRow:
 *
 * The current state event of (room, type, state key), without members. Read-only.
 */
typedef struct
{
  char *room_id;
  char *type;
  char *state_key;
  char *event_id;
  char *sender;
  gint64 position;
  gint64 origin_ts;
  GhJson *content;
} GhdStateRow;

/**
 * GhdMemberRow:
 * @membership: join, invite, ban (or leave, where it is asked for)
 * @joined_ts: origin_ts of the event that last changed it to join; 0 when not joined
 *
 * What the current m.room.member event of (room, user) says. Read-only.
 */
typedef struct
{
  char *room_id;
  char *user_id;
  char *membership;
  char *event_id;
  gint64 position;
  gint64 joined_ts;
} GhdMemberRow;

/**
 * GhdRoomRow:
 * @kind: "guild" or "channel"
 * @guild_id: the guild it belongs to; a guild belongs to itself
 * @last_position: of its last message; 0 = none. Filled by ghd_store_rooms_load_guild().
 *
 * Read-only.
 */
typedef struct
{
  char *room_id;
  char *kind;
  char *guild_id;
  gint64 created_ts;
  gint64 last_position;
  gboolean is_private;
  gboolean is_deleted;
} GhdRoomRow;

/**
 * GhdGuildRows:
 * @rooms: (element-type GhdRoomRow): the guild's room first, then its channels, deleted ones left
 *   out
 * @state: (element-type GhdStateRow): of all these rooms, but for m.room.member
 * @members: (element-type GhdMemberRow): of all these rooms: join, invite and ban
 * @position: the log's position that this is the state at, or later; fold what has a greater one
 *
 * A guild's whole state in one consistent reading. Boxed with atomic reference counting, read-only.
 */
typedef struct
{
  GPtrArray *rooms;
  GPtrArray *state;
  GPtrArray *members;
  gint64 position;
} GhdGuildRows;

#define GHD_TYPE_GUILD_ROWS (ghd_guild_rows_get_type ())
GType ghd_guild_rows_get_type (void) G_GNUC_CONST;
GhdGuildRows *ghd_guild_rows_ref (GhdGuildRows *self);
void ghd_guild_rows_unref (GhdGuildRows *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdGuildRows, ghd_guild_rows_unref)

#define GHD_TYPE_ROOM_ROW (ghd_room_row_get_type ())
GType ghd_room_row_get_type (void) G_GNUC_CONST;
GhdRoomRow *ghd_room_row_ref (GhdRoomRow *self);
void ghd_room_row_unref (GhdRoomRow *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdRoomRow, ghd_room_row_unref)

void ghd_state_row_unref (GhdStateRow *self);
void ghd_member_row_unref (GhdMemberRow *self);

DexFuture *ghd_store_rooms_get (GhdPool *pool, const char *room_id);
DexFuture *ghd_store_rooms_load_guild (GhdPool *pool, const char *guild_id);
DexFuture *ghd_store_rooms_list_guilds (GhdPool *pool, const char *user_id);
DexFuture *ghd_store_rooms_list_deleted (GhdPool *pool, const char *user_id, gint64 after);

G_END_DECLS
