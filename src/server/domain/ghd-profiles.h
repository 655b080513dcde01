/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-json-builder.h"
#include "ghd-guilds.h"
#include "ghd-images.h"
#include "ghd-store-accounts.h"

G_BEGIN_DECLS

/**
 * GhdProfiles:
 *
 * What people say of themselves, kept in memory once read. Functions that take a GError ** may wait:
 * they run on the caller's fiber.
 */
#define GHD_TYPE_PROFILES (ghd_profiles_get_type ())

G_DECLARE_FINAL_TYPE (GhdProfiles, ghd_profiles, GHD, PROFILES, GObject)

GhdProfiles   *ghd_profiles_new           (GhdPool *pool, GhdGuilds *guilds, GhdImages *images,
                                           GhdHub *hub);
GhdAccountRow *ghd_profiles_get           (GhdProfiles *self, const char *user_id, GError **error);
GhdAccountRow *ghd_profiles_get_visible   (GhdProfiles *self, const char *viewer,
                                           const char *user_id, GError **error);
gboolean       ghd_profiles_load          (GhdProfiles *self, GPtrArray *user_ids, GError **error);
GhdAccountRow *ghd_profiles_peek          (GhdProfiles *self, const char *user_id);
GPtrArray     *ghd_profiles_changed_since (GhdProfiles *self, const char *viewer, gint64 since_ts,
                                           GError **error);
GhdAccountRow *ghd_profiles_set           (GhdProfiles *self, const char *user_id,
                                           const GhdProfileEdit *edit, GError **error);
GhdAccountRow *ghd_profiles_set_picture   (GhdProfiles *self, const char *user_id,
                                           GhdProfilePicture kind, GBytes *raw,
                                           const GhdCrop *crop, GError **error);
GhdAccountRow *ghd_profiles_remove_picture (GhdProfiles *self, const char *user_id,
                                            GhdProfilePicture kind, GError **error);

void           ghd_profile_build          (GhdAccountRow *profile, GhJsonBuilder *builder);
void           ghd_profile_build_status   (GhdAccountRow *profile, GhJsonBuilder *builder);

G_END_DECLS
