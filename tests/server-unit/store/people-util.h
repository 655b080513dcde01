/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store-fixture.h"

G_BEGIN_DECLS

/* In a fiber: makes "@NAME:localhost", with the password hash "hash". @invite: (nullable): of the server */
gboolean store_test_person (GhdPool *pool, const char *name, const char *invite, GError **error);

/* In a fiber. @future: (transfer full): rejects with %GH_ERROR_NOT_FOUND and @reason */
void store_test_assert_not_found (DexFuture *future, const char *reason);

G_END_DECLS
