/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "ghc-ice-server.h"

G_DEFINE_BOXED_TYPE (GhcIceServer, ghc_ice_server, ghc_ice_server_copy, ghc_ice_server_free)

/**
 * ghc_ice_server_new:
 * @username: (nullable)
 * @credential: (nullable) (transfer none)
 */
GhcIceServer *
ghc_ice_server_new (const char *const *urls, const char *username, GhSecret *credential)
{
  GhcIceServer *self;

  g_return_val_if_fail (urls != NULL, NULL);
  g_return_val_if_fail ((username == NULL) == (credential == NULL), NULL);

  self = g_new0 (GhcIceServer, 1);
  self->urls = g_strdupv ((char **) urls);
  self->username = g_strdup (username);
  self->credential = credential != NULL ? gh_secret_ref (credential) : NULL;

  return self;
}

GhcIceServer *
ghc_ice_server_copy (const GhcIceServer *self)
{
  return ghc_ice_server_new ((const char *const *) self->urls, self->username, self->credential);
}

void
ghc_ice_server_free (GhcIceServer *self)
{
  g_strfreev (self->urls);
  g_free (self->username);
  g_clear_pointer (&self->credential, gh_secret_unref);
  g_free (self);
}
