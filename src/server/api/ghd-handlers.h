/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-call.h"

G_BEGIN_DECLS

/* One handler for each row of the table in ghd-operations.c, by area. Each may wait. */

#define GHD_HANDLER(name) GhdReply *ghd_handle_##name (GhdCall *call, GError **error)

/* ghd-api-accounts.c */
GHD_HANDLER (server_info);
GHD_HANDLER (account_check_name);
GHD_HANDLER (account_register);
GHD_HANDLER (account_set_password);
GHD_HANDLER (session_login);
GHD_HANDLER (session_refresh);
GHD_HANDLER (session_logout);
GHD_HANDLER (session_list);
GHD_HANDLER (session_revoke);

/* ghd-api-profiles.c */
GHD_HANDLER (profile_get);
GHD_HANDLER (profile_set);
GHD_HANDLER (profile_set_image);
GHD_HANDLER (profile_remove_image);
GHD_HANDLER (profile_set_banner);
GHD_HANDLER (profile_remove_banner);
GHD_HANDLER (profile_changed);
GHD_HANDLER (media_get);
GHD_HANDLER (presence_set);
GHD_HANDLER (typing_set);

/* ghd-api-guilds.c */
GHD_HANDLER (guild_list);
GHD_HANDLER (guild_get);
GHD_HANDLER (guild_create);
GHD_HANDLER (guild_edit);
GHD_HANDLER (guild_set_icon);
GHD_HANDLER (guild_remove_icon);
GHD_HANDLER (guild_transfer);
GHD_HANDLER (guild_leave);
GHD_HANDLER (guild_delete);
GHD_HANDLER (member_list);
GHD_HANDLER (member_set_roles);
GHD_HANDLER (member_kick);
GHD_HANDLER (member_ban);
GHD_HANDLER (member_unban);
GHD_HANDLER (role_create);
GHD_HANDLER (role_edit);
GHD_HANDLER (role_delete);

/* ghd-api-channels.c */
GHD_HANDLER (channel_create);
GHD_HANDLER (channel_edit);
GHD_HANDLER (channel_reorder);
GHD_HANDLER (channel_set_override);
GHD_HANDLER (channel_delete);
GHD_HANDLER (channel_join);
GHD_HANDLER (channel_leave);
GHD_HANDLER (channel_invite);
GHD_HANDLER (channel_members);

/* ghd-api-invites.c */
GHD_HANDLER (invite_create);
GHD_HANDLER (invite_list);
GHD_HANDLER (invite_revoke);
GHD_HANDLER (invite_preview);
GHD_HANDLER (invite_accept);

/* ghd-api-calls.c */
GHD_HANDLER (call_join);
GHD_HANDLER (call_leave);
GHD_HANDLER (call_alive);
GHD_HANDLER (call_set_state);
GHD_HANDLER (call_signal);
GHD_HANDLER (call_silence);
GHD_HANDLER (call_disconnect);
GHD_HANDLER (call_share);
GHD_HANDLER (call_watch);
GHD_HANDLER (call_stop_share);

/* ghd-api-messages.c */
GHD_HANDLER (message_send);
GHD_HANDLER (message_history);
GHD_HANDLER (events_after);

G_END_DECLS
