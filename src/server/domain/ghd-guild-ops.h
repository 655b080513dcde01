/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"

G_BEGIN_DECLS

/* Making and changing guilds. In each commit the first event is the one that was asked for. */

GhdCommit *ghd_guild_create   (GhdGuilds *guilds, const char *user_id, const char *name,
                               const char *txn_id, GError **error);
GhdCommit *ghd_guild_edit     (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                               const char *name, const char *description, const char *txn_id,
                               GError **error);
GhdCommit *ghd_guild_set_icon (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                               const char *media_id, const char *txn_id, char **previous,
                               GError **error);
GhdCommit *ghd_guild_transfer (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                               const char *target, const char *txn_id, GError **error);
GhdCommit *ghd_guild_leave    (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                               const char *txn_id, GError **error);
GhdCommit *ghd_guild_delete   (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                               const char *name, const char *txn_id, GError **error);

G_END_DECLS
