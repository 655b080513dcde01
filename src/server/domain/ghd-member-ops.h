/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"

G_BEGIN_DECLS

/* What is done to members of a guild. In each commit the first event is the one asked for. */

GhdCommit *ghd_member_set_roles (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                                 const char *target, const char *const *roles,
                                 const char *txn_id, GError **error);
GhdCommit *ghd_member_kick      (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                                 const char *target, const char *reason, const char *txn_id,
                                 GError **error);
GhdCommit *ghd_member_ban       (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                                 const char *target, const char *reason, const char *txn_id,
                                 GError **error);
GhdCommit *ghd_member_unban     (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                                 const char *target, const char *txn_id, GError **error);

G_END_DECLS
