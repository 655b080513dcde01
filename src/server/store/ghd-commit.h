/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event.h"
#include "gh-receipt-batch.h"

G_BEGIN_DECLS

/**
 * GhdCommit:
 *
 * What ghd_writer_append() resolves to: the write is durable. Boxed with atomic reference counting:
 * dex_await_boxed().
 *
 * A duplicate: the same (user, txn_id) was written before; its events are those of the first time
 * and nothing was written or published now.
 */
typedef struct _GhdCommit GhdCommit;

#define GHD_TYPE_COMMIT (ghd_commit_get_type ())

GType ghd_commit_get_type (void) G_GNUC_CONST;

/* For the writer and for who finds an earlier one in the database. */
GhdCommit *ghd_commit_new (GPtrArray *events, gint64 position, gboolean is_duplicate,
                           GhReceiptBatch *receipts);

GhdCommit *ghd_commit_ref (GhdCommit *self);
void ghd_commit_unref (GhdCommit *self);
gboolean ghd_commit_is_duplicate (GhdCommit *self);
guint ghd_commit_get_n_events (GhdCommit *self);
GhEvent *ghd_commit_get_event (GhdCommit *self, guint index);
gint64 ghd_commit_get_position (GhdCommit *self);
GhReceipt *ghd_commit_dup_receipt (GhdCommit *self);
void ghd_commit_add_receipt (GhdCommit *self, GhJsonBuilder *builder);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdCommit, ghd_commit_unref)

G_END_DECLS
