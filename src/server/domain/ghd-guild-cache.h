/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guild.h"
#include "ghd-hub.h"
#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdGuildCache:
 *
 * The guilds that are in memory, by their own ids and by those of their channels. They are read from
 * the database when first asked for, and go again when nobody needs them; what is committed while one
 * is being read is never missed.
 */
#define GHD_TYPE_GUILD_CACHE (ghd_guild_cache_get_type ())

G_DECLARE_FINAL_TYPE (GhdGuildCache, ghd_guild_cache, GHD, GUILD_CACHE, GObject)

GhdGuildCache *ghd_guild_cache_new          (GhdPool *pool);
GhdGuild      *ghd_guild_cache_peek         (GhdGuildCache *self, const char *guild_id);
GhdGuild      *ghd_guild_cache_peek_by_room (GhdGuildCache *self, const char *room_id);
GhdGuild      *ghd_guild_cache_load         (GhdGuildCache *self, const char *guild_id,
                                             GError **error);
GhdGuild      *ghd_guild_cache_find         (GhdGuildCache *self, GhEvent *event);
void           ghd_guild_cache_index        (GhdGuildCache *self, GhdGuild *guild,
                                             const char *channel_id);
guint          ghd_guild_cache_evict        (GhdGuildCache *self, GhdHub *hub, gint64 unused_since_us);
guint          ghd_guild_cache_count        (GhdGuildCache *self);

G_END_DECLS
