/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "ghc-session.h"
#include "ghc-token-store.h"

G_BEGIN_DECLS

/* What #GhcSessions needs of a session. Signal: keys-learnt (): ghc_session_get_keys() gives the
 * server's keys now, for the first time; they are to be kept. */

/**
 * ghc_session_new:
 * @account_id: names the account on this computer; also its cache, DATA_DIR/ACCOUNT_ID.sqlite
 * @data_dir: where files are kept
 * @tokens: where the session reads its tokens when it starts, and keeps them when they are renewed
 */
GhcSession *ghc_session_new            (const char    *account_id,
                                        const char    *server_url,
                                        const char    *user_id,
                                        const char    *data_dir,
                                        GhcTokenStore *tokens);
GhcTokens  *ghc_session_get_tokens     (GhcSession    *self);

/* New tokens for the same person, already kept: goes online with them. */
void        ghc_session_take_tokens    (GhcSession    *self,
                                        GhcTokens     *tokens);

void        ghc_session_set_keys       (GhcSession    *self,
                                        GhJson        *keys);
GhJson     *ghc_session_get_keys       (GhcSession    *self);

/* Tells the server that these tokens end (best effort), closes the connection, deletes the cache. Resolves to TRUE. */
DexFuture  *ghc_session_end            (GhcSession    *self);

G_END_DECLS
