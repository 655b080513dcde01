/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

#include "ghc-session.h"

G_BEGIN_DECLS

#define GHC_TYPE_SESSIONS (ghc_sessions_get_type ())
G_DECLARE_FINAL_TYPE (GhcSessions, ghc_sessions, GHC, SESSIONS, GObject)

/**
 * GhcSessions:
 *
 * The accounts of this computer, side by side: a GListModel of #GhcSession in the order they were
 * added. The list is a file; tokens are in the Secret Service.
 *
 * Properties (read-only, notify):
 * - loaded (boolean): the list has been read; while FALSE do not show the first-run pages
 *
 * Signals:
 * - warning (string sentence): e.g. "The keyring can not be reached, so …"; show a toast
 */

/**
 * ghc_sessions_new:
 * @data_dir: (nullable): where accounts and caches are kept; NULL for GUILDHALL_DATA_DIR, else
 *   the XDG data directory
 * @profile: (nullable): a name that keeps a second instance apart (files and keyring entries)
 */
GhcSessions *ghc_sessions_new         (const char *data_dir, const char *profile);

gboolean     ghc_sessions_get_loaded  (GhcSessions *self);

/**
 * ghc_sessions_load:
 *
 * Reads the accounts and starts a session for each.
 *
 * Returns: (transfer full): resolves to the number (uint) of accounts; rejects with
 *   %GH_ERROR_INTERNAL only when the data directory can not be used
 */
DexFuture   *ghc_sessions_load        (GhcSessions *self);

/**
 * ghc_sessions_register:
 * @server_url: #GhcServerInfo:url
 * @display_name: (nullable)
 * @invite: (nullable): an invite link or code, where registration wants one; it is not accepted by
 *   this: call ghc_session_accept_invite() next
 *
 * Makes an account on the server, keeps its tokens, adds the session and starts it.
 *
 * Returns: (transfer full): resolves to the new #GhcSession; rejects with a #GhError, fields:
 *   "username", "password", "display_name", "invite"
 */
DexFuture   *ghc_sessions_register    (GhcSessions *self,
                                       const char  *server_url,
                                       const char  *username,
                                       const char  *password,
                                       const char  *display_name,
                                       const char  *invite);

/**
 * ghc_sessions_sign_in:
 *
 * As ghc_sessions_register(), for somebody who has an account. Somebody who is here already signs in
 * again in that session.
 *
 * Returns: (transfer full): resolves to the #GhcSession; rejects with %GH_ERROR_UNAUTHENTICATED
 *   (field "password"), %GH_ERROR_LIMITED, %GH_ERROR_UNAVAILABLE
 */
DexFuture   *ghc_sessions_sign_in     (GhcSessions *self,
                                       const char  *server_url,
                                       const char  *username,
                                       const char  *password);

/**
 * ghc_sessions_sign_out:
 *
 * Signs out on the server where it can be reached, removes tokens, cache and account from this
 * computer, and the session from the list.
 *
 * Returns: (transfer full): resolves to TRUE; rejects only when something could not be removed
 */
DexFuture   *ghc_sessions_sign_out    (GhcSessions *self, GhcSession *session);

/* Closes every session; for quitting. Resolves to TRUE. */
DexFuture   *ghc_sessions_close       (GhcSessions *self);

/**
 * ghc_sessions_find_server:
 *
 * Returns: (transfer none) (nullable): the first session on the server of @server_url
 */
GhcSession  *ghc_sessions_find_server (GhcSessions *self, const char *server_url);
/**
 * ghc_sessions_find:
 *
 * Returns: (transfer none) (nullable): the session of the account called @account_id
 */
GhcSession  *ghc_sessions_find        (GhcSessions *self, const char *account_id);

G_END_DECLS
