/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-json.h"

G_BEGIN_DECLS

/**
 * GhcTokens:
 *
 * What lets an account in: boxed, atomic reference counting, read-only; wiped when freed.
 */
typedef struct
{
  char  *device_id;
  char  *access_token;
  char  *refresh_token;
  gint64 access_expires_ts; /* ms since the epoch, by the server's clock */
} GhcTokens;

#define GHC_TYPE_TOKENS (ghc_tokens_get_type ())
GType      ghc_tokens_get_type      (void) G_GNUC_CONST;
GhcTokens *ghc_tokens_new_from_json (GhJson    *json,
                                     GError   **error);
GhcTokens *ghc_tokens_ref           (GhcTokens *self);
void       ghc_tokens_unref         (GhcTokens *self);
G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcTokens, ghc_tokens_unref)

#define GHC_TYPE_TOKEN_STORE (ghc_token_store_get_type ())
G_DECLARE_FINAL_TYPE (GhcTokenStore, ghc_token_store, GHC, TOKEN_STORE, GObject)

/**
 * GhcTokenStore:
 *
 * Keeps tokens in the Secret Service. Where there is none they are kept in memory until the program ends, and the signal
 * "warning" (string sentence) says so once.
 */
GhcTokenStore *ghc_token_store_new    (const char    *profile);
DexFuture     *ghc_token_store_load   (GhcTokenStore *self,
                                       const char    *account_id);
DexFuture     *ghc_token_store_save   (GhcTokenStore *self,
                                       const char    *account_id,
                                       const char    *label,
                                       GhcTokens     *tokens);
DexFuture     *ghc_token_store_remove (GhcTokenStore *self,
                                       const char    *account_id);

G_END_DECLS
