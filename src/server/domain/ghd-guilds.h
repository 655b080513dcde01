/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guild.h"
#include "ghd-hub.h"
#include "ghd-pool.h"
#include "ghd-serial.h"
#include "ghd-settings.h"
#include "ghd-writer.h"

G_BEGIN_DECLS

/*
 * Functions of the domain that take a GError ** may wait: they run on the caller's fiber, and so
 * read like prose. Their refusals are of the domain GH_ERROR, with a reason and a sentence.
 */

/**
 * GhdGuilds:
 *
 * The guilds in memory: loaded when first asked for, folded forward as events are committed, never
 * behind the log, and gone when nobody needs them. It also knows in which guilds a person is.
 */
#define GHD_TYPE_GUILDS (ghd_guilds_get_type ())

G_DECLARE_FINAL_TYPE (GhdGuilds, ghd_guilds, GHD, GUILDS, GObject)

GhdGuilds  *ghd_guilds_new             (GhdSettings *settings, GhdPool *pool, GhdWriter *writer,
                                        GhdHub *hub);
GhdPool    *ghd_guilds_get_pool        (GhdGuilds *self);
GhdWriter  *ghd_guilds_get_writer      (GhdGuilds *self);
const char *ghd_guilds_get_server_name (GhdGuilds *self);

/* reading; all wait for what is not in memory yet */
GhdGuild   *ghd_guilds_load            (GhdGuilds *self, const char *guild_id, GError **error);
GhdGuild   *ghd_guilds_load_for_member (GhdGuilds *self, const char *guild_id, const char *user_id,
                                        GError **error);
GhdGuild   *ghd_guilds_load_by_channel (GhdGuilds *self, const char *channel_id,
                                        const char *user_id, GhdChannel **channel,
                                        GError **error);
GPtrArray  *ghd_guilds_list_for_user   (GhdGuilds *self, const char *user_id, GError **error);
gboolean    ghd_guilds_share           (GhdGuilds *self, const char *user_id,
                                        const char *other_user_id, gboolean *share,
                                        GError **error);
GPtrArray  *ghd_guilds_list_people     (GhdGuilds *self, const char *user_id, GError **error);

/* at once, from memory */
gboolean    ghd_guilds_require_member  (GhdGuild *guild, const char *user_id, GError **error);
/* (element-type GhdGuild) (nullable) what is loaded of the user's guilds */
GPtrArray  *ghd_guilds_peek_for_user   (GhdGuilds *self, const char *user_id);
GhdGuild   *ghd_guilds_peek            (GhdGuilds *self, const char *guild_id);
gboolean    ghd_guilds_peek_member     (GhdGuilds *self, const char *room_id,
                                        const char *user_id);

/* the writer's hook: folds and publishes a committed batch, in the order of position */
void        ghd_guilds_commit          (GhdGuilds *self, GPtrArray *events);
gint64      ghd_guilds_get_position    (GhdGuilds *self);
GhdSerial  *ghd_guilds_get_serial      (GhdGuilds *self, const char *id);

G_END_DECLS
