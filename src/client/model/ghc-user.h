/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-enums.h"

G_BEGIN_DECLS

#define GHC_TYPE_USER (ghc_user_get_type ())
G_DECLARE_FINAL_TYPE (GhcUser, ghc_user, GHC, USER, GObject)

/**
 * GhcUser:
 *
 * A person on a server. There is one object for each person in an account, made by
 * ghc_account_ensure_user(), so a binding to it stays right wherever the person is shown.
 *
 * Properties (all read-only to the UI, all notify):
 * - user-id (string): "@name:host"
 * - username (string): the name part of the id, "name"
 * - display-name (string): never NULL or empty; the user name until the profile is known
 * - bio (string, nullable)
 * - status (string, nullable): what they say of themselves for now; NULL once its time is over
 * - image-id (string, nullable): "mxc://host/id" of the profile image
 * - image (GBytes, nullable): PNG or JPEG bytes of it, once ghc_session_load_user_image() got them;
 *   goes back to NULL when image-id changes
 * - banner-id (string, nullable): of the wide picture behind the profile
 * - banner (GBytes, nullable): as image, by ghc_session_load_user_banner()
 * - presence (GhcPresence)
 * - online (boolean): presence is not offline
 * - initials (string): for an avatar without picture
 * - color-index (uint): below GHC_N_COLORS, from the id
 * - is-self (boolean): the account's own person
 */
GhcUser     *ghc_user_new              (const char *user_id);

const char  *ghc_user_get_user_id      (GhcUser *self);
const char  *ghc_user_get_username     (GhcUser *self);
const char  *ghc_user_get_display_name (GhcUser *self);
const char  *ghc_user_get_bio          (GhcUser *self);
const char  *ghc_user_get_status       (GhcUser *self);
gint64       ghc_user_get_status_expires_ts (GhcUser *self);
const char  *ghc_user_get_image_id     (GhcUser *self);
GBytes      *ghc_user_get_image        (GhcUser *self);
const char  *ghc_user_get_banner_id    (GhcUser *self);
GBytes      *ghc_user_get_banner       (GhcUser *self);
GhcPresence  ghc_user_get_presence     (GhcUser *self);
gboolean     ghc_user_get_online       (GhcUser *self);
const char  *ghc_user_get_initials     (GhcUser *self);
guint        ghc_user_get_color_index  (GhcUser *self);
gboolean     ghc_user_get_is_self      (GhcUser *self);
gint64       ghc_user_get_changed_ts   (GhcUser *self);
gboolean     ghc_user_get_known        (GhcUser *self);

int          ghc_user_compare          (GhcUser *a, GhcUser *b);

/* For the session and the fold. */
void         ghc_user_set_display_name (GhcUser *self, const char *display_name);
void         ghc_user_set_bio          (GhcUser *self, const char *bio);
void         ghc_user_set_status       (GhcUser *self, const char *status, gint64 expires_ts);
void         ghc_user_set_image_id     (GhcUser *self, const char *image_id);
void         ghc_user_set_image        (GhcUser *self, GBytes *image);
void         ghc_user_set_banner_id    (GhcUser *self, const char *banner_id);
void         ghc_user_set_banner       (GhcUser *self, GBytes *banner);
void         ghc_user_set_presence     (GhcUser *self, GhcPresence presence);
void         ghc_user_set_is_self      (GhcUser *self, gboolean is_self);
void         ghc_user_set_changed_ts   (GhcUser *self, gint64 changed_ts);

G_END_DECLS
