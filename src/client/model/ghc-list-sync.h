/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include <gio/gio.h>

G_BEGIN_DECLS

void ghc_list_sync (GListStore *store, GPtrArray *wanted);

G_END_DECLS
