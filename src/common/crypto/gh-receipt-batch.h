/* SPDX-License-Identifier: LGPL-3.0-or-later */
#pragma once

#include "gh-event-draft.h"
#include "gh-receipt.h"

G_BEGIN_DECLS

/**
 * GhReceiptBatch:
 *
 * The receipts of one transaction, for whoever gives them: add each of its events, sign once, and then
 * take the receipts that somebody asks for, which is cheap. Reference counted; once it is signed it is
 * immutable and may be read from any thread.
 */
typedef struct _GhReceiptBatch GhReceiptBatch;

#define GH_TYPE_RECEIPT_BATCH (gh_receipt_batch_get_type ())

GType gh_receipt_batch_get_type (void) G_GNUC_CONST;

GhReceiptBatch *gh_receipt_batch_new (guint n_events) G_GNUC_WARN_UNUSED_RESULT;
GhReceiptBatch *gh_receipt_batch_ref (GhReceiptBatch *self);
void gh_receipt_batch_unref (GhReceiptBatch *self);

guint gh_receipt_batch_add (GhReceiptBatch *self, const char *event_id, gint64 position);
gboolean gh_receipt_batch_sign (GhReceiptBatch *self, const GhEventSigner *signer, GError **error);

gint64 gh_receipt_batch_get_position (GhReceiptBatch *self, guint index);
GhReceipt *gh_receipt_batch_get (GhReceiptBatch *self, guint index) G_GNUC_WARN_UNUSED_RESULT;

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhReceiptBatch, gh_receipt_batch_unref)

G_END_DECLS
