/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include <libdex.h>

#include "gh-event-draft.h"
#include "ghd-metrics.h"
#include "ghd-tracer.h"
#include "ghd-write.h"

G_BEGIN_DECLS

/**
 * GhdWriterOptions:
 * @conninfo: libpq connection string or URI
 * @signer: who signs; copied, its strings and key must outlive the writer
 * @max_waiting: writes that may wait before %GH_ERROR_UNAVAILABLE; 0 = 20000
 * @max_batch: writes in one transaction; 0 = 1000
 * @statement_timeout_ms: the server ends a statement after this time; 0 = never
 * @tracer: (nullable): has spans for what is written on behalf of a request
 */
typedef struct
{
  const char *conninfo;
  GhEventSigner signer;
  guint max_waiting;
  guint max_batch;
  guint statement_timeout_ms;
  GhdTracer *tracer;
} GhdWriterOptions;

/**
 * GhdWriterCommitted:
 * @events: (element-type GhEvent): in the order of position, without gaps to what was given before
 *   by this writer
 *
 * Called on the main thread once for each committed batch, before any future of the batch
 * resolves: here the domain folds and the hub publishes.
 */
typedef void (*GhdWriterCommitted) (GPtrArray *events, gpointer user_data);

/**
 * GhdWriter:
 *
 * The only one that writes events: one connection in pipeline mode, one batch in flight, no
 * timer. While a batch is under way writes gather, and leave together when it returns. An
 * advisory lock on its connection makes it the only writer of its database.
 *
 * Each event gets its position (consecutive over the whole server), prev_events (the heads of
 * its room), salt and signature while the batch before it is under way, on a thread of its own: if
 * that batch fails, they are made anew. Each batch gets one more signature, for the receipts of all
 * its events. A write that the database refuses fails
 * alone: the batch is rolled back, the culprit found by halving, the others are built anew.
 *
 * When the connection dies, the writer connects again and finds out whether the batch in flight
 * was committed; nothing is written twice. What waits is kept for a while, then refused with
 * %GH_ERROR_UNAVAILABLE and a retry time.
 *
 * Property "available" (boolean, notifies): connected and holding the lock.
 */
#define GHD_TYPE_WRITER (ghd_writer_get_type ())
G_DECLARE_FINAL_TYPE (GhdWriter, ghd_writer, GHD, WRITER, GObject)

GhdWriter *ghd_writer_new (const GhdWriterOptions *options, GhdMetrics *metrics);
void ghd_writer_set_committed (GhdWriter *self, GhdWriterCommitted committed, gpointer user_data);
DexFuture *ghd_writer_start (GhdWriter *self);
DexFuture *ghd_writer_append (GhdWriter *self, GhdWrite *write);
GhdCommit *ghd_writer_attest (GhdWriter *self, GhdCommit *found) G_GNUC_WARN_UNUSED_RESULT;
DexFuture *ghd_writer_close (GhdWriter *self);
gint64 ghd_writer_get_position (GhdWriter *self);
gboolean ghd_writer_is_available (GhdWriter *self);
guint ghd_writer_get_n_waiting (GhdWriter *self);

G_END_DECLS
