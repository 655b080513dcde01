/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-json.h"
#include "ghc-transfer.h"

G_BEGIN_DECLS

#define GHC_TYPE_HTTP (ghc_http_get_type ())
G_DECLARE_FINAL_TYPE (GhcHttp, ghc_http, GHC, HTTP, GObject)

/**
 * GhcHttp:
 *
 * The HTTP door of one server. Paths are below /client/v1 and begin with a slash; what varies in them is escaped by whoever
 * builds them. Rejections are #GhError: what the server refused, with its reason, field and sentence; or
 * %GH_ERROR_UNAVAILABLE with a sentence when it cannot be reached; or %G_IO_ERROR_CANCELLED.
 */
GhcHttp    *ghc_http_new      (const char   *server_url);
const char *ghc_http_get_url  (GhcHttp      *self);

DexFuture  *ghc_http_call     (GhcHttp      *self,
                               const char   *token,
                               const char   *method,
                               const char   *path,
                               GBytes       *json,
                               GCancellable *cancellable);
DexFuture  *ghc_http_upload   (GhcHttp      *self,
                               const char   *token,
                               const char   *method,
                               const char   *path,
                               GBytes       *data,
                               GhcTransfer  *transfer);
DexFuture  *ghc_http_download (GhcHttp      *self,
                               const char   *token,
                               const char   *path,
                               gsize         most_bytes);
gint64      ghc_http_get_server_ms (GhcHttp *self);
void        ghc_http_abort    (GhcHttp      *self);

G_END_DECLS
