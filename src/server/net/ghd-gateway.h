/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-api.h"
#include "ghd-exchange.h"
#include "ghd-io-thread.h"
#include "ghd-metrics.h"
#include "ghd-settings.h"

G_BEGIN_DECLS

/**
 * GhdGateway:
 *
 * The WebSocket door: makes connections out of upgraded requests and spreads them over the I/O
 * threads. Where echoes are wanted, they come in by it too.
 */
#define GHD_TYPE_GATEWAY (ghd_gateway_get_type ())

G_DECLARE_FINAL_TYPE (GhdGateway, ghd_gateway, GHD, GATEWAY, GObject)

GhdGateway *ghd_gateway_new (GhdApi *api, GhdSettings *settings, GhdMetrics *metrics);
void ghd_gateway_upgrade (GhdGateway *self, GhdExchange *exchange, GhdLinkKind kind);
DexFuture *ghd_gateway_finish (GhdGateway *self);
DexFuture *ghd_gateway_drain (GhdGateway *self, guint code, const char *reason);

G_END_DECLS
