/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <gio/gio.h>
#include <libdex.h>

G_BEGIN_DECLS

DexFuture *ghd_hello_wait (GSocket *socket);

G_END_DECLS
