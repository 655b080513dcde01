/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-account.h"

#include "gh-error.h"
#include "gh-frame.h"
#include "gh-id.h"
#include "ghc-account-private.h"
#include "ghc-channel-private.h"
#include "ghc-guild-private.h"

#include <glib/gi18n.h>

static GhcMessage *
message_of (GhcAccount *self, GhcChannel *channel, GhEvent *event)
{
  GhcTimeline *timeline = ghc_channel_get_timeline (channel);
  guint index = timeline != NULL ? ghc_timeline_find (timeline, gh_event_get_id (event))
                                 : G_MAXUINT;
  const char *body = gh_json_peek_string (gh_event_get_content (event), "body");

  if (index != G_MAXUINT)
    {
      g_autoptr (GhcTimelineItem) item = g_list_model_get_item (G_LIST_MODEL (timeline), index);

      return g_object_ref (ghc_timeline_item_get_message (item));
    }

  return ghc_message_new_sent (ghc_channel_get_channel_id (channel), gh_event_get_id (event),
                               gh_event_get_txn_id (event),
                               ghc_account_ensure_user (self, gh_event_get_sender (event)),
                               body != NULL ? body : "", gh_event_get_origin_ts (event),
                               gh_event_get_position (event));
}

static void
fold_message (GhcAccount *self, GhcChannel *channel, GhEvent *event, gboolean live)
{
  gboolean mine = g_str_equal (gh_event_get_sender (event), ghc_account_get_user_id (self));
  gboolean is_news = ghc_channel_fold_message (channel, event, mine);
  GhcUser *sender = ghc_account_lookup_user (self, gh_event_get_sender (event));

  if (!mine && sender != NULL)
    ghc_channel_set_typing (channel, sender, FALSE);

  if (live && is_news && gh_event_get_content (event) != NULL)
    {
      g_autoptr (GhcMessage) message = message_of (self, channel, event);

      ghc_account_emit_message_received (self, channel, message);
    }
}

/* Of a room we do not know it matters whether we are in it now, and that there is such a room. */
static void
fold_unknown (GhcAccount *self, GhEvent *event)
{
  GhJson *content = gh_event_get_content (event);

  if (gh_event_is (event, GH_EVENT_GUILD_DELETE))
    {
      ghc_account_note_left (self, gh_event_get_room_id (event), gh_event_get_position (event));
      return;
    }
  if (content == NULL || !gh_event_is (event, GH_EVENT_ROOM_MEMBER)
      || g_strcmp0 (gh_event_get_state_key (event), ghc_account_get_user_id (self)) != 0)
    return;

  if (ghc_membership_from_wire (gh_json_peek_string (content, "membership")) != GHC_MEMBERSHIP_NONE)
    ghc_account_emit_refresh_needed (self, NULL);
  else
    ghc_account_note_left (self, gh_event_get_room_id (event), gh_event_get_position (event));
}

void
ghc_account_fold_event (GhcAccount *self, GhEvent *event, gboolean live)
{
  g_autoptr (GhcGuild) guild = NULL;
  g_autoptr (GhcChannel) channel = NULL;
  const char *room_id;

  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (event != NULL);

  room_id = gh_event_get_room_id (event);
  g_set_object (&guild, ghc_account_lookup_guild (self, room_id));
  if (guild != NULL)
    {
      if (ghc_guild_fold_event (guild, event) == GHC_GUILD_LEFT)
        {
          ghc_account_note_left (self, room_id, gh_event_get_position (event));
          ghc_account_remove_guild (self, guild);
        }
      return;
    }

  g_set_object (&channel, ghc_account_lookup_channel (self, room_id));
  if (channel == NULL)
    fold_unknown (self, event);
  else if (gh_event_is (event, GH_EVENT_ROOM_MESSAGE))
    fold_message (self, channel, event, live);
  else
    {
      gboolean was_joined = ghc_channel_get_joined (channel);

      ghc_guild_fold_channel_event (ghc_channel_get_guild (channel), channel, event);

      /* The topic and what was said before are known to members only: now they can be had. */
      if (!was_joined && ghc_channel_get_joined (channel))
        ghc_account_emit_refresh_needed (self,
                                         ghc_guild_get_guild_id (ghc_channel_get_guild (channel)));
    }
}

GhcGuild *
ghc_account_fold_snapshot (GhcAccount *self, GhJson *snapshot, guint64 asked, GError **error)
{
  g_autoptr (GhcGuild) added = NULL;
  GhcGuild *guild;
  const char *guild_id;

  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (snapshot != NULL, NULL);

  if (!gh_json_is_object (snapshot))
    {
      gh_set_error (error, GH_ERROR_INVALID, "guild.invalid", NULL,
                    _ ("The server’s answer can’t be understood."));
      return NULL;
    }
  if (!gh_json_get_id (snapshot, "guild_id", GH_ID_ROOM, &guild_id, error))
    return NULL;

  guild = ghc_account_lookup_guild (self, guild_id);
  if (guild == NULL)
    {
      if (ghc_account_has_left (self, guild_id, gh_json_peek_int (snapshot, "position", 0)))
        {
          gh_set_error (error, GH_ERROR_NOT_FOUND, "guild.left", NULL,
                        _ ("You are no longer in this guild."));
          return NULL;
        }

      guild = added = ghc_guild_new (guild_id);
      ghc_guild_set_account (guild, self);
    }

  if (!ghc_guild_fold_snapshot (guild, snapshot, asked, error))
    return NULL;

  if (added != NULL)
    ghc_account_add_guild (self, added);

  return guild;
}

/* But for those that one came into since the list was made, at @position. */
static void
remove_absent_guilds (GhcAccount *self, GHashTable *present, gint64 position)
{
  GListModel *guilds = ghc_account_get_guilds (self);

  for (guint i = g_list_model_get_n_items (guilds); i > 0; i--)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i - 1);

      if (!g_hash_table_contains (present, guild) && guild->position <= position)
        ghc_account_remove_guild (self, guild);
    }
}

gboolean
ghc_account_fold_guild_list (GhcAccount *self, GhJson *list, guint64 asked, GError **error)
{
  g_autoptr (GHashTable) present = g_hash_table_new (NULL, NULL);
  g_autoptr (GhJson) guilds = NULL;
  GhJsonIter iter;
  const char *name;
  GhJson *element;

  g_return_val_if_fail (GHC_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (list != NULL, FALSE);

  if (!gh_json_get_array (list, "guilds", GH_LIMIT_GUILDS_PER_USER, &guilds, error))
    return FALSE;

  gh_json_iter_init (&iter, guilds);
  while (gh_json_iter_next (&iter, &name, &element))
    {
      g_autoptr (GhJson) snapshot = element;
      g_autoptr (GError) local_error = NULL;
      GhcGuild *guild = ghc_account_fold_snapshot (self, snapshot, asked, &local_error);

      if (guild != NULL)
        g_hash_table_add (present, guild);
      else if (gh_error_get_code (local_error) != GH_ERROR_NOT_FOUND)
        {
          g_propagate_error (error, g_steal_pointer (&local_error));
          return FALSE;
        }
    }
  remove_absent_guilds (self, present, gh_json_peek_int (list, "position", G_MAXINT64));

  return TRUE;
}

gboolean
ghc_account_fold_members (GhcAccount *self, GhcGuild *guild, GhJson *page, guint64 asked)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), FALSE);
  g_return_val_if_fail (GHC_IS_GUILD (guild), FALSE);
  g_return_val_if_fail (page != NULL, FALSE);

  if (!ghc_guild_fold_members (guild, page, asked))
    return FALSE;

  ghc_guild_resolve (guild);

  return TRUE;
}

void
ghc_account_retain_members (GhcAccount *self, GhcGuild *guild, GHashTable *user_ids,
                            gint64 position)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (GHC_IS_GUILD (guild));
  g_return_if_fail (user_ids != NULL);

  ghc_guild_retain_members (guild, user_ids, position);
}

GhcUser *
ghc_account_fold_profile (GhcAccount *self, GhJson *profile)
{
  const char *user_id;
  const char *image;
  const char *banner;
  gint64 changed_ts;
  GhcUser *user;

  g_return_val_if_fail (GHC_IS_ACCOUNT (self), NULL);
  g_return_val_if_fail (profile != NULL, NULL);

  if (!gh_json_get_id (profile, "user_id", GH_ID_USER, &user_id, NULL))
    return NULL;

  user = ghc_account_ensure_user (self, user_id);
  changed_ts = gh_json_peek_int (profile, "changed_ts", 0);
  if (changed_ts < ghc_user_get_changed_ts (user))
    return user;

  image = gh_json_peek_string (profile, "image");
  banner = gh_json_peek_string (profile, "banner");
  ghc_user_set_changed_ts (user, changed_ts);
  ghc_user_set_display_name (user, gh_json_peek_string (profile, "display_name"));
  ghc_user_set_bio (user, gh_json_peek_string (profile, "bio"));
  ghc_user_set_status (user, gh_json_peek_string (profile, "status"),
                       gh_json_peek_int (profile, "status_expires_ts", 0));
  ghc_user_set_image_id (user, gh_id_is_valid (GH_ID_MEDIA, image) ? image : NULL);
  ghc_user_set_banner_id (user, gh_id_is_valid (GH_ID_MEDIA, banner) ? banner : NULL);

  return user;
}

static void
fold_typing (GhcAccount *self, GhJson *content)
{
  const char *user_id;
  const char *room_id;
  GhcChannel *channel;

  if (!gh_json_get_id (content, "user_id", GH_ID_USER, &user_id, NULL)
      || !gh_json_get_id (content, "room_id", GH_ID_ROOM, &room_id, NULL)
      || g_str_equal (user_id, ghc_account_get_user_id (self)))
    return;

  channel = ghc_account_lookup_channel (self, room_id);
  if (channel != NULL)
    ghc_channel_set_typing (channel, ghc_account_ensure_user (self, user_id),
                            gh_json_peek_bool (content, "typing", FALSE));
}

static void
fold_presence (GhcAccount *self, GhJson *content)
{
  const char *user_id = gh_json_peek_string (content, "user_id");
  GhcUser *user;

  /* One's own is what one chose, not what the others are told. */
  if (!gh_id_is_valid (GH_ID_USER, user_id)
      || g_str_equal (user_id, ghc_account_get_user_id (self)))
    return;

  user = ghc_account_ensure_user (self, user_id);
  g_hash_table_insert (self->heard, user, GSIZE_TO_POINTER (++self->n_heard));
  ghc_user_set_presence (user, ghc_presence_from_wire (gh_json_peek_string (content, "presence")));
}

void
ghc_account_fold_ephemeral (GhcAccount *self, const char *type, GhJson *content)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (type != NULL);
  g_return_if_fail (content != NULL);

  if (g_str_equal (type, GH_EPHEMERAL_TYPING))
    fold_typing (self, content);
  else if (g_str_equal (type, GH_EPHEMERAL_CALL))
    ghc_account_fold_call (self, content);
  else if (g_str_equal (type, GH_EPHEMERAL_PROFILE))
    ghc_account_fold_profile (self, content);
  else if (g_str_equal (type, GH_EPHEMERAL_PRESENCE))
    fold_presence (self, content);
}

guint64
ghc_account_get_n_heard (GhcAccount *self)
{
  g_return_val_if_fail (GHC_IS_ACCOUNT (self), 0);

  return self->n_heard;
}

void
ghc_account_fold_member_presence (GhcAccount *self, GhcUser *user, const char *presence,
                                  guint64 asked)
{
  guint64 heard = MAX (GPOINTER_TO_SIZE (g_hash_table_lookup (self->heard, user)), self->ready);

  if (presence != NULL && heard <= asked && !ghc_user_get_is_self (user))
    ghc_user_set_presence (user, ghc_presence_from_wire (presence));
}

/**
 * ghc_account_fold_presence:
 * @presence: {user id: state} of those who are not offline, as "ready" has it; everybody else is
 *
 * To be called as soon as "ready" is heard: what is told of somebody after it is newer.
 */
void
ghc_account_fold_presence (GhcAccount *self, GhJson *presence)
{
  g_autoptr (GHashTable) present = g_hash_table_new (NULL, NULL);
  g_autoptr (GPtrArray) absent = g_ptr_array_new ();
  GListModel *guilds;
  GhJsonIter iter;
  const char *user_id;
  GhJson *value;

  g_return_if_fail (GHC_IS_ACCOUNT (self));
  g_return_if_fail (presence != NULL);

  g_hash_table_remove_all (self->heard);
  self->ready = ++self->n_heard;

  gh_json_iter_init (&iter, presence);
  while (gh_json_iter_next (&iter, &user_id, &value))
    {
      g_autoptr (GhJson) state = value;
      GhcUser *user;

      if (!gh_id_is_valid (GH_ID_USER, user_id))
        continue;
      user = ghc_account_ensure_user (self, user_id);
      g_hash_table_add (present, user);
      if (!ghc_user_get_is_self (user))
        ghc_user_set_presence (user, ghc_presence_from_wire (gh_json_as_string (state)));
    }

  guilds = ghc_account_get_guilds (self);
  for (guint i = 0; i < g_list_model_get_n_items (guilds); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);
      GListModel *members = ghc_member_list_get_all (ghc_guild_get_members (guild));

      for (guint j = 0; j < g_list_model_get_n_items (members); j++)
        {
          g_autoptr (GhcMember) member = g_list_model_get_item (members, j);
          GhcUser *user = ghc_member_get_user (member);

          if (!ghc_user_get_is_self (user) && !g_hash_table_contains (present, user))
            g_ptr_array_add (absent, user);
        }
    }

  for (guint i = 0; i < absent->len; i++)
    ghc_user_set_presence (g_ptr_array_index (absent, i), GHC_PRESENCE_OFFLINE);
}

static void
for_each_channel (GhcAccount *self, void (*func) (GhcChannel *channel, gint64 data), gint64 data)
{
  GListModel *guilds = ghc_account_get_guilds (self);

  for (guint i = 0; i < g_list_model_get_n_items (guilds); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);
      GListModel *channels = ghc_channel_list_get_all (ghc_guild_get_channels (guild));

      for (guint j = 0; j < g_list_model_get_n_items (channels); j++)
        {
          g_autoptr (GhcChannel) channel = g_list_model_get_item (channels, j);

          func (channel, data);
        }
    }
}

void
ghc_account_mark_stale (GhcAccount *self, gint64 upto)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));

  for_each_channel (self, ghc_channel_mark_stale, upto);
}

static void
mark_members_stale (GhcChannel *channel, gint64 data)
{
  if (ghc_channel_get_joined (channel))
    g_signal_emit_by_name (channel, "members-changed");
}

void
ghc_account_mark_members_stale (GhcAccount *self)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));

  for_each_channel (self, mark_members_stale, 0);
}

static void
forget_history (GhcChannel *channel, gint64 data)
{
  ghc_channel_forget_history (channel);
}

void
ghc_account_forget_history (GhcAccount *self)
{
  GListModel *guilds;
  GHashTableIter iter;
  gpointer user;

  g_return_if_fail (GHC_IS_ACCOUNT (self));

  g_hash_table_remove_all (self->left);
  g_hash_table_iter_init (&iter, self->users);
  while (g_hash_table_iter_next (&iter, NULL, &user))
    ghc_user_set_changed_ts (user, 0);

  guilds = ghc_account_get_guilds (self);
  for (guint i = 0; i < g_list_model_get_n_items (guilds); i++)
    {
      g_autoptr (GhcGuild) guild = g_list_model_get_item (guilds, i);

      ghc_guild_forget_history (guild);
    }
  for_each_channel (self, forget_history, 0);
}

static void
stop_typing (GhcChannel *channel, gint64 data)
{
  ghc_channel_stop_typing (channel);
}

/**
 * ghc_account_stop_typing:
 *
 * The connection is gone: nobody is known to type.
 */
void
ghc_account_stop_typing (GhcAccount *self)
{
  g_return_if_fail (GHC_IS_ACCOUNT (self));

  for_each_channel (self, stop_typing, 0);
}
