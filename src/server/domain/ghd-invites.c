/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-invites.h"

#include "gh-error.h"
#include "gh-link.h"
#include "gh-random.h"
#include "gh-time.h"
#include "ghd-edit.h"

/* 72 bits: more than can be tried out over a network. */
#define CODE_BYTES 9

struct _GhdInvites
{
  GObject parent_instance;
  GhdGuilds *guilds;
  GhServerAddress *address; /* nullable */
};

G_DEFINE_FINAL_TYPE (GhdInvites, ghd_invites, G_TYPE_OBJECT)

static void
ghd_invites_finalize (GObject *object)
{
  GhdInvites *self = GHD_INVITES (object);

  g_object_unref (self->guilds);
  g_clear_pointer (&self->address, gh_server_address_unref);

  G_OBJECT_CLASS (ghd_invites_parent_class)->finalize (object);
}

static void
ghd_invites_class_init (GhdInvitesClass *klass)
{
  G_OBJECT_CLASS (klass)->finalize = ghd_invites_finalize;
}

static void
ghd_invites_init (GhdInvites *self)
{
}

GhdInvites *
ghd_invites_new (GhdSettings *settings, GhdGuilds *guilds)
{
  GhdInvites *self = g_object_new (GHD_TYPE_INVITES, NULL);
  const char *url = ghd_settings_get_string (settings, GHD_SETTING_SERVER_PUBLIC_URL);

  self->guilds = g_object_ref (guilds);
  ghd_invites_set_public_url (
    self, url[0] != '\0' ? url : ghd_settings_get_string (settings, GHD_SETTING_SERVER_LISTEN));

  return self;
}

/**
 * ghd_invites_set_public_url:
 * @url: how people reach this server: what goes into links
 */
void
ghd_invites_set_public_url (GhdInvites *self, const char *url)
{
  g_return_if_fail (GHD_IS_INVITES (self));

  g_clear_pointer (&self->address, gh_server_address_unref);
  self->address = gh_server_address_parse (url, NULL);
}

/**
 * ghd_invites_dup_links:
 *
 * Returns: FALSE when the address of this server is not known
 */
gboolean
ghd_invites_dup_links (GhdInvites *self, const char *code, char **link, char **url)
{
  g_autoptr (GhLink) invite = NULL;

  if (self->address == NULL)
    return FALSE;

  invite = gh_link_new_invite (self->address, code);
  *link = gh_link_to_uri (invite);
  *url = gh_link_to_url (invite);

  return TRUE;
}

/**
 * ghd_invites_create:
 * @expires_in_s: 0 = never
 * @max_uses: 0 = any number
 */
GhdInviteRow *
ghd_invites_create (GhdInvites *self, const char *user_id, const char *guild_id,
                    gint64 expires_in_s, gint64 max_uses, GError **error)
{
  GhdPool *pool = ghd_guilds_get_pool (self->guilds);
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GError) local_error = NULL;
  g_autofree char *code = NULL;
  gint64 now_ts = gh_time_wall_ms ();
  GhdInviteRow row;

  guild = ghd_guilds_load_for_member (self->guilds, guild_id, user_id, error);
  if (guild == NULL
      || !ghd_require_permission (guild, NULL, user_id, GH_PERMISSION_CREATE_INVITE, error))
    return NULL;

  code = gh_random_base58 (CODE_BYTES);
  row = (GhdInviteRow) {
    .code = code,
    .guild_id = (char *) guild_id,
    .creator = (char *) user_id,
    .created_ts = now_ts,
    .expires_ts = expires_in_s > 0 ? now_ts + expires_in_s * GH_MS_PER_SECOND : 0,
    .max_uses = max_uses,
  };
  if (!dex_await (ghd_store_invites_create (pool, &row, GH_LIMIT_INVITES), &local_error))
    {
      if (g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
        gh_set_error (error, GH_ERROR_DENIED, "invite.too_many", NULL,
                      "You have %d invites to this guild that still work, which is the limit. "
                      "Revoke one first.",
                      GH_LIMIT_INVITES);
      else
        g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }

  return dex_await_boxed (ghd_store_invites_get (pool, code), error);
}

static gboolean
manages (GhdGuild *guild, const char *user_id)
{
  return gh_permissions_allow (ghd_guild_get_permissions (guild, user_id, NULL),
                               GH_PERMISSION_MANAGE_GUILD);
}

/**
 * ghd_invites_list:
 *
 * Returns: (transfer full) (element-type GhdInviteRow): those that still work: all of the guild for
 *   who manages it, one's own for others
 */
GPtrArray *
ghd_invites_list (GhdInvites *self, const char *user_id, const char *guild_id, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;

  guild = ghd_guilds_load_for_member (self->guilds, guild_id, user_id, error);
  if (guild == NULL)
    return NULL;

  return dex_await_boxed (ghd_store_invites_list (ghd_guilds_get_pool (self->guilds), guild_id,
                                                  manages (guild, user_id) ? NULL : user_id,
                                                  gh_time_wall_ms ()),
                          error);
}

static gboolean
unknown_invite (GError **error)
{
  return gh_set_error (error, GH_ERROR_NOT_FOUND, "invite.unknown", "code",
                       "There is no such invite. Ask for a new one.");
}

/**
 * ghd_invites_revoke:
 *
 * One may revoke one's own invitations; who manages the guild, all of them.
 */
gboolean
ghd_invites_revoke (GhdInvites *self, const char *user_id, const char *guild_id, const char *code,
                    GError **error)
{
  GhdPool *pool = ghd_guilds_get_pool (self->guilds);
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GhdInviteRow) row = NULL;
  g_autoptr (GError) local_error = NULL;

  guild = ghd_guilds_load_for_member (self->guilds, guild_id, user_id, error);
  if (guild == NULL)
    return FALSE;

  row = dex_await_boxed (ghd_store_invites_get (pool, code), &local_error);
  if (row == NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return FALSE;
    }
  if (row == NULL || row->revoked_ts != 0 || g_strcmp0 (row->guild_id, guild_id) != 0)
    return unknown_invite (error);
  if (g_strcmp0 (row->creator, user_id) != 0
      && !ghd_require_permission (guild, NULL, user_id, GH_PERMISSION_MANAGE_GUILD, error))
    return FALSE;

  return dex_await (ghd_store_invites_revoke (pool, guild_id, code, gh_time_wall_ms ()), error);
}

static gboolean
check_usable (GhdInviteRow *row, GError **error)
{
  gint64 now_ts = gh_time_wall_ms ();

  if (row->revoked_ts != 0)
    return unknown_invite (error);
  if (row->expires_ts != 0 && row->expires_ts <= now_ts)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "invite.expired", "code",
                         "This invite has expired. Ask for a new one.");
  if (row->max_uses != 0 && row->uses >= row->max_uses)
    return gh_set_error (error, GH_ERROR_NOT_FOUND, "invite.used_up", "code",
                         "This invite has been used as often as it may be. Ask for a new one.");

  return TRUE;
}

static GhdInviteRow *
find_row (GhdInvites *self, const char *code, GhdGuild **guild, GError **error)
{
  g_autoptr (GhdInviteRow) row = NULL;
  g_autoptr (GError) local_error = NULL;

  row = dex_await_boxed (ghd_store_invites_get (ghd_guilds_get_pool (self->guilds), code),
                         &local_error);
  if (row != NULL && row->guild_id != NULL)
    *guild = ghd_guilds_load (self->guilds, row->guild_id, &local_error);
  if (local_error != NULL && !g_error_matches (local_error, GH_ERROR, GH_ERROR_NOT_FOUND))
    {
      g_propagate_error (error, g_steal_pointer (&local_error));
      return NULL;
    }
  if (*guild == NULL || ghd_guild_is_deleted (*guild))
    {
      unknown_invite (error);
      return NULL;
    }

  return g_steal_pointer (&row);
}

/**
 * ghd_invites_find:
 * @guild: (out) (transfer full):
 *
 * Returns: (transfer full): an invitation that can be accepted; or NULL with "invite.unknown",
 *   "invite.expired" or "invite.used_up"
 */
GhdInviteRow *
ghd_invites_find (GhdInvites *self, const char *code, GhdGuild **guild, GError **error)
{
  g_autoptr (GhdGuild) found = NULL;
  g_autoptr (GhdInviteRow) row = find_row (self, code, &found, error);

  if (row == NULL || !check_usable (row, error))
    return NULL;

  *guild = g_steal_pointer (&found);
  return g_steal_pointer (&row);
}

static void
add_arrival (GhdEdit *edit, const char *user_id)
{
  GhdWrite *write = ghd_edit_get_write (edit);
  g_autoptr (GPtrArray) channels = ghd_guild_list_channels (edit->guild);
  g_autoptr (GhJson) join = ghd_membership_content (GHD_MEMBERSHIP_JOIN, NULL);
  guint joined;

  joined = ghd_edit_add (edit, ghd_guild_get_id (edit->guild), GH_EVENT_ROOM_MEMBER, user_id, join);
  for (guint i = 0; i < channels->len; i++)
    {
      GhdChannel *channel = g_ptr_array_index (channels, i);
      guint event;

      if (!channel->auto_join || channel->is_private || channel->kind == GHD_CHANNEL_CATEGORY)
        continue;
      event = ghd_edit_add (edit, channel->channel_id, GH_EVENT_ROOM_MEMBER, user_id, join);
      ghd_write_cite (write, event, joined);
    }
}

static GhdGuild *
accept_in_turn (GhdInvites *self, const char *user_id, const char *code, const char *txn_id,
                GhdCommit **written, GError **error)
{
  g_autoptr (GhdGuild) guild = NULL;
  g_autoptr (GPtrArray) mine = NULL;
  g_autoptr (GhdEdit) edit = NULL;
  g_autoptr (GhdCommit) commit = NULL;
  g_autoptr (GhdInviteRow) row = find_row (self, code, &guild, error);
  g_autoptr (GhdInviteRow) now = NULL;

  if (row == NULL)
    return NULL;
  mine = ghd_guilds_list_for_user (self->guilds, user_id, error);
  if (mine == NULL)
    return NULL;

  edit = ghd_edit_begin_outside (self->guilds, row->guild_id, user_id, txn_id, GH_EVENT_ROOM_MEMBER,
                                 error);
  if (edit == NULL)
    return NULL;
  if (edit->earlier != NULL || ghd_guild_get_member (guild, user_id) != NULL)
    {
      *written = ghd_edit_get_earlier (edit);
      return g_steal_pointer (&guild);
    }

  /* Again: others may have used it up, or deleted the guild, while they had their turn. */
  if (ghd_guild_is_deleted (guild))
    {
      unknown_invite (error);
      return NULL;
    }
  now = dex_await_boxed (ghd_store_invites_get (ghd_guilds_get_pool (self->guilds), code), error);
  if (now == NULL || !check_usable (now, error))
    return NULL;
  if (ghd_guild_is_banned (guild, user_id))
    {
      gh_set_error (error, GH_ERROR_DENIED, "member.banned", NULL,
                    "You were banned from this guild.");
      return NULL;
    }
  if (mine->len >= GH_LIMIT_GUILDS_PER_USER)
    {
      gh_set_error (error, GH_ERROR_DENIED, "guild.too_many", NULL,
                    "You are in %u guilds, which is the limit. Leave one first.",
                    mine->len);
      return NULL;
    }

  add_arrival (edit, user_id);
  ghd_store_invites_add_use (ghd_edit_get_write (edit), code, gh_time_wall_ms ());
  commit = ghd_edit_commit (edit, error);
  if (commit == NULL)
    return NULL;

  *written = g_steal_pointer (&commit);
  return g_steal_pointer (&guild);
}

/**
 * ghd_invites_accept:
 * @txn_id: (nullable):
 * @written: (out) (transfer full) (nullable): what was written for this request; %NULL for a member
 *
 * Joins the guild and the channels that everybody joins, and counts the use, in one write. Somebody
 * who is a member already gets the same answer and uses nothing up. Waits for the turn of @user_id, as in
 * how many guilds they are is counted.
 *
 * Returns: (transfer full): the guild
 */
GhdGuild *
ghd_invites_accept (GhdInvites *self, const char *user_id, const char *code, const char *txn_id,
                    GhdCommit **written, GError **error)
{
  g_autoptr (GhdSerial) arrivals = NULL;
  GhdGuild *guild;

  *written = NULL;
  arrivals = ghd_serial_ref (ghd_guilds_get_serial (self->guilds, user_id));
  if (!ghd_serial_enter (arrivals, error))
    return NULL;

  guild = accept_in_turn (self, user_id, code, txn_id, written, error);
  ghd_serial_leave (arrivals);

  return guild;
}
