/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-messages.h"

#include "gh-error.h"
#include "gh-utf8.h"
#include "ghd-edit.h"
#include "ghd-store-rooms.h"

#include <string.h>

struct _GhdMessages
{
  GObject parent_instance;
  GhdGuilds *guilds;
  gsize max_bytes;
};

G_DEFINE_FINAL_TYPE (GhdMessages, ghd_messages, G_TYPE_OBJECT)

static void
ghd_messages_finalize (GObject *object)
{
  GhdMessages *self = GHD_MESSAGES (object);

  g_object_unref (self->guilds);

  G_OBJECT_CLASS (ghd_messages_parent_class)->finalize (object);
}

static void
ghd_messages_class_init (GhdMessagesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_messages_finalize;
}

static void
ghd_messages_init (GhdMessages *self)
{
}

GhdMessages *
ghd_messages_new (GhdSettings *settings, GhdGuilds *guilds)
{
  GhdMessages *self = g_object_new (GHD_TYPE_MESSAGES, NULL);

  self->guilds = g_object_ref (guilds);
  self->max_bytes = ghd_settings_get_int (settings, GHD_SETTING_LIMITS_MESSAGE_BYTES);

  return self;
}

static gboolean
is_blank (const char *text)
{
  for (const char *p = text; *p != '\0'; p = g_utf8_next_char (p))
    if (g_unichar_isgraph (g_utf8_get_char (p)))
      return FALSE;

  return TRUE;
}

static gboolean
check_content (GhdMessages *self, GhJson *content, GError **error)
{
  const char *msgtype = NULL, *body = NULL, *name;
  GhJsonIter iter;
  GhJson *value;

  if (!gh_json_is_object (content))
    return gh_set_error (error, GH_ERROR_INVALID, "json.type", "content",
                         "“content” must be an object.");

  gh_json_iter_init (&iter, content);
  while (gh_json_iter_next (&iter, &name, &value))
    {
      g_autoptr (GhJson) owned = value;

      if (g_str_equal (name, "msgtype"))
        msgtype = gh_json_as_string (owned);
      else if (g_str_equal (name, "body"))
        body = gh_json_as_string (owned);
      else
        return gh_set_error (error, GH_ERROR_INVALID, "message.unknown_member", "content",
                             "A message has a msgtype and a body, and nothing else.");
    }

  if (g_strcmp0 (msgtype, "m.text") != 0)
    return gh_set_error (error, GH_ERROR_INVALID, "message.msgtype", "content.msgtype",
                         "The only kind of message is “m.text”.");
  if (body == NULL || is_blank (body))
    return gh_set_error (error, GH_ERROR_INVALID, "message.empty", "content.body",
                         "The message is empty.");
  if (strlen (body) > self->max_bytes)
    return gh_set_error (error, GH_ERROR_TOO_LARGE, "message.too_long", "content.body",
                         "The message is too long: at most %" G_GSIZE_FORMAT " bytes.",
                         self->max_bytes);

  return TRUE;
}

/**
 * ghd_messages_find_readable:
 *
 * Returns: (transfer full): the guild of a channel that @user_id may read; refuses with
 *   "channel.not_joined" or "permission.view_channels" when it exists but may not be read
 */
GhdGuild *
ghd_messages_find_readable (GhdMessages *self, const char *user_id, const char *channel_id,
                            GhdChannel **channel, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;

  guild = ghd_guilds_load_by_channel (self->guilds, channel_id, user_id, channel, error);
  if (guild == NULL || !ghd_require_readable (guild, *channel, user_id, error))
    return NULL;

  return g_steal_pointer (&guild);
}

/* Whoever is just being removed says nothing more: it would stand after the removal. */
static gboolean
may_say (GhdGuild *guild, GhdChannel *channel, const char *user_id, GError **error)
{
  if (ghd_guild_is_leaving (guild, user_id, channel->channel_id))
    return gh_set_error (error, GH_ERROR_DENIED, "channel.not_joined", "channel_id",
                         "You are no longer in this channel.");

  return ghd_require_permission (guild, channel, user_id, GH_PERMISSION_SEND_MESSAGES, error);
}

/* A repetition is answered as the first time, also by who may not write any more. */
static GhdCommit *
earlier_or (GhdMessages *self, const char *user_id, const char *txn_id, GError *refusal,
            GError **error)
{
  g_autoptr (GhdCommit) earlier = NULL;

  earlier = ghd_find_earlier (self->guilds, user_id, txn_id, GH_EVENT_ROOM_MESSAGE, NULL);
  if (earlier != NULL)
    g_error_free (refusal);
  else
    g_propagate_error (error, refusal);

  return g_steal_pointer (&earlier);
}

/**
 * ghd_messages_send:
 * @content: as the client wrote it; checked here
 *
 * Does not wait for its turn in the guild: what permits it is in memory, and the writer keeps order.
 *
 * Returns: (transfer full): a commit of one event, also when this (user, txn_id) was sent before
 */
GhdCommit *
ghd_messages_send (GhdMessages *self, const char *user_id, const char *channel_id, GhJson *content,
                   const char *txn_id, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhEventDraft) draft = NULL;
  g_autoptr (GhdWrite) write = NULL;
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GError) refusal = NULL;
  GhdChannel *channel;
  GhEvent *event;

  if (!check_content (self, content, error))
    return NULL;

  guild = ghd_messages_find_readable (self, user_id, channel_id, &channel, &refusal);
  if (guild == NULL || !may_say (guild, channel, user_id, &refusal))
    return earlier_or (self, user_id, txn_id, g_steal_pointer (&refusal), error);

  write = ghd_write_new (user_id, txn_id);
  draft = ghd_guild_draft (guild, channel_id, GH_EVENT_ROOM_MESSAGE, NULL, user_id, content);
  ghd_write_add_event (write, draft);
  commit = dex_await_boxed (ghd_writer_append (ghd_guilds_get_writer (self->guilds), write), error);
  if (commit == NULL)
    return NULL;

  event = ghd_commit_get_event (commit, 0);
  if (!gh_event_is (event, GH_EVENT_ROOM_MESSAGE)
      || !g_str_equal (gh_event_get_room_id (event), channel_id))
    {
      gh_set_error (error, GH_ERROR_CONFLICT, "txn.reused", "txn_id",
                    "This txn_id was used for another request already.");
      return NULL;
    }

  return g_steal_pointer (&commit);
}

/**
 * ghd_messages_history:
 *
 * Returns: (transfer full): a page of what was said in a channel, ascending
 */
GhdEventPage *
ghd_messages_history (GhdMessages *self, const char *user_id, const char *channel_id,
                      const GhdHistoryQuery *query, GError **error)
{
  GhdPool *pool = ghd_guilds_get_pool (self->guilds);
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhdEventPage) page = NULL;
  GhdChannel *channel;
  DexFuture *future;

  guild = ghd_messages_find_readable (self, user_id, channel_id, &channel, error);
  if (guild == NULL)
    return NULL;

  if (query->around_ts >= 0)
    future = ghd_store_events_around (pool, channel_id, query->around_ts, query->limit);
  else if (query->after >= 0)
    future = ghd_store_events_following (pool, channel_id, query->after, query->limit);
  else
    future = ghd_store_events_before (pool, channel_id, query->before, query->limit);

  page = dex_await_boxed (future, error);
  if (page == NULL)
    return NULL;

  /* Whoever was removed while the database was asked is not shown the answer. */
  g_clear_object (&guild);
  guild = ghd_messages_find_readable (self, user_id, channel_id, &channel, error);
  if (guild == NULL)
    return NULL;

  return g_steal_pointer (&page);
}

/* The rooms that @user_id may read now, and the guilds whose end they may have missed. */
static GPtrArray *
readable_rooms (GhdMessages *self, const char *user_id, gint64 after, GError **error)
{
  GhdPool *pool = ghd_guilds_get_pool (self->guilds);
  g_autoptr (GPtrArray) guilds = NULL;
  g_auto (GStrv) deleted = NULL;
  GPtrArray *rooms;

  deleted = dex_await_boxed (ghd_store_rooms_list_deleted (pool, user_id, after), error);
  if (deleted == NULL)
    return NULL;
  guilds = ghd_guilds_list_for_user (self->guilds, user_id, error);
  if (guilds == NULL)
    return NULL;

  rooms = g_ptr_array_new_with_free_func (g_free);
  for (guint i = 0; i < guilds->len; i++)
    ghd_guild_add_rooms (g_ptr_array_index (guilds, i), user_id, rooms);
  for (guint i = 0; deleted[i] != NULL; i++)
    g_ptr_array_add (rooms, g_strdup (deleted[i]));

  return rooms;
}

/* Leaves out what @user_id lost sight of while the database was asked. */
static void
drop_unreadable (GhdEventPage *page, GPtrArray *rooms, const char *user_id)
{
  g_autoptr (GHashTable) readable = g_hash_table_new (g_str_hash, g_str_equal);

  for (guint i = 0; i < rooms->len; i++)
    g_hash_table_add (readable, g_ptr_array_index (rooms, i));

  for (guint i = page->events->len; i > 0; i--)
    {
      GhEvent *event = g_ptr_array_index (page->events, i - 1);
      gboolean own = gh_event_is (event, GH_EVENT_ROOM_MEMBER)
                     && g_strcmp0 (gh_event_get_state_key (event), user_id) == 0;

      if (!own && !g_hash_table_contains (readable, gh_event_get_room_id (event)))
        g_ptr_array_remove_index (page->events, i - 1);
    }
}

/* Leaves out what is not told yet: it comes as soon as it is. Were it in a page, who then connects anew
 * would be further than "ready" says, as if this server had been restored from a backup. */
static void
drop_untold (GhdEventPage *page, gint64 after, gint64 told)
{
  if (page->position <= told)
    return;

  page->position = after;
  page->at_end = TRUE;
  while (page->events->len > 0)
    {
      gint64 last =
        gh_event_get_position (g_ptr_array_index (page->events, page->events->len - 1));

      if (last <= told)
        {
          page->position = last;
          return;
        }
      g_ptr_array_remove_index (page->events, page->events->len - 1);
    }
}

/**
 * ghd_messages_events_after:
 *
 * What a client missed: all events after a position in the rooms that @user_id may read now, and
 * what happened to @user_id's own memberships. Nothing of a room that may not be read any more.
 *
 * Returns: (transfer full): a page of at most @limit events, ascending; it ends at the position that is
 *   told (see ghd_guilds_get_position()), also where the database is further
 */
GhdEventPage *
ghd_messages_events_after (GhdMessages *self, const char *user_id, gint64 after, guint limit,
                           GError **error)
{
  g_autoptr (GPtrArray) rooms = readable_rooms (self, user_id, after, error);
  g_autoptr (GPtrArray) rooms_after = NULL;
  g_autoptr (GhdEventPage) page = NULL;
  gint64 position = ghd_guilds_get_position (self->guilds);

  if (rooms == NULL)
    return NULL;
  g_ptr_array_add (rooms, NULL);

  page = dex_await_boxed (ghd_store_events_after (ghd_guilds_get_pool (self->guilds), user_id,
                                                  (const char *const *) rooms->pdata, after, limit),
                          error);
  if (page == NULL)
    return NULL;

  rooms_after = readable_rooms (self, user_id, after, error);
  if (rooms_after == NULL)
    return NULL;
  drop_unreadable (page, rooms_after, user_id);
  drop_untold (page, after, ghd_guilds_get_position (self->guilds));

  /* The page is ours alone. At the end, what others wrote meanwhile need not be asked for again. */
  if (page->at_end)
    page->position = MAX (page->position, position);

  return g_steal_pointer (&page);
}
