/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <libdex.h>

G_BEGIN_DECLS

gboolean   ghc_local_server_is_installed (void);
char      *ghc_local_server_dup_address  (void);
gboolean   ghc_local_server_is_at        (const char *url);
DexFuture *ghc_local_server_start        (void);

G_END_DECLS
