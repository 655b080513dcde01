/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "ghd-settings.h"

G_BEGIN_DECLS

/**
 * GhdIce:
 *
 * The STUN and TURN servers that members of a call may use, from the settings. Credentials for TURN
 * are good for a limited time and for one person, made as coturn's REST scheme has it ("A REST API
 * For Access To TURN Services", draft-uberti-behave-turn-rest-00): the user name is
 * "EXPIRY:USER ID", the password base64 (HMAC-SHA1 (shared secret, user name)).
 */
#define GHD_TYPE_ICE (ghd_ice_get_type ())

G_DECLARE_FINAL_TYPE (GhdIce, ghd_ice, GHD, ICE, GObject)

GhdIce *ghd_ice_new         (GhdSettings *settings);
gint64  ghd_ice_add_servers (GhdIce *self, GhJsonBuilder *builder, const char *user_id,
                             gint64 now_s);

char   *ghd_ice_build_password (const char *secret, const char *user_name);

G_END_DECLS
