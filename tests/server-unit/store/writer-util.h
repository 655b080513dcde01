/* SPDX-License-Identifier: GPL-3.0-or-later */
#pragma once

#include "store-fixture.h"

G_BEGIN_DECLS

/* What the tests of the writer share: a writer whose events are kept as it publishes them. */

GhdWriter *writer_test_start (const char *conninfo);

/* What the last started one has published, to compare with what was acknowledged. */
GPtrArray *writer_test_published (void);

DexFuture *writer_test_append (GhdWriter *writer, const char *txn_id, const char *room_id,
                               const char *body);
GhdCommit *writer_test_await (DexFuture *future);

/* The log is without gaps, each event cites the one before it in its room, and heads are the last
 * ones. */
void writer_test_assert_sound (GhdPool *pool, gint64 n_events);

G_END_DECLS
