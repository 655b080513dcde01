/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-routes.h"
#include "ghd-visitor.h"

#include <libsoup/soup.h>

G_BEGIN_DECLS

/**
 * GhdExchange:
 *
 * One request over HTTP and its answer; lives as long as its #SoupServerMessage.
 */
typedef struct _GhdExchange GhdExchange;

/* Statuses that libsoup does not know: RFC 9110, section 15.5.22, and RFC 6585. */
#define GHD_STATUS_UPGRADE_REQUIRED 426
#define GHD_STATUS_TOO_MANY_REQUESTS 429
#define GHD_STATUS_HEADERS_TOO_LARGE 431

/**
 * GhdCaching:
 * @GHD_CACHING_NEVER: it is somebody's, or changes at once
 * @GHD_CACHING_BRIEFLY: for everybody, for some minutes
 * @GHD_CACHING_FOREVER: it never changes, but it is not for everybody
 */
typedef enum
{
  GHD_CACHING_NEVER,
  GHD_CACHING_BRIEFLY,
  GHD_CACHING_FOREVER,
} GhdCaching;

GhdExchange *ghd_exchange_new (SoupServerMessage *message, gboolean behind_proxy);
GhdExchange *ghd_exchange_from_message (SoupServerMessage *message);
SoupServerMessage *ghd_exchange_get_message (GhdExchange *self);
GhdVisitor *ghd_exchange_get_visitor (GhdExchange *self);
GInetAddress *ghd_exchange_get_inet (GhdExchange *self);
const char *ghd_exchange_get_address (GhdExchange *self);
const char *ghd_exchange_get_request_id (GhdExchange *self);
const char *ghd_exchange_get_path (GhdExchange *self);
const char *ghd_exchange_get_query (GhdExchange *self);
const char *ghd_exchange_get_header (GhdExchange *self, const char *name);
char *ghd_exchange_dup_token (GhdExchange *self, GError **error);
GhdRouteMatch *ghd_exchange_get_match (GhdExchange *self);
GObject *ghd_exchange_get_caller (GhdExchange *self);
void ghd_exchange_set_caller (GhdExchange *self, GObject *caller);

void ghd_exchange_expect (GhdExchange *self, gsize max_body);
void ghd_exchange_pause (GhdExchange *self);
void ghd_exchange_resume (GhdExchange *self);
gboolean ghd_exchange_is_refused (GhdExchange *self);

void ghd_exchange_set_header (GhdExchange *self, const char *name, const char *value);
void ghd_exchange_respond (GhdExchange *self, guint status, const char *content_type, GBytes *body,
                           GhdCaching caching);
void ghd_exchange_fail (GhdExchange *self, const GError *error);
void ghd_exchange_fail_as (GhdExchange *self, guint status, const GError *error);

G_END_DECLS
