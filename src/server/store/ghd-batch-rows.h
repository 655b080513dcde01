/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-batch.h"
#include "ghd-projection.h"

G_BEGIN_DECLS

/* The rows that a batch adds to the tables event and txn, as the columns that PostgreSQL gets: all rows
 * of a table go in one statement, so that many events cost one round of planning. */

GhdBatchRows *ghd_batch_rows_new (void);
void ghd_batch_rows_free (GhdBatchRows *self);
void ghd_batch_rows_reset (GhdBatchRows *self);
void ghd_batch_rows_add_event (GhdBatchRows *self, GhEvent *event);
void ghd_batch_rows_add_txn (GhdBatchRows *self, GhdWrite *write, gint64 position, gint64 n_events);
void ghd_batch_rows_derive (GhdBatchRows *self, GhdProjectionFunc add, gpointer user_data);

G_END_DECLS
