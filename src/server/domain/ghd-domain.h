/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <glib-object.h>
#include <libdex.h>

#include "ghd-calls.h"
#include "ghd-guilds.h"
#include "ghd-hub.h"
#include "ghd-identity.h"
#include "ghd-image-sweep.h"
#include "ghd-images.h"
#include "ghd-invites.h"
#include "ghd-keys.h"
#include "ghd-messages.h"
#include "ghd-metrics.h"
#include "ghd-pool.h"
#include "ghd-presence.h"
#include "ghd-profiles.h"
#include "ghd-sessions.h"
#include "ghd-settings.h"
#include "ghd-worker.h"
#include "ghd-writer.h"

G_BEGIN_DECLS

/**
 * GhdDomain:
 *
 * The rules of Guildhall, put together: one of each part, sharing one database and one hub.
 */
#define GHD_TYPE_DOMAIN (ghd_domain_get_type ())

G_DECLARE_FINAL_TYPE (GhdDomain, ghd_domain, GHD, DOMAIN, GObject)

GhdDomain   *ghd_domain_new            (GhdSettings *settings, GhdMetrics *metrics,
                                        GhdWorker *worker, GhdPool *pool, GhdWriter *writer);
DexFuture   *ghd_domain_start          (GhdDomain *self);
DexFuture   *ghd_domain_stop           (GhdDomain *self);
void         ghd_domain_set_public_url (GhdDomain *self, const char *url);

DexFuture   *ghd_domain_attach         (GhdDomain *self, GhdSubscriber *subscriber,
                                        const char *user_id, const char *device_id);
void         ghd_domain_detach         (GhdDomain *self, GhdSubscriber *subscriber);

GhdSettings *ghd_domain_get_settings   (GhdDomain *self);
GhdMetrics  *ghd_domain_get_metrics    (GhdDomain *self);
GhdHub      *ghd_domain_get_hub        (GhdDomain *self);
GhdIdentity *ghd_domain_get_identity   (GhdDomain *self);
GhdSessions *ghd_domain_get_sessions   (GhdDomain *self);
GhdProfiles *ghd_domain_get_profiles   (GhdDomain *self);
GhdGuilds   *ghd_domain_get_guilds     (GhdDomain *self);
GhdInvites  *ghd_domain_get_invites    (GhdDomain *self);
GhdMessages *ghd_domain_get_messages   (GhdDomain *self);
GhdPresence *ghd_domain_get_presence   (GhdDomain *self);
GhdImages   *ghd_domain_get_images     (GhdDomain *self);
GhdKeys     *ghd_domain_get_keys       (GhdDomain *self);
GhdCalls    *ghd_domain_get_calls      (GhdDomain *self);

G_END_DECLS
