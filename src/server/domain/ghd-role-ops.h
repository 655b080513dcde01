/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-guilds.h"

G_BEGIN_DECLS

#define GHD_ROLE_MAX_ORDER 10000

/**
 * GhdRoleChange:
 * @name: (nullable): NULL leaves it
 * @color: 0xRRGGBB; -1 takes it away
 * @order: power
 *
 * What is to be different; the flags say which numbers count.
 */
typedef struct
{
  const char   *name;
  gboolean      has_color;
  gint64        color;
  gboolean      has_permissions;
  GhPermissions permissions;
  gboolean      has_order;
  gint64        order;
  gboolean      has_hoist;
  gboolean      hoist;
} GhdRoleChange;

GhdCommit *ghd_role_create (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                            const GhdRoleChange *role, const char *txn_id, GError **error);
GhdCommit *ghd_role_edit   (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                            const char *role_id, const GhdRoleChange *change,
                            const char *txn_id, GError **error);
GhdCommit *ghd_role_delete (GhdGuilds *guilds, const char *user_id, const char *guild_id,
                            const char *role_id, const char *txn_id, GError **error);

G_END_DECLS
