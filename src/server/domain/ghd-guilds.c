/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guilds.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghd-memberships.h"
#include "ghd-publish.h"
#include "ghd-store-rooms.h"

#include <string.h>

struct _GhdGuilds
{
  GObject parent_instance;
  GhdPool *pool;
  GhdWriter *writer;
  GhdHub *hub;
  GhdMemberships *memberships;
  char *server_name;
  GHashTable *guilds;  /* guild id -> GhdGuild */
  GHashTable *rooms;   /* channel id -> GhdGuild, not owned */
  GHashTable *loading; /* guild id -> DexFuture */
  GHashTable *serials; /* guild id -> GhdSerial */
  gint64 position;
};

G_DEFINE_FINAL_TYPE (GhdGuilds, ghd_guilds, G_TYPE_OBJECT)

typedef struct
{
  GhdGuilds *self;
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
load_new (GhdGuilds *self, const char *id)
{
  Load *load = g_new0 (Load, 1);

  load->self = g_object_ref (self);
  load->id = g_strdup (id);

  return load;
}

static GhdGuild *
guild_from_rows (GhdGuilds *self, const char *guild_id, GhdGuildRows *rows)
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

static DexFuture *
load_guild_fiber (gpointer data)
{
  Load *load = data;
  g_autoptr (GhdGuildRows) rows = NULL;
  g_autoptr (GError) error = NULL;

  rows = dex_await_boxed (ghd_store_rooms_load_guild (load->self->pool, load->id), &error);
  g_hash_table_remove (load->self->loading, load->id);

  if (rows == NULL)
    return dex_future_new_for_error (g_steal_pointer (&error));

  g_hash_table_insert (load->self->guilds, g_strdup (load->id),
                       guild_from_rows (load->self, load->id, rows));

  return dex_future_new_true ();
}

static GError *
guild_unknown (void)
{
  return gh_error_new_literal (GH_ERROR_NOT_FOUND, "guild.unknown", "guild_id", 0,
                               "There is no such guild, or you are not in it.");
}

static GError *
channel_unknown (void)
{
  return gh_error_new_literal (GH_ERROR_NOT_FOUND, "channel.unknown", "channel_id", 0,
                               "There is no such channel, or you are not in its guild.");
}

static void
ghd_guilds_finalize (GObject *object)
{
  GhdGuilds *self = GHD_GUILDS (object);

  g_hash_table_unref (self->rooms);
  g_hash_table_unref (self->guilds);
  g_hash_table_unref (self->loading);
  g_hash_table_unref (self->serials);
  g_object_unref (self->pool);
  g_object_unref (self->writer);
  g_object_unref (self->hub);
  g_object_unref (self->memberships);
  g_free (self->server_name);

  G_OBJECT_CLASS (ghd_guilds_parent_class)->finalize (object);
}

static void
ghd_guilds_class_init (GhdGuildsClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_guilds_finalize;
}

static void
ghd_guilds_init (GhdGuilds *self)
{
  self->guilds = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, g_object_unref);
  self->rooms = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, NULL);
  self->loading = g_hash_table_new_full (g_str_hash, g_str_equal, g_free, dex_unref);
  self->serials = g_hash_table_new_full (g_str_hash, g_str_equal, g_free,
                                         (GDestroyNotify) ghd_serial_unref);
}

GhdGuilds *
ghd_guilds_new (GhdSettings *settings, GhdPool *pool, GhdWriter *writer, GhdHub *hub)
{
  GhdGuilds *self = g_object_new (GHD_TYPE_GUILDS, NULL);

  self->pool = g_object_ref (pool);
  self->writer = g_object_ref (writer);
  self->hub = g_object_ref (hub);
  self->memberships = ghd_memberships_new (pool);
  self->server_name = g_strdup (ghd_settings_get_string (settings, GHD_SETTING_SERVER_NAME));

  return self;
}

GhdPool *
ghd_guilds_get_pool (GhdGuilds *self)
{
  return self->pool;
}

GhdWriter *
ghd_guilds_get_writer (GhdGuilds *self)
{
  return self->writer;
}

const char *
ghd_guilds_get_server_name (GhdGuilds *self)
{
  return self->server_name;
}

/**
 * ghd_guilds_get_position:
 *
 * Returns: the position of the last event that was folded and published
 */
gint64
ghd_guilds_get_position (GhdGuilds *self)
{
  return MAX (self->position, ghd_writer_get_position (self->writer));
}

/**
 * ghd_guilds_get_serial:
 *
 * Returns: (transfer none): the queue of operations that change this guild
 */
GhdSerial *
ghd_guilds_get_serial (GhdGuilds *self, const char *guild_id)
{
  GhdSerial *serial = g_hash_table_lookup (self->serials, guild_id);

  if (serial == NULL)
    {
      serial = ghd_serial_new ();
      g_hash_table_insert (self->serials, g_strdup (guild_id), serial);
    }

  return serial;
}

/**
 * ghd_guilds_load:
 *
 * Returns: (transfer full): the guild, even a deleted one that is still in memory; or NULL with
 *   %GH_ERROR_NOT_FOUND "guild.unknown" or %GH_ERROR_UNAVAILABLE
 */
GhdGuild *
ghd_guilds_load (GhdGuilds *self, const char *guild_id, GError **error)
{
  GhdGuild *guild = g_hash_table_lookup (self->guilds, guild_id);
  DexFuture *loading;

  if (guild != NULL)
    return g_object_ref (guild);

  loading = g_hash_table_lookup (self->loading, guild_id);
  if (loading == NULL)
    {
      loading = dex_scheduler_spawn (NULL, 0, load_guild_fiber, load_new (self, guild_id),
                                     load_free);
      g_hash_table_insert (self->loading, g_strdup (guild_id), loading);
    }

  if (!dex_await (dex_ref (loading), error))
    return NULL;

  guild = g_hash_table_lookup (self->guilds, guild_id);
  g_assert (guild != NULL);

  return g_object_ref (guild);
}

/**
 * ghd_guilds_load_for_member:
 *
 * As ghd_guilds_load(), but a guild that @user_id is not in (or that is deleted) is as unknown as
 * one that never was.
 */
GhdGuild *
ghd_guilds_load_for_member (GhdGuilds *self, const char *guild_id, const char *user_id,
                            GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GhdGuild) guild = ghd_guilds_load (self, guild_id, &local_error);

  if (guild != NULL && !ghd_guild_is_deleted (guild)
      && ghd_guild_get_member (guild, user_id) != NULL)
    return g_steal_pointer (&guild);

  if (guild == NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_propagate_error (error, guild_unknown ());

  return NULL;
}

/* A category is no room of its own: it is looked for in the guilds of who asks. */
static GhdGuild *
load_by_category (GhdGuilds *self, const char *category_id, const char *user_id, GError **error)
{
  g_autoptr (GPtrArray) guilds = ghd_guilds_list_for_user (self, user_id, error);

  if (guilds == NULL)
    return NULL;

  for (guint i = 0; i < guilds->len; i++)
    if (ghd_guild_get_channel (g_ptr_array_index (guilds, i), category_id) != NULL)
      return g_object_ref (g_ptr_array_index (guilds, i));

  g_propagate_error (error, channel_unknown ());
  return NULL;
}

/**
 * ghd_guilds_load_by_channel:
 * @channel_id: a channel's room id or a category's id
 * @channel: (out) (transfer none): valid until the next wait
 *
 * Returns: (transfer full): the guild of the channel, in which @user_id is
 */
GhdGuild *
ghd_guilds_load_by_channel (GhdGuilds *self, const char *channel_id, const char *user_id,
                            GhdChannel **channel, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GError) local_error = NULL;
  GhdGuild *known = g_hash_table_lookup (self->rooms, channel_id);

  if (known != NULL)
    guild = g_object_ref (known);
  else if (gh_id_is_valid (GH_ID_CATEGORY, channel_id))
    guild = load_by_category (self, channel_id, user_id, &local_error);
  else
    {
      g_autoptr (GhdRoomRow) row = NULL;

      row = dex_await_boxed (ghd_store_rooms_get (self->pool, channel_id), &local_error);
      if (row != NULL && g_str_equal (row->kind, "channel") && !row->is_deleted)
        guild = ghd_guilds_load (self, row->guild_id, &local_error);
    }

  if (guild != NULL && !ghd_guild_is_deleted (guild)
      && ghd_guild_get_member (guild, user_id) != NULL)
    {
      *channel = ghd_guild_get_channel (guild, channel_id);
      if (*channel != NULL)
        return g_steal_pointer (&guild);
    }

  if (local_error != NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    g_propagate_error (error, g_steal_pointer (&local_error));
  else
    g_propagate_error (error, channel_unknown ());

  return NULL;
}

/**
 * ghd_guilds_list_for_user:
 *
 * Returns: (transfer full) (element-type GhdGuild): the guilds that @user_id is in, all loaded, by the
 *   time of joining
 */
GPtrArray *
ghd_guilds_list_for_user (GhdGuilds *self, const char *user_id, GError **error)
{
  g_autoptr (GPtrArray) wanted = NULL;

  if (!ghd_memberships_load (self->memberships, user_id, error))
    return NULL;

  wanted = ghd_memberships_list (self->memberships, user_id);
  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      g_autoptr (GhdGuild) guild = ghd_guilds_load (self, wanted->pdata[i], &local_error);

      if (guild == NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return NULL;
        }
    }

  /* Memberships may have changed while the last guild was read: what is true now is answered. */
  return ghd_guilds_peek_for_user (self, user_id);
}

/* By the time of joining. */
static int
compare_guilds (gconstpointer a, gconstpointer b, gpointer user_id)
{
  GhdGuild *guild_a = *(GhdGuild *const *) a;
  GhdGuild *guild_b = *(GhdGuild *const *) b;
  gint64 joined_a = ghd_guild_get_member (guild_a, user_id)->joined_ts;
  gint64 joined_b = ghd_guild_get_member (guild_b, user_id)->joined_ts;

  if (joined_a != joined_b)
    return joined_a < joined_b ? -1 : 1;

  return strcmp (ghd_guild_get_id (guild_a), ghd_guild_get_id (guild_b));
}

/**
 * ghd_guilds_peek_for_user:
 *
 * Returns: (transfer full) (element-type GhdGuild): those guilds of @user_id that are in memory
 */
GPtrArray *
ghd_guilds_peek_for_user (GhdGuilds *self, const char *user_id)
{
  GPtrArray *guilds = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) guild_ids = ghd_memberships_list (self->memberships, user_id);

  for (guint i = 0; i < guild_ids->len; i++)
    {
      GhdGuild *guild = g_hash_table_lookup (self->guilds, g_ptr_array_index (guild_ids, i));

      if (guild != NULL && !ghd_guild_is_deleted (guild)
          && ghd_guild_get_member (guild, user_id) != NULL)
        g_ptr_array_add (guilds, g_object_ref (guild));
    }
  g_ptr_array_sort_with_data (guilds, compare_guilds, (gpointer) user_id);

  return guilds;
}

gboolean
ghd_guilds_share (GhdGuilds *self, const char *user_id, const char *other_user_id, gboolean *share,
                  GError **error)
{
  g_autoptr (GPtrArray) guilds = ghd_guilds_list_for_user (self, user_id, error);

  if (guilds == NULL)
    return FALSE;

  *share = g_str_equal (user_id, other_user_id);
  for (guint i = 0; i < guilds->len && !*share; i++)
    *share = ghd_guild_get_member (g_ptr_array_index (guilds, i), other_user_id) != NULL;

  return TRUE;
}

/**
 * ghd_guilds_list_people:
 *
 * Returns: (transfer full) (element-type utf8): everybody who shares a guild with @user_id, and
 *   @user_id, each once
 */
GPtrArray *
ghd_guilds_list_people (GhdGuilds *self, const char *user_id, GError **error)
{
  g_autoptr (GPtrArray) guilds = ghd_guilds_list_for_user (self, user_id, error);
  g_autoptr (GHashTable) people = g_hash_table_new (g_str_hash, g_str_equal);
  GPtrArray *result;
  GHashTableIter iter;
  const char *person;

  if (guilds == NULL)
    return NULL;

  result = g_ptr_array_new_with_free_func (g_free);
  g_hash_table_add (people, (gpointer) user_id);
  g_ptr_array_add (result, g_strdup (user_id));
  for (guint i = 0; i < guilds->len; i++)
    {
      g_hash_table_iter_init (&iter, ghd_guild_peek_members (g_ptr_array_index (guilds, i)));
      while (g_hash_table_iter_next (&iter, (gpointer *) &person, NULL))
        if (g_hash_table_add (people, (gpointer) person))
          g_ptr_array_add (result, g_strdup (person));
    }

  return result;
}

static GhdGuild *
find_guild_of (GhdGuilds *self, GhEvent *event)
{
  const char *room_id = gh_event_get_room_id (event);
  GhdGuild *guild = g_hash_table_lookup (self->guilds, room_id);

  if (guild == NULL)
    guild = g_hash_table_lookup (self->rooms, room_id);
  if (guild == NULL && gh_event_is (event, GH_EVENT_GUILD_CREATE))
    {
      guild = ghd_guild_new (room_id);
      g_hash_table_insert (self->guilds, g_strdup (room_id), guild);
    }

  return guild;
}

static void
index_event (GhdGuilds *self, GhdGuild *guild, GhEvent *event)
{
  const char *room_id = gh_event_get_room_id (event);
  const char *state_key = gh_event_get_state_key (event);
  gboolean in_guild = g_str_equal (room_id, ghd_guild_get_id (guild));

  if (in_guild && gh_event_is (event, GH_EVENT_ROOM_MEMBER))
    ghd_memberships_note (self->memberships, state_key, room_id,
                          ghd_guild_get_member (guild, state_key) != NULL);
  else if (in_guild && gh_event_is (event, GH_EVENT_GUILD_CHANNEL)
           && gh_id_is_valid (GH_ID_ROOM, state_key))
    {
      if (ghd_guild_get_channel (guild, state_key) != NULL)
        g_hash_table_insert (self->rooms, g_strdup (state_key), guild);
      else
        g_hash_table_remove (self->rooms, state_key);
    }
}

/**
 * ghd_guilds_commit:
 * @events: (element-type GhEvent): one committed batch
 *
 * Folds each event into memory and publishes it to those who may read it at that moment: who joins
 * hears their own joining, who is removed hears their removal and nothing after it.
 */
void
ghd_guilds_commit (GhdGuilds *self, GPtrArray *events)
{
  for (guint i = 0; i < events->len; i++)
    {
      GhEvent *event = g_ptr_array_index (events, i);
      GhdGuild *guild = find_guild_of (self, event);

      self->position = gh_event_get_position (event);
      if (guild == NULL)
        continue; /* not in memory: whoever asks for it will read this from the database */

      ghd_publish_event (self->hub, guild, event);
      index_event (self, guild, event);
    }

  ghd_hub_flush (self->hub);
}
