/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-projection.h"

#define UPSERT_HEADS                                                                               \
  "INSERT INTO room_head (room_id, heads)"                                                         \
  " SELECT room_id, ARRAY[head] FROM unnest ($1::text[], $2::bytea[]) AS h (room_id, head)"        \
  " ON CONFLICT (room_id) DO UPDATE SET heads = excluded.heads"

#define UPSERT_STATE                                                                               \
  "INSERT INTO state (room_id, type, state_key, event_id, position, sender, origin_ts, content)"   \
  " VALUES ($1, $2, $3, $4, $5, $6, $7, $8)"                                                       \
  " ON CONFLICT (room_id, type, state_key) DO UPDATE SET event_id = excluded.event_id,"            \
  " position = excluded.position, sender = excluded.sender, origin_ts = excluded.origin_ts,"       \
  " content = excluded.content"

/* Somebody who is joined and joins again (with another reason, say) has been there since the first
 * time. */
#define UPSERT_MEMBER                                                                              \
  "INSERT INTO member (room_id, user_id, membership, event_id, position, joined_ts)"               \
  " VALUES ($1, $2, $3, $4, $5, CASE WHEN $3 = 'join' THEN $6::bigint ELSE 0 END)"                 \
  " ON CONFLICT (room_id, user_id) DO UPDATE SET membership = excluded.membership,"                \
  " event_id = excluded.event_id, position = excluded.position,"                                   \
  " joined_ts = CASE WHEN member.membership = 'join' AND excluded.membership = 'join'"             \
  " THEN member.joined_ts ELSE excluded.joined_ts END"

#define INSERT_ROOM                                                                                \
  "INSERT INTO room (room_id, kind, guild_id, is_private, created_ts) VALUES ($1, $2, $3, $4, $5)" \
  " ON CONFLICT (room_id) DO NOTHING"

#define DELETE_CHANNEL "UPDATE room SET is_deleted = true WHERE room_id = $1"

/* A deleted guild takes its channels with it. */
#define DELETE_GUILD "UPDATE room SET is_deleted = true WHERE guild_id = $1"

/* Everything below adds statements through this. */
typedef struct
{
  GhdProjectionFunc add;
  gpointer user_data;
} Sink;

static void
add_state (const Sink *sink, GhEvent *event)
{
  GBytes *content = gh_event_get_content_bytes (event);
  g_autofree char *text = NULL;
  GhdParams *params = ghd_params_new ();

  /* Erased content leaves the fact that this was set, and nothing of what was set. */
  if (content != NULL)
    text = g_strndup (g_bytes_get_data (content, NULL), g_bytes_get_size (content));
  ghd_params_add_text (params, gh_event_get_room_id (event));
  ghd_params_add_text (params, gh_event_get_event_type (event));
  ghd_params_add_text (params, gh_event_get_state_key (event));
  ghd_params_add_data (params, gh_event_get_hash (event)->bytes, GH_HASH_SIZE);
  ghd_params_add_int64 (params, gh_event_get_position (event));
  ghd_params_add_text (params, gh_event_get_sender (event));
  ghd_params_add_int64 (params, gh_event_get_origin_ts (event));
  ghd_params_add_text (params, text != NULL ? text : "{}");
  sink->add (UPSERT_STATE, params, sink->user_data);
}

static void
add_member (const Sink *sink, GhEvent *event)
{
  GhJson *content = gh_event_get_content (event);
  const char *membership = content != NULL ? gh_json_peek_string (content, "membership") : NULL;
  GhdParams *params = ghd_params_new ();

  ghd_params_add_text (params, gh_event_get_room_id (event));
  ghd_params_add_text (params, gh_event_get_state_key (event));
  ghd_params_add_text (params, membership != NULL ? membership : "leave");
  ghd_params_add_data (params, gh_event_get_hash (event)->bytes, GH_HASH_SIZE);
  ghd_params_add_int64 (params, gh_event_get_position (event));
  ghd_params_add_int64 (params, gh_event_get_origin_ts (event));
  sink->add (UPSERT_MEMBER, params, sink->user_data);
}

static void
add_room (const Sink *sink, GhEvent *event, const char *kind, const char *guild_id,
          gboolean is_private)
{
  GhdParams *params = ghd_params_new ();

  ghd_params_add_text (params, gh_event_get_room_id (event));
  ghd_params_add_text (params, kind);
  ghd_params_add_text (params, guild_id != NULL ? guild_id : gh_event_get_room_id (event));
  ghd_params_add_bool (params, is_private);
  ghd_params_add_int64 (params, gh_event_get_origin_ts (event));
  sink->add (INSERT_ROOM, params, sink->user_data);
}

static void
add_guild_create (const Sink *sink, GhEvent *event)
{
  add_room (sink, event, "guild", NULL, FALSE);
}

static void
add_channel_create (const Sink *sink, GhEvent *event)
{
  GhJson *content = gh_event_get_content (event);

  /* What is not known any more is taken for private. */
  if (content == NULL)
    add_room (sink, event, "channel", NULL, TRUE);
  else
    add_room (sink, event, "channel", gh_json_peek_string (content, "guild_id"),
              gh_json_peek_bool (content, "private", FALSE));
}

static void
add_guild_delete (const Sink *sink, GhEvent *event)
{
  sink->add (DELETE_GUILD, ghd_params_add_text (ghd_params_new (), gh_event_get_room_id (event)),
             sink->user_data);
}

static void
add_channel_delete (const Sink *sink, GhEvent *event)
{
  sink->add (DELETE_CHANNEL, ghd_params_add_text (ghd_params_new (), gh_event_get_room_id (event)),
             sink->user_data);
}

/* What a state event changes beside the table state. */
static const struct
{
  const char *type;
  void (*add) (const Sink *sink, GhEvent *event);
} projections[] = {
  { GH_EVENT_ROOM_MEMBER, add_member },
  { GH_EVENT_GUILD_CREATE, add_guild_create },
  { GH_EVENT_CHANNEL_CREATE, add_channel_create },
  { GH_EVENT_GUILD_DELETE, add_guild_delete },
  { GH_EVENT_CHANNEL_DELETE, add_channel_delete },
};

static void
add_event (const Sink *sink, GhEvent *event)
{
  if (!gh_event_is_state (event))
    return;

  add_state (sink, event);
  for (gsize i = 0; i < G_N_ELEMENTS (projections); i++)
    if (gh_event_is (event, projections[i].type))
      projections[i].add (sink, event);
}

/* An event cites all heads of its room, so the last one is the only head. One statement for all. */
static void
add_heads (const Sink *sink, GPtrArray *events)
{
  g_autoptr (GHashTable) rooms = g_hash_table_new (g_str_hash, g_str_equal);
  g_autoptr (GPtrArray) room_ids = g_ptr_array_new ();
  g_autoptr (GPtrArray) heads = g_ptr_array_new_with_free_func ((GDestroyNotify) g_bytes_unref);
  GhdParams *params;

  for (guint i = events->len; i-- > 0;)
    {
      GhEvent *event = g_ptr_array_index (events, i);

      if (!g_hash_table_add (rooms, (gpointer) gh_event_get_room_id (event)))
        continue;
      g_ptr_array_add (room_ids, (gpointer) gh_event_get_room_id (event));
      g_ptr_array_add (heads, g_bytes_new (gh_event_get_hash (event)->bytes, GH_HASH_SIZE));
    }

  params = ghd_params_new ();
  ghd_params_add_text_array (params, (const char *const *) room_ids->pdata, room_ids->len);
  ghd_params_add_data_array (params, (GBytes *const *) heads->pdata, heads->len);
  sink->add (UPSERT_HEADS, params, sink->user_data);
}

/* --- public --- */

/**
 * ghd_projection_derive:
 * @events: (element-type GhEvent): in the order of position
 * @add: called for each statement, in the order they are to run
 *
 * Derives what @events change in the projected tables.
 */
void
ghd_projection_derive (GPtrArray *events, GhdProjectionFunc add, gpointer user_data)
{
  const Sink sink = { add, user_data };

  g_return_if_fail (events != NULL);
  g_return_if_fail (add != NULL);

  if (events->len == 0)
    return;
  for (guint i = 0; i < events->len; i++)
    add_event (&sink, g_ptr_array_index (events, i));
  add_heads (&sink, events);
}

/**
 * ghd_projection_tables:
 *
 * Returns: (transfer none) (array zero-terminated=1): the tables that the log alone decides
 */
const char *const *
ghd_projection_tables (void)
{
  static const char *const tables[] = { "room", "room_head", "state", "member", NULL };

  return tables;
}
