/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guild-cache.h"

#include "gh-json-builder.h"
#include "gh-time.h"
#include "ghd-store-rooms.h"

typedef struct
{
  GhdGuild *guild;
  gint64 used_us;
} Entry;

struct _GhdGuildCache
{
  GObject parent_instance;
  GhdPool *pool;
  GHashTable *guilds;   /* guild id -> Entry */
  GHashTable *rooms;    /* channel id -> GhdGuild, not owned */
  GHashTable *loading;  /* guild id -> DexFuture */
  guint64 n_strangers;  /* committed events of guilds that were not in memory */
};

G_DEFINE_FINAL_TYPE (GhdGuildCache, ghd_guild_cache, G_TYPE_OBJECT)

typedef struct
{
  GhdGuildCache *self;
  char *id;
} Load;

static void
load_free (gpointer data)
{
  Load *load = data;

  g_object_unref (load->self);
  g_free (load->id);
  g_free (load);
}

static Load *
load_new (GhdGuildCache *self, const char *id)
{
  Load *load = g_new0 (Load, 1);

  load->self = g_object_ref (self);
  load->id = g_strdup (id);

  return load;
}

static void
entry_free (gpointer data)
{
  Entry *entry = data;

  g_object_unref (entry->guild);
  g_free (entry);
}

static void
insert (GhdGuildCache *self, const char *guild_id, GhdGuild *guild)
{
  Entry *entry = g_new0 (Entry, 1);

  entry->guild = guild;
  entry->used_us = gh_time_monotonic_us ();
  g_hash_table_insert (self->guilds, g_strdup (guild_id), entry);
}

static void
ghd_guild_cache_finalize (GObject *object)
{
  GhdGuildCache *self = GHD_GUILD_CACHE (object);

  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->guilds);
  g_hash_table_unref (self->loading);
  g_object_unref (self->pool);

  G_OBJECT_CLASS (ghd_guild_cache_parent_class)->finalize (object);
}

static void
ghd_guild_cache_class_init (GhdGuildCacheClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_guild_cache_finalize;
}

static void
ghd_guild_cache_init (GhdGuildCache *self)
{
  self->guilds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, entry_free);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->loading = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, dex_unref);
}

GhdGuildCache *
ghd_guild_cache_new (GhdPool *pool)
{
  GhdGuildCache *self = g_object_new (GHD_TYPE_GUILD_CACHE, NULL);

  self->pool = g_object_ref (pool);

  return self;
}

/**
 * ghd_guild_cache_peek:
 *
 * Returns: (transfer none) (nullable): the guild, even a deleted one, when it is in memory; valid until
 *   the next wait
 */
GhdGuild *
ghd_guild_cache_peek (GhdGuildCache *self, const char *guild_id)
{
  Entry *entry = g_hash_table_lookup (self->guilds, guild_id);

  if (entry == NULL)
    return NULL;

  entry->used_us = gh_time_monotonic_us ();
  return entry->guild;
}

/**
 * ghd_guild_cache_peek_by_room:
 * @room_id: of a guild or a channel
 *
 * As ghd_guild_cache_peek().
 */
GhdGuild *
ghd_guild_cache_peek_by_room (GhdGuildCache *self, const char *room_id)
{
  GhdGuild *guild = g_hash_table_lookup (self->rooms, room_id);

  return ghd_guild_cache_peek (self, guild != NULL ? ghd_guild_get_id (guild) : room_id);
}

static GhdGuild *
guild_from_rows (GhdGuildCache *self, const char *guild_id, GhdGuildRows *rows)
{
  GhdGuild *guild = ghd_guild_new (guild_id);

  /* Members first: what is said of their roles is kept with them. */
  for (guint i = 0; i < rows->members->len; i++)
    {
      GhdMemberRow *row = g_ptr_array_index (rows->members, i);
      g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
      g_autoptr (GhJson) content = NULL;

      gh_json_builder_add_string (builder, "membership", row->membership);
      content = gh_json_builder_finish (builder);
      ghd_guild_fold (guild, &(GhdFact) {
                               .room_id = row->room_id,
                               .type = GH_EVENT_ROOM_MEMBER,
                               .state_key = row->user_id,
                               .event_id = row->event_id,
                               .origin_ts = row->joined_ts,
                               .position = row->position,
                               .content = content,
                             });
    }

  for (guint i = 0; i < rows->state->len; i++)
    {
      GhdStateRow *row = g_ptr_array_index (rows->state, i);

      ghd_guild_fold (guild, &(GhdFact) {
                               .room_id = row->room_id,
                               .type = row->type,
                               .state_key = row->state_key,
                               .sender = row->sender,
                               .event_id = row->event_id,
                               .origin_ts = row->origin_ts,
                               .position = row->position,
                               .content = row->content,
                             });
    }

  for (guint i = 0; i < rows->rooms->len; i++)
    {
      GhdRoomRow *row = g_ptr_array_index (rows->rooms, i);

      ghd_guild_set_last_position (guild, row->room_id, row->last_position);
      if (!g_str_equal (row->room_id, guild_id))
        g_hash_table_insert (self->rooms, g_strdup (row->room_id), guild);
    }

  return guild;
}

/* What was committed while the rows were on their way may or may not be in them: they are read again. */
static DexFuture *
load_guild_fiber (gpointer data)
{
  Load *load = data;
  GhdGuildCache *self = load->self;
  g_autoptr (GhdGuildRows) rows = NULL;
  g_autoptr (GError) error = NULL;
  guint64 n_strangers;

  do
    {
      n_strangers = self->n_strangers;
      g_clear_pointer (&rows, ghd_guild_rows_unref);
      rows = dex_await_boxed (ghd_store_rooms_load_guild (self->pool, load->id), &error);
    }
  while (rows != NULL && n_strangers != self->n_strangers);

  g_hash_table_remove (self->loading, load->id);
  if (rows == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  insert (self, load->id, guild_from_rows (self, load->id, rows));

  return dex_future_new_true ();
}

/**
 * ghd_guild_cache_load:
 *
 * Waits on the caller's fiber for a guild that is not in memory.
 *
 * Returns: (transfer full): the guild, even a deleted one; or NULL with %GH_ERROR_NOT_FOUND
 *   "guild.unknown" or %GH_ERROR_UNAVAILABLE. As long as it is held it stays in memory.
 */
GhdGuild *
ghd_guild_cache_load (GhdGuildCache *self, const char *guild_id, GError **error)
{
  GhdGuild *guild;

  while ((guild = ghd_guild_cache_peek (self, guild_id)) == NULL)
    {
      DexFuture *loading = g_hash_table_lookup (self->loading, guild_id);

      if (loading == NULL)
        {
          loading = dex_scheduler_spawn (NULL, 0, load_guild_fiber, load_new (self, guild_id),
                                         load_free);
          g_hash_table_insert (self->loading, g_strdup (guild_id), loading);
        }
      if (!dex_await (dex_ref (loading), error))
        return NULL;
    }

  return g_object_ref (guild);
}

/**
 * ghd_guild_cache_find:
 * @event: just committed
 *
 * Returns: (transfer none) (nullable): the guild to fold it into; NULL when that is not in memory:
 *   whoever asks for it will read @event from the database
 */
GhdGuild *
ghd_guild_cache_find (GhdGuildCache *self, GhEvent *event)
{
  const char *room_id = gh_event_get_room_id (event);
  Entry *entry = g_hash_table_lookup (self->guilds, room_id);
  GhdGuild *guild = entry != NULL ? entry->guild : g_hash_table_lookup (self->rooms, room_id);

  if (guild == NULL && gh_event_is (event, GH_EVENT_GUILD_CREATE))
    {
      guild = ghd_guild_new (room_id);
      insert (self, room_id, guild);
    }
  if (guild == NULL)
    self->n_strangers++;

  return guild;
}

/**
 * ghd_guild_cache_index:
 *
 * A channel of @guild was made, changed or taken away.
 */
void
ghd_guild_cache_index (GhdGuildCache *self, GhdGuild *guild, const char *channel_id)
{
  if (ghd_guild_get_channel (guild, channel_id) != NULL)
    g_hash_table_insert (self->rooms, g_strdup (channel_id), guild);
  else
    g_hash_table_remove (self->rooms, channel_id);
}

/* Whoever is doing something with a guild holds it, and whoever is connected to it hears its room. */
static gboolean
is_needed (Entry *entry, GhdHub *hub, gint64 unused_since_us)
{
  return entry->used_us > unused_since_us || G_OBJECT (entry->guild)->ref_count > 1
         || ghd_hub_has_listeners (hub, ghd_guild_get_id (entry->guild));
}

/**
 * ghd_guild_cache_evict:
 * @hub: whoever hears a guild keeps it in memory
 *
 * Forgets the guilds that nobody has asked for since @unused_since_us, is connected to, or works on.
 *
 * Returns: how many
 */
guint
ghd_guild_cache_evict (GhdGuildCache *self, GhdHub *hub, gint64 unused_since_us)
{
  g_autoptr (GHashTable) doomed = g_hash_table_new (NULL, NULL);
  GHashTableIter iter;
  Entry *entry;
  GhdGuild *guild;

  g_hash_table_iter_init (&iter, self->guilds);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (!is_needed (entry, hub, unused_since_us))
      g_hash_table_add (doomed, entry->guild);
  if (g_hash_table_size (doomed) == 0)
    return 0;

  g_hash_table_iter_init (&iter, self->rooms);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &guild))
    if (g_hash_table_contains (doomed, guild))
      g_hash_table_iter_remove (&iter);

  g_hash_table_iter_init (&iter, self->guilds);
  while (g_hash_table_iter_next (&iter, NULL, (gpointer *) &entry))
    if (g_hash_table_contains (doomed, entry->guild))
      g_hash_table_iter_remove (&iter);

  return g_hash_table_size (doomed);
}

guint
ghd_guild_cache_count (GhdGuildCache *self)
{
  return g_hash_table_size (self->guilds);
}
