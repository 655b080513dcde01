/* SPDX-License-Identifier: AGPL-3.0-or-later */
#pragma once

#include "ghd-batch.h"
#include "ghd-connection.h"
#include "ghd-worker.h"
#include "ghd-writer.h"

G_BEGIN_DECLS

/* What became of a batch that was sent. */
typedef enum
{
  GHD_OUTCOME_COMMITTED,
  GHD_OUTCOME_LOST,      /* the connection is gone; in_flight holds what was sent */
  GHD_OUTCOME_DUPLICATE, /* nothing was written: some writes had been written before */
  GHD_OUTCOME_PASSING,   /* nothing was written: it may work later */
  GHD_OUTCOME_REFUSED,   /* nothing was written: at least one write is at fault */
} GhdOutcome;

typedef struct _GhdBuild GhdBuild;

/* ghd-writer.c holds the queue and the life of the writer, ghd-writer-connect.c how it comes to a
 * connection and learns what became of a batch, ghd-writer-stream.c how batch follows batch while all
 * goes well, ghd-writer-commit.c what is done when one fails, ghd-writer-repeats.c how a request that
 * was carried out before is answered, ghd-writer-build.c the thread that signs, ghd-writer-heads.c
 * what the next event of a room cites. */
struct _GhdWriter
{
  GObject parent_instance;

  char *conninfo;
  GhEventSigner signer;
  guint max_waiting;
  guint max_batch;
  guint statement_timeout_ms;
  GhdWriterCommitted committed;
  gpointer committed_data;

  GhdConnection *connection;
  char *application_name; /* by which our own last session is known */
  gint64 position;        /* of the last committed event */
  gint64 told;            /* of the last event that was published */
  gint64 batch;           /* number of the last committed batch */
  GHashTable *heads;      /* room → GStrv: after the open batch; a cache of room_head */
  GhdWorker *builder;     /* one thread */
  GThreadPool *helpers;   /* (nullable): more that sign */

  GQueue waiting;           /* (element-type GhdPending) */
  GHashTable *by_txn;       /* GhdWrite → GhdPending: all that are not settled */
  GhdBatch *open;           /* being built: goes next */
  guint n_open;             /* writes that were taken from the queue for it */
  GhdBuild *build;          /* what grows it now */
  GhdBatch *in_flight;      /* whose outcome is not known */
  GhdBatchRows *spare_rows; /* (nullable): empty, for the next batch */

  gboolean is_available;
  gboolean is_refusing;
  gboolean is_closing;
  guint patience_source;
  DexPromise *wake;
  DexPromise *closed;
  DexPromise *started;
  DexPromise *finished;

  GhdSeries *batch_series;
  GhdSeries *queue_series;
  GhdSeries *latency_series;
  GhdTracer *tracer; /* (nullable) */
};

/* These await: on the writer's fiber only. */
gboolean ghd_writer_connect (GhdWriter *self, GError **error);
gboolean ghd_writer_load_heads (GhdWriter *self, GPtrArray *pendings, GError **error);
gboolean ghd_writer_answer_repeats (GhdWriter *self, GPtrArray *pendings, GError **error);
void ghd_writer_stream (GhdWriter *self);
void ghd_writer_recover (GhdWriter *self, GPtrArray *pendings, GhdOutcome outcome,
                         const GError *error);

GhdBuild *ghd_build_begin (GhdWriter *writer, GhdBatch *batch, GPtrArray *pendings);
DexFuture *ghd_build_when_done (GhdBuild *self);
void ghd_build_end (GhdBuild *self, GhdWriter *writer, gboolean at_once);

GhdBatch *ghd_writer_make_batch (GhdWriter *self, gint64 number, gint64 position);
gboolean ghd_writer_knows_heads (GhdWriter *self, GhdWrite *write);
GhdOutcome ghd_writer_judge_failure (GhdWriter *self);
void ghd_writer_note_sent (GhdWriter *self);
void ghd_writer_tell (GhdWriter *self, GhdBatch *batch);
void ghd_writer_reject (GhdWriter *self, GPtrArray *pendings, const GError *error);
void ghd_writer_requeue (GhdWriter *self, GPtrArray *pendings);
void ghd_writer_forget (GhdWriter *self, GhdPending *pending);
void ghd_writer_finish_in_flight (GhdWriter *self);
void ghd_writer_abandon_in_flight (GhdWriter *self);
void ghd_writer_update_queue_metric (GhdWriter *self);
GhReceiptBatch *ghd_writer_sign_receipt (GhdWriter *self, GPtrArray *events);

G_END_DECLS
