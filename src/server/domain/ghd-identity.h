/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"
#include "ghd-sessions.h"
#include "ghd-settings.h"
#include "ghd-worker.h"

G_BEGIN_DECLS

/**
 * GhdRegistration:
 * @display_name: (nullable): NULL makes it the user name
 * @invite: (nullable): code of an invitation to the server or to a guild
 */
typedef struct
{
  const char *username;
  const char *password;
  const char *display_name;
  const char *invite;
  const char *device_name;
  const char *address;
} GhdRegistration;

/**
 * GhdIdentity:
 *
 * Who somebody is: accounts and their passwords. Functions that take a GError **
 * may wait: they run on the caller's fiber.
 */
#define GHD_TYPE_IDENTITY (ghd_identity_get_type ())

G_DECLARE_FINAL_TYPE (GhdIdentity, ghd_identity, GHD, IDENTITY, GObject)

GhdIdentity *ghd_identity_new          (GhdSettings *settings, GhdPool *pool, GhdWorker *worker,
                                        GhdSessions *sessions);
DexFuture   *ghd_identity_start        (GhdIdentity *self);

gboolean     ghd_identity_check_name   (GhdIdentity *self, const char *username, GError **error);
GhdTokens   *ghd_identity_register     (GhdIdentity *self, const GhdRegistration *registration,
                                        GError **error);
GhdTokens   *ghd_identity_login        (GhdIdentity *self, const char *username,
                                        const char *password, const char *device_name,
                                        const char *address, GError **error);
gboolean     ghd_identity_set_password (GhdIdentity *self, const char *user_id,
                                        const char *device_id, const char *password,
                                        const char *new_password, const char *address,
                                        GError **error);

G_END_DECLS
