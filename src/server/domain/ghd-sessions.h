/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-hub.h"
#include "ghd-pool.h"
#include "ghd-settings.h"
#include "ghd-store-devices.h"

G_BEGIN_DECLS

/**
 * GhdTokens:
 *
 * A sign-in as it is given to the client, once. The server keeps only hashes of the two tokens.
 */
typedef struct
{
  char  *user_id;
  char  *device_id;
  char  *access_token;
  gint64 access_expires_ts;
  char  *refresh_token;
} GhdTokens;

void ghd_tokens_free (GhdTokens *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdTokens, ghd_tokens_free)

/**
 * GhdSessions:
 *
 * Devices and their tokens: an opaque access token for some minutes, and a refresh token that is
 * exchanged for a new pair and used up once that pair is used. Who uses one after that has stolen it or
 * was robbed: the device is revoked. Functions that take a GError ** may wait: they run on the caller's fiber.
 */
#define GHD_TYPE_SESSIONS (ghd_sessions_get_type ())

G_DECLARE_FINAL_TYPE (GhdSessions, ghd_sessions, GHD, SESSIONS, GObject)

GhdSessions *ghd_sessions_new          (GhdSettings *settings, GhdPool *pool, GhdHub *hub);
void         ghd_sessions_start        (GhdSessions *self);
DexFuture   *ghd_sessions_stop         (GhdSessions *self);
GhdTokens   *ghd_sessions_open         (GhdSessions *self, const char *user_id,
                                        const char *password_hash, const char *device_name,
                                        GError **error);
GhdTokens   *ghd_sessions_refresh      (GhdSessions *self, const char *refresh_token,
                                        GError **error);
GhdTokenRow *ghd_sessions_peek         (GhdSessions *self, const char *access_token);
GhdTokenRow *ghd_sessions_authenticate (GhdSessions *self, const char *access_token,
                                        GError **error);
GPtrArray   *ghd_sessions_list         (GhdSessions *self, const char *user_id, GError **error);
gboolean     ghd_sessions_revoke       (GhdSessions *self, const char *user_id,
                                        const char *device_id, GError **error);
void         ghd_sessions_forget_others (GhdSessions *self, const char *user_id,
                                         const char *keep_device_id);
void         ghd_sessions_touch        (GhdSessions *self, const char *device_id);
DexFuture   *ghd_sessions_sweep        (GhdSessions *self);

G_END_DECLS
