/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-event-draft.h"
#include "ghd-pool.h"
#include "ghd-write.h"

G_BEGIN_DECLS

/**
 * GhdPending:
 * @followers: (element-type DexPromise) (nullable): later appends of the same (user, txn_id)
 * @events: (element-type GhEvent) (nullable): as built for the batch it is in
 * @position: of the log after this write, as built
 * @is_answered: its future is settled already, though what becomes of it is not known yet
 *
 * A write that waits or is in flight.
 */
typedef struct
{
  GhdWrite *write;
  DexPromise *promise;
  GPtrArray *followers;
  GPtrArray *events;
  gint64 position;
  gint64 queued_us;
  gboolean is_answered;
} GhdPending;

GhdPending *ghd_pending_new (GhdWrite *write);
void ghd_pending_free (GhdPending *self);
void ghd_pending_resolve (GhdPending *self, GPtrArray *events, gint64 position,
                          gboolean is_duplicate, GhReceiptBatch *receipts);
void ghd_pending_reject (GhdPending *self, const GError *error);

/**
 * GhdBatch:
 * @writer: the name of the session that writes it
 * @number: of this batch; one more than of the last that was committed
 * @position: of the log after it
 * @pendings: (element-type GhdPending): not owned
 * @events: (element-type GhEvent): of all of them, in the order of position
 * @receipts: (nullable): of all events, signed once
 * @statements: (element-type GhdStatement): one transaction
 */
typedef struct
{
  char *writer;
  gint64 number;
  gint64 position;
  GPtrArray *pendings;
  GPtrArray *events;
  GhReceiptBatch *receipts;
  GArray *statements;
} GhdBatch;

GhdBatch *ghd_batch_build (GPtrArray *pendings, const char *writer, gint64 number, gint64 position,
                           GHashTable *heads, const GhEventSigner *signer, GhdPending **culprit,
                           GError **error);
void ghd_batch_free (GhdBatch *self);

G_DEFINE_AUTOPTR_CLEANUP_FUNC (GhdBatch, ghd_batch_free)

G_END_DECLS
