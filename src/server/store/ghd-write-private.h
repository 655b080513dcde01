/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-pool.h"
#include "ghd-write.h"

G_BEGIN_DECLS

/* For the writer. A write is built as often as it takes until its batch is committed. */
GPtrArray *ghd_write_build (GhdWrite *self, gint64 position, GHashTable *heads,
                            const GhEventSigner *signer, GError **error);
const GhdStatement *ghd_write_get_statements (GhdWrite *self, gsize *n_statements);

G_END_DECLS
