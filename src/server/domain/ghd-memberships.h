/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-hub.h"
#include "ghd-pool.h"

G_BEGIN_DECLS

/**
 * GhdMemberships:
 *
 * In which guilds somebody is: read from the database when first asked for, then kept as events are
 * committed, and forgotten when nobody needs it.
 */
#define GHD_TYPE_MEMBERSHIPS (ghd_memberships_get_type ())

G_DECLARE_FINAL_TYPE (GhdMemberships, ghd_memberships, GHD, MEMBERSHIPS, GObject)

GhdMemberships *ghd_memberships_new  (GhdPool *pool);
gboolean        ghd_memberships_load (GhdMemberships *self, const char *user_id, GError **error);
GPtrArray      *ghd_memberships_list (GhdMemberships *self, const char *user_id);
void            ghd_memberships_note (GhdMemberships *self, const char *user_id,
                                      const char *guild_id, gboolean joined);
guint           ghd_memberships_evict (GhdMemberships *self, GhdHub *hub, gint64 unused_since_us);

G_END_DECLS
