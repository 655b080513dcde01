/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghc-server-probe.h"

G_BEGIN_DECLS

GhcServerInfo *ghc_server_info_new_from_json (const char *url, GhJson *json, GError **error);

/* Returns: (transfer none) (nullable): the public keys it signs with, an object that is not checked yet */
GhJson        *ghc_server_info_get_keys      (GhcServerInfo *self);

G_END_DECLS
