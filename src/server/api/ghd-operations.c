/* SPDX-License-Identifier: AGPL-3.0-or-later */
#include "ghd-api.h"

#include "gh-limits.h"
#include "gh-permission.h"
#include "ghd-channel-ops.h"
#include "ghd-handlers.h"
#include "ghd-role-ops.h"
#include "ghd-share.h"

/*
 * The table of operations: what is asked of a caller, of a request's size and rhythm, and of each
 * argument, before a handler sees anything. docs/openapi.json says the same, and a test compares
 * the two.
 */

#define REQUIRED GHD_ARG_REQUIRED
#define OPTIONAL GHD_ARG_OPTIONAL
#define NULLABLE GHD_ARG_NULLABLE

#define ARGS(name, ...) static const GhdArg name##_args[] = { __VA_ARGS__ __VA_OPT__ (, ){ NULL } }

#define STRING(name, min, max, flags) { name, GHD_ARG_STRING, min, max, flags, NULL, 0, NULL }
#define SECRET(name, min, max) { name, GHD_ARG_SECRET, min, max, REQUIRED, NULL, 0, NULL }
#define NAME(name, what, max, bytes, flags) { name, GHD_ARG_NAME, 1, max, flags, what, bytes, NULL }
#define LINE(name, what, max, bytes) { name, GHD_ARG_NAME, 0, max, OPTIONAL, what, bytes, NULL }
#define TEXT(name, what, max, bytes) { name, GHD_ARG_TEXT, 0, max, OPTIONAL, what, bytes, NULL }
#define INTEGER(name, min, max, flags) { name, GHD_ARG_INTEGER, min, max, flags, NULL, 0, NULL }
#define BOOLEAN(name, flags) { name, GHD_ARG_BOOLEAN, 0, 0, flags, NULL, 0, NULL }
#define CHOICE(name, choices, flags) { name, GHD_ARG_ENUM, 0, 0, flags, NULL, 0, choices }
#define ID(name, type, flags) { name, GHD_ARG_##type, 0, 0, flags, NULL, 0, NULL }
#define TXN ID ("txn_id", TXN_ID, REQUIRED)
#define TXN_IF_GIVEN ID ("txn_id", TXN_ID, OPTIONAL)

#define GUILD_ID ID ("guild_id", ROOM_ID, REQUIRED)
#define CHANNEL_ID ID ("channel_id", CHANNEL_ID, REQUIRED)
#define CODE STRING ("code", 1, GH_LIMIT_INVITE_CODE, REQUIRED)
#define DEVICE_NAME                                                                                \
  NAME ("device_name", "The name of the device", GH_LIMIT_DEVICE_NAME_CHARS, GH_LIMIT_DEVICE_NAME, \
        OPTIONAL)
#define GUILD_NAME(flags)                                                                          \
  NAME ("name", "The name of the guild", GH_LIMIT_GUILD_NAME_CHARS, GH_LIMIT_GUILD_NAME, flags)
#define CHANNEL_NAME(flags)                                                                        \
  NAME ("name", "The name", GH_LIMIT_CHANNEL_NAME_CHARS, GH_LIMIT_CHANNEL_NAME, flags)
#define ROLE_NAME(flags)                                                                           \
  NAME ("name", "The name of the role", GH_LIMIT_ROLE_NAME_CHARS, GH_LIMIT_ROLE_NAME, flags)
#define TOPIC TEXT ("topic", "The topic", GH_LIMIT_TOPIC_CHARS, GH_LIMIT_TOPIC)
#define REASON TEXT ("reason", "The reason", GH_LIMIT_REASON_CHARS, GH_LIMIT_REASON)

/* "x,y,size": three numbers of at most five digits */
#define CROP STRING ("crop", 5, 17, OPTIONAL)

/* A hundred years. */
#define MAX_EXPIRES_IN_S G_GINT64_CONSTANT (3153600000)

ARGS (nothing);
ARGS (check_name, STRING ("username", 1, 64, REQUIRED));
ARGS (register, STRING ("username", 1, 64, REQUIRED), SECRET ("password", 1, GH_LIMIT_PASSWORD),
      NAME ("display_name", "The display name", GH_LIMIT_DISPLAY_NAME_CHARS, GH_LIMIT_DISPLAY_NAME,
            OPTIONAL),
      STRING ("invite", 1, GH_LIMIT_INVITE_CODE, OPTIONAL), DEVICE_NAME);
ARGS (login, STRING ("username", 1, 64, REQUIRED), SECRET ("password", 1, GH_LIMIT_PASSWORD),
      DEVICE_NAME);
ARGS (refresh, SECRET ("refresh_token", 1, GH_LIMIT_TOKEN));
ARGS (device, ID ("device_id", DEVICE_ID, REQUIRED));
ARGS (set_password, SECRET ("password", 1, GH_LIMIT_PASSWORD),
      SECRET ("new_password", 1, GH_LIMIT_PASSWORD));

ARGS (user, ID ("user_id", USER_ID, REQUIRED));
ARGS (profile_set,
      NAME ("display_name", "The display name", GH_LIMIT_DISPLAY_NAME_CHARS, GH_LIMIT_DISPLAY_NAME,
            OPTIONAL),
      TEXT ("bio", "The text about yourself", GH_LIMIT_BIO_CHARS, GH_LIMIT_BIO),
      LINE ("status", "The status", GH_LIMIT_STATUS_CHARS, GH_LIMIT_STATUS),
      INTEGER ("status_expires_in_s", 0, MAX_EXPIRES_IN_S, OPTIONAL));
ARGS (image, CROP);
ARGS (profile_changed, INTEGER ("since_ts", 0, GH_LIMIT_JSON_INT, REQUIRED));
ARGS (media, ID ("media_id", MEDIA_ID, REQUIRED), CHOICE ("size", "64|128|256|512", OPTIONAL));
ARGS (presence, CHOICE ("presence", "online|idle|dnd|invisible", REQUIRED));
ARGS (typing, CHANNEL_ID, BOOLEAN ("typing", REQUIRED));

ARGS (guild, GUILD_ID);
ARGS (guild_txn, GUILD_ID, TXN_IF_GIVEN);
ARGS (guild_create, GUILD_NAME (REQUIRED), TXN);
ARGS (guild_edit, GUILD_ID, GUILD_NAME (OPTIONAL),
      TEXT ("description", "The description", GH_LIMIT_DESCRIPTION_CHARS, GH_LIMIT_DESCRIPTION),
      TXN);
ARGS (guild_icon, GUILD_ID, CROP, TXN_IF_GIVEN);
ARGS (guild_delete, GUILD_ID, GUILD_NAME (REQUIRED), TXN_IF_GIVEN);

ARGS (member_list, GUILD_ID, ID ("after", USER_ID, OPTIONAL),
      INTEGER ("limit", 1, GH_LIMIT_MEMBERS_PAGE, OPTIONAL));
ARGS (member_roles, GUILD_ID, ID ("user_id", USER_ID, REQUIRED),
      { "roles", GHD_ARG_ROLE_IDS, 0, GH_LIMIT_MEMBER_ROLES, REQUIRED, NULL, 0, NULL }, TXN);
ARGS (member_remove, GUILD_ID, ID ("user_id", USER_ID, REQUIRED), REASON, TXN);
ARGS (member, GUILD_ID, ID ("user_id", USER_ID, REQUIRED), TXN);

ARGS (role_create, GUILD_ID, ROLE_NAME (REQUIRED), INTEGER ("color", 0, 0xffffff, NULLABLE),
      INTEGER ("permissions", 0, GH_PERMISSIONS_ALL, REQUIRED),
      INTEGER ("order", 1, GHD_ROLE_MAX_ORDER, OPTIONAL), BOOLEAN ("hoist", OPTIONAL), TXN);
ARGS (role_edit, GUILD_ID, ID ("role_id", ROLE_ID, REQUIRED), ROLE_NAME (OPTIONAL),
      INTEGER ("color", 0, 0xffffff, NULLABLE),
      INTEGER ("permissions", 0, GH_PERMISSIONS_ALL, OPTIONAL),
      INTEGER ("order", 0, GHD_ROLE_MAX_ORDER, OPTIONAL), BOOLEAN ("hoist", OPTIONAL), TXN);
ARGS (role, GUILD_ID, ID ("role_id", ROLE_ID, REQUIRED), TXN);

ARGS (channel_create, GUILD_ID, CHANNEL_NAME (REQUIRED),
      CHOICE ("kind", "text|voice|category", REQUIRED), TOPIC, BOOLEAN ("private", OPTIONAL),
      ID ("parent", CATEGORY_ID, NULLABLE), TXN);
ARGS (channel_edit, CHANNEL_ID, CHANNEL_NAME (OPTIONAL), TOPIC,
      ID ("parent", CATEGORY_ID, NULLABLE), INTEGER ("order", 0, GHD_CHANNEL_MAX_ORDER, OPTIONAL),
      TXN);
ARGS (channel_reorder, GUILD_ID,
      { "channels", GHD_ARG_OBJECTS, 1, GH_LIMIT_CHANNELS, REQUIRED, NULL, 0, NULL }, TXN);
ARGS (channel_override, CHANNEL_ID, ID ("target", TARGET, REQUIRED),
      INTEGER ("allow", 0, GH_PERMISSIONS_ALL, REQUIRED),
      INTEGER ("deny", 0, GH_PERMISSIONS_ALL, REQUIRED), TXN);
ARGS (channel, CHANNEL_ID, TXN);
ARGS (channel_only, CHANNEL_ID);
ARGS (channel_user, CHANNEL_ID, ID ("user_id", USER_ID, REQUIRED), TXN);

ARGS (invite_create, GUILD_ID, INTEGER ("expires_in_s", 0, MAX_EXPIRES_IN_S, OPTIONAL),
      INTEGER ("max_uses", 0, 1000000, OPTIONAL));
ARGS (invite_revoke, GUILD_ID, CODE);
ARGS (invite, CODE);
ARGS (invite_accept, CODE, TXN_IF_GIVEN);

ARGS (message_send, CHANNEL_ID, TXN, { "content", GHD_ARG_OBJECT, 0, 0, REQUIRED, NULL, 0, NULL });
ARGS (message_history, CHANNEL_ID, INTEGER ("before", 1, GH_LIMIT_JSON_INT, OPTIONAL),
      INTEGER ("after", 0, GH_LIMIT_JSON_INT, OPTIONAL),
      INTEGER ("around_ts", 0, GH_LIMIT_JSON_INT, OPTIONAL),
      INTEGER ("limit", 1, GH_LIMIT_HISTORY_PAGE, OPTIONAL));
ARGS (events_after, INTEGER ("after", 0, GH_LIMIT_JSON_INT, REQUIRED),
      INTEGER ("limit", 1, GH_LIMIT_EVENTS_PAGE, OPTIONAL));

ARGS (call_join, CHANNEL_ID, BOOLEAN ("muted", OPTIONAL), BOOLEAN ("deafened", OPTIONAL),
      STRING ("call_id", 1, GH_LIMIT_CALL_ID, OPTIONAL), INTEGER ("epoch", 0, G_MAXUINT32, OPTIONAL),
      STRING ("member_id", 1, GH_LIMIT_CALL_ID, OPTIONAL),
      { "shares", GHD_ARG_OBJECTS, 0, GHD_N_SHARES, OPTIONAL, NULL, 0, NULL });
ARGS (call_alive, { "counters", GHD_ARG_OBJECT, 0, 0, OPTIONAL, NULL, 0, NULL });
ARGS (call_state, BOOLEAN ("muted", OPTIONAL), BOOLEAN ("deafened", OPTIONAL));
ARGS (call_signal, ID ("to", USER_ID, REQUIRED),
      { "signal", GHD_ARG_OBJECT, 0, 0, REQUIRED, NULL, 0, NULL });
ARGS (call_silence, CHANNEL_ID, ID ("user_id", USER_ID, REQUIRED), BOOLEAN ("silenced", REQUIRED));
#define SHARE_KIND CHOICE ("kind", "screen|camera", REQUIRED)
ARGS (call_share, SHARE_KIND, BOOLEAN ("on", REQUIRED), BOOLEAN ("sound", OPTIONAL));
ARGS (call_watch, STRING ("member_id", 1, GH_LIMIT_CALL_ID, REQUIRED), SHARE_KIND,
      BOOLEAN ("on", REQUIRED));
ARGS (call_stop_share, CHANNEL_ID, ID ("user_id", USER_ID, REQUIRED), SHARE_KIND);
ARGS (call_member, CHANNEL_ID, ID ("user_id", USER_ID, REQUIRED));

#define BODY GH_LIMIT_BODY
#define IMAGE 0
#define SCOPE(scope) GHD_SCOPE_##scope
#define LIMIT(limit) GHD_LIMIT_##limit
#define RAW GHD_OPERATION_RAW_BODY
#define BYTES GHD_OPERATION_RAW_REPLY

#define ROW(name, method, path, scope, max, limit, flags, args, handler)                            \
  {                                                                                                 \
    name, method, path, SCOPE (scope), max, LIMIT (limit), flags, args##_args, ghd_handle_##handler \
  }

static const GhdOperation operations[] = {
  ROW ("server.info", "GET", "/server", PUBLIC, BODY, READS, 0, nothing, server_info),
  ROW ("account.check_name", "GET", "/names/{username}", PUBLIC, BODY, GUESSES, 0, check_name,
       account_check_name),
  ROW ("account.register", "POST", "/register", PUBLIC, BODY, HASHES, 0, register,
       account_register),
  ROW ("session.login", "POST", "/login", PUBLIC, BODY, HASHES, 0, login, session_login),
  ROW ("session.refresh", "POST", "/refresh", PUBLIC, BODY, GUESSES, 0, refresh, session_refresh),
  ROW ("session.logout", "POST", "/logout", ACCOUNT, BODY, WRITES, 0, nothing, session_logout),
  ROW ("session.list", "GET", "/devices", ACCOUNT, BODY, READS, 0, nothing, session_list),
  ROW ("session.revoke", "DELETE", "/devices/{device_id}", ACCOUNT, BODY, WRITES, 0, device,
       session_revoke),
  ROW ("account.set_password", "PUT", "/account/password", ACCOUNT, BODY, HASHES, 0, set_password,
       account_set_password),

  ROW ("profile.get", "GET", "/users/{user_id}", READ, BODY, READS, 0, user, profile_get),
  ROW ("profile.set", "PATCH", "/profile", WRITE, BODY, WRITES, 0, profile_set, profile_set),
  ROW ("profile.set_image", "PUT", "/profile/image", WRITE, IMAGE, PICTURES, RAW, image,
       profile_set_image),
  ROW ("profile.remove_image", "DELETE", "/profile/image", WRITE, BODY, WRITES, 0, nothing,
       profile_remove_image),
  ROW ("profile.set_banner", "PUT", "/profile/banner", WRITE, IMAGE, PICTURES, RAW, image,
       profile_set_banner),
  ROW ("profile.remove_banner", "DELETE", "/profile/banner", WRITE, BODY, WRITES, 0, nothing,
       profile_remove_banner),
  ROW ("profile.changed", "GET", "/users", READ, BODY, READS, 0, profile_changed, profile_changed),
  ROW ("media.get", "GET", "/media/{media_id}", READ, BODY, VIEWS, BYTES, media, media_get),

  ROW ("guild.list", "GET", "/guilds", READ, BODY, READS, 0, nothing, guild_list),
  ROW ("guild.get", "GET", "/guilds/{guild_id}", READ, BODY, READS, 0, guild, guild_get),
  ROW ("guild.create", "POST", "/guilds", WRITE, BODY, WRITES, 0, guild_create, guild_create),
  ROW ("guild.edit", "PATCH", "/guilds/{guild_id}", WRITE, BODY, WRITES, 0, guild_edit, guild_edit),
  ROW ("guild.set_icon", "PUT", "/guilds/{guild_id}/icon", WRITE, IMAGE, PICTURES, RAW, guild_icon,
       guild_set_icon),
  ROW ("guild.remove_icon", "DELETE", "/guilds/{guild_id}/icon", WRITE, BODY, WRITES, 0, guild_txn,
       guild_remove_icon),
  ROW ("guild.transfer", "PUT", "/guilds/{guild_id}/owner", WRITE, BODY, WRITES, 0, member,
       guild_transfer),
  ROW ("guild.leave", "POST", "/guilds/{guild_id}/leave", WRITE, BODY, WRITES, 0, guild_txn,
       guild_leave),
  ROW ("guild.delete", "DELETE", "/guilds/{guild_id}", WRITE, BODY, WRITES, 0, guild_delete,
       guild_delete),

  ROW ("member.list", "GET", "/guilds/{guild_id}/members", READ, BODY, READS, 0, member_list,
       member_list),
  ROW ("member.set_roles", "PUT", "/guilds/{guild_id}/members/{user_id}/roles", WRITE, BODY, WRITES,
       0, member_roles, member_set_roles),
  ROW ("member.kick", "POST", "/guilds/{guild_id}/members/{user_id}/kick", WRITE, BODY, WRITES, 0,
       member_remove, member_kick),
  ROW ("member.ban", "POST", "/guilds/{guild_id}/members/{user_id}/ban", WRITE, BODY, WRITES, 0,
       member_remove, member_ban),
  ROW ("member.unban", "DELETE", "/guilds/{guild_id}/members/{user_id}/ban", WRITE, BODY, WRITES, 0,
       member, member_unban),
  ROW ("role.create", "POST", "/guilds/{guild_id}/roles", WRITE, BODY, WRITES, 0, role_create,
       role_create),
  ROW ("role.edit", "PATCH", "/guilds/{guild_id}/roles/{role_id}", WRITE, BODY, WRITES, 0,
       role_edit, role_edit),
  ROW ("role.delete", "DELETE", "/guilds/{guild_id}/roles/{role_id}", WRITE, BODY, WRITES, 0, role,
       role_delete),

  ROW ("channel.create", "POST", "/guilds/{guild_id}/channels", WRITE, BODY, WRITES, 0,
       channel_create, channel_create),
  ROW ("channel.reorder", "PUT", "/guilds/{guild_id}/channels/order", WRITE, BODY, WRITES, 0,
       channel_reorder, channel_reorder),
  ROW ("channel.edit", "PATCH", "/channels/{channel_id}", WRITE, BODY, WRITES, 0, channel_edit,
       channel_edit),
  ROW ("channel.set_override", "PUT", "/channels/{channel_id}/overrides/{target}", WRITE, BODY,
       WRITES, 0, channel_override, channel_set_override),
  ROW ("channel.delete", "DELETE", "/channels/{channel_id}", WRITE, BODY, WRITES, 0, channel,
       channel_delete),
  ROW ("channel.join", "POST", "/channels/{channel_id}/join", WRITE, BODY, WRITES, 0, channel,
       channel_join),
  ROW ("channel.leave", "POST", "/channels/{channel_id}/leave", WRITE, BODY, WRITES, 0, channel,
       channel_leave),
  ROW ("channel.invite", "POST", "/channels/{channel_id}/invite", WRITE, BODY, WRITES, 0,
       channel_user, channel_invite),
  ROW ("channel.members", "GET", "/channels/{channel_id}/members", READ, BODY, READS, 0,
       channel_only, channel_members),

  ROW ("invite.create", "POST", "/guilds/{guild_id}/invites", WRITE, BODY, WRITES, 0, invite_create,
       invite_create),
  ROW ("invite.list", "GET", "/guilds/{guild_id}/invites", READ, BODY, READS, 0, guild,
       invite_list),
  ROW ("invite.revoke", "DELETE", "/guilds/{guild_id}/invites/{code}", WRITE, BODY, WRITES, 0,
       invite_revoke, invite_revoke),
  ROW ("invite.preview", "GET", "/invites/{code}", PUBLIC, BODY, GUESSES, 0, invite,
       invite_preview),
  ROW ("invite.accept", "POST", "/invites/{code}/accept", WRITE, BODY, WRITES, 0, invite_accept,
       invite_accept),

  ROW ("message.send", "POST", "/channels/{channel_id}/messages", WRITE, BODY, SAYS, 0,
       message_send, message_send),
  ROW ("message.history", "GET", "/channels/{channel_id}/messages", READ, BODY, READS, 0,
       message_history, message_history),
  ROW ("events.after", "GET", "/events", READ, BODY, READS, 0, events_after, events_after),
  ROW ("call.join", "POST", "/channels/{channel_id}/call", WRITE, BODY, WRITES, 0, call_join,
       call_join),
  ROW ("call.leave", "POST", "/call/leave", WRITE, BODY, WRITES, 0, nothing, call_leave),
  ROW ("call.alive", "POST", "/call/alive", WRITE, BODY, READS, 0, call_alive, call_alive),
  ROW ("call.set_state", "PATCH", "/call", WRITE, BODY, SWITCHES, 0, call_state, call_set_state),
  ROW ("call.signal", "POST", "/call/signals", WRITE, BODY, SIGNALS, 0, call_signal, call_signal),
  ROW ("call.share", "POST", "/call/share", WRITE, BODY, SWITCHES, 0, call_share, call_share),
  ROW ("call.watch", "POST", "/call/watch", WRITE, BODY, SWITCHES, 0, call_watch, call_watch),
  ROW ("call.stop_share", "POST", "/channels/{channel_id}/call/{user_id}/stop_share", WRITE, BODY,
       WRITES, 0, call_stop_share, call_stop_share),
  ROW ("call.silence", "PUT", "/channels/{channel_id}/call/{user_id}/silence", WRITE, BODY, WRITES,
       0, call_silence, call_silence),
  ROW ("call.disconnect", "POST", "/channels/{channel_id}/call/{user_id}/disconnect", WRITE, BODY,
       WRITES, 0, call_member, call_disconnect),
  ROW ("presence.set", "PUT", "/presence", WRITE, BODY, WRITES, 0, presence, presence_set),
  ROW ("typing.set", "PUT", "/channels/{channel_id}/typing", WRITE, BODY, HINTS, 0, typing,
       typing_set),
};

/**
 * ghd_api_operations:
 *
 * Returns: (transfer none): the table
 */
const GhdOperation *
ghd_api_operations (gsize *n_operations)
{
  *n_operations = G_N_ELEMENTS (operations);

  return operations;
}
