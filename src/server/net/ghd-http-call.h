/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-api.h"
#include "ghd-exchange.h"

G_BEGIN_DECLS

/* Operations asked for over HTTP. */
void ghd_http_call_admit (GhdApi *api, GhdExchange *exchange);
void ghd_http_call_run (GhdApi *api, GhdExchange *exchange);

G_END_DECLS
