/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "ghd-trace-span.h"
#include "ghd-write.h"

G_BEGIN_DECLS

/**
 * GhdPending:
 * @link: in the writer's queue, while it waits
 * @followers: (element-type DexPromise) (nullable): later appends of the same (user, txn_id)
 * @events: (element-type GhEvent) (nullable): as built for the batch it is in
 * @position: of the log after this write, as built
 * @span: (nullable): that it waits, and then that it is committed
 * @is_answered: its future is settled already, though what becomes of it is not known yet
 *
 * A write that waits, is in a batch that is being built, or is in flight.
 */
typedef struct
{
  GList link;
  GhdWrite *write;
  DexPromise *promise;
  GPtrArray *followers;
  GPtrArray *events;
  gint64 position;
  gint64 queued_us;
  GhdTraceSpan *span;
  gboolean is_answered;
} GhdPending;

GhdPending *ghd_pending_new (GhdWrite *write);
void ghd_pending_free (GhdPending *self);
void ghd_pending_resolve (GhdPending *self, GPtrArray *events, gint64 position,
                          gboolean is_duplicate, GhReceiptBatch *receipts);
void ghd_pending_reject (GhdPending *self, const GError *error);

G_END_DECLS
