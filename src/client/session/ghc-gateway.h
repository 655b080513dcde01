/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-event.h"
#include "gh-json.h"

G_BEGIN_DECLS

#define GHC_TYPE_GATEWAY (ghc_gateway_get_type ())
G_DECLARE_FINAL_TYPE (GhcGateway, ghc_gateway, GHC, GATEWAY, GObject)

/**
 * GhcGateway:
 *
 * One WebSocket connection to a server, from handshake to close; a new one is made for each
 * attempt.
 *
 * Signals:
 * - ready (): before anything else comes
 * - event (GhEvent event): what the stream brings, in order
 * - ephemeral (string type, GhJson content)
 * - closed (uint code, string reason): once, after ready; 0 when the connection broke
 */
GhcGateway *ghc_gateway_new          (const char *server_url);

/**
 * ghc_gateway_open:
 * @token: an access token
 * @position: what has been seen so far, or -1
 *
 * Returns: (transfer full): resolves to TRUE when the server is ready; rejects with
 *   %GH_ERROR_UNAUTHENTICATED when it does not take the token, else with %GH_ERROR_UNAVAILABLE and
 *   a sentence
 */
DexFuture  *ghc_gateway_open         (GhcGateway *self, const char *token, gint64 position);

gboolean    ghc_gateway_is_open      (GhcGateway *self);
/* Where the server's log stood when it became ready; live events are above. */
gint64      ghc_gateway_get_position (GhcGateway *self);
/* Who is not offline: {user id: state}. */
GhJson     *ghc_gateway_get_presence (GhcGateway *self);

/**
 * ghc_gateway_request:
 *
 * Returns: (transfer full): resolves to a #GhJson object; rejects with what the server said, or
 *   with %GH_ERROR_UNAVAILABLE and reason "gateway.closed" when the connection ends before the
 *   reply
 */
DexFuture  *ghc_gateway_request      (GhcGateway *self, const char *operation, GhJson *data);

/**
 * ghc_gateway_check:
 * @patience_ms: how long the server may say nothing
 *
 * The network is another than before: asks the server for a word, and takes the connection for broken
 * when none comes. One that is still being made is begun in vain, and over at once.
 */
void        ghc_gateway_check        (GhcGateway *self, guint patience_ms);

void        ghc_gateway_close        (GhcGateway *self);

G_END_DECLS
