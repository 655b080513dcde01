/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "gh-json.h"
#include "gh-key-ring.h"

G_BEGIN_DECLS

GhKeyRing *ghc_server_keys_read (GhJson     *keys,
                                 const char *server,
                                 GError    **error) G_GNUC_WARN_UNUSED_RESULT;

G_END_DECLS
