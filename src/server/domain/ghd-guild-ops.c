/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-guild-ops.h"

#include "gh-error.h"
#include "gh-id.h"
#include "gh-json-builder.h"
#include "ghd-channel-record.h"
#include "ghd-edit.h"
#include "ghd-store-accounts.h"

/* A guild that is being made: every event of it is in one write. */
typedef struct
{
  GhdWrite *write;
  const char *guild_id;
  const char *user_id;
  guint create;
  guint member;
} NewGuild;

static guint
add_event (NewGuild *new_guild, const char *room_id, const char *type, const char *state_key,
           GhJson *content)
{
  g_autoptr (GhJson) owned = content;
  g_autoptr (GhEventDraft) draft = NULL;
  guint index;

  draft = gh_event_draft_new (room_id, type, state_key, new_guild->user_id, owned);
  index = ghd_write_add_event (new_guild->write, draft);
  if (index > new_guild->create)
    ghd_write_cite (new_guild->write, index, new_guild->create);
  if (index > new_guild->member && new_guild->member > 0)
    ghd_write_cite (new_guild->write, index, new_guild->member);

  return index;
}

static GhJson *
create_content (const char *owner)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "owner", owner);
  gh_json_builder_add_int (builder, "version", 1);

  return gh_json_builder_finish (builder);
}

static GhJson *
meta_content (const char *name, const char *description, const char *icon, const char *owner)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "name", name);
  if (description != NULL && description[0] != '\0')
    gh_json_builder_add_string (builder, "description", description);
  gh_json_builder_add_optional_string (builder, "icon", icon);
  gh_json_builder_add_string (builder, "owner", owner);

  return gh_json_builder_finish (builder);
}

static GhJson *
role_content (const char *name, GhPermissions permissions, gint64 order)
{
  g_autoptr (GhJsonBuilder) builder = gh_json_builder_new ();

  gh_json_builder_add_string (builder, "name", name);
  gh_json_builder_add_int (builder, "permissions", permissions);
  gh_json_builder_add_int (builder, "order", order);

  return gh_json_builder_finish (builder);
}

static void
add_channel (NewGuild *new_guild, const char *server_name, GhdChannelKind kind, const char *name,
             gint64 order)
{
  g_autofree char *channel_id = gh_id_new (GH_ID_ROOM, server_name);
  GhdChannelRecord record = { .kind = kind, .name = name, .auto_join = TRUE, .order = order };
  guint record_event, created;

  record_event = add_event (new_guild, new_guild->guild_id, GH_EVENT_GUILD_CHANNEL, channel_id,
                            ghd_channel_record_to_json (&record));
  created = add_event (new_guild, channel_id, GH_EVENT_CHANNEL_CREATE, "",
                       ghd_channel_create_content (new_guild->guild_id, kind, FALSE));
  ghd_write_cite (new_guild->write, created, record_event);
  created = add_event (new_guild, channel_id, GH_EVENT_ROOM_MEMBER, new_guild->user_id,
                       ghd_membership_content (GHD_MEMBERSHIP_JOIN, NULL));
  ghd_write_cite (new_guild->write, created, record_event);
}

static GhdCommit *
create (GhdGuilds *guilds, const char *user_id, const char *name, const char *txn_id,
        GError **error)
{
  const char *server_name = ghd_guilds_get_server_name (guilds);
  g_autofree char *guild_id = gh_id_new (GH_ID_ROOM, server_name);
  g_autofree char *role_id = gh_id_new (GH_ID_ROLE, server_name);
  g_autoptr (GhdWrite) write = ghd_write_new (user_id, txn_id);
  g_autoptr (GPtrArray) mine = NULL;
  g_autoptr (GhdCommit) commit = NULL;
  NewGuild new_guild = { write, guild_id, user_id, 0, 0 };

  mine = ghd_guilds_list_for_user (guilds, user_id, error);
  if (mine == NULL)
    return NULL;
  if (mine->len >= GH_LIMIT_GUILDS_PER_USER)
    {
      commit = ghd_find_earlier (guilds, user_id, txn_id, GH_EVENT_GUILD_CREATE, NULL);
      if (commit != NULL)
        return g_steal_pointer (&commit);

      gh_set_error (error, GH_ERROR_DENIED, "guild.too_many", NULL,
                    "You are in %u guilds, which is the limit. Leave one first.",
                    mine->len);
      return NULL;
    }

  new_guild.create = add_event (&new_guild, guild_id, GH_EVENT_GUILD_CREATE, "",
                                create_content (user_id));
  new_guild.member = add_event (&new_guild, guild_id, GH_EVENT_ROOM_MEMBER, user_id,
                                ghd_membership_content (GHD_MEMBERSHIP_JOIN, NULL));
  add_event (&new_guild, guild_id, GH_EVENT_GUILD_META, "",
             meta_content (name, NULL, NULL, user_id));
  add_event (&new_guild, guild_id, GH_EVENT_GUILD_ROLE, GH_ROLE_EVERYONE,
             role_content (GH_ROLE_EVERYONE, GH_PERMISSIONS_EVERYONE_DEFAULT, 0));
  add_event (&new_guild, guild_id, GH_EVENT_GUILD_ROLE, role_id,
             role_content ("Moderators", GH_PERMISSIONS_MODERATOR_DEFAULT, 1));
  add_channel (&new_guild, server_name, GHD_CHANNEL_TEXT, "general", 0);
  add_channel (&new_guild, server_name, GHD_CHANNEL_VOICE, "Lounge", 1);

  commit = dex_await_boxed (ghd_writer_append (ghd_guilds_get_writer (guilds), write), error);
  if (commit == NULL)
    return NULL;

  if (!gh_event_is (ghd_commit_get_event (commit, 0), GH_EVENT_GUILD_CREATE))
    {
      gh_set_error (error, GH_ERROR_CONFLICT, "txn.reused", "txn_id",
                    "This txn_id was used for another request already.");
      return NULL;
    }

  return g_steal_pointer (&commit);
}

/**
 * ghd_guild_create:
 *
 * One write: the guild, its roles, its owner, and two channels that everybody joins who comes. Waits
 * for the turn of @user_id, as in how many guilds they are is counted.
 */
GhdCommit *
ghd_guild_create (GhdGuilds *guilds, const char *user_id, const char *name, const char *txn_id,
                  GError **error)
{
  g_autoptr (GhdSerial) arrivals = ghd_serial_ref (ghd_guilds_get_serial (guilds, user_id));
  GhdCommit *commit;

  if (!ghd_serial_enter (arrivals, error))
    return NULL;

  commit = create (guilds, user_id, name, txn_id, error);
  ghd_serial_leave (arrivals);

  return commit;
}

static GhdCommit *
commit_meta (GhdEdit *edit, const char *name, const char *description, const char *icon,
             const char *owner, GError **error)
{
  g_autoptr (GhJson) content = meta_content (name, description, icon, owner);

  ghd_edit_add (edit, ghd_guild_get_id (edit->guild), GH_EVENT_GUILD_META, "", content);

  return ghd_edit_commit (edit, error);
}

/**
 * ghd_guild_edit:
 * @name: (nullable): NULL leaves it as it is
 * @description: (nullable): NULL leaves it as it is, an empty one takes it away
 */
GhdCommit *
ghd_guild_edit (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *name,
                const char *description, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_META, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_GUILD, error))
    return NULL;

  return commit_meta (edit, name != NULL ? name : ghd_guild_get_name (edit->guild),
                      description != NULL ? description : ghd_guild_get_description (edit->guild),
                      ghd_guild_get_icon (edit->guild), ghd_guild_get_owner (edit->guild), error);
}

/**
 * ghd_guild_set_icon:
 * @media_id: (nullable): NULL takes the icon away
 * @previous: (out) (nullable): the icon that it had, no longer used by the guild
 */
GhdCommit *
ghd_guild_set_icon (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                    const char *media_id, const char *txn_id, char **previous, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_META, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_require_permission (edit->guild, NULL, user_id, GH_PERMISSION_MANAGE_GUILD, error))
    return NULL;

  *previous = g_strdup (ghd_guild_get_icon (edit->guild));

  return commit_meta (edit, ghd_guild_get_name (edit->guild),
                      ghd_guild_get_description (edit->guild), media_id,
                      ghd_guild_get_owner (edit->guild), error);
}

/* That this txn_id wrote the guild's meta before does not mean that it made this one the owner. */
static GhdCommit *
earlier_transfer (GhdEdit *edit, const char *target, GError **error)
{
  g_autoptr (GhdCommit) earlier = ghd_edit_get_earlier (edit);
  GhJson *content = gh_event_get_content (ghd_commit_get_event (earlier, 0));

  if (g_strcmp0 (gh_json_peek_string (content, "owner"), target) == 0)
    return g_steal_pointer (&earlier);

  ghd_refuse_reused (error);
  return NULL;
}

/* Whoever cannot sign in could never hand it on. */
static gboolean
require_enabled (GhdGuilds *guilds, const char *user_id, GError **error)
{
  g_autoptr (GhdAccountRow) account = NULL;

  account = dex_await_boxed (ghd_store_accounts_get (ghd_guilds_get_pool (guilds), user_id), error);
  if (account == NULL)
    return FALSE;
  if (account->disabled_ts != 0)
    return gh_set_error (error, GH_ERROR_DENIED, "account.disabled", "user_id",
                         "The account of this person is disabled.");

  return TRUE;
}

/**
 * ghd_guild_transfer:
 * @target: a member, whose guild it is from then on
 *
 * Whoever owned it stays a member with the roles they have.
 */
GhdCommit *
ghd_guild_transfer (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                    const char *target, const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_META, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return earlier_transfer (edit, target, error);

  if (!ghd_guild_is_owner (edit->guild, user_id))
    {
      gh_set_error (error, GH_ERROR_DENIED, "guild.not_owner", NULL,
                    "Only the owner of a guild can make somebody else its owner.");
      return NULL;
    }
  if (!ghd_require_member (edit->guild, target, "user_id", error))
    return NULL;
  if (ghd_guild_is_owner (edit->guild, target))
    {
      gh_set_error (error, GH_ERROR_CONFLICT, "guild.owner_already", "user_id",
                    "This guild is yours already.");
      return NULL;
    }
  if (!require_enabled (guilds, target, error))
    return NULL;

  return commit_meta (edit, ghd_guild_get_name (edit->guild),
                      ghd_guild_get_description (edit->guild), ghd_guild_get_icon (edit->guild),
                      target, error);
}

/**
 * ghd_guild_leave:
 *
 * Leaves all channels of the guild in the same write. The owner cannot leave.
 */
GhdCommit *
ghd_guild_leave (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *txn_id,
                 GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (ghd_guild_is_owner (edit->guild, user_id))
    {
      gh_set_error (error, GH_ERROR_DENIED, "guild.owner", NULL,
                    "You own this guild, so you can’t leave it. Make somebody else its owner "
                    "first, or delete it.");
      return NULL;
    }

  ghd_edit_remove_member (edit, user_id, GHD_MEMBERSHIP_LEAVE, NULL);

  return ghd_edit_commit (edit, error);
}

/**
 * ghd_guild_delete:
 * @name: the guild's name, typed once more by its owner
 */
GhdCommit *
ghd_guild_delete (GhdGuilds *guilds, const char *user_id, const char *guild_id, const char *name,
                  const char *txn_id, GError **error)
{
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GPtrArray) channels = NULL;
  g_autoptr (GhJson) nothing = gh_json_new_empty_object ();

  edit = ghd_edit_begin (guilds, guild_id, user_id, txn_id, GH_EVENT_GUILD_DELETE, error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL)
    return ghd_edit_get_earlier (edit);

  if (!ghd_guild_is_owner (edit->guild, user_id))
    {
      gh_set_error (error, GH_ERROR_DENIED, "guild.not_owner", NULL,
                    "Only the owner of a guild can delete it.");
      return NULL;
    }
  if (g_strcmp0 (name, ghd_guild_get_name (edit->guild)) != 0)
    {
      gh_set_error (error, GH_ERROR_INVALID, "guild.name_mismatch", "name",
                    "This is not the guild’s name. Type it exactly to delete the guild.");
      return NULL;
    }

  ghd_edit_add (edit, guild_id, GH_EVENT_GUILD_DELETE, "", nothing);

  return ghd_edit_commit (edit, error);
}
