/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "ghc-server-probe.h"

G_BEGIN_DECLS

GhcServerInfo *ghc_server_info_new_from_json (const char *url, GhJson *json, GError **error);

G_END_DECLS
