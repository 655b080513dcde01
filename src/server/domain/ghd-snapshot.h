/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "ghd-guild.h"
#include "ghd-presence.h"
#include "ghd-profiles.h"

G_BEGIN_DECLS

/* How a guild and its members look to one of them, as JSON. All wait for the profiles that are not
 * in memory yet: they run on the caller's fiber. */

gboolean ghd_snapshot_build         (GhJsonBuilder *builder, GhdGuild *guild, const char *user_id,
                                     GhdProfiles *profiles, GhdPresence *presence,
                                     GhdGuilds *guilds, GError **error);
gboolean ghd_snapshot_build_list    (GhJsonBuilder *builder, const char *user_id,
                                     GhdProfiles *profiles, GhdPresence *presence,
                                     GhdGuilds *guilds, GError **error);
gboolean ghd_snapshot_build_members (GhJsonBuilder *builder, GhdGuild *guild, const char *user_id,
                                     const char *after, guint limit, GhdProfiles *profiles,
                                     GhdPresence *presence, GhdGuilds *guilds, GError **error);

G_END_DECLS
