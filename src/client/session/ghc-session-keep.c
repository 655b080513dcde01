/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the session keeps in the cache of what the model holds, and brings back at start. */
#include "ghc-session-internal.h"

#include "gh-id.h"

/* Changes are gathered for so long before they are written. */
#define KEEP_MS 700

static gboolean
on_keep_timer (gpointer data)
{
  GhcSession *self = data;

  self->keep_timer = 0;
  ghc_session_keep_now (self);

  return G_SOURCE_REMOVE;
}

static void
schedule (GhcSession *self)
{
  if (self->keep_timer == 0 && !self->closing)
    self->keep_timer = g_timeout_add (KEEP_MS, on_keep_timer, self);
}

/**
 * ghc_session_keep_guild:
 *
 * The guild's state has changed: it is written soon.
 */
void
ghc_session_keep_guild (GhcSession *self, GhcGuild *guild)
{
  if (g_hash_table_add (self->dirty_guilds, g_object_ref (guild)))
    schedule (self);
}

/**
 * ghc_session_keep_profile:
 * @profile: has been folded; not kept when it was older than what is known
 */
void
ghc_session_keep_profile (GhcSession *self, GhJson *profile)
{
  const char *user_id = gh_json_peek_string (profile, "user_id");
  g_autoptr (GBytes) bytes = NULL;

  if (!gh_id_is_valid (GH_ID_USER, user_id)
      || gh_json_peek_int (profile, "changed_ts", 0)
           < ghc_user_get_changed_ts (ghc_account_ensure_user (self->account, user_id)))
    return;

  bytes = gh_json_to_bytes (profile);
  dex_future_disown (ghc_cache_put_profile (self->cache, user_id, bytes));
}

/**
 * ghc_session_keep_now:
 *
 * Writes what has changed since the last time.
 */
void
ghc_session_keep_now (GhcSession *self)
{
  g_autofree char *server_ts = g_strdup_printf ("%" G_GINT64_FORMAT, self->server_ts);
  GHashTableIter iter;
  gpointer object;

  g_clear_handle_id (&self->keep_timer, g_source_remove);
  dex_future_disown (ghc_cache_set_value (self->cache, "server-ts", server_ts));

  g_hash_table_iter_init (&iter, self->dirty_channels);
  while (g_hash_table_iter_next (&iter, &object, NULL))
    {
      const char *channel_id = ghc_channel_get_channel_id (object);

      dex_future_disown (
        ghc_cache_set_draft (self->cache, channel_id, ghc_channel_get_draft (object)));
      if (ghc_channel_get_read_position (object) >= 0)
        dex_future_disown (ghc_cache_set_read_position (self->cache, channel_id,
                                                        ghc_channel_get_read_position (object)));
      g_hash_table_iter_remove (&iter);
    }

  g_hash_table_iter_init (&iter, self->dirty_guilds);
  while (g_hash_table_iter_next (&iter, &object, NULL))
    {
      if (ghc_guild_get_account (object) != NULL)
        {
          g_autoptr (GBytes) snapshot = ghc_guild_to_snapshot (object);

          dex_future_disown (
            ghc_cache_put_guild (self->cache, ghc_guild_get_guild_id (object), snapshot));
        }
      g_hash_table_iter_remove (&iter);
    }
}

static void
on_channel_changed (GhcSession *self, GParamSpec *pspec, GhcChannel *channel)
{
  g_hash_table_add (self->dirty_channels, g_object_ref (channel));
  schedule (self);
}

static void
on_collapsed_changed (GhcSession *self, GParamSpec *pspec, GhcChannel *channel)
{
  dex_future_disown (ghc_cache_set_collapsed (self->cache, ghc_channel_get_channel_id (channel),
                                              ghc_channel_get_collapsed (channel)));
}

/* What waits to be written goes first, or it would be there again afterwards. */
static void
forget_history (GhcSession *self, GhcChannel *channel)
{
  g_hash_table_remove (self->dirty_channels, channel);
  if (self->batch->len > 0)
    ghc_session_write_batch (self);
  dex_future_disown (ghc_cache_forget_channel (self->cache, ghc_channel_get_channel_id (channel)));
}

/* One is no longer in it: what was said there is not kept. */
static void
on_joined_changed (GhcSession *self, GParamSpec *pspec, GhcChannel *channel)
{
  if (!ghc_channel_get_joined (channel))
    forget_history (self, channel);
}

static gboolean
is_watched (GhcSession *self, GhcChannel *channel)
{
  return g_signal_handler_find (channel, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                                on_channel_changed, self)
         != 0;
}

static void
on_channels_changed (GhcSession *self, guint position, guint removed, guint added,
                     GListModel *channels)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);

      if (is_watched (self, channel))
        continue;

      g_signal_connect_object (channel, "notify::draft", G_CALLBACK (on_channel_changed), self,
                               G_CONNECT_SWAPPED);
      g_signal_connect_object (channel, "notify::read-position", G_CALLBACK (on_channel_changed),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (channel, "notify::collapsed", G_CALLBACK (on_collapsed_changed),
                               self, G_CONNECT_SWAPPED);
      g_signal_connect_object (channel, "notify::joined", G_CALLBACK (on_joined_changed), self,
                               G_CONNECT_SWAPPED);
      if (ghc_channel_get_read_position (channel) >= 0)
        on_channel_changed (self, NULL, channel);
    }
}

static void
watch_guild (GhcSession *self, GhcGuild *guild)
{
  GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));

  if (g_signal_handler_find (channels, G_SIGNAL_MATCH_FUNC | G_SIGNAL_MATCH_DATA, 0, 0, NULL,
                             on_channels_changed, self)
      != 0)
    return;

  g_signal_connect_object (channels, "items-changed", G_CALLBACK (on_channels_changed), self,
                           G_CONNECT_SWAPPED);
  on_channels_changed (self, 0, 0, g_list_model_get_n_items (channels), channels);
}

static void
on_guilds_changed (GhcSession *self, guint position, guint removed, guint added, GListModel *guilds)
{
  for (guint i = position; i < position + added; i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      watch_guild (self, guild);
    }
}

static void
forget_channel (GhcSession *self, GhcChannel *channel)
{
  forget_history (self, channel);
  if (g_queue_remove (&self->open_channels, channel))
    g_object_unref (channel);
}

static void
on_channel_removed (GhcAccount *account, GhcChannel *channel, GhcSession *self)
{
  forget_channel (self, channel);
}

static void
on_guild_removed (GhcAccount *account, GhcGuild *guild, GhcSession *self)
{
  GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));

  for (guint i = 0; i < g_list_model_get_n_items (channels); i++)
    {
      g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, i);

      forget_channel (self, channel);
    }
  g_hash_table_remove (self->dirty_guilds, guild);
  dex_future_disown (ghc_cache_remove_guild (self->cache, ghc_guild_get_guild_id (guild)));
}

static void
restore_json (GhcSession *self, GPtrArray *documents, void (*take) (GhcSession *self, GhJson *json))
{
  for (guint i = 0; i < documents->len; i++)
    {
      GBytes *bytes = g_ptr_array_index (documents, i);
      gsize size;
      const char *data = g_bytes_get_data (bytes, &size);
      g_autoptr (GhJson) json = gh_json_parse_object (data, size, NULL);

      if (json != NULL)
        take (self, json);
    }
}

static void
take_guild (GhcSession *self, GhJson *snapshot)
{
  g_autoptr (GError) error = NULL;

  if (ghc_account_fold_snapshot (self->account, snapshot, 0, &error) == NULL)
    g_message ("A guild in the cache is passed over: %s", error->message);
}

static void
take_profile (GhcSession *self, GhJson *profile)
{
  ghc_account_fold_profile (self->account, profile);
}

static void
restore_channels (GhcSession *self, GhcCacheState *state)
{
  GHashTableIter iter;
  gpointer channel_id;
  gpointer value;
  GhcChannel *channel;

  g_hash_table_iter_init (&iter, state->read_positions);
  while (g_hash_table_iter_next (&iter, &channel_id, &value))
    {
      channel = ghc_account_lookup_channel (self->account, channel_id);
      if (channel != NULL)
        ghc_channel_restore_read_position (channel, *(gint64 *) value);
    }

  g_hash_table_iter_init (&iter, state->drafts);
  while (g_hash_table_iter_next (&iter, &channel_id, &value))
    {
      channel = ghc_account_lookup_channel (self->account, channel_id);
      if (channel != NULL && *ghc_channel_get_draft (channel) == '\0')
        ghc_channel_set_draft (channel, value);
    }

  for (guint i = 0; i < state->collapsed->len; i++)
    {
      channel = ghc_account_lookup_channel (self->account, g_ptr_array_index (state->collapsed, i));
      if (channel != NULL)
        ghc_channel_set_collapsed (channel, TRUE);
    }
}

/**
 * ghc_session_restore:
 *
 * Fills the model from what was kept, and keeps from now on what changes.
 */
void
ghc_session_restore (GhcSession *self, GhcCacheState *state)
{
  GListModel *guilds = ghc_account_get_guilds (self->account);
  const char *order = g_hash_table_lookup (state->values, "guild-order");
  const char *server_ts = g_hash_table_lookup (state->values, "server-ts");
  const char *presence = g_hash_table_lookup (state->values, "presence");

  self->position = state->position;
  self->server_ts = server_ts != NULL ? MAX (g_ascii_strtoll (server_ts, NULL, 10), 0) : 0;
  self->presence = presence != NULL ? ghc_presence_from_wire (presence) : GHC_PRESENCE_ONLINE;
  self->presence_untold = g_hash_table_contains (state->values, "presence-untold");
  if (order != NULL)
    {
      g_auto (GStrv) guild_ids = g_strsplit (order, " ", -1);

      ghc_account_set_order (self->account, (const char *const *) guild_ids);
    }

  restore_json (self, state->guilds, take_guild);
  restore_json (self, state->profiles, take_profile);
  restore_channels (self, state);
  ghc_outbox_restore (self->outbox, state->outbox);

  g_signal_connect_object (guilds, "items-changed", G_CALLBACK (on_guilds_changed), self,
                           G_CONNECT_SWAPPED);
  g_signal_connect_object (self->account, "channel-removed", G_CALLBACK (on_channel_removed), self,
                           0);
  g_signal_connect_object (self->account, "guild-removed", G_CALLBACK (on_guild_removed), self, 0);
  on_guilds_changed (self, 0, 0, g_list_model_get_n_items (guilds), guilds);
}
