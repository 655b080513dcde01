/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guilds.h"

#include "gh-error.h"
#include "gh-time.h"
#include "ghd-guild-cache.h"
#include "ghd-log.h"
#include "ghd-memberships.h"
#include "ghd-publish.h"
#include "ghd-store-rooms.h"

#include <string.h>

/* Longer than any statement takes: what was loaded is still there when what follows it has been. */
#define MIN_IDLE_PEOPLE_US (660 * G_USEC_PER_SEC)

struct _GhdGuilds
{
  GObject parent_instance;
  GhdPool *pool;
  GhdWriter *writer;
  GhdHub *hub;
  GhdMemberships *memberships;
  char *server_name;
  GhdGuildCache *cache;
  GHashTable *serials; /* guild or user id -> GhdSerial */
  gint64 position;
  gint64 idle_us;
  guint evict_source;
};

G_DEFINE_FINAL_TYPE (GhdGuilds, ghd_guilds, G_TYPE_OBJECT)

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

static gboolean
is_idle_serial (gpointer id, gpointer serial, gpointer user_data)
{
  return ghd_serial_is_idle (serial);
}

/* Nothing stays in memory that nobody has needed for a while, so that memory follows from who is here and
 * not from who ever was. */
static gboolean
on_evict (gpointer user_data)
{
  GhdGuilds *self = user_data;
  gint64 now_us = gh_time_monotonic_us ();
  guint n_guilds = ghd_guild_cache_evict (self->cache, self->hub, now_us - self->idle_us);
  guint n_people = ghd_memberships_evict (self->memberships, self->hub,
                                          now_us - MAX (self->idle_us, MIN_IDLE_PEOPLE_US));

  g_hash_table_foreach_remove (self->serials, is_idle_serial, NULL);
  if (n_guilds > 0 || n_people > 0)
    ghd_log_debug ("Out of memory go guilds and lists of guilds that nobody needs",
                   GHD_LOG_INT ("guilds", n_guilds), GHD_LOG_INT ("people", n_people),
                   GHD_LOG_INT ("guilds_left", ghd_guild_cache_count (self->cache)));

  return G_SOURCE_CONTINUE;
}

static void
ghd_guilds_finalize (GObject *object)
{
  GhdGuilds *self = GHD_GUILDS (object);

  g_clear_handle_id (&self->evict_source, g_source_remove);
  g_object_unref (self->cache);
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
  self->cache = ghd_guild_cache_new (pool);
  self->idle_us = ghd_settings_get_int (settings, GHD_SETTING_LIMITS_IDLE_GUILD_SECONDS)
                  * G_USEC_PER_SEC;
  self->evict_source = g_timeout_add_seconds (CLAMP (self->idle_us / G_USEC_PER_SEC / 4, 1, 60),
                                              on_evict, self);
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
 * @id: of a guild, or of somebody
 *
 * Returns: (transfer none): the queue of operations that change this guild, or by which this person
 *   comes into one. Who waits in both waits for the person's turn first.
 */
GhdSerial *
ghd_guilds_get_serial (GhdGuilds *self, const char *id)
{
  GhdSerial *serial = g_hash_table_lookup (self->serials, id);

  if (serial == NULL)
    {
      serial = ghd_serial_new ();
      g_hash_table_insert (self->serials, g_strdup (id), serial);
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
  return ghd_guild_cache_load (self->cache, guild_id, error);
}

/**
 * ghd_guilds_require_member:
 *
 * Returns: whether the guild still is, with @user_id in it; else %FALSE with %GH_ERROR_NOT_FOUND
 *   "guild.unknown"
 */
gboolean
ghd_guilds_require_member (GhdGuild *guild, const char *user_id, GError **error)
{
  if (!ghd_guild_is_deleted (guild) && ghd_guild_get_member (guild, user_id) != NULL)
    return TRUE;

  g_propagate_error (error, guild_unknown ());
  return FALSE;
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

  if (guild != NULL)
    return ghd_guilds_require_member (guild, user_id, error) ? g_steal_pointer (&guild) : NULL;

  if (g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    g_propagate_error (error, guild_unknown ());
  else
    g_propagate_error (error, g_steal_pointer (&local_error));

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
  GhdGuild *known = ghd_guild_cache_peek_by_room (self->cache, channel_id);

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
  g_autoptr (GPtrArray) held = g_ptr_array_new_with_free_func (g_object_unref);
  g_autoptr (GPtrArray) wanted = NULL;

  if (!ghd_memberships_load (self->memberships, user_id, error))
    return NULL;

  wanted = ghd_memberships_list (self->memberships, user_id);
  for (guint i = 0; i < wanted->len; i++)
    {
      g_autoptr (GError) local_error = NULL;
      GhdGuild *guild = ghd_guilds_load (self, wanted->pdata[i], &local_error);

      /* Held until the last one is there, so that the first does not go meanwhile. */
      if (guild != NULL)
        g_ptr_array_add (held, guild);
      else if (!g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
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
      GhdGuild *guild = ghd_guild_cache_peek (self->cache, g_ptr_array_index (guild_ids, i));

      if (guild != NULL && !ghd_guild_is_deleted (guild)
          && ghd_guild_get_member (guild, user_id) != NULL)
        g_ptr_array_add (guilds, g_object_ref (guild));
    }
  g_ptr_array_sort_with_data (guilds, compare_guilds, (gpointer) user_id);

  return guilds;
}

/**
 * ghd_guilds_peek:
 *
 * Returns: (transfer none) (nullable): the guild, when it is in memory and not deleted
 */
GhdGuild *
ghd_guilds_peek (GhdGuilds *self, const char *guild_id)
{
  GhdGuild *guild = ghd_guild_cache_peek (self->cache, guild_id);

  return guild != NULL && !ghd_guild_is_deleted (guild) ? guild : NULL;
}

/**
 * ghd_guilds_peek_member:
 * @room_id: of a guild or a channel, unchecked
 *
 * Returns: whether @user_id is known, without waiting, to be in the guild that the room belongs to
 */
gboolean
ghd_guilds_peek_member (GhdGuilds *self, const char *room_id, const char *user_id)
{
  GhdGuild *guild = ghd_guild_cache_peek_by_room (self->cache, room_id);

  return guild != NULL && !ghd_guild_is_deleted (guild)
         && ghd_guild_get_member (guild, user_id) != NULL;
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
    ghd_guild_cache_index (self->cache, guild, state_key);
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
      GhdGuild *guild = ghd_guild_cache_find (self->cache, event);

      self->position = gh_event_get_position (event);
      if (guild == NULL)
        continue; /* not in memory: whoever asks for it will read this from the database */

      ghd_publish_event (self->hub, guild, event);
      index_event (self, guild, event);
    }

  ghd_hub_flush (self->hub);
}
