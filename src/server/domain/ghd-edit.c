/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-edit.h"

#include "gh-error.h"
#include "gh-json-builder.h"
#include "ghd-channel-record.h"
#include "ghd-store-events.h"

#define MAX_AUTH_EVENTS 8

static void
cite (const char **auth_events, guint *n, const char *event_id)
{
  if (event_id != NULL)
    auth_events[(*n)++] = event_id;
}

/**
 * ghd_guild_draft:
 *
 * Returns: (transfer full): a draft that cites what permits it: the guild's and the channel's
 *   creation, what made the sender its owner later, the channel's record, and the sender's memberships
 *   and roles
 */
GhEventDraft *
ghd_guild_draft (GhdGuild *guild, const char *room_id, const char *type, const char *state_key,
                 const char *sender, GhJson *content)
{
  GhEventDraft *draft = gh_event_draft_new (room_id, type, state_key, sender, content);
  const char *auth_events[MAX_AUTH_EVENTS + 1] = { NULL };
  GhdMember *member = ghd_guild_get_member (guild, sender);
  guint n = 0;

  cite (auth_events, &n, ghd_guild_get_create_event_id (guild));
  if (ghd_guild_is_owner (guild, sender))
    cite (auth_events, &n, ghd_guild_get_owner_event_id (guild));
  if (!g_str_equal (room_id, ghd_guild_get_id (guild)))
    {
      GhdChannel *channel = ghd_guild_get_channel (guild, room_id);

      if (channel != NULL)
        {
          GhdChannelMember *joined = ghd_channel_get_member (channel, sender);

          cite (auth_events, &n, channel->event_id);
          cite (auth_events, &n, channel->create_event_id);
          if (joined != NULL)
            cite (auth_events, &n, joined->event_id);
        }
    }
  if (member != NULL)
    {
      cite (auth_events, &n, member->event_id);
      cite (auth_events, &n, member->roles_event_id);
    }

  gh_event_draft_set_auth_events (draft, auth_events);

  return draft;
}

GhJson *
ghd_membership_content (GhdMembership membership, const char *reason)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "membership", ghd_membership_to_string (membership));
  gh_json_builder_add_optional_string (builder, "reason", reason);

  return gh_json_builder_finish (builder);
}

/* What is changed of a channel is told in the guild's room or in its own, or is its end. */
static gboolean
begins_with (GhdCommit *commit, const char *type)
{
  static const char *const of_channel[] = { GH_EVENT_GUILD_CHANNEL, GH_EVENT_CHANNEL_TOPIC,
                                            GH_EVENT_CHANNEL_DELETE };
  GhEvent *first;

  if (ghd_commit_get_n_events (commit) == 0)
    return FALSE;
  first = ghd_commit_get_event (commit, 0);
  if (type != NULL)
    return gh_event_is (first, type);

  for (gsize i = 0; i < G_N_ELEMENTS (of_channel); i++)
    if (gh_event_is (first, of_channel[i]))
      return TRUE;

  return FALSE;
}

/**
 * ghd_refuse_reused:
 *
 * Sets %GH_ERROR_CONFLICT "txn.reused".
 */
void
ghd_refuse_reused (GError **error)
{
  gh_set_error (error, GH_ERROR_CONFLICT, "txn.reused", "txn_id",
                "This txn_id was used for another request already.");
}

/**
 * ghd_find_earlier:
 * @type: (nullable): what the first event of such a request is; %NULL when it is what is done to a
 *   channel, which varies
 *
 * Returns: (transfer full) (nullable): what (user, txn_id) wrote before, with a fresh receipt. NULL
 *   without an error when it is new; %GH_ERROR_CONFLICT "txn.reused" when it was another kind of request.
 */
GhdCommit *
ghd_find_earlier (GhdGuilds *guilds, const char *user_id, const char *txn_id, const char *type,
                  GError **error)
{
  g_autoptr (GError) local_error = NULL;
  g_autoptr (GhdCommit) commit = NULL;

  commit = dex_await_boxed (ghd_store_events_find_txn (ghd_guilds_get_pool (guilds), user_id,
                                                       txn_id),
                            &local_error);
  if (commit == NULL)
    {
      if (local_error != NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
        g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  if (!begins_with (commit, type))
    {
      ghd_refuse_reused (error);
      return NULL;
    }

  return ghd_writer_attest (ghd_guilds_get_writer (guilds), g_steal_pointer (&commit));
}

static GhdEdit *
edit_new (GhdGuilds *guilds, const char *user_id)
{
  GhdEdit *self = g_new0 (GhdEdit, 1);

  self->guilds = g_object_ref (guilds);
  self->user_id = g_strdup (user_id);

  return self;
}

/* Takes the turn in the guild's queue and looks whether this was answered before. */
static gboolean
edit_enter (GhdEdit *self, const char *guild_id, const char *txn_id, const char *type,
            GError **error)
{
  g_autoptr (GhdSerial) serial = ghd_serial_ref (ghd_guilds_get_serial (self->guilds, guild_id));
  g_autoptr (GError) local_error = NULL;

  if (!ghd_serial_enter (serial, error))
    return FALSE;
  self->serial = g_steal_pointer (&serial);
  self->write = ghd_write_new (self->user_id, txn_id);

  if (txn_id != NULL)
    self->earlier = ghd_find_earlier (self->guilds, self->user_id, txn_id, type, &local_error);
  if (local_error != NULL)
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }

  return TRUE;
}

/* What was deleted or left by this very request is still the answer to its repetition. */
static GhdEdit *
earlier_or_refuse (GhdEdit *edit, const char *txn_id, const char *type, GError *refusal,
                   GError **error)
{
  g_autoptr (GhdEdit) self = edit;

  if (txn_id != NULL && g_error_matches (refusal, GH_ERROR, GH_ERROR_NOT_FOUND))
    self->earlier = ghd_find_earlier (self->guilds, self->user_id, txn_id, type, NULL);
  if (self->earlier == NULL)
    {
      g_propagate_error (error, refusal);
      return NULL;
    }

  g_error_free (refusal);
  return g_steal_pointer (&self);
}

/**
 * ghd_edit_begin:
 * @txn_id: (nullable): as the client named the request
 * @type: (nullable): of the first event that this kind of edit writes, see ghd_find_earlier()
 *
 * Waits for its turn. Refused unless @user_id is a member of the guild.
 */
GhdEdit *
ghd_edit_begin (GhdGuilds *guilds, const char *guild_id, const char *user_id, const char *txn_id,
                const char *type, GError **error)
{
  g_autoptr (GhdEdit) self = edit_new (guilds, user_id);
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GError) local_error = NULL;

  guild = ghd_guilds_load_for_member (guilds, guild_id, user_id, &local_error);
  if (guild == NULL)
    return earlier_or_refuse (g_steal_pointer (&self), txn_id, type, g_steal_pointer (&local_error),
                              error);

  if (!edit_enter (self, guild_id, txn_id, type, error))
    return NULL;
  if (self->earlier != NULL)
    return g_steal_pointer (&self);

  /* Again: it may have changed while others had their turn. */
  self->guild = ghd_guilds_load_for_member (guilds, guild_id, user_id, error);
  if (self->guild == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * ghd_edit_begin_channel:
 * @channel_id: a channel or a category
 *
 * As ghd_edit_begin(), for the guild that the channel is in.
 */
GhdEdit *
ghd_edit_begin_channel (GhdGuilds *guilds, const char *channel_id, const char *user_id,
                        const char *txn_id, const char *type, GError **error)
{
  g_autoptr (GhdEdit) self = edit_new (guilds, user_id);
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GError) local_error = NULL;
  GhdChannel *channel;

  guild = ghd_guilds_load_by_channel (guilds, channel_id, user_id, &channel, &local_error);
  if (guild == NULL)
    return earlier_or_refuse (g_steal_pointer (&self), txn_id, type, g_steal_pointer (&local_error),
                              error);

  if (!edit_enter (self, ghd_guild_get_id (guild), txn_id, type, error))
    return NULL;
  if (self->earlier != NULL)
    return g_steal_pointer (&self);

  /* Again: it may have changed while others had their turn. */
  self->guild = ghd_guilds_load_by_channel (guilds, channel_id, user_id, &self->channel, error);
  if (self->guild == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * ghd_edit_begin_outside:
 *
 * As ghd_edit_begin(), for somebody who need not be a member (yet).
 */
GhdEdit *
ghd_edit_begin_outside (GhdGuilds *guilds, const char *guild_id, const char *user_id,
                        const char *txn_id, const char *type, GError **error)
{
  g_autoptr (GhdEdit) self = edit_new (guilds, user_id);

  if (!edit_enter (self, guild_id, txn_id, type, error))
    return NULL;
  if (self->earlier != NULL)
    return g_steal_pointer (&self);

  self->guild = ghd_guilds_load (guilds, guild_id, error);
  if (self->guild == NULL)
    return NULL;

  return g_steal_pointer (&self);
}

/**
 * ghd_edit_get_earlier:
 *
 * Returns: (transfer full) (nullable): the answer to give when this request was carried out before
 */
GhdCommit *
ghd_edit_get_earlier (GhdEdit *self)
{
  return self->earlier != NULL ? ghd_commit_ref (self->earlier) : NULL;
}

/**
 * ghd_edit_get_earlier_end:
 * @state_key: of what the request puts an end to, which it says last
 *
 * As ghd_edit_get_earlier(), where the same type of event also makes and changes what is ended here.
 *
 * Returns: (transfer full): NULL with "txn.reused" when that request ended something else, or nothing
 */
GhdCommit *
ghd_edit_get_earlier_end (GhdEdit *self, const char *state_key, GError **error)
{
  GhEvent *last = ghd_commit_get_event (self->earlier, ghd_commit_get_n_events (self->earlier) - 1);

  if (g_strcmp0 (gh_event_get_state_key (last), state_key) == 0
      && gh_json_get_length (gh_event_get_content (last)) == 0)
    return ghd_commit_ref (self->earlier);

  ghd_refuse_reused (error);
  return NULL;
}

/**
 * ghd_edit_add:
 * @content: (transfer none):
 *
 * Returns: the event's index in the write
 */
guint
ghd_edit_add (GhdEdit *self, const char *room_id, const char *type, const char *state_key,
              GhJson *content)
{
  g_autoptr (GhEventDraft) draft = NULL;

  draft = ghd_guild_draft (self->guild, room_id, type, state_key, self->user_id, content);

  return ghd_write_add_event (self->write, draft);
}

/**
 * ghd_edit_get_write:
 *
 * Returns: (transfer none): for statements that belong to the same transaction
 */
GhdWrite *
ghd_edit_get_write (GhdEdit *self)
{
  return self->write;
}

void
ghd_edit_add_channel_member (GhdEdit *self, const char *channel_id, const char *user_id,
                             GhdMembership membership)
{
  g_autoptr (GhJson) content = ghd_membership_content (membership, NULL);

  ghd_edit_add (self, channel_id, GH_EVENT_ROOM_MEMBER, user_id, content);
}

/**
 * ghd_edit_set_leaving:
 * @channel_id: (nullable): NULL for the guild as a whole
 *
 * Until the edit is freed, nothing more is accepted from @user_id there.
 */
void
ghd_edit_set_leaving (GhdEdit *self, const char *user_id, const char *channel_id)
{
  g_assert (self->leaving_user == NULL);

  self->leaving_user = g_strdup (user_id);
  self->leaving_channel = g_strdup (channel_id);
  ghd_guild_set_leaving (self->guild, user_id, channel_id, TRUE);
}

/* What the channel allowed or denied to @user_id alone. */
static void
remove_override (GhdEdit *self, GhdChannel *channel, const char *user_id)
{
  g_autoptr (GHashTable) overrides = NULL;
  g_autoptr (GhJson) content = NULL;
  GhdChannelRecord record;
  GHashTableIter iter;
  gpointer target, override;

  if (!g_hash_table_contains (channel->overrides, user_id))
    return;

  overrides = g_hash_table_new (g_str_hash, g_str_equal);
  g_hash_table_iter_init (&iter, channel->overrides);
  while (g_hash_table_iter_next (&iter, &target, &override))
    if (!g_str_equal (target, user_id))
      g_hash_table_insert (overrides, target, override);

  ghd_channel_record_init (&record, channel);
  record.overrides = overrides;
  content = ghd_channel_record_to_json (&record);
  ghd_edit_add (self, ghd_guild_get_id (self->guild), GH_EVENT_GUILD_CHANNEL, channel->channel_id,
                content);
}

/**
 * ghd_edit_remove_member:
 * @membership: leave or ban
 *
 * Takes @user_id out of the guild, of all its channels, of every role and every override, so that
 * nothing is left over when they come back.
 */
void
ghd_edit_remove_member (GhdEdit *self, const char *user_id, GhdMembership membership,
                        const char *reason)
{
  const char *guild_id = ghd_guild_get_id (self->guild);
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (self->guild);
  g_autoptr (GhJson) content = ghd_membership_content (membership, reason);
  GhdMember *member = ghd_guild_get_member (self->guild, user_id);

  ghd_edit_set_leaving (self, user_id, NULL);
  ghd_edit_add (self, guild_id, GH_EVENT_ROOM_MEMBER, user_id, content);

  if (member != NULL && member->roles[0] != NULL)
    {
      g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();
      g_autoptr (GhJson) none = NULL;

      gh_json_builder_open_array (builder, "roles");
      gh_json_builder_close (builder);
      none = gh_json_builder_finish (builder);
      ghd_edit_add (self, guild_id, GH_EVENT_GUILD_MEMBER_ROLES, user_id, none);
    }

  for (guint i = 0; i < channels->len; i++)
    {
      GhdChannel *channel = g_ptr_array_index (channels, i);
      GhdMembership current = ghd_channel_get_membership (channel, user_id);

      if (current == GHD_MEMBERSHIP_JOIN || current == GHD_MEMBERSHIP_INVITE)
        ghd_edit_add_channel_member (self, channel->channel_id, user_id, GHD_MEMBERSHIP_LEAVE);
      remove_override (self, channel, user_id);
    }
}

/**
 * ghd_edit_commit:
 *
 * Waits until everything added is committed, folded and published.
 *
 * Returns: (transfer full): the commit; NULL with an error when nothing of it was written, or when
 *   the database went away and it cannot be known (%GH_ERROR_UNAVAILABLE: repeat with the txn_id)
 */
GhdCommit *
ghd_edit_commit (GhdEdit *self, GError **error)
{
  return dex_await_boxed (ghd_writer_append (ghd_guilds_get_writer (self->guilds), self->write),
                          error);
}

void
ghd_edit_free (GhdEdit *self)
{
  if (self->leaving_user != NULL)
    ghd_guild_set_leaving (self->guild, self->leaving_user, self->leaving_channel, FALSE);
  if (self->serial != NULL)
    {
      ghd_serial_leave (self->serial);
      ghd_serial_unref (self->serial);
    }
  g_clear_object (&self->guild);
  g_clear_object (&self->write);
  g_clear_pointer (&self->earlier, ghd_commit_unref);
  g_object_unref (self->guilds);
  g_free (self->leaving_user);
  g_free (self->leaving_channel);
  g_free (self->user_id);
  g_free (self);
}

/**
 * ghd_require_permission:
 * @channel: (nullable): NULL for the guild as a whole
 * @permission: one flag
 */
gboolean
ghd_require_permission (GhdGuild *guild, GhdChannel *channel, const char *user_id,
                        GhPermissions permission, GError **error)
{
  gsize n_infos;
  const GhPermissionInfo *infos;

  if (gh_permissions_allow (ghd_guild_get_permissions (guild, user_id, channel), permission))
    return TRUE;

  infos = gh_permission_infos (&n_infos);
  for (gsize i = 0; i < n_infos; i++)
    if (infos[i].flag == permission)
      {
        g_autofree char *reason = g_strconcat ("permission.", infos[i].name, NULL);

        return gh_set_error (error, GH_ERROR_DENIED, reason, NULL,
                             "You need the permission “%s” to do that%s.", infos[i].title,
                             channel != NULL ? " in this channel" : "");
      }

  return gh_set_error (error, GH_ERROR_DENIED, "permission", NULL, "You may not do that.");
}

/**
 * ghd_require_readable:
 *
 * Refuses with "channel.not_joined" or "permission.view_channels" when the channel exists but may not
 * be read.
 */
gboolean
ghd_require_readable (GhdGuild *guild, GhdChannel *channel, const char *user_id, GError **error)
{
  if (!ghd_channel_is_joined (channel, user_id))
    return gh_set_error (error, GH_ERROR_DENIED, "channel.not_joined", "channel_id",
                         channel->is_private ? "This channel is private, and you are not in it."
                                             : "You are not in this channel. Join it first.");

  return ghd_require_permission (guild, channel, user_id, GH_PERMISSION_VIEW_CHANNELS, error);
}

gboolean
ghd_require_above (GhdGuild *guild, const char *user_id, const char *other_user_id, GError **error)
{
  if (ghd_guild_is_above (guild, user_id, other_user_id))
    return TRUE;

  return gh_set_error (error, GH_ERROR_DENIED, "member.power", "user_id",
                       "You can do that only to members whose strongest role is below yours.");
}

gboolean
ghd_require_above_role (GhdGuild *guild, const char *user_id, gint64 order, GError **error)
{
  if (ghd_guild_is_above_role (guild, user_id, order))
    return TRUE;

  return gh_set_error (error, GH_ERROR_DENIED, "role.power", "role_id",
                       "You can do that only with roles below your strongest one.");
}

gboolean
ghd_require_member (GhdGuild *guild, const char *user_id, const char *field, GError **error)
{
  if (ghd_guild_get_member (guild, user_id) != NULL)
    return TRUE;

  return gh_set_error (error, GH_ERROR_NOT_FOUND, "member.unknown", field,
                       "This person is not a member of the guild.");
}
