/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-secret.h"

G_BEGIN_DECLS

#define GHC_TYPE_ICE_SERVER (ghc_ice_server_get_type ())

/**
 * GhcIceServer:
 * @urls: one or more of "stun:", "stuns:", "turn:" or "turns:"
 * @username: (nullable): only TURN wants one
 * @credential: (nullable): exactly when there is a user name; never to be logged
 *
 * A server that helps two devices to reach each other. Immutable.
 */
typedef struct
{
  char    **urls;
  char     *username;
  GhSecret *credential;
} GhcIceServer;

GType         ghc_ice_server_get_type (void) G_GNUC_CONST;

GhcIceServer *ghc_ice_server_new      (const char * const *urls,
                                       const char         *username,
                                       GhSecret           *credential);
GhcIceServer *ghc_ice_server_copy     (const GhcIceServer *self);
void          ghc_ice_server_free     (GhcIceServer *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhcIceServer, ghc_ice_server_free)

G_END_DECLS
