/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghc-http.h"
#include "ghc-token-store.h"

G_BEGIN_DECLS

#define GHC_TYPE_AUTH (ghc_auth_get_type ())
G_DECLARE_FINAL_TYPE (GhcAuth, ghc_auth, GHC, AUTH, GObject)

/**
 * GhcAuth:
 *
 * An account's tokens while the program runs: always one that is good, renewed before it expires,
 * by one request however many ask.
 *
 * Signals:
 * - changed: there are tokens now, or none any more; see ghc_auth_get_signed_in()
 */
GhcAuth    *ghc_auth_new           (GhcHttp       *http,
                                    GhcTokenStore *store,
                                    const char    *account_id,
                                    const char    *label);

/* Reads what the store keeps. Resolves to TRUE; rejects with why one is signed out. */
DexFuture  *ghc_auth_load          (GhcAuth *self);
/* From a sign-in; the store has them already. */
void        ghc_auth_adopt         (GhcAuth *self, GhcTokens *tokens);
GhcTokens  *ghc_auth_get_tokens    (GhcAuth *self);

gboolean    ghc_auth_get_signed_in (GhcAuth *self);
const char *ghc_auth_get_status    (GhcAuth *self);

/**
 * ghc_auth_get_token:
 *
 * Returns: (transfer full): resolves to an access token (string) that is good for a while; rejects
 *   with %GH_ERROR_UNAUTHENTICATED when somebody must sign in, or with %GH_ERROR_UNAVAILABLE
 */
DexFuture  *ghc_auth_get_token     (GhcAuth *self);

/**
 * ghc_auth_renew:
 * @refused: the token that the server no longer takes
 *
 * As ghc_auth_get_token(), with another token than @refused.
 */
DexFuture  *ghc_auth_renew         (GhcAuth *self, const char *refused);

/* No more renewing. */
void        ghc_auth_close         (GhcAuth *self);

G_END_DECLS
