/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "gh-event-draft.h"
#include "ghd-batch-pending.h"
#include "ghd-pool.h"

G_BEGIN_DECLS

typedef struct _GhdBatchRows GhdBatchRows;

/**
 * GhdBatch:
 * @writer: the name of the session that writes it
 * @number: of this batch; one more than of the one before it
 * @position: of the log after it
 * @pendings: (element-type GhdPending): not owned
 * @events: (element-type GhEvent): of all of them, in the order of position
 * @receipts: of all events, signed once when the batch is sealed
 * @rows: (nullable): of the tables that have one for each event or write
 * @n_rows: events that have their row
 * @error: (nullable): why it cannot leave
 * @statements: (element-type GhdStatement): one transaction, once it is sealed
 *
 * What goes into the database in one transaction. It grows write by write, and is sealed when it
 * leaves. One thread at a time may work on it.
 */
typedef struct
{
  char *writer;
  gint64 number;
  gint64 position;
  GPtrArray *pendings;
  GPtrArray *events;
  GhReceiptBatch *receipts;
  GhdBatchRows *rows;
  guint n_rows;
  GError *error;
  GArray *statements;
} GhdBatch;

GhdBatch *ghd_batch_new (const char *writer, gint64 number, gint64 position, GhdBatchRows *rows,
                         guint n_likely);
gboolean ghd_batch_add (GhdBatch *self, GhdPending *pending, GHashTable *heads,
                        const GhEventSigner *signer, GError **error);
void ghd_batch_settle (GhdBatch *self, GError *error);
gboolean ghd_batch_seal (GhdBatch *self, const GhEventSigner *signer, GError **error);
GhdBatchRows *ghd_batch_take_rows (GhdBatch *self);
void ghd_batch_free (GhdBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdBatch, ghd_batch_free)

G_END_DECLS
