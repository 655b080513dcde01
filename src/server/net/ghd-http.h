/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-api.h"
#include "ghd-gateway.h"
#include "ghd-health.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * GhdHttp:
 *
 * The HTTP door: operations, pages for people, and what watches the daemon.
 */
#define GHD_TYPE_HTTP (ghd_http_get_type ())

G_DECLARE_FINAL_TYPE (GhdHttp, ghd_http, GHD, HTTP, GObject)

GhdHttp *ghd_http_new (GhdApi *api, GhdSettings *settings, GhdMetrics *metrics, GhdGateway *gateway,
                       GhdHealth *health, GError **error);
SoupServer *ghd_http_get_server (GhdHttp *self);
void ghd_http_last_call (GhdHttp *self);
DexFuture *ghd_http_drain (GhdHttp *self);

G_END_DECLS
